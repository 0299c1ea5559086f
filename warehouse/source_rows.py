"""What a source said over one or many captures, held once per distinct row.

A price page says the same thing for weeks: 120 captures of one feed are 1.8 million rows but some 60,000
different ones. So a reading keeps the distinct rows as one Arrow table, sorted by the table's key, and each
capture as the numbers of its rows. Building, checking and writing then cost what changed, not what was
repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.capture import Capture
from warehouse.schema import Table
from warehouse.tables import STAMPED, TABLE_OF_ROW, Row, Unread

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one capture, as numbers of rows in the reading's `distinct`. `unread` names the listed
    models of the last good snapshot that stand on the page and could not be read: they have not vanished.
    """

    address: str
    observed_at: datetime
    sha256: str
    rows: Numbers
    unread: frozenset[str] = frozenset()

    @property
    def day(self) -> date:
        """The UTC day of the capture."""
        return self.observed_at.date()


@dataclass(frozen=True)
class SourceRows:
    """One source's rows for one table. `distinct` has the table's content columns, sorted by its key;
    `baseline` holds what was published before, to compare with: the parts of the last good snapshot, of an
    address that it has not the newest that has it, and (of no address) older rows of keys that it has not;
    `held` the rows that the nights before held back. None is published again.
    """

    source_id: str
    table: Table
    distinct: pa.Table
    parts: tuple[Part, ...]
    baseline: tuple[Part, ...] = ()
    held: tuple[Part, ...] = ()

    @cached_property
    def keys(self) -> Numbers:
        """A number for each distinct row, the same for rows with the same key."""
        names = [n for n in self.table.key if n in self.distinct.column_names]
        return combined([codes(self.distinct.column(n)) for n in names], self.distinct.num_rows)

    @property
    def days(self) -> list[date]:
        """The days observed, in order."""
        return sorted({part.day for part in self.parts})

    def parts_on(self, day: date) -> list[Part]:
        """The parts of a day: of each address the last capture."""
        last: dict[str, Part] = {}
        for part in sorted((p for p in self.parts if p.day == day), key=lambda p: (p.observed_at, p.address)):
            last[part.address] = part
        return list(last.values())

    def _capture_of(self, parts: Sequence[Part], without: Numbers | None) -> npt.NDArray[np.int32]:
        last = np.full(self.distinct.num_rows, -1, dtype=np.int32)
        for at, part in enumerate(parts):
            last[part.rows] = at
        if without is not None:
            last[without] = -1
        return last

    def published_on(self, day: date, without: Numbers) -> list[Part]:
        """The parts of a day as its snapshot has them: without those rows, each row once."""
        parts = self.parts_on(day)
        last = self._capture_of(parts, without)
        return [replace(part, rows=np.flatnonzero(last == at)) for at, part in enumerate(parts)]

    def rows_on(self, day: date, without: Numbers | None = None) -> pa.Table:
        """The snapshot of a day, all columns in the table's order and sorted by its key; rows numbered in
        `without` are left out.

        Where two addresses give the very same row, it is kept once, from the later capture.
        """
        parts = self.parts_on(day)
        last = self._capture_of(parts, without)
        numbers = np.flatnonzero(last >= 0)
        source = last[numbers]
        content = self.distinct.take(pa.array(numbers))
        stamped = {
            "source_id": pa.repeat(pa.scalar(self.source_id), len(numbers)),
            "observed_on": pa.repeat(pa.scalar(day, pa.date32()), len(numbers)),
            "observed_at": pa.array([p.observed_at for p in parts], pa.timestamp("us", tz="UTC")).take(
                pa.array(source)
            ),
            "capture_sha256": pa.array([p.sha256 for p in parts], pa.string()).take(pa.array(source)),
        }
        schema = self.table.arrow_schema()
        arrays = [stamped[f.name] if f.name in stamped else content.column(f.name) for f in schema]
        return pa.table([a.cast(f.type) for a, f in zip(arrays, schema, strict=True)], schema=schema)


