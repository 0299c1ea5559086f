"""Claims about the lags of a group's records: their mean, and their trend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from transforms.boards.trends import LEAST_POINTS, lag_trend
from transforms.claims.lags import MONTHS, of_groups, on_boards, ranked
from transforms.claims.measurement import Measurement, NotComputable, View, key
from warehouse.conventions import DAYS_PER_MONTH

LEAST_RECORDS = 3


def newest_versions(rows: pd.DataFrame, least: int) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each board's rows of the newest version that has at least `least` of them."""
    many = rows[rows.groupby(["board_id", "board_version"])["lag_days"].transform("size") >= least]
    newest = many[many["vintage"] == many.groupby("board_id")["vintage"].transform("max")]
    for (board, version), part in newest.groupby(["board_id", "board_version"], sort=True):
        yield str(board), str(version), part


def lag_records(
    view: View,
    *,
    statistic: str = "mean",
    since: str = "",
    until: str = "",
    leader: str = "US",
    follower: str = "CN",
    boards: Any = "",
) -> list[Measurement]:
    """Mean, median, min or max of the event lags of the follower's records from `since` to `until` (default:
    the day it was said).
    """
    rows = on_boards(of_groups(view, leader, follower), boards)
    last = pd.Timestamp(until) if until else view.said_on
    rows = rows[
        rows["is_record"].astype(bool) & (rows["vintage_basis"] == "as_of") & (rows["valid_on"] <= last)
    ]
    rows = rows[rows["valid_on"] >= pd.Timestamp(since)] if since else rows
    out = []
    for board, version, part in newest_versions(rows, LEAST_RECORDS):
        value = float(part["lag_days"].agg(statistic)) / DAYS_PER_MONTH
        where = key(
            "lag",
            board_id=board,
            board_version=version,
            definition="event",
            leader=leader,
            follower=follower,
            is_record=True,
            vintage_basis="as_of",
            tolerance=0.0,
        )
        note = f"{len(part)} records from {part['valid_on'].min():%Y-%m-%d}"
        basis = f"{statistic} of event, {version}"
        out.append(Measurement(value, MONTHS, where, board_id=board, basis=basis, valid_on=last, note=note))
    if not out:
        raise NotComputable(f"no board has {LEAST_RECORDS} records of {follower} with a lag in that time")
    return ranked(out, boards)


def lag_slope(
    view: View, *, since: str, until: str = "", leader: str = "US", follower: str = "CN", boards: Any = ""
) -> list[Measurement]:
    """Trend of the event lags of records since a day, months a year, with a moving-block bootstrap interval:
    above 0 the gap widens.
    """
    rows = on_boards(of_groups(view, leader, follower), boards)
    rows = rows[
        rows["is_record"].astype(bool)
        & (rows["vintage_basis"] == "as_of")
        & (rows["valid_on"] >= pd.Timestamp(since))
    ]
    rows = rows[rows["valid_on"] <= pd.Timestamp(until)] if until else rows
    out = []
    for board, version, part in newest_versions(rows, LEAST_POINTS):
        found = lag_trend(
            part["valid_on"].to_numpy().astype("datetime64[D]").astype(float),
            part["lag_days"].to_numpy(dtype=float),
        )
        if np.isfinite(found.per_year):
            where = key(
                "lag_trend",
                board_id=board,
                board_version=version,
                leader=leader,
                follower=follower,
                since=since,
                tolerance=0.0,
                vintage_basis="as_of",
            )
            basis, note = f"trend of event, {version}", f"{found.points} records"
            reading = Measurement(
                found.per_year, "months a year", where, board_id=board, basis=basis, note=note
            )
            out.append(reading._replace(valid_on=view.as_of, lo90=found.lo90, hi90=found.hi90))
    if not out:
        raise NotComputable(f"no board has {LEAST_POINTS} records since {since}")
    return ranked(out, boards)
