"""A derived table from elsewhere, believed as far as its declaration goes: its columns, its types, its dates,
and a size that tables have.
"""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.clock import utc_today
from warehouse.parquet import READ_ERRORS, SnapshotError, opened, without_seal
from warehouse.schema import Table

MOST_CELLS = 400_000_000  # of all dates
MOST_ENCODED = 2**30
MOST_OF_A_DATE = 512 * 2**20  # bytes, with every text in full
MOST_DATES = 4_000
AHEAD = timedelta(days=1)  # of a publisher whose clock is before ours


class ForeignTableError(ValueError):
    """A table that is not what its declaration says; the message says where."""


def states_of(body: bytes, name: str, table: Table, newest: date) -> dict[date, pa.Table]:
    """The rows of a composed file by as-of date, and of `newest` even where there are none; its text as
    numbers of a dictionary (`plain_text`).

    ForeignTableError where the file is larger than any, lacks a column that has no empty cells, has a column
    of another type or an empty cell where none may be, or dates of the future. SnapshotError where it is no
    Parquet file, or not the one that was written.
    """
    try:
        said = opened(body, name)
        _in_bounds(said.metadata)
        _as_declared(said.schema_arrow.empty_table(), table)
        text = [f.name for f in said.schema_arrow if pa.types.is_string(f.type)]
        rows = without_seal(opened(body, name, text).read())
    except SnapshotError:
        raise
    except READ_ERRORS as bad:
        raise ForeignTableError(str(bad)[:300]) from bad
    _as_declared(rows, table)
    column = rows.column("as_of")
    days = pc.unique(column).to_pylist()
    if len(days) > MOST_DATES:
        raise ForeignTableError(f"{len(days)} as-of dates; a set has at most {MOST_DATES}")
    states = {believed(day): rows.filter(pc.equal(column, day)) for day in sorted({*days, newest})}
    for day, state in states.items():
        if (size := _spelt_out(state)) > MOST_OF_A_DATE:
            raise ForeignTableError(f"{size} bytes as of {day}; a table has at most {MOST_OF_A_DATE}")
    return states


def believed(day: date) -> date:
    """The as-of date, if it has come; ForeignTableError where it lies in the future."""
    if day > utc_today() + AHEAD:
        raise ForeignTableError(f"it says to be known as of {day}, which is in the future")
    return day


def plain_text(rows: pa.Table) -> pa.Table:
    """The rows with their text as text: a file that was written coded reads as it was declared."""
    return rows.cast(
        pa.schema(
            [f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in rows.schema],
            rows.schema.metadata,
        )
    )


def _in_bounds(said: pq.FileMetaData) -> None:
    cells = said.num_rows * said.num_columns
    encoded = sum(said.row_group(n).total_byte_size for n in range(said.num_row_groups))
    if not (0 <= cells <= MOST_CELLS and 0 <= encoded <= MOST_ENCODED):
        raise ForeignTableError(f"{cells} cells, {encoded} bytes; no table is that large")


def _as_declared(rows: pa.Table, table: Table) -> None:
    for field in table.arrow_schema():
        if field.name not in rows.column_names:
            if not field.nullable:
                raise ForeignTableError(f"it has no column {field.name}")
            continue
        column = rows.column(field.name)
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if kind != field.type and not pa.types.is_null(kind):
            raise ForeignTableError(f"its column {field.name} is of {kind}, not of {field.type}")
        if column.null_count and not field.nullable:
            raise ForeignTableError(f"its column {field.name} has empty cells")


def _spelt_out(rows: pa.Table) -> int:
    """The bytes of a table with every text of a dictionary written in full."""
    total = 0
    for column in rows.columns:
        for chunk in column.chunks:
            if isinstance(chunk, pa.DictionaryArray):
                lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
                total += pc.sum(lengths).as_py() or 0
            else:
                total += chunk.nbytes
    return int(total)