@dataclass(slots=True)
class RowSet:
    """Gathers the rows that parsers emit for one table of one source."""

    source_id: str
    table: Table
    numbers: dict[Row, int] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def add(self, capture: Capture, rows: Iterable[Row], unread: frozenset[str] = frozenset()) -> None:
        """Adds one capture's rows and known models it left unread; the same row twice counts once."""
        numbers = self.numbers
        ids = [numbers.setdefault(row, len(numbers)) for row in rows]
        unique = np.fromiter(dict.fromkeys(ids), np.int64)
        self.parts.append(Part(capture.address, capture.captured_at, capture.sha256, unique, unread))

    def reading(
        self,
        before: Sequence[tuple[pa.Table, Mapping[str, str]]] = (),
        held: Sequence[tuple[datetime, pa.Table]] = (),
    ) -> SourceRows:
        """The reading. `before`: published rows, with the addresses of their captures' digests (none of
        rows that are compared one by one and not as a page); `held` are the rows that were held back, by day.
        """
        names = content_columns(self.table)
        schema = pa.schema([self.table.field_named(name).arrow() for name in names])
        columns = list(zip(*self.numbers, strict=True)) or [() for _ in names]
        distinct = pa.table(
            [_array(values, f.type) for values, f in zip(columns, schema, strict=True)], schema=_loose(schema)
        )
        old: list[Part] = []
        for good, where in before:
            if good.num_rows:
                old.extend(_baseline_parts(good, where, distinct.num_rows))
                distinct = pa.concat_tables([distinct, good.select(list(names)).cast(_loose(schema))])
        waiting: list[Part] = []
        for moment, rows in held:
            waiting.append(Part("", moment, "", np.arange(rows.num_rows, dtype=np.int64) + distinct.num_rows))
            distinct = pa.concat_tables([distinct, rows.select(list(names)).cast(_loose(schema))])
        key = [(name, "ascending") for name in self.table.order if name in names]
        order = np.asarray(pa.compute.sort_indices(distinct, sort_keys=key), dtype=np.int64)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        moved, moved_old, moved_held = (
            tuple(replace(p, rows=np.sort(rank[p.rows])) for p in some) for some in (self.parts, old, waiting)
        )
        return SourceRows(
            self.source_id, self.table, distinct.take(pa.array(order)), moved, moved_old, moved_held
        )


def codes(column: pa.ChunkedArray) -> Numbers:
    """A number for each value, the same for equal ones; an empty cell is a value."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(encoded.indices, dtype=np.int64)


def combined(parts: Sequence[Numbers], length: int) -> Numbers:
    """A number for each row, the same for rows that agree in every part."""
    total = np.zeros(length, dtype=np.int64)
    for part in parts:
        total = total * (int(part.max(initial=0)) + 1) + part
        _, total = np.unique(total, return_inverse=True)
    return total.astype(np.int64)


def content_columns(table: Table) -> tuple[str, ...]:
    """The columns that a parser fills in, in the order of the row class."""
    row: type[NamedTuple] | None = table.row
    return tuple(row._fields) if row is not None else tuple(n for n in table.column_names if n not in STAMPED)


def gather(
    source_id: str, read: Iterable[tuple[Capture, Sequence[Row]]], tables: Sequence[Table]
) -> dict[str, RowSet]:
    """Row sets by table name from captures and their rows; ValueError where a parser emits rows of a table it
    did not declare.
    """
    sets = {table.name: RowSet(source_id, table) for table in tables}
    for capture, rows in read:
        by_table: dict[str, list[Row]] = {name: [] for name in sets}
        kinds = {type(row) for row in rows}
        strangers = [k.__name__ for k in kinds if TABLE_OF_ROW[k].name not in sets]
        if strangers:
            raise ValueError(f"{source_id} emits {strangers}, but declares only {sorted(sets)}")
        if len(kinds) == 1:
            by_table[TABLE_OF_ROW[kinds.pop()].name] = list(rows)
        else:
            for row in rows:
                by_table[TABLE_OF_ROW[type(row)].name].append(row)
        unread = frozenset(r.known_model for r in rows if type(r) is Unread and r.known_model)
        for name, mine in by_table.items():
            if mine:
                sets[name].add(capture, mine, unread)
    return {name: rows for name, rows in sets.items() if rows.parts}


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind)


def _loose(schema: pa.Schema) -> pa.Schema:
    # Nulls must be able to reach the checks, which say which row and why; a strict schema would only say that
    # there is one.
    return pa.schema([pa.field(f.name, f.type) for f in schema])


def _baseline_parts(baseline: pa.Table, addresses: Mapping[str, str], offset: int) -> list[Part]:
    shas = np.asarray(baseline.column("capture_sha256").to_pylist(), dtype=object)
    moments = baseline.column("observed_at").to_pylist()
    parts = []
    for sha in dict.fromkeys(shas):
        where = np.flatnonzero(shas == sha)
        parts.append(
            Part(addresses.get(sha, ""), moments[int(where[0])], str(sha), where.astype(np.int64) + offset)
        )
    return parts
