"""The marts as small frames for the page: rows picked by value, nothing computed. A table that is not there
gives no rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.conventions import HEADLINE_LAG, QUOTED_PAIR
from warehouse.mart_tables import mart_tables
from warehouse.seeds import boards

Tables = Mapping[str, pa.Table]

UNSHOWN = ("model_aliases", "unmatched", "source_price_intervals", "model_dates", "address_freshness")
SHOWN_ROWS = {
    "lag": (pc.field("leader") == "US")
    & (pc.field("follower") == "CN")
    & (pc.field("kind") == "released")
    & (pc.field("tolerance") == 0.0),
    "price_ratio": pc.field("comparison").isin(["at_capability", "flagship", QUOTED_PAIR]),
}


def picked(tables: Tables, name: str, **equal: object) -> pd.DataFrame:
    """The rows of a mart whose columns equal what is given (a list: one of them); the declared columns with
    no rows where it is missing.
    """
    table = tables.get(name)
    if table is None:
        declared = mart_tables().get(name)
        return pd.DataFrame(columns=list(declared.column_names) if declared else [*equal])
    fits = []
    for column, value in equal.items():
        values, kind = table.column(column), table.schema.field(column).type
        if isinstance(value, (list, tuple, set)):
            fits.append(pc.is_in(values, value_set=pa.array(sorted(value), kind)))
        else:
            fits.append(pc.equal(values, pa.scalar(value, kind)))
    if fits:
        table = table.filter(reduce(pc.and_, fits))
    return table.to_pandas(date_as_object=False)


def compact(tables: Tables) -> dict[str, pa.Table]:
    """The tables without the rows that no part of the page shows: other pairs of groups, tolerances, and
    prices pair by pair.
    """
    return {
        name: table.filter(SHOWN_ROWS[name]) if name in SHOWN_ROWS else table
        for name, table in tables.items()
        if name not in UNSHOWN
    }


def model_names(tables: Tables) -> dict[str, str]:
    """model_id -> the name for readers."""
    models = picked(tables, "models")
    return dict(zip(models["model_id"], models["name"], strict=True))


@cache
def board_names() -> dict[str, str]:
    """board_id -> the board's name."""
    seed = boards()
    return dict(zip(seed["board_id"], seed["name"], strict=True))


@cache
def _places() -> dict[str, int]:
    seed = boards()
    general = seed.loc[seed["general"], "board_id"].tolist()
    single = seed.loc[seed["role"] == "benchmark", "board_id"]
    return {
        **dict.fromkeys(single, len(seed)),
        **{board: place for place, board in enumerate(general, -len(general))},
    }


def board_order(board_id: str) -> tuple[int, str]:
    """Sort key: general boards as in boards.csv, the others by id, single benchmarks of an archive last."""
    return _places().get(board_id, 0), board_id


def newest(frame: pd.DataFrame, by: list[str], on: str = "valid_on") -> pd.DataFrame:
    """The last row (by `on`) of each group `by`."""
    return frame.sort_values([*by, on], kind="stable").drop_duplicates(by, keep="last")


def lags_today(tables: Tables) -> pd.DataFrame:
    """Per board the newest US-CN row of the trailing twelve months' mean that has a value, boards in their
    order.
    """
    rows = picked(tables, "lag", **HEADLINE_LAG)
    rows = newest(rows[rows["lag_days"].notna()], ["board_id"])
    order = sorted(range(len(rows)), key=lambda i: board_order(str(rows["board_id"].iloc[i])))
    return rows.iloc[order].reset_index(drop=True)


def ratios_today(tables: Tables, basis: str = "blend_3_1") -> pd.DataFrame:
    """The newest price ratios at equal capability (point bound) on one basis, the Chinese frontier's first,
    then by level.
    """
    rows = picked(
        tables, "price_ratio", comparison="at_capability", basis=basis, bound="point", window_days=0
    )
    rows = newest(
        rows[rows["ratio"].notna()].assign(_level=lambda f: f["level"].fillna(-1.0)), ["_level"], "day"
    )
    return rows.sort_values("_level", kind="stable").drop(columns="_level").reset_index(drop=True)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dicts by column, with None for everything that pandas holds for missing."""
    names = [str(name) for name in frame.columns]
    gone = (
        frame.isna().to_numpy()
    )  # of all columns at once: a frame of a row is asked as often as one of a thousand
    some = np.any(gone, axis=0)
    columns = []
    for number, (_, column) in enumerate(frame.items()):
        values = column.tolist()
        if some[number]:
            values = [
                None if missing else value
                for value, missing in zip(values, gone[:, number].tolist(), strict=True)
            ]
        columns.append(values)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
