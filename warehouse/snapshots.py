"""Dated Parquet snapshots: one file a table, source and day, whole or not there, never edited, only
superseded.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from warehouse import loading
from warehouse.archive.warc import RawArchive
from warehouse.bookkeeping import BOOKKEEPING_TABLES, CAPTURES
from warehouse.checks.jump_guard import HELD, STALE_DAYS
from warehouse.folded import FOLDED, Folded, day_of, may_be_folded, pieces
from warehouse.folding import write_day
from warehouse.history_pack import HistoryPack, captures
from warehouse.licences import licence
from warehouse.location import Location
from warehouse.parquet import SnapshotError, leave_out, parquet_bytes, read, unreadable
from warehouse.schema import Table
from warehouse.tables import SNAPSHOT_TABLES

if TYPE_CHECKING:  # the checks bring pandas, which `gapledger status` does without
    from warehouse.checks.validation import Verdict
    from warehouse.said import Said
    from warehouse.source_rows import SourceRows

__all__ = ["SnapshotError", "Snapshots", "parquet_bytes"]
MONTHLY = (
    CAPTURES,
)  # a file a day would be as many small files as the archive has; no reader wants one day of it


class Snapshots:
    """The snapshots of a home."""

    def __init__(self, location: Location) -> None:
        self.location = location

    @cached_property
    def archive(self) -> RawArchive:
        """The raw archive of the same home."""
        return RawArchive(self.location)

    @cached_property
    def pack(self) -> HistoryPack:
        """The history pack that the home began with, if any. A day with a snapshot of its own is the
        home's.
        """
        return HistoryPack(self.location)

    def name(self, table: Table, source_id: str, day: date) -> str:
        """The file's name: `snapshots/<table>_v<N>/<source_id>/<YYYY-MM-DD>.parquet`."""
        return f"snapshots/{table.directory}/{source_id}/{day.isoformat()}.parquet"

    def days(self, table: Table, source_id: str) -> list[date]:
        """The days of which there is a snapshot, in order; those of the history pack among them."""
        return sorted(
            {*self.own_days(table, source_id), *self.pack.days(table, source_id).get(source_id, ())}
        )

    def own_days(self, table: Table, source_id: str) -> list[date]:
        """The days of which the home has rows of its own, in order: in a file of the day or a month's."""
        days = set(map(day_of, self.location.names(f"snapshots/{table.directory}/{source_id}", ".parquet")))
        months = self.folded.months(table.directory, source_id) if table in FOLDED else ()
        return sorted(days.union(*(month.days for month in months)))

    @cached_property
    def folded(self) -> Folded:
        """The months of the same home."""
        return Folded(self.location)

    def has(self, table: Table, source_id: str, day: date) -> bool:
        """Whether the home has rows of its own of that day."""
        name = self.name(table, source_id, day)
        return self.location.exists(name) or (table in FOLDED and self.folded.of_day(name) is not None)

    def publish(self, reading: SourceRows, verdict: Verdict, licence_key: str, code: str) -> int:
        """Writes a good day's snapshot and its quarantined rows; gives the number of rows published.

        The file's metadata name the licence, the captures (digest, address, time) and the digest of the code
        that read them.
        """
        rows = reading.rows_on(verdict.day, without=verdict.numbers)
        captures = {p.sha256: [p.address, p.observed_at.isoformat()] for p in reading.parts_on(verdict.day)}
        terms = licence(licence_key)
        metadata = {
            "source": reading.source_id,
            "observed_on": verdict.day.isoformat(),
            "licence": terms.id,
            "licence_name": terms.name,
            "attribution": terms.attribution,
            "captures": json.dumps(captures, sort_keys=True),
            "code": code,
        }
        schema = reading.table.arrow_schema(metadata)
        body = parquet_bytes(rows.replace_schema_metadata(schema.metadata))
        write_day(self.location, reading.table, reading.source_id, verdict.day, body)
        self._quarantine(reading, verdict)
        return rows.num_rows

    def _quarantine(self, reading: SourceRows, verdict: Verdict) -> None:
        name = f"quarantine/{reading.table.name}/{reading.source_id}/{verdict.day.isoformat()}.parquet"
        if not verdict.quarantined:
            self.location.remove(name)
            return
        numbers = sorted(verdict.quarantined)
        rows = reading.distinct.take(pa.array(numbers))
        self.location.write(
            name,
            parquet_bytes(
                rows.append_column("reason", pa.array([verdict.quarantined[n] for n in numbers], pa.string()))
            ),
        )

    def latest(self, table: Table, source_id: str, before: date) -> tuple[pa.Table, dict[str, str]] | None:
        """The last good snapshot older than `before`, and the addresses of its captures by digest; None where
        there is none.
        """
        days = [day for day in self.days(table, source_id) if day < before]
        if not days:
            return None
        if days[-1] not in self.own_days(table, source_id):
            return self._latest_in_pack(table, source_id, days[-1])
        try:
            rows = self.read(self.name(table, source_id, days[-1]))
        except SnapshotError as damaged:
            leave_out(damaged)
            return self.latest(table, source_id, days[-1])
        captures = json.loads((rows.schema.metadata or {}).get(b"captures", b"{}"))
        return rows, {sha: address for sha, (address, _) in captures.items()}

    def _latest_in_pack(self, table: Table, source_id: str, day: date) -> tuple[pa.Table, dict[str, str]]:
        rows = self.pack.rows(table, {source_id: {day}})
        known = captures(self.pack, [source_id], day).select(["capture_sha256", "address"]).to_pylist()
        return rows.cast(table.arrow_schema()), {c["capture_sha256"]: c["address"] for c in known}

    def held(self, table: Table, source_id: str, before: date) -> list[tuple[datetime, pa.Table]]:
        """The rows that the checks held back in the weeks before a day (not those that were simply wrong), by
        day. Of a file that cannot be read no rows, and its day: what is read next is compared with the good
        snapshot before it, for a row that was held there must not pass as a new one.
        """
        from warehouse.source_rows import content_columns

        found = []
        for name in self.location.names(f"quarantine/{table.name}/{source_id}", ".parquet"):
            day = date.fromisoformat(name.rsplit("/", 1)[-1].removesuffix(".parquet"))
            if day < before and (before - day).days <= STALE_DAYS:
                moment = datetime.combine(day, time(), UTC)
                try:
                    rows = self.read(name, [*content_columns(table), "reason"])
                except SnapshotError as damaged:
                    leave_out(damaged)
                    found.append((moment, table.arrow_schema().empty_table()))
                    continue
                held = rows.filter(pc.starts_with(rows.column("reason"), HELD))
                if held.num_rows:
                    found.append((moment, held))
        return found

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One snapshot; SnapshotError, naming it, where it cannot be read or is not what was written."""
        try:
            return read(self.location.read(name), name, columns)
        except OSError as lost:
            rows = self.folded.day(name, columns) if may_be_folded(name) else None
            if rows is None:
                raise unreadable(name, lost) from lost
            return rows

    def table(
        self,
        table: Table,
        until: date | None = None,
        sources: Iterable[str] | None = None,
        columns: Sequence[str] | None = None,
        newest_only: bool = False,
    ) -> pa.Table:
        """All rows of a table observed up to and including `until`, text columns dictionary-encoded; with
        `newest_only` of each source only its newest day.
        """
        wanted = None if sources is None else set(sources)
        some = pieces(self.location, table, until, wanted, newest_only)
        schema = loading.coded_schema(table, columns)
        packed = self.packed(table, until, wanted, newest_only).select(schema.names).cast(schema)
        if not some:
            return packed

        loaded = loading.load(self.location, table, some, schema)
        whole = [rows for one in loaded for rows in one or ()]
        return pa.concat_tables([*whole, packed]).unify_dictionaries()

    def packed(
        self,
        table: Table,
        until: date | None = None,
        sources: Collection[str] | None = None,
        newest_only: bool = False,
    ) -> pa.Table:
        """What the history pack has of a table on days of which the home has none."""
        if not self.pack.there:
            return table.arrow_schema().empty_table()
        if table is CAPTURES:
            return captures(self.pack, sources, until)
        return self.pack.rows(table, self._packed_days(table, until, sources, newest_only))

    def packed_said(self, table: Table, until: date | None, schema: pa.Schema) -> list[Said]:
        """What `packed` says in the columns of `schema`, one part a group of the pack, never written out."""
        if not self.pack.there:
            return []
        return list(self.pack.said(table, self._packed_days(table, until), schema))

    def _packed_days(
        self,
        table: Table,
        until: date | None,
        sources: Collection[str] | None = None,
        newest_only: bool = False,
    ) -> dict[str, set[date]]:
        """By source the days to take from the pack: those of which the home has none."""
        days: dict[str, set[date]] = {}
        for source_id, packed in self.pack.days(table).items():
            if sources is None or source_id in sources:
                mine = set(self.own_days(table, source_id))
                there = [d for d in packed if (until is None or d <= until) and d not in mine]
                days[source_id] = (
                    {d for d in there[-1:] if d > max(mine, default=date.min)} if newest_only else {*there}
                )
        return days

    def append(self, table: Table, rows: Sequence[Mapping[str, object]], file_day: date) -> None:
        """Adds bookkeeping rows (captures, outcomes) to the files of their sources; a row with a key that is
        there is replaced.
        """
        if table not in BOOKKEEPING_TABLES:
            raise ValueError(f"{table.name} is a snapshot of {[t.name for t in SNAPSHOT_TABLES]}: publish it")
        self.append_days(table, {file_day: rows})

    def append_days(self, table: Table, days: Mapping[date, Sequence[Mapping[str, object]]]) -> None:
        """The same for rows of many days at once, written together; the files of `MONTHLY` tables hold a
        month, under its first day.
        """
        files: dict[str, list[Mapping[str, object]]] = {}
        for day, rows in days.items():
            file_day = day.replace(day=1) if table in MONTHLY else day
            for row in rows:
                files.setdefault(self.name(table, str(row["source_id"]), file_day), []).append(row)
        ordered: list[Mapping[str, object]] = []
        cuts: dict[str, tuple[int, int]] = {}
        for name, mine in files.items():
            before = self._before(table, name)
            merged = {tuple(str(row.get(k)) for k in table.key): row for row in (*before, *mine)}
            cuts[name] = (len(ordered), len(merged))
            ordered.extend(merged[k] for k in sorted(merged))
        whole = pa.Table.from_pylist(ordered, schema=table.arrow_schema())
        self.location.write_many(
            {name: parquet_bytes(whole.slice(start, length)) for name, (start, length) in cuts.items()}
        )

    def _before(self, table: Table, name: str) -> list[Mapping[str, object]]:
        """The rows that a bookkeeping file has; of a damaged one none, unless it is the archive's index."""
        if not self.location.exists(name):
            return []
        try:
            return list(self.read(name).to_pylist())
        except SnapshotError as damaged:
            if table is CAPTURES:
                raise
            leave_out(damaged)
            return []
