"""The small tables kept by hand that are read as they are: providers, boards, policy events. Identity's seeds
are in seed_tables.py.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def reference(name: str) -> pd.DataFrame:
    """The seed `warehouse/seeds/<name>.csv` with every column as text ('' where empty); FileNotFoundError
    where there is none.
    """
    with files("warehouse").joinpath("seeds", f"{name}.csv").open("rb") as stream:
        return pd.read_csv(stream, dtype="str", keep_default_na=False, comment=None)


@cache
def boards() -> pd.DataFrame:
    """The boards, one row a board_id: higher_is_better as bool, the scale's ends and the interval level as
    numbers.
    """
    frame = reference("boards").copy()
    for column in ("scale_min", "scale_max", "interval_level"):
        frame[column] = pd.to_numeric(frame[column].replace("", None))
    return frame.assign(higher_is_better=frame["higher_is_better"].str.lower() == "true")
