"""How fast a fixed level of capability gets cheaper, country by country."""

from __future__ import annotations

import numpy as np
import pandas as pd

BLOCK_DAYS = 91
DRAWS = 200
COLUMNS = (
    "as_of",
    "country",
    "basis",
    "level",
    "slope_log_per_year",
    "slope_lo90",
    "slope_hi90",
    "factor_per_year",
    "first_price_usd",
    "last_price_usd",
    "days_counted",
    "first_day",
    "last_day",
)


def price_decline(cheapest: pd.DataFrame, as_of: pd.Timestamp, seed: int = 7) -> pd.DataFrame:
    """Least-squares slope of log(cheapest price at a level) over time, per country, basis and fixed level:
    `COLUMNS`.

    cheapest: `cheapest_at_levels` (country, basis, level, day, price_usd); a country's series needs nothing
    of the other's. Every priced day counts alike, so that one day more moves the slope by that day's weight
    and not by a week's. A cheapest price stands still for months and then falls: the median of the slopes of
    all pairs (Theil-Sen) would be 0 for most such steps, the least-squares line is not. 90 % intervals by a
    moving-block bootstrap (blocks of 91 days). factor_per_year: how many times cheaper after a year.
    """
    rows = []
    ordered = cheapest.sort_values("day", kind="stable")
    for (country, basis, level), mine in ordered.groupby(["country", "basis", "level"], sort=True):
        priced = mine[mine["price_usd"].notna()]
        if len(priced) < 2 * BLOCK_DAYS:
            continue
        years = (priced["day"] - priced["day"].iloc[0]).dt.days.to_numpy() / 365.25
        slope, low, high = _interval(years, np.log(priced["price_usd"].to_numpy(dtype=np.float64)), seed)
        ends = mine["price_usd"].iloc[0], mine["price_usd"].iloc[-1]
        days = len(mine), mine["day"].iloc[0], mine["day"].iloc[-1]
        rows.append((as_of, country, basis, level, slope, low, high, np.exp(-slope), *ends, *days))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _interval(x: np.ndarray, y: np.ndarray, seed: int) -> tuple[float, float, float]:
    """The slope of y on x, and its 5 % and 95 % over resampled blocks."""
    random = np.random.default_rng(seed)
    blocks = -(-len(x) // BLOCK_DAYS)
    starts = (random.random((DRAWS, blocks)) * (len(x) - BLOCK_DAYS + 1)).astype(np.int64)
    picks = (starts[:, :, None] + np.arange(BLOCK_DAYS)).reshape(len(starts), -1)[:, : len(x)]
    low, high = np.nanquantile(least_squares(x[picks], y[picks]), [0.05, 0.95])
    return float(least_squares(x[None], y[None])[0]), float(low), float(high)


def least_squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The slope of each row of y on x; NaN where x does not vary."""
    centred = x - x.mean(axis=1, keepdims=True)
    spread = (centred**2).sum(axis=1)
    slope: np.ndarray = (centred * y).sum(axis=1) / np.where(spread > 1e-12, spread, np.nan)
    return slope
