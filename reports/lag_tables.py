"""The tables behind the lag's charts: by day, by model, by board, and whether the lag grows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reports.board_data import Board, Names
from reports.components import Grid
from reports.drawing import PALETTE
from reports.selectors import Tables, board_names, lags_today, picked, records
from reports.wording import NOTHING, day, months, number
from warehouse.conventions import LEAST_LEADERS, PLAIN_LAG, US_CN

LINES = {
    "trailing12": PALETTE["cn"],
    "parity": PALETTE["cn"],
    "significant": PALETTE["open"],
    "regression": PALETTE["other"],
}
POINTS = ("event", "catchup", "threshold")


def with_interval(row: dict[str, Any] | None) -> str:
    """'4.9 (4.3 to 5.9)': months with their 90 % interval where there is one."""
    if row is None or row["lag_days"] is None:
        return NOTHING
    return months(row["lag_days"]) + (
        "" if row["lo90_days"] is None else f" ({months(row['lo90_days'])} to {months(row['hi90_days'])})"
    )


def line_grid(board: Board, lines: pd.DataFrame) -> Grid:
    """Date by definition; with intervals where there are any."""
    by = {(r["definition"], r["valid_on"]): r for r in records(lines)}
    days = sorted({d for _, d in by})
    body = tuple((day(d), *(with_interval(by.get((name, d))) for name in LINES)) for d in days)
    header = ("day", "mean of 12 months", "on the day", "since clearly ahead", "trend lines")
    return Grid(
        f"{board.name}: months behind, weekly, with the 90 % interval where there is one",
        header,
        body,
        frozenset({1, 2, 3, 4}),
    )


def point_grid(board: Board, rows: pd.DataFrame, names: Names) -> Grid:
    """One line a model or level: the definitions that measure single models."""
    mine = rows[
        rows["definition"].isin(POINTS)
        & rows["lag_days"].notna()
        & (rows["is_record"] | (rows["definition"] == "threshold"))
    ]
    body = tuple(
        (
            str(r["definition"]),
            day(r["valid_on"]),
            names(r["follower_model_id"]) or "not yet",
            names(r["leader_model_id"]),
            with_interval(r),
            "still running" if r["censored"] else "may be longer" if r["left_truncated"] else "",
        )
        for r in records(mine)
    )
    header = ("definition", "day", "Chinese model", "US model", "months", "note")
    return Grid(f"{board.name}: months behind, model by model", header, body, frozenset({4}))


def trends(tables: Tables, boards: list[Board]) -> Grid:
    """Whether the lags of records grow or shrink."""
    names = {b.id: b.name for b in boards}
    rows = picked(
        tables,
        "lag_trend",
        **US_CN,
        tolerance=PLAIN_LAG["tolerance"],
        vintage_basis="as_of",
        board_id=list(names),
    )
    body = tuple(
        (
            names[r["board_id"]],
            str(r["board_version"]),
            day(r["since"]),
            number(r["per_year_months"], 2),
            f"{number(r['per_year_lo90'], 2)} to {number(r['per_year_hi90'], 2)}",
            number(r["points"]),
            (
                ("growing" if r["per_year_months"] > 0 else "shrinking")
                if r["established"]
                else "not established: the interval crosses zero"
            ),
        )
        for r in records(rows)
        if r["per_year_months"] is not None
    )
    header = ("board", "version", "since", "months a year", "90 % interval", "points", "so the lag is")
    return Grid("Is the lag of Chinese records growing?", header, body, frozenset({3, 4, 5}))


def boards_grid(tables: Tables) -> Grid:
    """The headline definition on every board there is."""
    names = board_names()
    body = tuple(
        (
            names.get(r["board_id"], r["board_id"]),
            str(r["board_version"]),
            months(r["lag_days"]),
            (
                "none known"
                if r["lo90_days"] is None
                else f"{months(r['lo90_days'])} to {months(r['hi90_days'])}"
            ),
            day(r["valid_on"]),
            number(r["leader_models"], 4),
            _doubts(r["leader_models"], bool(r["left_truncated"])),
        )
        for r in records(lags_today(tables))
    )
    header = ("board", "version", "months behind", "90 % interval", "year to", "US models", "doubts")
    return Grid(
        "Every board: months that China is behind the US (negative: ahead), mean of a year",
        header,
        body,
        frozenset({2, 3, 5}),
    )


def _doubts(models: float, truncated: bool) -> str:
    doubts = [f"fewer than {LEAST_LEADERS} US models"] if models < LEAST_LEADERS else []
    return "; ".join([*doubts, *(["may be longer"] if truncated else [])])
