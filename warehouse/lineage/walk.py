"""The walk from a published row to the bytes it came from, as lines for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.archive.index import CaptureIndex
from warehouse.archive.warc import ArchiveError
from warehouse.cells import shown
from warehouse.lineage.claim_rows import references, rows_named
from warehouse.lineage.connected import connect_as_of, records, tables_of
from warehouse.lineage.declared import SEED_FILES, SEEDS, SNAPSHOTS, dependencies_of
from warehouse.lineage.trace import behind
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.nearest import did_you_mean
from warehouse.parquet import footer
from warehouse.published_set import PULLED_FROM
from warehouse.query import QueryError, derived_dates
from warehouse.snapshots import Snapshots

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN_ROWS = 3
DEEPEST = 4


# What reading the bytes behind a row again says of it, and whether that contradicts it.
Reread = Callable[[str, Mapping[str, Any]], tuple[str, bool]]


def explain(
    location: Location, table: str, keys: Mapping[str, str], reread: Reread | None = None
) -> tuple[list[str], bool]:
    """The chain behind the first rows of `table` with these values, as lines, and whether it reaches bytes
    whose digest holds.

    `as_of=D` chooses the date of a derived table (default: the newest built). ValueError for an unknown table
    or column; QueryError where no row has these values. `reread` parses the bytes of a captured row again.
    """
    dependencies_of(table)
    dates = Marts(location).as_ofs()
    as_of = date.fromisoformat(keys["as_of"]) if "as_of" in keys else (dates[-1] if dates else None)
    connection = connect_as_of(location, as_of)
    if table not in tables_of(connection):
        raise QueryError(
            f"{table} was not built as of {as_of}; tables here: {', '.join(tables_of(connection))}"
            + (derived_dates(location, as_of) if as_of and as_of not in dates else "")
        )
    rows, count = _rows(connection, table, keys)
    walk = Walk(connection, CaptureIndex(Snapshots(location)), reread, pulled=_pulled(location, as_of, table))
    lines = (
        [f"{count} rows of {table} have these values; the first {len(rows)} are explained"]
        if count > len(rows)
        else []
    )
    for row in rows:
        lines.extend(walk.lines(table, row, 0))
    if walk.ends == 0:
        lines.append("BROKEN: nothing lies behind this row")
    return lines, walk.whole and walk.ends > 0


def _pulled(location: Location, as_of: date | None, table: str) -> str:
    """The address from which a derived table of a date was pulled; empty where it was built here."""
    file = f"marts/as_of/{as_of}/{table}.parquet"
    if as_of is None or not location.exists(file):
        return ""
    return (footer(location.read(file), file).metadata or {}).get(PULLED_FROM.encode(), b"").decode()


def _rows(
    connection: DuckDBPyConnection, table: str, keys: Mapping[str, str]
) -> tuple[list[dict[str, Any]], int]:
    columns = {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE {table}").fetchall()}
    unknown = sorted(set(keys) - set(columns))
    if unknown:
        near = did_you_mean(unknown[0], columns)
        raise ValueError(f"{table} has no column {', '.join(unknown)}{near}; it has {', '.join(columns)}")
    where = " AND ".join(_equal(name, columns[name]) for name in keys) or "true"
    order = ", ".join(
        f"{name} DESC" for name in ("observed_on", "valid_from", "day", "valid_on") if name in columns
    )
    source = f"FROM {table} WHERE {where}"
    [(count,)] = connection.execute(f"SELECT count(*) {source}", list(keys.values())).fetchall()
    if not count:
        meant = "".join(_meant(connection, table, name, keys[name], columns[name]) for name in keys)
        raise QueryError(f"no row of {table} has {', '.join(f'{k}={v}' for k, v in keys.items())}{meant}")
    ordered = f"{source} {f'ORDER BY {order}' if order else ''} LIMIT {SHOWN_ROWS}"
    return records(connection, f"SELECT * {ordered}", list(keys.values())), int(count)


def _meant(connection: DuckDBPyConnection, table: str, name: str, typed: str, kind: str) -> str:
    """What may have been meant by a word that no row has in a column: the values that begin with it, else the
    nearest; empty where a row has it, or the column holds no words.
    """
    if kind not in ("VARCHAR", "BLOB") and not kind.startswith("ENUM"):
        return ""
    found = connection.sql(f"FROM {table}").select(f'"{name}"').distinct().fetchall()
    values = sorted(str(row[0]) for row in found if row[0] is not None)
    if typed in values:
        return ""
    longer = [value for value in values if value.startswith(typed)]
    if not longer:
        return did_you_mean(typed, values)
    return f"; {len(longer)} values of {name} begin with it, as {longer[0]!r}"


def _equal(name: str, kind: str) -> str:
    """A column equals what was typed: numbers as numbers (0 is 0.0), all else as it is printed. Quoted, for a
    column is called group.
    """
    number = kind.startswith(
        ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER")
    )
    return f'"{name}" = TRY_CAST(? AS DOUBLE)' if number else f'CAST("{name}" AS VARCHAR) = ?'


# Tables that rest on no capture: what they say instead.
DECLARED = {
    "attributions": "declared in warehouse/licences.py: what a licence asks for",
    "gates": "counted by warehouse/checks/marts over the tables of its date",
    "set_aside": "counted by warehouse/checks/marts; the rows lie in quarantine/marts/",
}


@dataclass
class Walk:
    """A walk from rows to where they come from: captures, each read once and its digest computed from the
    bytes; or a file of the code's own. `ends` counts how often one was reached.
    """

    connection: DuckDBPyConnection
    index: CaptureIndex
    reread: Reread | None = None
    pulled: str = ""
    whole: bool = True
    ends: int = 0
    seen: dict[str, str] = field(default_factory=dict)

    def lines(self, table: str, row: Mapping[str, Any], depth: int) -> Iterator[str]:
        """The row, and below it what it rests on, indented."""
        margin = "  " * depth
        yield f"{margin}{table}: " + "  ".join(
            f"{k}={shown(v)}" for k, v in row.items() if v is not None and k != "capture_sha256"
        )
        if self.pulled:
            self.ends += 1
            digest = row.get("capture_sha256")
            yield (
                f"{margin}  pulled from {self.pulled}"
                + (f"; it rests on the capture with sha256 {digest}" if digest else "")
                + "; snapshots and captures are not held here: gapledger explain in that home goes on"
            )
        elif table == "captures" or table in SNAPSHOTS or table.startswith("named_"):
            yield from self._capture(str(row["source_id"]), str(row["capture_sha256"]), f"{margin}  ")
            if table in SNAPSHOTS and self.reread is not None:
                yield from self._read_again(self.reread, table, row, f"{margin}  ")
        elif table in SEED_FILES:
            self.ends += 1
            digest = hashlib.sha256((SEEDS / SEED_FILES[table]).read_bytes()).hexdigest()
            yield f"{margin}  kept by hand, in warehouse/seeds/{SEED_FILES[table]} with sha256 {digest}"
        elif table in DECLARED:
            self.ends += 1
            yield f"{margin}  {DECLARED[table]}, and no captured figure"
        elif depth < DEEPEST:
            for name, rows, count in self._behind(table, row):
                if count > len(rows):
                    yield f"{margin}  {count} rows of {name}, of which {len(rows)}:"
                for one in rows:
                    yield from self.lines(name, one, depth + 1)

    def _behind(
        self, table: str, row: Mapping[str, Any]
    ) -> Iterator[tuple[str, Sequence[dict[str, Any]], int]]:
        yield from behind(self.connection, table, row, SHOWN_ROWS)
        for reference in references(row["rows_behind"])[:SHOWN_ROWS] if table == "claim_verdicts" else ():
            yield (reference[0], *rows_named(self.connection, reference, 1))

    def _capture(self, source_id: str, digest: str, margin: str) -> Iterator[str]:
        for at in [
            r for r in self.index.rows if r["source_id"] == source_id and r["capture_sha256"] == digest
        ][:SHOWN_ROWS]:
            self.ends += 1
            yield (
                f"{margin}capture: {at['address']} at {at['captured_at']:%Y-%m-%dT%H:%M:%SZ} ({at['origin']},"
                f" {at['record_type']})"
            )
            yield f"{margin}  in {at['warc']} from byte {at['warc_offset']}, {at['warc_length']} bytes"
            yield f"{margin}  {self.verified(digest)}"
            return
        packed = self.index.packed.get((source_id, digest))
        if packed is not None:
            self.ends += 1
            yield (
                f"{margin}from the history pack: {packed['address']} at"
                f" {packed['captured_at']:%Y-%m-%dT%H:%M:%SZ}"
            )
            yield f"{margin}  sha256 {digest} as stated by the pack; the bytes are not held here"
            return
        self.whole = False
        yield f"{margin}BROKEN: the archive's index has no capture of {source_id} with sha256 {digest}"

    def _read_again(self, reread: Reread, table: str, row: Mapping[str, Any], margin: str) -> Iterator[str]:
        key = (row["source_id"], row["capture_sha256"])
        if any((r["source_id"], r["capture_sha256"]) == key for r in self.index.rows):
            said, differs = reread(table, row)
            self.whole = self.whole and not differs
            yield f"{margin}{'BROKEN: ' if differs else ''}{said}"

    def verified(self, digest: str) -> str:
        """What reading the bytes says of a digest."""
        if digest not in self.seen:
            said = digest_problem(self.index, digest)
            self.seen[digest] = said or f"sha256 {digest}: holds, computed from the bytes"
            self.whole = self.whole and not said
        return self.seen[digest]


def digest_problem(index: CaptureIndex, digest: str) -> str:
    """What is wrong with the archived body of that digest: empty where its bytes have it."""
    holder = next(
        (r for r in index.rows if r["capture_sha256"] == digest and r["record_type"] != "revisit"), None
    )
    if holder is None:
        return f"BROKEN: no record holds the body with sha256 {digest}"
    try:
        body = index.snapshots.archive.body(holder["warc"], holder["warc_offset"], holder["warc_length"])
    except (ArchiveError, OSError) as lost:
        return f"BROKEN: {lost}"
    found = hashlib.sha256(body).hexdigest()
    return "" if found == digest else f"BROKEN: the bytes have sha256 {found}, not {digest}"
