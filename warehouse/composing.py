"""One file a derived table with every kept date, written so that a date is encoded once: what the file of
before has of it is copied as it lies (warehouse/row_groups.py), and only row groups with a new, rebuilt or
dropped date are written.

Days of few rows share a row group, in the order of days, so that the same dates give the same bytes whether
they came one a night or all at once. The file says of itself which days each of its batches holds.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.parquet import SnapshotError, leave_out, opened, writing_coded
from warehouse.row_groups import joined
from warehouse.schema import Table
from warehouse.seals import sealed

BATCHES = "gapledger.batches"
FEW_ROWS = 20_000  # days of fewer rows share a row group: a reader pays for each of them
Batch = tuple[tuple[date, int], ...]  # days with their rows


@dataclass
class Composed:
    """A composed file, as published: its bytes, and the row groups of each batch."""

    body: bytes
    groups: dict[Batch, range] = field(default_factory=dict)

    @classmethod
    def of(cls, body: bytes, name: str, schema: pa.Schema, group_rows: int) -> Composed:
        """What can be taken from a file; nothing of one that is damaged, of before batches were noted, or of
        other columns.
        """
        found = cls(body)
        try:
            file = opened(body, name)
        except SnapshotError as damaged:
            leave_out(damaged)
            return found
        said = (file.metadata.metadata or {}).get(BATCHES.encode())
        if said is None or not file.schema_arrow.equals(schema, check_metadata=False):
            return found
        kept = json.loads(said)
        if kept["group_rows"] != group_rows:
            return found
        first = 0
        for days in kept["batches"]:
            batch = tuple((date.fromisoformat(day), rows) for day, rows in days)
            count = groups_of(batch, group_rows)
            found.groups[batch] = range(first, first + count)
            first += count
        return found

    @cached_property
    def rows(self) -> dict[date, int]:
        """The rows of each day that it holds."""
        return {day: rows for batch in self.groups for day, rows in batch}


def groups_of(batch: Batch, group_rows: int) -> int:
    """How many row groups a batch is written as."""
    return max(1, -(-sum(rows for _, rows in batch) // group_rows))


def compose(
    table: Table,
    days: Sequence[date],
    schema: pa.Schema,
    counted: Callable[[date], int | None],
    read_day: Callable[[date], pa.Table | None],
    before: Composed,
) -> bytes:
    """The file of these days. `counted` gives a day's rows by its footer, `read_day` the rows in
    `coded(schema)`; None where the day is left out. They are asked for what `before` has not.
    """
    there = [(day, before.rows[day] if day in before.rows else counted(day)) for day in days]
    sink = io.BytesIO()
    told: dict[str, str] = {}
    batches: list[Batch] = []
    places: list[range | None] = []  # of a batch, in the file of before; None: written anew
    with writing_coded(sink, schema, told) as writer:
        for batch in _batches([(day, rows) for day, rows in there if rows is not None]):
            held = before.groups.get(batch)
            written = batch if held else _write(writer, batch, read_day, table.group_rows)
            if written:
                batches.append(written)
                places.append(held)
        said = [[[day.isoformat(), rows] for day, rows in batch] for batch in batches]
        told[BATCHES] = json.dumps({"group_rows": table.group_rows, "batches": said})
    fresh = sink.getvalue()
    if not any(places):
        return sealed(fresh)
    groups, first = [], 0
    for batch, held in zip(batches, places, strict=True):
        new = range(first, first + groups_of(batch, table.group_rows))
        first = new.stop if held is None else first
        groups += [(fresh, n) for n in new] if held is None else [(before.body, n) for n in held]
    return sealed(joined(fresh, groups))


def _batches(days: Sequence[tuple[date, int]]) -> list[Batch]:
    """The days as they share row groups: together until they have `FEW_ROWS` rows."""
    found: list[Batch] = []
    some: list[tuple[date, int]] = []
    for number, (day, rows) in enumerate(days, 1):
        some.append((day, rows))
        if number == len(days) or sum(n for _, n in some) >= FEW_ROWS:
            found.append(tuple(some))
            some = []
    return found


def _write(
    writer: pq.ParquetWriter, batch: Batch, read_day: Callable[[date], pa.Table | None], group_rows: int
) -> Batch:
    """Writes the days of a batch that can be read; gives those with their rows."""
    read = [(day, rows) for day, _ in batch if (rows := read_day(day)) is not None]
    if read:
        rows = pa.concat_tables([rows for _, rows in read]).unify_dictionaries()
        writer.write_table(rows, row_group_size=group_rows)
    return tuple((day, rows.num_rows) for day, rows in read)
