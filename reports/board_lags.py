"""Which boards speak of the last months, and each one's mean lag in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports.answers.unseen_words import beside
from reports.selectors import Tables, board_names, lags_today, records
from reports.unseen import unseen
from reports.wording import behind, day, months_interval
from warehouse.conventions import LEAST_LEADERS
from warehouse.seeds import board_ids

CURRENT = timedelta(days=100)


def current_lags(tables: Tables, as_of: date) -> pd.DataFrame:
    """The newest mean lags of boards that speak of the last months and have enough US models; no single
    benchmarks of Epoch's archive.
    """
    lags = lags_today(tables)
    if not len(lags):
        return lags
    current = (lags["valid_on"] >= pd.Timestamp(as_of) - CURRENT) & (lags["leader_models"] >= LEAST_LEADERS)
    return lags[current & ~single_benchmark(lags)]


def single_benchmark(rows: pd.DataFrame) -> pd.Series:
    """Which rows are of one of Epoch's some sixty single benchmarks: they are in the tables, not in the
    headline.
    """
    return rows["board_id"].astype(str).isin(board_ids("role", "benchmark"))


def lag_interval(r: dict[str, Any]) -> str:
    """The 90 % interval of a mean lag, or why there is none: it comes from the board's errors and from
    nothing else.
    """
    said = months_interval(r["lo90_days"], r["hi90_days"])
    return said if r["lo90_days"] is not None else f"{said}: the board states no errors"


def lag_lines(tables: Tables, as_of: date) -> list[str]:
    """One line a board: mean lag of the last twelve months, its interval and date."""
    lags = current_lags(tables, as_of)
    if not len(lags):
        return ["lag: not established, no board with enough US and Chinese models was captured by then"]
    names = board_names()
    return [
        f"lag, {names.get(r['board_id'], r['board_id'])}: {_lag(r)}{beside(_unseen(tables, r))}"
        for r in records(lags)
    ]


def _unseen(tables: Tables, r: dict[str, Any]) -> str:
    return unseen(tables, "lag", board_id=r["board_id"], board_version=r["board_version"])


def _lag(row: dict[str, Any]) -> str:
    return (
        f"{behind(row['lag_days'])} on average over the year to {day(row['valid_on'])} "
        f"({lag_interval(row)}){', or longer' if row['left_truncated'] else ''}"
    )
