"""Lags between groups of models in draws of their capability: the definitions of one board (`parity`, its
trailing mean) on every draw, so that a frontier is the best of each draw and not the best of estimates.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from transforms.boards.frontier import NEVER, Days, Flags, Pair, Reals, Side
from transforms.boards.uncertainty import Drawn, draw_parity, trailing_draws
from transforms.pooled.panel import Panel
from warehouse.conventions import DAYS_PER_MONTH

YEAR = 365
LEVELS = (0.05, 0.5, 0.95)


def _side(panel: Panel, capability: Reals, mean: Reals, mine: Flags) -> tuple[Side, Reals]:
    """The models of a group by day, then best first, and their draws in that order. mean: of the draws of
    every model.
    """
    at = np.flatnonzero(mine)
    order = at[np.lexsort((panel.models[at].astype(str), -mean[at], panel.days[at]))]
    nothing = np.zeros(len(order))
    gone = np.full(len(order), NEVER)
    side = Side(panel.days[order], mean[order], nothing, gone, panel.models[order])
    return side, capability.take(order, axis=1)


def drawn_parity(panel: Panel, capability: Reals, leader: Flags, follower: Flags) -> Drawn | None:
    """Draws of `parity` of two groups (masks over the models) as steps; None where a group has no model."""
    if not (leader.any() and follower.any()):
        return None
    mean = capability.mean(axis=0)
    sides = [_side(panel, capability, mean, mine) for mine in (leader, follower)]
    (first, one), (second, other) = sides
    pair = Pair("pooled_lag", "1", pd.Timestamp(0), "leader", "follower", first, second)
    return draw_parity(pair, (one, other))


def year_means(drawn: Drawn | None, count: int, window: int = YEAR) -> Callable[[Days], Reals]:
    """A function that gives draws (`count` x days) of the mean of a parity over the year up to each of some
    days, in months; NaN where it has too few defined days.
    """

    def of(days: Days) -> Reals:
        if drawn is None or not len(drawn.edges):
            return np.full((count, len(days)), np.nan)
        return trailing_draws(drawn, np.asarray(days), window) / DAYS_PER_MONTH

    return of


def trailing_months(
    panel: Panel, capability: Reals, leader: Flags, follower: Flags, days: Days, window: int = YEAR
) -> Reals:
    """`year_means` of two groups (masks over the models) on days."""
    return year_means(drawn_parity(panel, capability, leader, follower), len(capability), window)(days)


def reaching_back(drawn: Drawn | None, first: tuple[int, int], days: Days, window: int = YEAR) -> Reals:
    """On each day the share of draws in which a lag of the year up to it is found at the first models of the
    group ahead: there a lag is only known to be at least that long. 0 where there is none. first: the days of
    the first models of the leader and of the follower.
    """
    if drawn is None or not len(drawn.edges):
        return np.zeros(len(days))
    early = (drawn.sign != 0) & (drawn.day <= np.where(drawn.sign > 0, *first))
    so_far = np.concatenate((np.zeros((len(early), 1)), np.cumsum(early, axis=1)), axis=1)
    end = np.searchsorted(drawn.edges, days, side="right")
    start = np.maximum(np.searchsorted(drawn.edges, days - window, side="right") - 1, 0)
    return np.asarray((so_far[:, end] - so_far[:, start] > 0).mean(axis=0))


def parity_months(drawn: Drawn, days: Days) -> Reals:
    """Draws (n x days) of parity itself, in months; NaN before both groups have a model."""
    step = np.searchsorted(drawn.edges, days, side="right") - 1
    sign, day = drawn.sign[:, np.maximum(step, 0)], drawn.day[:, np.maximum(step, 0)]
    lag = np.where(sign == 0, np.nan, sign * (days - day))
    lag[:, step < 0] = np.nan
    return np.asarray(lag / DAYS_PER_MONTH)


def at_par(panel: Panel, capability: Reals, leader: Flags, untested: Flags) -> Reals:
    """The draws with every model of `untested` as good as the best of `leader` released by its day; as drawn
    where there is none yet.
    """
    out = capability.copy()
    order = np.flatnonzero(leader)[np.argsort(panel.days[leader], kind="stable")]
    if not len(order):
        return out
    best = np.maximum.accumulate(capability[:, order], axis=1)
    for m in np.flatnonzero(untested).tolist():
        last = int(np.searchsorted(panel.days[order], panel.days[m], side="right")) - 1
        if last >= 0:
            out[:, m] = best[:, last]
    return out


def middle_and_ends(draws: Reals) -> Reals:
    """The 5 %, 50 % and 95 % of each column (3 x days); NaN where a column has none."""
    known = np.isfinite(draws)
    whole = known.all(axis=0)
    out = np.full((len(LEVELS), draws.shape[1]), np.nan)
    if whole.any():
        out[:, whole] = np.quantile(draws[:, whole], LEVELS, axis=0)
    for column in np.flatnonzero(known.any(axis=0) & ~whole):
        out[:, column] = np.quantile(draws[known[:, column], column], LEVELS)
    return out
