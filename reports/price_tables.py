"""The tables on prices: by level of capability, how fast a level gets cheaper, and the flagships' medians."""

from __future__ import annotations

import pandas as pd

from reports import marks as layers
from reports.board_data import Names
from reports.components import Grid
from reports.headline import BASIS_WORDS
from reports.selectors import Tables, picked, records
from reports.wording import NOTHING, cheapening, day, dollars, interval, number, times


def levels_grid(rows: pd.DataFrame, names: Names) -> Grid:
    """The cheapest model of each country at each level of capability, on one day."""
    body = tuple(
        (
            "the Chinese frontier" if r["level"] is None else number(r["level"]),
            names(r["us_model_id"]),
            dollars(r["us_price_usd"]),
            names(r["cn_model_id"]),
            dollars(r["cn_price_usd"]),
            times(r["ratio"]),
            interval(r["ratio_lo90"], r["ratio_hi90"]).removeprefix("90 % interval "),
            day(r["day"]),
        )
        for r in records(rows)
    )
    header = (
        "capability at least",
        "cheapest US",
        "USD per 1M",
        "cheapest Chinese",
        "USD per 1M",
        "US / China",
        "90 % interval",
        "day",
    )
    return Grid(f"By level of capability, {BASIS_WORDS['blend_3_1']}", header, body, frozenset({2, 4, 5}))


def declines_grid(tables: Tables) -> Grid:
    """By what factor a level is cheaper after a year."""
    rows = picked(tables, "price_decline", basis="blend_3_1").sort_values(["level", "country"], kind="stable")
    body = tuple(
        (
            number(r["level"]),
            layers.SIDE_WORDS.get(r["country"], r["country"]),
            times(r["factor_per_year"]),
            f"{cheapening(r['slope_hi90'])} to {cheapening(r['slope_lo90'])}",
            day(r["first_day"]),
            day(r["last_day"]),
        )
        for r in records(rows)
    )
    header = ("capability", "country", "cheaper after a year", "90 % interval", "from", "to")
    return Grid(
        "How fast a level of capability gets cheaper (1 times: not at all; below 1: dearer)",
        header,
        body,
        frozenset({0, 2, 3}),
    )


def medians_grid(tables: Tables) -> Grid:
    """The medians of the labs' current flagships and their ratio, by basis."""
    rows = picked(tables, "price_ratio", comparison="flagship")
    rows = rows.sort_values("day", kind="stable").drop_duplicates(["basis", "window_days"], keep="last")
    # The rows of the rolling mean repeat the medians of their last day: one line a basis, the mean of the
    # ratio beside that day's.
    means = {r["basis"]: r for r in records(rows[rows["window_days"] > 0])}
    body = tuple(
        (
            BASIS_WORDS.get(r["basis"], r["basis"]),
            dollars(r["us_price_usd"]),
            dollars(r["cn_price_usd"]),
            times(r["ratio"]),
            NOTHING if r["basis"] not in means else times(means[r["basis"]]["ratio"]),
            day(r["day"]),
        )
        for r in records(rows[rows["window_days"] == 0].sort_values("basis", kind="stable"))
    )
    header = ("price", "US median", "Chinese median", "US / China that day", "mean ratio of 90 days", "day")
    return Grid("Median price of the labs' current flagships", header, body, frozenset({1, 2, 3, 4}))
