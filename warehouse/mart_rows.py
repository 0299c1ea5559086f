"""From the transforms' frames to the declared tables: columns in order, cast, sorted, and withheld where a
licence asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.mart_tables import mart_tables
from warehouse.republication import attributions, publishable
from warehouse.schema import Table
from warehouse.snapshots import parquet_bytes
from warehouse.source_facts import Sources


def declared_tables(frames: dict[str, pd.DataFrame], day: date, sources: Sources) -> dict[str, pa.Table]:
    """The frames, by the name of their table, as the declared tables of `day`; an empty frame gives a table
    without rows. Takes the frames out of `frames`: a year of daily lags need not be in memory twice.
    """
    metadata = {"as_of": day.isoformat(), "licence": "cc_by_4_0"}
    licences = {source_id: source.licence for source_id, source in sources.items()}
    out = {}
    for name in sorted(frames):
        table, frame = mart_tables()[name], frames.pop(name)
        if name == "attributions":
            rows = attributions(licences, {source_id: source.title for source_id, source in sources.items()})
        elif len(frame):
            rows = pa.Table.from_pandas(frame.drop(columns="as_of", errors="ignore"), preserve_index=False)
        else:
            rows = table.arrow_schema().empty_table().drop_columns(["as_of"])
        del frame
        out[name] = publishable(table, conform(table, rows, day, metadata), licences)
    return out


def declared_files(frames: dict[str, pd.DataFrame], day: date, sources: Sources) -> dict[str, bytes]:
    """The frames as the declared tables of `day` in Parquet, one after the other: written out, the widest
    take more memory than all frames. Takes the frames out of `frames`.
    """
    files: dict[str, bytes] = {}
    for name in sorted(frames):
        files |= in_files(declared_tables({name: frames.pop(name)}, day, sources))
    return files


def in_files(tables: dict[str, pa.Table]) -> dict[str, bytes]:
    """The derived tables in Parquet, as `Marts.publish` takes them. Takes them out of `tables`."""
    return {name: parquet_bytes(tables.pop(name), mart_tables()[name].group_rows) for name in sorted(tables)}


def conform(table: Table, frame: pa.Table, as_of: date, metadata: Mapping[str, str]) -> pa.Table:
    """A frame's rows as the declared table: `as_of` added, columns in order and cast, sorted; ValueError
    where one is missing or null.
    """
    if "as_of" not in frame.column_names:
        frame = frame.append_column("as_of", pa.repeat(pa.scalar(as_of, pa.date32()), frame.num_rows))
    missing = [n for n in table.column_names if n not in frame.column_names]
    if missing:
        raise ValueError(f"{table.name}: the transform gives no {missing}; it gives {frame.column_names}")
    schema = table.arrow_schema(metadata)

    def declared(f: pa.Field, column: pa.ChunkedArray) -> pa.ChunkedArray:
        if not f.nullable and column.null_count:
            raise ValueError(f"{table.name}.{f.name}: {column.null_count} nulls in a column that has none")
        try:
            return (
                column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            ).cast(f.type)
        except pa.ArrowInvalid as bad:
            raise ValueError(f"{table.name}.{f.name}: {bad}") from bad

    keys = pa.table({name: declared(schema.field(name), frame.column(name)) for name in table.order})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in table.order])
    del keys
    # Sorted while its words are still numbers of a dictionary, and column by column: never twice as text.
    return pa.table([declared(f, frame.column(f.name).take(order)) for f in schema], schema=schema)
