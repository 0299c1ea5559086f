"""The files of a snapshot table read, many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pyarrow as pa

from warehouse.bookkeeping import CAPTURES
from warehouse.folded import Folded, FoldedRows, Piece, may_be_folded
from warehouse.location import Location
from warehouse.parquet import SnapshotError, leave_out, read, unreadable
from warehouse.schema import Table

READERS = 8


def coded_schema(table: Table, columns: Sequence[str] | None = None) -> pa.Schema:
    """The columns of a table (or those asked for, in the table's order), text as numbers of a dictionary."""
    words = pa.dictionary(pa.int32(), pa.string())
    fields = [f for f in table.arrow_schema() if columns is None or f.name in columns]
    return pa.schema([pa.field(f.name, words if pa.types.is_string(f.type) else f.type) for f in fields])


def load(
    location: Location, table: Table, some: Sequence[Piece], schema: pa.Schema
) -> list[list[pa.Table] | None]:
    """The rows of each piece, as `schema` has them; None for a damaged one, which is left out with a warning.
    SnapshotError where it is part of the archive's index: without it the archive would seem to lack what it
    has.
    """
    # A store far away answers many requests in the time of one; of a disk, each thread reads and decodes its
    # own files.
    bodies = _bodies(location, [piece.name for piece in some]) if location.remote else {}
    texts = [f.name for f in schema if pa.types.is_dictionary(f.type)]
    how = {"read_dictionary": texts, "only": schema.names, "use_threads": False}

    def one(piece: Piece) -> list[pa.Table] | None:
        try:
            return [rows.cast(schema) for rows in _rows(location, piece, bodies.pop(piece.name, None), how)]
        except (SnapshotError, OSError, ValueError) as bad:  # a ValueError: a file of another table
            damaged = bad if isinstance(bad, SnapshotError) else unreadable(piece.name, bad)
            if table is CAPTURES:
                raise damaged from bad
            leave_out(damaged)
            return None

    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(one, some))


def _bodies(location: Location, names: Sequence[str]) -> dict[str, bytes]:
    try:
        return dict(zip(names, location.read_many(names), strict=True))
    except FileNotFoundError:
        return {}  # one was folded meanwhile: each is read by itself


def _rows(location: Location, piece: Piece, body: bytes | None, how: Mapping[str, Any]) -> list[pa.Table]:
    """The rows of a piece; where its file was folded, or taken apart, since it was listed, of what holds its
    days now.
    """
    try:
        rows = read(location.read(piece.name) if body is None else body, piece.name, **how)
        return FoldedRows.of(rows).some(piece.days) if piece.days else [rows]
    except FileNotFoundError:
        if not (piece.days or may_be_folded(piece.name)):
            raise
        _, directory, source_id, _ = piece.name.split("/")
        days = piece.days or (date.fromisoformat(piece.name[-18:-8]),)
        found = []
        for name in (f"snapshots/{directory}/{source_id}/{day.isoformat()}.parquet" for day in days):
            if location.exists(name):
                found.append(read(location.read(name), name, **how))
            elif (rows := Folded(location).day(name, **how)) is not None:
                found.append(rows)
        return found
