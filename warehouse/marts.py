"""Derived tables: built as known on a date, kept whole under that date, and composed into one file a table
for readers.

`marts/as_of/<D>/<table>.parquet` is what was known on D and is superseded only by building D again;
`marts/<table>.parquet` holds the newest date, and for tables with `history` every date kept. Which dates are
kept: warehouse/kept_dates.py; the others leave the home with the next publication that does not build them.
Everything that one run publishes appears at once (Location.publish).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.clock import utc_today
from warehouse.composing import Composed, compose
from warehouse.kept_dates import kept
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.parquet import SnapshotError, coded, filtered, footer, leave_out, opened, read
from warehouse.schema import Table

# What changes from one state of knowledge to the next is told by these, and the feed tells it for so long.
EVENTFUL, EVENTS_BACK = frozenset({"claim_verdicts", "lag_revisions"}), timedelta(days=120)
COMPOSED_TOGETHER = 2
AS_OF = "marts/as_of/"


class Marts:
    """The derived tables of a home."""

    def __init__(self, location: Location) -> None:
        self.location = location

    def as_ofs(self) -> list[date]:
        """The dates of which there are derived tables, in order. Those after today (the clock was ahead once)
        wait for their day.
        """
        names = self.location.names("marts/as_of", ".parquet")
        return sorted({d for n in names if (d := date.fromisoformat(n.split("/")[2])) <= utc_today()})

    def read(self, name: str, as_of: date | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        """A derived table as known on `as_of` (default: the newest date); SnapshotError where it was not
        built.
        """
        dates = self.as_ofs()
        day = as_of or (dates[-1] if dates else None)
        file = f"marts/as_of/{day}/{name}.parquet"
        if day is None or not self.location.exists(file):
            raise SnapshotError(
                f"{name} was not built as of {day}; run: gapledger marts --as-of {day or 'DATE'}"
            )
        return read(self.location.read(file), file, columns)

    def has(self, name: str, as_of: date) -> bool:
        """Whether the table was built as of that date."""
        return self.location.exists(f"marts/as_of/{as_of}/{name}.parquet")

    def shown(
        self,
        day: date,
        built: Mapping[date, Mapping[str, bytes]],
        rows: Mapping[str, pc.Expression] | None = None,
        unread: Collection[str] = (),
    ) -> dict[str, pa.Table]:
        """The tables of a day for the page; of those that tell events (`EVENTFUL`) also the rows of the
        earlier days `EVENTS_BACK`.

        `built`: Parquet bytes by date and table of what is about to be published; they stand before what is
        there. `rows` says which rows of a table are read (all where it says nothing); tables in `unread` are
        not.
        """
        there = ((name, self._body(name, day, built)) for name in mart_tables() if name not in unread)
        tables = {
            name: filtered(body, f"marts/as_of/{day}/{name}.parquet", (rows or {}).get(name))
            for name, body in there
            if body is not None
        }
        earlier = [d for d in sorted({*self.as_ofs(), *built}) if day - EVENTS_BACK <= d < day]
        for name in tables.keys() & EVENTFUL:
            schema = tables[name].schema
            parts = [self._events(name, d, built, schema) for d in earlier]
            tables[name] = pa.concat_tables([*(part for part in parts if part is not None), tables[name]])
        return tables

    def _events(
        self, name: str, day: date, built: Mapping[date, Mapping[str, bytes]], schema: pa.Schema
    ) -> pa.Table | None:
        """A table of an earlier day in today's columns; None where there is none, or a damaged one."""
        body = self._body(name, day, built)
        try:
            there = None if body is None else read(body, f"marts/as_of/{day}/{name}.parquet")
        except SnapshotError as damaged:
            leave_out(damaged)
            return None
        return None if there is None else _in_todays_columns(there, schema)

    def _body(self, name: str, day: date, built: Mapping[date, Mapping[str, bytes]]) -> bytes | None:
        """A table of a day in Parquet: as built now, else as published; None where there is none."""
        if day in built:
            return built[day].get(name)
        return self.location.read(f"marts/as_of/{day}/{name}.parquet") if self.has(name, day) else None

    def publish(
        self,
        built: Mapping[date, Mapping[str, bytes]],
        extra: Mapping[str, bytes],
        describe: Mapping[str, Table],
    ) -> dict[str, int]:
        """Publishes derived tables (Parquet bytes) by as-of date, with the report's files, as one set; gives
        rows by composed table.

        `describe` holds the declarations of all tables, for the descriptor.
        """
        from warehouse.catalog import descriptors

        files: dict[str, bytes] = {
            f"marts/as_of/{day}/{name}.parquet": body
            for day, tables in built.items()
            for name, body in tables.items()
        }
        declared = mart_tables()
        there = {*self.location.names("marts/as_of", ".parquet"), *files}
        names = sorted({n for t in built.values() for n in t if not self._stays(declared[n], built)})
        with ThreadPoolExecutor(COMPOSED_TOGETHER) as pool:  # Arrow reads and writes outside Python's lock
            composed = list(pool.map(lambda name: self._composed(declared[name], there, files), names))
        files |= {f"marts/{name}.parquet": body for name, body in zip(names, composed, strict=True)}
        files.update(extra)
        files |= self._for_data_searches(files, describe)
        files |= descriptors(self.location, files, describe)
        superseded = self._superseded(there, files, built)
        for day, tables in built.items():
            if "set_aside" in tables:
                self.location.write(f"quarantine/marts/{day}.parquet", tables["set_aside"])
        self.location.publish(files, drop=superseded)
        return {
            name: footer(files[file], file).num_rows if file in files else self._published_rows(file)
            for name in declared
            if (file := f"marts/{name}.parquet") in files or any(name in tables for tables in built.values())
        }

    def _for_data_searches(
        self, files: Mapping[str, bytes], describe: Mapping[str, Table]
    ) -> dict[str, bytes]:
        """The set's description for programs that look for data: `report/croissant.json`."""
        from warehouse.croissant import NAME, croissant

        dates = [*self.as_ofs(), *(date.fromisoformat(n.split("/")[2]) for n in files if n.startswith(AS_OF))]
        there = {f"marts/{n}.parquet": n for n in describe}
        bodies = {
            name: files[file] if file in files else self.location.read(file)
            for file, name in there.items()
            if file in files or self.location.exists(file)
        }
        return {NAME: croissant(bodies, describe, max(dates).isoformat())} if bodies and dates else {}

    @staticmethod
    def _superseded(
        there: Collection[str], files: Mapping[str, bytes], built: Mapping[date, object]
    ) -> tuple[str, ...]:
        """The files of dates that were built again and have them no more, and of dates that are not kept."""
        of_day = {n: date.fromisoformat(n.split("/")[2]) for n in there if n not in files}
        until = utc_today()
        known = sorted(d for d in {*of_day.values(), *built} if d <= until)
        stays = {*kept(known), *(d for d in of_day.values() if d > until)} - set(built)
        return tuple(n for n, day in of_day.items() if n.startswith("marts/as_of/") and day not in stays)

    def _stays(self, table: Table, built: Mapping[date, object]) -> bool:
        """Whether a table of the newest date alone is current already: past dates leave its file as it is."""
        there = [d for d in self.as_ofs() if self.has(table.name, d)]
        return bool(
            not table.history
            and there
            and there[-1] > max(built)
            and self.location.exists(f"marts/{table.name}.parquet")
        )

    def _published_rows(self, file: str) -> int:
        return int(footer(self.location.read(file), file).num_rows)

    def _composed(self, table: Table, there: Collection[str], fresh: Mapping[str, bytes]) -> bytes:
        """The file of a table for readers; `there`: the files of all dates, with those about to be published
        (`fresh`).
        """
        file = f"/{table.name}.parquet"
        until = utc_today()
        mine = [n for n in there if n.endswith(file)]
        by_day = {d: n for n in mine if (d := date.fromisoformat(n.split("/")[2])) <= until}
        days = kept(sorted(by_day)) if table.history else [max(by_day)]
        if len(days) == 1 and by_day[days[0]] in fresh:
            return fresh[by_day[days[0]]]
        schema = table.arrow_schema({"as_of": days[-1].isoformat(), "licence": "cc_by_4_0"})
        before = self._before(table, schema, {d for d in days if by_day[d] in fresh})
        return compose(
            table,
            days,
            schema,
            lambda day: self._count(by_day[day], fresh, schema),
            lambda day: self._coded(by_day[day], fresh, schema),
            before,
        )

    def _before(self, table: Table, schema: pa.Schema, rebuilt: Collection[date]) -> Composed:
        """What stands of a composed file, without the batches in which a day is built again."""
        name = f"marts/{table.name}.parquet"
        if not table.history or not self.location.exists(name):
            return Composed(b"")
        before = Composed.of(self.location.read(name), name, schema, table.group_rows)
        stays = {b: n for b, n in before.groups.items() if not any(day in rebuilt for day, _ in b)}
        return Composed(before.body, stays)

    def _count(self, name: str, fresh: Mapping[str, bytes], schema: pa.Schema) -> int | None:
        """The rows that a day's footer states; None where `_coded` gives none."""
        try:
            file = opened(fresh[name] if name in fresh else self.location.read(name), name)
        except SnapshotError as damaged:
            leave_out(damaged)
            return None
        there = set(file.schema_arrow.names)
        return int(file.metadata.num_rows) if _can_be_given(there, schema) else None

    def _coded(self, name: str, fresh: Mapping[str, bytes], schema: pa.Schema) -> pa.Table | None:
        """A day's rows in today's columns, text as numbers of a dictionary; None where they are damaged, or
        too old for that.
        """
        text = [f.name for f in schema if pa.types.is_string(f.type)]
        try:
            body = fresh[name] if name in fresh else self.location.read(name)
            return _in_todays_columns(read(body, name, read_dictionary=text), coded(schema))
        except SnapshotError as damaged:
            leave_out(damaged)
            return None


def _in_todays_columns(rows: pa.Table, schema: pa.Schema) -> pa.Table | None:
    """A day's rows, built perhaps by an earlier version, in today's columns: what was added since is empty.
    None where a column that has no empty cells is missing: that day is left out until it is built again
    (`gapledger marts --as-of`).
    """
    there = set(rows.column_names)
    if not _can_be_given(there, schema):
        return None
    columns = [
        rows.column(f.name).cast(f.type) if f.name in there else pa.nulls(rows.num_rows, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def _can_be_given(there: Collection[str], schema: pa.Schema) -> bool:
    """Whether rows with these columns have all of today's that have no empty cells."""
    return all(f.name in there or f.nullable for f in schema)
