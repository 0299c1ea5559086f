"""The rows of a snapshot table as what is said, and where: each distinct row once, and of every row which one
it is and in which capture it stood.

From day to day a source says nearly all again: of 1.5 million rows of prices 0.1 million are distinct. Work
that depends on what is said is so done once for each of these, and grows with what changed, not with the
days. Nothing is lost: `Said.written_out` gives the rows as they stand in the snapshots, in their order. What
the days of a source say is kept (warehouse/kept_said.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.schema import Table

WHERE = ("source_id", "observed_on", "observed_at", "capture_sha256")  # of a capture, not of what it says
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Said:
    """rows: each distinct row once, in the order of first appearance, without observed_on, observed_at and
    capture_sha256. captures: WHERE, one row a capture and day. number, capture: of every row of the table, in
    order, its place in these two.
    """

    rows: pa.Table
    captures: pa.Table
    number: Numbers
    capture: Numbers

    def until(self, count: int) -> Said:
        """The first `count` rows of the table."""
        number, capture = self.number[:count], self.capture[:count]
        last = (int(some.max(initial=-1)) + 1 for some in (number, capture))
        return Said(self.rows.slice(0, next(last)), self.captures.slice(0, next(last)), number, capture)

    def written_out(self, which: NDArray[np.bool_] | slice = slice(None)) -> pa.Table:
        """Rows of the table as they stand in the snapshots (columns: those of `rows`, then WHERE without
        source_id).
        """
        rows = self.rows.take(pa.array(self.number[which]))
        where = self.captures.take(pa.array(self.capture[which]))
        for name in (n for n in WHERE[1:] if n in where.schema.names):
            rows = rows.append_column(where.schema.field(name), where.column(name))
        return rows

    @property
    def first(self) -> NDArray[np.int64]:
        """Of each distinct row the row of the table in which it is first said."""
        return firsts(self.number)


def firsts(number: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where each number stands first; numbers are given by first appearance."""
    before = np.maximum.accumulate(np.append(np.int64(-1), number[:-1]))[: len(number)]
    return np.flatnonzero(number > before)


def said(rows: pa.Table) -> Said:
    """Some rows of a table, in this form."""
    where = [name for name in WHERE if name in rows.schema.names]
    what = [name for name in rows.schema.names if name == "source_id" or name not in WHERE]
    number, capture = numbered(rows.select(what)), numbered(rows.select(where))
    return Said(
        rows.select(what).take(pa.array(firsts(number))),
        rows.select(where).take(pa.array(firsts(capture))),
        number,
        capture,
    )


def together(parts: Sequence[Said], table: Table) -> Said:
    """The parts of a table one after the other; text as numbers of a dictionary in the order of first
    appearance.
    """
    rows, which = _joined([part.rows for part in parts], table)
    captures, where = _joined([part.captures for part in parts], table)
    number = _renumbered([part.number for part in parts], [part.rows.num_rows for part in parts], which)
    capture = _renumbered([part.capture for part in parts], [part.captures.num_rows for part in parts], where)
    return Said(rows, captures, number, capture)


def _joined(tables: Sequence[pa.Table], table: Table) -> tuple[pa.Table, Numbers]:
    """The distinct rows of some tables, and of each row which it is."""
    declared = {field.name: field.type for field in table.arrow_schema()}
    names = tables[0].schema.names if tables else []
    plain = pa.schema([(name, declared[name]) for name in names])
    whole = pa.concat_tables([some.cast(plain) for some in tables])
    coded = pa.table(
        {
            name: whole.column(name).combine_chunks().dictionary_encode()
            if pa.types.is_string(plain.field(name).type)
            else whole.column(name)
            for name in names
        }
    )
    number = numbered(coded)
    first = firsts(number)
    if len(first) < len(number):
        coded = coded.take(pa.array(first))
    return coded.combine_chunks(), number


def _renumbered(numbers: Iterable[Numbers], sizes: Iterable[int], new: Numbers) -> Numbers:
    found, before = [np.empty(0, dtype=np.int32)], 0
    for number, size in zip(numbers, sizes, strict=True):
        found.append(new[before : before + size][number])
        before += size
    return np.concatenate(found)


def numbered(rows: pa.Table) -> Numbers:
    """One number a distinct row, by first appearance; missing equals missing."""
    import pandas as pd

    total = np.zeros(rows.num_rows, dtype=np.int64)
    for column in rows.columns:
        whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if not pa.types.is_dictionary(whole.type):
            whole = whole.dictionary_encode(null_encoding="encode")
        code = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
        size = len(whole.dictionary) + 1
        if size > 2 or whole.indices.null_count:
            total = pd.factorize(total * size + code)[0].astype(np.int64)
    return total.astype(np.int32)
