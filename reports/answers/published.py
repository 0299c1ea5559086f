"""The published tables of a home or of any address that holds a published set, as small Arrow tables or as
frames with their units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.location import Location, home
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.parquet import opened

if TYPE_CHECKING:
    import pandas as pd

Keep = Callable[[pa.Table], "pa.ChunkedArray | pa.Array"]


def as_of_dates(location: Location) -> list[date]:
    """The days of which derived tables are kept, in order."""
    return Marts(location).as_ofs()


def name_of(location: Location, table: str, as_of: date | None) -> str:
    """The file of a derived table: the newest state, or that known on `as_of`.

    ValueError for a table that there is not, or a day of which nothing is kept; it names what there is.
    """
    if table not in mart_tables():
        raise ValueError(f"no derived table is called {table!r}; there are {', '.join(mart_tables())}")
    dates = as_of_dates(location)
    if not dates:
        raise ValueError(f"{location.root}: nothing is derived yet; run: gapledger run")
    if as_of is not None and as_of not in dates:
        near = ", ".join(d.isoformat() for d in sorted(dates, key=lambda d: abs(d - as_of))[:3])
        raise ValueError(f"nothing is kept as of {as_of}; the nearest days are {near}")
    return f"marts/as_of/{as_of or dates[-1]}/{table}.parquet"


def rows(
    location: Location,
    table: str,
    as_of: date | None = None,
    columns: Sequence[str] | None = None,
    where: tuple[str, Keep] | None = None,
) -> pa.Table:
    """The rows of a derived table as known on `as_of` (default: the newest day).

    where: a column and what makes a mask of it: that column is read first, and the others only of the row
    groups with a row that fits.
    """
    name = name_of(location, table, as_of)
    file = opened(location.read(name), name)
    if where is None:
        return file.read(columns=list(columns) if columns else None)
    parts = []
    for group in range(file.num_row_groups):
        mask = where[1](file.read_row_group(group, columns=[where[0]]).column(where[0]))
        if pa.compute.any(mask).as_py():
            part = file.read_row_group(group, columns=list(columns) if columns else None)
            parts.append(part.filter(mask))
    return pa.concat_tables(parts) if parts else file.schema_arrow.empty_table()


def units(table: str) -> dict[str, str]:
    """The unit of each column of a derived table that has one."""
    return {f.name: f.column.unit for f in mart_tables()[table].fields if f.column.unit}


def read(table: str, as_of: date | None = None, at: str | None = None) -> pd.DataFrame:
    """A derived table as a frame; `frame.attrs["units"]` maps columns to units.

    at: a folder or s3:// address of a home (default: GAPLEDGER_HOME, else data/). Days are datetime64.
    """
    frame = rows(home(at), table, as_of).to_pandas(date_as_object=False)
    frame.attrs.update(units=units(table), table=table)
    return frame
