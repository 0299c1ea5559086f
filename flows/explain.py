"""`gapledger explain`: from a published row to the bytes it came from, and the proof that no row of a home is without them."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.console import put, say
from warehouse.archive import ArchiveError
from warehouse.captures import CaptureIndex
from warehouse.lineage import SNAPSHOTS, behind, connect_as_of, orphans, records, rests_of, tables_of
from warehouse.location import Location, home
from warehouse.marts import Marts
from warehouse.query import QueryError, shown
from warehouse.snapshots import Snapshots

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN_ROWS = 3
DEEPEST = 4
EXPLAINED, NOT_PROVEN = 0, 1


def command(given: argparse.Namespace) -> int:
    """Walks the rows that the keys name down to the bytes; exit 1 where a digest does not hold or nothing lies behind a row."""
    location = home(given.home)
    keys = [key.partition("=") for key in given.keys]
    wrong = [name for name, sign, _ in keys if not sign]
    if wrong:
        raise ValueError(f"give KEY=VALUE, not {', '.join(wrong)}")
    lines, whole = explain(location, given.table, {name: value for name, _, value in keys})
    for line in lines:
        put(line)
    if not whole:
        say("the chain is broken: see the lines marked BROKEN")
    return EXPLAINED if whole else NOT_PROVEN


def explain(location: Location, table: str, keys: Mapping[str, str]) -> tuple[list[str], bool]:
    """The chain behind the first rows of `table` with these values, as lines, and whether it reaches bytes whose digest holds.

    `as_of=D` chooses the date of a derived table (default: the newest built). ValueError for an unknown table or column;
    QueryError where no row has these values.
    """
    rests_of(table)
    dates = Marts(location).as_ofs()
    as_of = date.fromisoformat(keys["as_of"]) if "as_of" in keys else (dates[-1] if dates else None)
    connection = connect_as_of(location, as_of)
    if table not in tables_of(connection):
        raise QueryError(f"{table} was not built as of {as_of}; tables here: {', '.join(tables_of(connection))}")
    rows, count = _rows(connection, table, keys)
    walk = Walk(connection, CaptureIndex(Snapshots(location)))
    lines = [f"{count} rows of {table} have these values; the first {len(rows)} are explained"] if count > len(rows) else []
    for row in rows:
        lines.extend(walk.lines(table, row, 0))
    if walk.captures == 0:
        lines.append("BROKEN: no capture lies behind this row")
    return lines, walk.whole and walk.captures > 0


def _rows(connection: DuckDBPyConnection, table: str, keys: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    unknown = sorted(set(keys) - set(columns))
    if unknown:
        raise ValueError(f"{table} has no column {', '.join(unknown)}; it has {', '.join(columns)}")
    where = " AND ".join(f"CAST({name} AS VARCHAR) = ?" for name in keys) or "true"
    order = ", ".join(f"{name} DESC" for name in ("observed_on", "valid_from", "day", "valid_on") if name in columns)
    source = f"FROM {table} WHERE {where}"
    [(count,)] = connection.execute(f"SELECT count(*) {source}", list(keys.values())).fetchall()
    if not count:
        raise QueryError(f"no row of {table} has {', '.join(f'{k}={v}' for k, v in keys.items())}")
    ordered = f"{source} {f'ORDER BY {order}' if order else ''} LIMIT {SHOWN_ROWS}"
    return records(connection, f"SELECT * {ordered}", list(keys.values())), int(count)


@dataclass
class Walk:
    """A walk from rows to bytes: each capture is read once, and its digest computed from the bytes."""

    connection: DuckDBPyConnection
    index: CaptureIndex
    whole: bool = True
    captures: int = 0
    seen: dict[str, str] = field(default_factory=dict)

    def lines(self, table: str, row: Mapping[str, Any], depth: int) -> Iterator[str]:
        """The row, and below it what it rests on, indented."""
        margin = "  " * depth
        yield f"{margin}{table}: " + "  ".join(f"{k}={shown(v)}" for k, v in row.items() if v is not None and k != "capture_sha256")
        if table == "captures" or table in SNAPSHOTS or table.startswith("named_"):
            yield from self._capture(str(row["source_id"]), str(row["capture_sha256"]), f"{margin}  ")
        elif depth < DEEPEST:
            for name, rows, count in behind(self.connection, table, row, SHOWN_ROWS):
                if count > len(rows):
                    yield f"{margin}  {count} rows of {name}, of which {len(rows)}:"
                for one in rows:
                    yield from self.lines(name, one, depth + 1)

    def _capture(self, source_id: str, digest: str, margin: str) -> Iterator[str]:
        for at in [r for r in self.index.rows if r["source_id"] == source_id and r["capture_sha256"] == digest][:SHOWN_ROWS]:
            self.captures += 1
            yield f"{margin}capture: {at['address']} at {at['captured_at']:%Y-%m-%dT%H:%M:%SZ} ({at['origin']}, {at['record_type']})"
            yield f"{margin}  in {at['warc']} from byte {at['warc_offset']}, {at['warc_length']} bytes"
            yield f"{margin}  {self.verified(digest)}"
            return
        self.whole = False
        yield f"{margin}BROKEN: the archive's index has no capture of {source_id} with sha256 {digest}"

    def verified(self, digest: str) -> str:
        """What reading the bytes says of a digest."""
        if digest not in self.seen:
            said = digest_problem(self.index, digest)
            self.seen[digest] = said or f"sha256 {digest}: holds, computed from the bytes"
            self.whole = self.whole and not said
        return self.seen[digest]


def digest_problem(index: CaptureIndex, digest: str) -> str:
    """What is wrong with the archived body of that digest: empty where its bytes have it."""
    holder = next((r for r in index.rows if r["capture_sha256"] == digest and r["record_type"] != "revisit"), None)
    if holder is None:
        return f"BROKEN: no record holds the body with sha256 {digest}"
    try:
        body = index.snapshots.archive.body(holder["warc"], holder["warc_offset"], holder["warc_length"])
    except (ArchiveError, OSError) as lost:
        return f"BROKEN: {lost}"
    found = hashlib.sha256(body).hexdigest()
    return "" if found == digest else f"BROKEN: the bytes have sha256 {found}, not {digest}"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof over a home found: how much was traced, and every break in a chain."""

    tables: int
    rows: int
    cells: int
    captures: int
    problems: Sequence[str]


def prove(location: Location, dates: Sequence[date] | None = None) -> Proof:
    """Traces every row of every derived table (of `dates`; default: all built) and of every snapshot, and computes every digest."""
    index = CaptureIndex(Snapshots(location))
    problems: list[str] = []
    tables = rows = cells = 0
    built = list(dates) if dates is not None else Marts(location).as_ofs()
    for number, as_of in enumerate(built or [None]):
        connection = connect_as_of(location, as_of)
        derived = [n for n in tables_of(connection) if as_of is not None and location.exists(f"marts/as_of/{as_of}/{n}.parquet")]
        for table in [*derived, *(SNAPSHOTS if number == 0 else ())]:
            problems += [f"{table} as of {as_of}: {lost} rows have nothing in {on}" for on, lost in orphans(connection, table)]
            columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
            counted = ", ".join(f'count("{name}")' for name in columns)
            [(count, *filled)] = connection.execute(f"SELECT count(*), {counted} FROM {table}").fetchall()  # noqa: S608
            tables, rows, cells = tables + 1, rows + count, cells + sum(filled)
        connection.close()
    digests = sorted({row["capture_sha256"] for row in index.rows})
    problems += [said for digest in digests if (said := digest_problem(index, digest))]
    return Proof(tables, rows, cells, len(digests), problems)
