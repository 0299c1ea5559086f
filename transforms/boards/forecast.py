"""The lag at a lab's next major release, if its releases and the trend of its lags go on as they did: an
extrapolation, labelled as one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.boards.trends import LEAST_POINTS, block_indices, slope
from transforms.boards.true_scores import DRAWS, SEED
from transforms.cadence import release_gaps
from transforms.claims.measurement import plain
from warehouse.conventions import DAYS_PER_MONTH, DAYS_PER_YEAR, LEAST_LEADERS

LABEL = (
    "extrapolation: the lab's gaps between major releases and the linear trend of its event lags go on; no"
    " prediction"
)
LEAST_GAPS = 2
LEAST_GAPS_FOR_INTERVAL = 8  # of the day
TREND_DAYS = 1096  # three years of event lags
COLUMNS = (
    "as_of",
    "lab_id",
    "board_id",
    "board_version",
    "leader",
    "follower",
    "label",
    "last_model_id",
    "last_released_on",
    "next_on",
    "next_lo90",
    "next_hi90",
    "lag_days",
    "lo90_days",
    "hi90_days",
    "per_year_months",
    "gaps_counted",
    "points",
)
Reals = NDArray[np.float64]


def forecast(
    models: pd.DataFrame, lags: pd.DataFrame, as_of: pd.Timestamp, leader: str = "US", follower: str = "CN"
) -> pd.DataFrame:
    """`COLUMNS`: one row a lab of `follower` and board, for labs with two gaps between major releases and
    boards with four of its lags.

    models: model_id, lab_id, country, tier, flagship, released_on. lags: the `lag` table as known on `as_of`.
    The day: the last major release plus a gap drawn from the lab's own gaps that are longer than the time
    already gone (where none is, any of them, begun again today). The lag on that day: an ordinary
    least-squares line through the event lags of the lab's flagships of the last three years, refitted on a
    moving-block resample in each of 1,000 draws, plus one of its residuals; the middle and the 5 % and 95 %
    of the draws.
    """
    known = models.dropna(subset=["released_on"])
    known = plain(known[(known["released_on"] <= as_of) & (known["country"] == follower)])
    events = _events(lags, known, as_of, leader, follower)
    gaps = release_gaps(known[(known["tier"] == "major") & known["lab_id"].isin(events["lab_id"])])
    rows = []
    for lab, mine in gaps.groupby("lab_id", sort=True):
        days = mine["days"].dropna().to_numpy(dtype=np.float64)
        if len(days) < LEAST_GAPS:
            continue
        last, random = mine.iloc[-1], np.random.default_rng(SEED)
        wait = next_waits(days, float((as_of - last["released_on"]).days), DRAWS, random)
        when = _day_number(last["released_on"]) + wait
        head = (leader, follower, LABEL, last["model_id"], last["released_on"], *_next_days(when, len(days)))
        points = events[events["lab_id"] == lab]
        for (board, version), part in points.groupby(["board_id", "board_version"], sort=True):
            if len(part) >= LEAST_POINTS:
                lag = _next_lag(part, when, random)
                rows.append((as_of, lab, board, version, *head, *lag, len(days), len(part)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _next_days(when: Reals, gaps: int) -> tuple[object, object, object]:
    """The middle day of the draws, and their 5 % and 95 %: NaT where few gaps make the ends of 90 % the
    shortest and longest of them.
    """
    middle, low, high = (_day(v) for v in np.quantile(when, [0.5, 0.05, 0.95]))
    return (middle, low, high) if gaps >= LEAST_GAPS_FOR_INTERVAL else (middle, pd.NaT, pd.NaT)


def _next_lag(
    points: pd.DataFrame, when: Reals, random: np.random.Generator
) -> tuple[float, float, float, float]:
    """The lag in days on the drawn days `when` (middle, 5 %, 95 %) and the trend in months a year.

    points: valid_on, lag_days, of one lab on one board.
    """
    x = points["valid_on"].to_numpy().astype("datetime64[D]").astype(float)
    y = points["lag_days"].to_numpy(dtype=np.float64)
    low, middle, high = np.quantile(extrapolated(x, y, when, random), [0.05, 0.5, 0.95])
    return middle, low, high, float(slope(x, y)) * DAYS_PER_YEAR / DAYS_PER_MONTH


def _events(
    lags: pd.DataFrame, models: pd.DataFrame, as_of: pd.Timestamp, leader: str, follower: str
) -> pd.DataFrame:
    """Event lags of flagships of the last three years on each board's newest version, with their lab."""
    chosen = (
        (lags["definition"] == "event")
        & (lags["leader"] == leader)
        & (lags["follower"] == follower)
        & (lags["tolerance"] == 0)
    )
    chosen &= (
        (lags["vintage_basis"] == "as_of") & lags["lag_days"].notna() & (lags["follower_revision"] == "")
    )
    chosen &= (lags["leader_models"] >= LEAST_LEADERS) & (
        lags["valid_on"] > as_of - pd.Timedelta(days=TREND_DAYS)
    )
    rows = plain(
        lags.loc[
            chosen, ["board_id", "board_version", "vintage", "valid_on", "lag_days", "follower_model_id"]
        ]
    )
    flags = (
        models[models["flagship"].fillna(False).astype(bool)]
        .drop_duplicates("model_id")
        .set_index("model_id")["lab_id"]
    )
    rows = rows.assign(lab_id=rows["follower_model_id"].map(flags)).dropna(subset=["lab_id"])
    newest = rows.groupby("board_id")["vintage"].transform("max")
    return rows[rows["vintage"] == newest].sort_values(["valid_on", "follower_model_id"])


def next_waits(gaps: Reals, gone: float, draws: int, random: np.random.Generator) -> Reals:
    """Days from the last release to the next, drawn from the gaps longer than the `gone` days; where none is,
    any of them from today on.
    """
    longer = gaps[gaps > gone]
    return random.choice(longer, draws) if len(longer) else np.full(draws, gone) + random.choice(gaps, draws)


def extrapolated(x: Reals, y: Reals, when: Reals, random: np.random.Generator) -> Reals:
    """Draws of y on the days `when`: the line of a moving-block resample, plus a residual of the fitted
    line.
    """
    centre = x.mean()
    fitted = float(slope(x, y))
    left = y - (y.mean() + fitted * (x - centre))
    picks = block_indices(len(x), len(when), random)
    slopes = slope(x[picks], y[picks])
    slopes = np.where(np.isfinite(slopes), slopes, fitted)
    return np.asarray(
        y[picks].mean(axis=1) + slopes * (when - x[picks].mean(axis=1)) + random.choice(left, len(when))
    )


def _day_number(day: pd.Timestamp) -> float:
    return float(day.to_datetime64().astype("datetime64[D]").astype(np.int64))


def _day(number: float) -> pd.Timestamp:
    return pd.Timestamp(round(float(number)), unit="D").as_unit("us")
