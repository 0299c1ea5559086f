"""The published tables of a home or of any address that holds a published set, as small Arrow tables or as
frames with their units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.foreign_tables import plain_text
from warehouse.location import DESCRIPTOR, Location, home
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.parquet import opened
from warehouse.published_set import PublishedSet, is_web

if TYPE_CHECKING:
    import pandas as pd

Keep = Callable[[pa.Table], "pa.ChunkedArray | pa.Array"]


def plain_set(location: Location) -> PublishedSet | None:
    """The set at an address that is no home but holds a published set (a static host, a copied folder): read
    by its descriptor. None for a home.
    """
    if is_web(location.root):
        return PublishedSet(location.root)
    copied = not location.exists("marts/as_of") and location.exists(DESCRIPTOR)
    return PublishedSet(location.root) if copied else None


def as_of_dates(location: Location) -> list[date]:
    """The days of which derived tables are kept, in order; of a plain set the newest alone."""
    there = plain_set(location)
    return Marts(location).as_ofs() if there is None else [there.newest]


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
        raise ValueError(f"nothing is kept as of {as_of}; the nearest days are {nearest(dates, as_of)}")
    name = f"marts/as_of/{as_of or dates[-1]}/{table}.parquet"
    if not location.exists(name):
        raise ValueError(f"{table} is not kept as of {as_of or dates[-1]}; run: gapledger marts --as-of DATE")
    return name


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
    there = plain_set(location)
    if there is not None:
        return _of_plain_set(there, table, as_of, columns, where)
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


def _of_plain_set(
    there: PublishedSet,
    table: str,
    as_of: date | None,
    columns: Sequence[str] | None,
    where: tuple[str, Keep] | None,
) -> pa.Table:
    """The same of a plain set: its composed file keeps the dates that there are."""
    if table not in there.tables:
        raise ValueError(f"{there.address} has no table {table!r}; it has {', '.join(there.tables)}")
    states = there.states(table)
    day = as_of or there.newest
    if as_of is not None and day not in states:
        raise ValueError(f"nothing is kept as of {day}; the nearest days are {nearest(list(states), day)}")
    found = plain_text(states[day])
    found = found if where is None else found.filter(where[1](found.column(where[0])))
    return found.select(list(columns)) if columns else found


def as_day(value: date | str | None, name: str) -> date | None:
    """A day as a caller from Python gives it: a date, or its ISO text. ValueError names the argument."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected a date or YYYY-MM-DD, found {value!r}") from None


def nearest(dates: Sequence[date], wanted: date) -> str:
    """The three days next to the one that is wanted, in words."""
    return ", ".join(d.isoformat() for d in sorted(dates, key=lambda d: abs(d - wanted))[:3])


def units(table: str) -> dict[str, str]:
    """The unit of each column of a derived table that has one."""
    return {f.name: f.column.unit for f in mart_tables()[table].fields if f.column.unit}


def read(table: str, as_of: date | str | None = None, at: str | None = None) -> pd.DataFrame:
    """A derived table as a frame; `frame.attrs["units"]` maps columns to units.

    at: a home or any address that holds a published set, as a folder, s3:// or http(s):// (default:
    GAPLEDGER_HOME, else data/); what a plain address gives is compared with its descriptor's digests.
    Days are datetime64.
    """
    frame = rows(home(at), table, as_day(as_of, "as_of")).to_pandas(date_as_object=False)
    frame.attrs.update(units=units(table), table=table)
    return frame
