"""The lag of single labs behind the US frontier, board by board."""

from __future__ import annotations

import pandas as pd

from transforms.boards.board_versions import Version
from transforms.boards.lag_cache import Cache
from transforms.boards.lag_tables import lag_tables

LEAST_MODELS = 3  # of a lab on a board version: fewer make no frontier
SHOWN = ("event", "parity", "trailing12")


def lab_pairs(models: pd.DataFrame, leader: str = "US", country: str = "CN") -> list[tuple[str, str]]:
    """The leader with each lab of a country that has released at least three flagships."""
    flags = models[models["flagship"].fillna(False).astype(bool) & (models["country"] == country)]
    count = flags.groupby("lab_id", observed=True)["model_id"].nunique()
    return [(leader, str(lab)) for lab in sorted(count.index[count >= LEAST_MODELS])]


def lab_lags(
    versions: list[Version], as_of: pd.Timestamp, models: pd.DataFrame, cache: Cache
) -> pd.DataFrame:
    """The `lag` rows of Chinese labs: `SHOWN` without tolerance, by the newest capture, by the month, of labs
    with at least three models on the board; without intervals, for which a board has too few models of a lab
    (`pooled_lag` has them).
    """
    pairs = lab_pairs(models[models["released_on"] <= as_of])
    if not pairs:
        return pd.DataFrame()
    rows = lag_tables(versions, as_of, pairs, cache=cache, intervals=False, models=models).lag
    if "definition" not in rows:
        return pd.DataFrame()
    shown = rows["definition"].isin(SHOWN) & (rows["tolerance"] == 0) & (rows["kind"] == "released")
    rows = rows[shown & (rows["vintage_basis"] == "as_of")]
    board = rows[["board_id", "board_version", "follower"]].astype(str).agg("|".join, axis=1)
    events = board[rows["definition"] == "event"].value_counts()
    return rows[board.isin(events.index[events >= LEAST_MODELS])].reset_index(drop=True)
