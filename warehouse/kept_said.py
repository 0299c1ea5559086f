"""What the days of a source say (warehouse/said.py), kept from night to night: a night reads the days since,
not every day that was ever captured.

    kept/said/<table>_v<N>/<source_id>.rows.parquet     each distinct row
    kept/said/<table>_v<N>/<source_id>.where.parquet    of every row of the snapshots which, and its capture,
                                                        each as the step from the row before

It is what the snapshots say, and nothing that follows from it, so that no change of a transform makes it
stale. It depends on the snapshot files that it was read from, their stamps (size, time of change and inode;
in a store the tag) and the columns of the table. From a day on that came in late, or was corrected or folded,
the files are others: these are read again. A damaged one is named and made again. The folder can be deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

import numpy as np
import pyarrow as pa

from warehouse import loading
from warehouse.folded import FOLDER, Piece, day_of, pieces
from warehouse.location import Location
from warehouse.parquet import SnapshotError, leave_out, parquet_bytes, read, unreadable
from warehouse.said import Said, said, together
from warehouse.schema import Table
from warehouse.snapshots import Snapshots

KEPT = "kept/said"
FORM = "2"  # of the kept files
OPEN = 2  # the newest files of a source, which a second run of the day writes again, are not kept
WORTH = 16  # so many files that are not kept yet are read again and again before they are kept
AT_ONCE, ROWS = 16, 300_000  # files read at once; rows of which the distinct ones are looked up together


def said_in(
    snapshots: Snapshots,
    table: Table,
    until: date | None = None,
    keep: bool = False,
    columns: Sequence[str] | None = None,
) -> Said:
    """All rows of a table observed up to and including `until`, in the order of `Snapshots.table`; of some
    columns (source_id and observed_on among them), rows that differ in others are one. keep: writes down what
    old days say, of all columns; only the one that writes the home may.
    """
    location = snapshots.location
    every, wanted = _by_source(location, table, None), _by_source(location, table, until)
    stamps: dict[str, str] = {}
    for folder in ("snapshots", FOLDER, KEPT):  # a listing each: a store answers one request a file slowly
        stamps |= location.stamps(f"{folder}/{table.directory}", ".parquet")
    parts = []
    for source_id, files in every.items():
        source = _Source(location, table, source_id, files, stamps)
        some = source.parts(wanted.get(source_id, []), until, keep, columns)
        parts += [_select(part, columns) for part in some]
    if keep:
        _forget_others(location, stamps, every)
    schema = loading.coded_schema(table, columns)
    parts += snapshots.packed_said(table, until, schema)
    if not parts:
        parts = [said(schema.empty_table())]
    return together(parts, table)


def _by_source(location: Location, table: Table, until: date | None) -> dict[str, list[Piece]]:
    return {k: list(some) for k, some in groupby(pieces(location, table, until), lambda p: p.source_id)}


class _Source:
    """A source's files of one table, and what is kept of them."""

    def __init__(
        self,
        location: Location,
        table: Table,
        source_id: str,
        files: Sequence[Piece],
        stamps: Mapping[str, str],
    ) -> None:
        self.location, self.table, self.files = location, table, files
        self.name = f"{KEPT}/{table.directory}/{source_id}"
        self._files = [_digest(f"{p.name} {stamps.get(p.name)} {list(map(str, p.days))}") for p in files]
        self._form = _digest(f"{FORM} {table.arrow_schema().names}")
        self._there = f"{self.name}.where.parquet" in stamps
        self._whole = True

    def parts(
        self, wanted: Sequence[Piece], until: date | None, keep: bool, columns: Sequence[str] | None
    ) -> list[Said]:
        """What the wanted files say, in parts; `wanted`: the source's files, or their days up to `until`."""
        kept, count = self._kept(keep)
        before = set(map(_begins, self.files[:count]))
        later = [piece for piece in wanted if _begins(piece) not in before]
        parts = [] if kept is None else [_until(kept, until)]
        if not keep or len(later) < WORTH + OPEN or len(later) + count < len(self.files):
            return [*parts, *self._fresh(later, columns)]
        parts += self._fresh(later[:-OPEN])
        if self._whole:
            parts = [together(parts, self.table)]
            self._write(parts[0], len(self.files) - OPEN)
        return [*parts, *self._fresh(later[-OPEN:])]

    def _kept(self, keep: bool) -> tuple[Said | None, int]:
        """What is kept of the first files that are still the same, and how many these are; (None, 0) where
        there are none.
        """
        rows_file, where_file = f"{self.name}.rows.parquet", f"{self.name}.where.parquet"
        if not self._there:
            return None, 0
        try:
            where = read(self.location.read(where_file), where_file)
            about = {k.decode(): v.decode() for k, v in (where.schema.metadata or {}).items()}
            files = json.loads(about["files"]) if about.get("form") == self._form else []
            same = [one == other for one, other in zip(files, self._files, strict=False)]
            count = [*same, False].index(False)
            if not count:
                return None, 0
            body = self.location.read(rows_file)
            if hashlib.sha256(body).hexdigest() != about["rows"]:
                raise unreadable(rows_file, f"not the file that {where_file} is about")
            schema = loading.coded_schema(self.table)
            texts = [f.name for f in schema if pa.types.is_dictionary(f.type)]
            rows = read(body, rows_file, read_dictionary=texts)
            captures = _captures(self.table, json.loads(about["captures"]))
        except (SnapshotError, OSError, KeyError, ValueError) as bad:
            leave_out(bad if isinstance(bad, SnapshotError) else unreadable(where_file, bad))
            if keep:
                self.location.remove(where_file)
            return None, 0
        number, capture = (
            np.cumsum(where.column(n).to_numpy(), dtype=np.int32) for n in ("number", "capture")
        )
        kept = Said(rows, captures, number, capture)
        return kept if count == len(files) else _until(kept, _last_day(self.files[count - 1])), count

    def _write(self, whole: Said, count: int) -> None:
        rows = parquet_bytes(whole.rows.replace_schema_metadata(None))
        captures = [[str(v) for v in row.values()] for row in _told(whole.captures)]
        about = {
            "form": self._form,
            "files": json.dumps(self._files[:count]),
            "rows": hashlib.sha256(rows).hexdigest(),
            "captures": json.dumps(captures),
        }
        # From row to row the next of both is mostly the one after: steps take a third of the bytes.
        steps = {"number": whole.number, "capture": whole.capture}
        where = pa.table({name: np.diff(some, prepend=np.int32(0)) for name, some in steps.items()})
        where = where.replace_schema_metadata(about)
        self.location.write(f"{self.name}.rows.parquet", rows)
        self.location.write(f"{self.name}.where.parquet", parquet_bytes(where, 10_000_000))

    def _fresh(self, files: Sequence[Piece], columns: Sequence[str] | None = None) -> Iterator[Said]:
        """What files say, read now."""
        schema = loading.coded_schema(self.table, columns)
        held: list[pa.Table] = []
        for start in range(0, len(files), AT_ONCE):
            for rows in loading.load(self.location, self.table, files[start : start + AT_ONCE], schema):
                self._whole &= rows is not None
                held += rows or []
            if sum(rows.num_rows for rows in held) >= ROWS:
                yield said(pa.concat_tables(held).unify_dictionaries())
                held = []
        if held:
            yield said(pa.concat_tables(held).unify_dictionaries())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _begins(piece: Piece) -> tuple[str, tuple[date, ...]]:
    """Which piece it is, also where it is cut at a day."""
    return piece.name, piece.days[:1]


