"""Slopes over time with moving-block bootstrap intervals, and medians of censored times (Kaplan-Meier)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.boards.frontier import Flags, Reals
from transforms.boards.mid_quantiles import LEVEL
from transforms.boards.true_scores import DRAWS, SEED
from warehouse.conventions import DAYS_PER_MONTH, DAYS_PER_YEAR

LEAST_POINTS = 4
HIGHEST_DEPENDENCE = 0.8  # an autocorrelation estimated from a dozen points is not trusted beyond


class Trend(NamedTuple):
    """A slope per year, its interval, and how many points it rests on. `established`: the interval lies on
    one side of zero.
    """

    per_year: float
    lo90: float
    hi90: float
    points: int

    @property
    def established(self) -> bool:
        """Whether the interval excludes zero."""
        return self.lo90 > 0 or self.hi90 < 0


def slope(x: Reals, y: Reals) -> Reals:
    """Ordinary least-squares slopes of y on x along the last axis."""
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = (centred * centred).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((centred * y).sum(axis=-1) / spread)


def block_indices(n: int, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Moving-block resamples of 0..n-1 (draws x n); blocks of the cube root of n (Kuensch 1989; Hall,
    Horowitz and Jing 1995).
    """
    length = max(1, round(n ** (1 / 3)))
    starts = rng.integers(0, n - length + 1, (draws, -(-n // length)))
    return (starts[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :n]


@lru_cache(maxsize=32)
def _picks(n: int, draws: int, seed: int) -> NDArray[np.int64]:
    """Trends of as many points take the same resamples: their starts rest on the seed alone."""
    return block_indices(n, draws, np.random.default_rng(seed))


def trend(days: Reals, values: Reals, draws: int = DRAWS, level: float = LEVEL, seed: int = SEED) -> Trend:
    """OLS slope of `values` per year of `days`, with a moving-block bootstrap interval of (day, value) pairs
    in time order.

    All NaN with fewer than four points. Resamples that hold one day only are left out.
    """
    known = ~np.isnan(values)
    order = np.argsort(days[known], kind="stable")
    x, y = days[known][order] / DAYS_PER_YEAR, values[known][order]
    if len(x) < LEAST_POINTS:
        return Trend(float("nan"), float("nan"), float("nan"), len(x))
    picks = _picks(len(x), draws, seed)
    slopes = slope(x[picks], y[picks])
    slopes = slopes[np.isfinite(slopes)]
    middle, wider = float(slope(x, y)), dependence(x, y)
    low, high = np.quantile(slopes, [(1 - level) / 2, (1 + level) / 2])
    return Trend(middle, middle - wider * (middle - low), middle + wider * (high - middle), len(x))


def dependence(x: Reals, y: Reals) -> float:
    """By what factor serial dependence widens an interval of the slope: sqrt((1 + r) / (1 - r)), r the first
    autocorrelation of what the line leaves, with Kendall's correction for few points; at least 1.
    """
    left = y - y.mean() - float(slope(x, y)) * (x - x.mean())
    total = float(left @ left)
    r = float(left[1:] @ left[:-1]) / total if total > 0 else 0.0
    r = float(np.clip(r + (1 + 3 * r) / len(x), 0.0, HIGHEST_DEPENDENCE))
    return float(np.sqrt((1 + r) / (1 - r)))


def established_together(trends: list[Trend], family: NDArray[np.int64], level: float = LEVEL) -> list[bool]:
    """Whether each trend's interval excludes zero after Bonferroni's correction for the trends of its family
    (the boards asked the same question).
    """
    from scipy.special import ndtri

    out = []
    for one, size in zip(trends, np.bincount(family)[family] if len(family) else [], strict=True):
        wider = float(ndtri(1 - (1 - level) / 2 / size) / ndtri((1 + level) / 2))
        low = one.per_year - wider * (one.per_year - one.lo90)
        high = one.per_year + wider * (one.hi90 - one.per_year)
        out.append(bool(low > 0 or high < 0))
    return out


def lag_trend(days: Reals, lag_days: Reals, draws: int = DRAWS) -> Trend:
    """Trend of event lags in months a year."""
    return trend(days, lag_days / DAYS_PER_MONTH, draws)


class Median(NamedTuple):
    """A Kaplan-Meier median with its interval; infinite where more than half is still running."""

    days: float
    lo90: float
    hi90: float
    points: int
    censored: int


def kaplan_meier(durations: Reals, censored: Flags, level: float = LEVEL) -> Median:
    """Median time of right-censored durations (Kaplan and Meier 1958).

    The interval holds the times at which S(t) = 1/2 is not rejected, by Greenwood's variance on the log(-log)
    scale (Brookmeyer and Crowley 1982; Kalbfleisch and Prentice). All NaN without a duration.
    """
    from scipy.special import ndtri

    if not len(durations):
        return Median(float("nan"), float("nan"), float("nan"), 0, 0)
    times = np.unique(durations[~censored])
    at_risk = (durations[None, :] >= times[:, None]).sum(axis=1)
    ended = ((durations[None, :] == times[:, None]) & ~censored[None, :]).sum(axis=1)
    survival = np.cumprod(1 - ended / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(ended / (at_risk * (at_risk - ended)))
        scale = np.sqrt(greenwood) / np.abs(np.log(survival))
        z = float(ndtri((1 + level) / 2))
        lower = survival ** np.exp(z * scale)
        upper = survival ** np.exp(-z * scale)
    lower, upper = np.where(survival > 0, lower, 0.0), np.where(survival > 0, upper, 0.0)

    def first_at_most_half(curve: Reals) -> float:
        under = np.flatnonzero(np.nan_to_num(curve, nan=1.0) <= 0.5)
        return float(times[under[0]]) if len(under) else float("inf")

    ends = sorted((first_at_most_half(lower), first_at_most_half(upper)))
    return Median(first_at_most_half(survival), ends[0], ends[1], len(durations), int(censored.sum()))


def lag_trends(lags: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """The `lag_trend` table: for each board, pair of groups, tolerance and basis, the trend of its records'
    event lags from `since` on.

    `lags` is the `lag` frame as known on one day. Boards with fewer than four records since then have no row.
    """
    keys = ["as_of", "board_id", "board_version", "leader", "follower", "tolerance", "vintage_basis"]
    chosen = (lags["definition"] == "event") & lags["is_record"] & (lags["valid_on"] >= since)
    rows = lags.loc[chosen, [*keys, "valid_on", "lag_days"]]
    group = rows.groupby(keys, sort=True).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    _, starts = np.unique(group[order], return_index=True)
    days, values = (
        rows["valid_on"].to_numpy().astype("datetime64[D]").astype(float)[order],
        rows["lag_days"].to_numpy(dtype=float)[order],
    )
    found = (
        [
            lag_trend(*part)
            for part in zip(np.split(days, starts[1:]), np.split(values, starts[1:]), strict=True)
        ]
        if len(rows)
        else []
    )
    shown = [i for i, one in enumerate(found) if one.points >= LEAST_POINTS and np.isfinite(one.per_year)]
    trends = [found[i] for i in shown]
    named = rows.iloc[order[starts[shown]]][keys].reset_index(drop=True)
    asked = [key for key in keys if key not in ("board_id", "board_version")]
    family = np.array(named.groupby(asked, observed=True).ngroup(), dtype=np.int64)
    return named.assign(
        since=since,
        per_year_months=[t.per_year for t in trends],
        per_year_lo90=[t.lo90 for t in trends],
        per_year_hi90=[t.hi90 for t in trends],
        points=[t.points for t in trends],
        established=established_together(trends, family),
    )