def _last_day(piece: Piece) -> date:
    return piece.days[-1] if piece.days else day_of(piece.name)


def _told(captures: pa.Table) -> list[dict[str, object]]:
    """Captures as text and numbers: instants in microseconds since 1970."""
    at = captures.schema.get_field_index("observed_at")
    micros = captures.column("observed_at").cast(pa.int64())
    return list(captures.set_column(at, "observed_at", micros).to_pylist())


def _captures(table: Table, told: Sequence[Sequence[str]]) -> pa.Table:
    """The inverse of `_told`."""
    columns = list(zip(*told, strict=True)) or [()] * 4
    source_id, day, at, sha = columns
    schema = pa.schema(
        [table.arrow_schema().field(n) for n in ("source_id", "observed_on", "observed_at", "capture_sha256")]
    )
    instants = pa.array([int(micros) for micros in at], pa.int64()).cast(schema.field("observed_at").type)
    days = pa.array([date.fromisoformat(text) for text in day], pa.date32())
    return pa.Table.from_arrays(
        [pa.array(source_id, pa.string()), days, instants, pa.array(sha, pa.string())], schema=schema
    )


def _select(part: Said, columns: Sequence[str] | None) -> Said:
    if columns is None:
        return part
    rows, captures = (
        some.select([name for name in some.schema.names if name in columns])
        for some in (part.rows, part.captures)
    )
    return replace(part, rows=rows, captures=captures)


def _until(kept: Said, until: date | None) -> Said:
    if until is None:
        return kept
    days = kept.captures.column("observed_on").to_numpy()
    return kept.until(int(np.count_nonzero((days <= np.datetime64(until))[kept.capture])))


def _forget_others(location: Location, stamps: Mapping[str, str], sources: Mapping[str, object]) -> None:
    """Removes what is kept of sources that have no rows any more."""
    for name in stamps:
        if name.startswith(KEPT) and name.rsplit("/", 1)[-1].split(".")[0] not in sources:
            location.remove(name)
