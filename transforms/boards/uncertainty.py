"""Intervals: what noise in the scores does to a lag, and how sure a trend or a median is.

Why not simply add noise to the published scores and read the spread: a frontier is a maximum, the observed
maximum is already noise-lucky, and noise added once more is counted twice. The draws here are of the *true*
scores: each side's scores are deconvolved (their scatter round the side's own trend, less the known
measurement noise) and the posterior given each observed score is drawn from (nonparametric maximum likelihood
by EM: Kiefer and Wolfowitz 1956; Laird 1978; held towards a normal by pseudo-observations). Interval ends are
mid-quantiles (Ma, Genton and Parzen 2011), because a lag takes few distinct values (launch days), and an
ordinary quantile of so lumpy a thing covers too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from transforms.boards.frontier import NEVER, Days, Pair, Reals, Side, holder_at
from transforms.boards.lag import filled, least_defined, reached
from transforms.boards.mid_quantiles import LUMPY_LEVEL, mid_positions, mid_quantiles

TOGETHER = 64  # days of a thousand draws: half a megabyte
RANKED_TOGETHER = 512  # fewer calls count for more there
COMPARED = (
    1200  # models x scores of a draw that are faster compared all with all than searched for, draw by draw
)
FAR = 1.0e6  # beyond every day number: keeps leads below lags in one sort key


@dataclass(frozen=True, eq=False)
class Drawn:
    """Draws of a pair's parity as steps: from edges[k] to the next edge, draw i's lag on day t is sign x (t -
    day).
    """

    edges: Days
    sign: NDArray[np.int8]
    day: Reals
    gap: Reals
    leader: Reals
    follower: Reals

    @cached_property
    def ordered(self) -> Reals:
        """The draws of each step (edges x n) as sort keys, in the order of their lags (leads first), which no
        day inside it changes.
        """
        return np.sort(
            np.ascontiguousarray(np.where(self.sign > 0, FAR - self.day, self.day - FAR).T), axis=1
        )

    @cached_property
    def sums(self) -> Sums:
        """What a sum of daily lags up to any day is made of."""
        start = float(self.edges[0])
        edges, sign = self.edges - start, self.sign.T.astype(float)
        since = np.where(sign != 0, sign * (self.day.T - start), 0.0)
        length = np.diff(edges)[:, None]
        whole = sign[:-1] * ((edges[:-1] + edges[1:] - 1)[:, None] * length / 2) - since[:-1] * length
        before = np.concatenate((np.zeros((1, sign.shape[1])), np.cumsum(whole, axis=0)))
        seen = (sign != 0).any(axis=1).astype(float)
        return Sums(before, sign, since, seen, np.concatenate(([0.0], np.cumsum(seen[:-1] * length[:, 0]))))


class Sums(NamedTuple):
    """Per edge and draw (edges x n): the sum of the daily lags before the edge, the sign from it on, the sign
    times the day of matching (counted from the first edge); per edge: whether the lag is defined from it on,
    and the defined days before it.
    """

    before: Reals
    sign: Reals
    since: Reals
    seen: Reals
    seen_before: Reals


def _running(scores: Reals) -> Reals:
    """Best score so far of each draw (n x models), model by model: ten times as fast as `accumulate`."""
    columns = np.ascontiguousarray(scores.T)
    for k in range(1, len(columns)):
        np.maximum(columns[k - 1], columns[k], out=columns[k])
    return columns.T


def _best_per_edge(side: Side, scores: Reals, running: Reals, edges: Days, kind: str) -> Reals:
    """Best true score of a side on each edge in every draw (n x edges); -inf before the first model.
    running: `_running` of the scores.
    """
    if kind == "available" and (side.gone < NEVER).any():
        columns = [scores[:, (side.days <= e) & (e < side.gone)] for e in edges.tolist()]
        return np.column_stack(
            [c.max(axis=1) if c.shape[1] else np.full(len(scores), -np.inf) for c in columns]
        )
    return np.concatenate((np.full((len(scores), 1), -np.inf), running), axis=1)[:, side.last(edges) + 1]


def _reach_days(side: Side, scores: Reals, running: Reals, wanted: Reals) -> Reals:
    """Per draw, the day on which the side's running best first was at least `wanted` (n x k); infinite where
    never. running: `_running` of the scores.
    """
    kept = (scores >= running).any(axis=0)
    running, days = np.ascontiguousarray(running[:, kept]), np.append(side.days[kept].astype(float), np.inf)
    if running.shape[1] * wanted.shape[1] <= COMPARED:
        return days[running.shape[1] - np.count_nonzero(running[:, None, :] >= wanted[:, :, None], axis=2)]
    # A wanted score mostly stands from edge to edge, and where a side never leads nothing is wanted of it.
    changes = np.append(True, (wanted[:, 1:] != wanted[:, :-1]).any(axis=0))
    some = np.ascontiguousarray(wanted[:, changes])
    below = np.zeros(some.shape, dtype=np.int64)
    for i in np.flatnonzero((some != -np.inf).any(axis=1)).tolist():
        below[i] = running[i].searchsorted(some[i])
    return days[below][:, np.cumsum(changes) - 1]


def _tolerance(of: Side, by: Side, days: Days, kind: str, z: float) -> Reals:
    """tau on each day: z standard errors of the difference between a frontier and the model that first
    reached it, as observed.
    """
    holder = np.maximum(holder_at(of, days, kind), 0)
    at = np.minimum(reached(by, of.merit[holder], of.se[holder], z), len(by) - 1)
    return z * np.hypot(of.se[holder], by.se[at])


def draw_parity(pair: Pair, scores: tuple[Reals, Reals], kind: str = "released", z: float = 0.0) -> Drawn:
    """Draws of the pair's parity from draws of its scores: `draw_scores`, or a composite's refits (draws x
    models, in the sides' order).
    """
    pair = filled(pair)
    leader, follower = scores
    days = [pair.leader.days, pair.follower.days]
    if kind == "available":
        days += [pair.leader.gone, pair.follower.gone]
    edges = np.unique(np.concatenate(days))
    edges = edges[(edges < NEVER) & (edges >= max(pair.leader.days[0], pair.follower.days[0]))]
    running = _running(leader), _running(follower)
    best_l = _best_per_edge(pair.leader, leader, running[0], edges, kind)
    best_f = _best_per_edge(pair.follower, follower, running[1], edges, kind)
    defined = np.isfinite(best_l) & np.isfinite(best_f)
    leads = best_f > best_l
    tau_l = tau_f = np.zeros(len(edges))
    if z > 0:
        tau_l, tau_f = (
            _tolerance(pair.follower, pair.leader, edges, kind, z),
            _tolerance(pair.leader, pair.follower, edges, kind, z),
        )
    by_leader = _reach_days(pair.leader, leader, running[0], np.where(leads, -np.inf, best_f - tau_l))
    by_follower = _reach_days(pair.follower, follower, running[1], np.where(leads, best_l - tau_f, -np.inf))
    sign = np.where(defined, np.where(leads, -1, 1), 0).astype(np.int8)
    with np.errstate(invalid="ignore"):
        distance = np.where(defined, best_l - best_f, np.nan)
    return Drawn(
        edges,
        sign,
        np.where(defined, np.where(leads, by_follower, by_leader), 0.0),
        distance,
        leader,
        follower,
    )


def parity_interval(drawn: Drawn, days: Days, level: float = LUMPY_LEVEL) -> tuple[Reals, Reals]:
    """Interval of parity on each day. Within a step the draws' order does not change, so quantiles are taken
    once a step.
    """
    step = np.searchsorted(drawn.edges, days, side="right") - 1
    wanted, at = np.unique(np.maximum(step, 0), return_inverse=True)
    ordered = drawn.ordered[wanted]
    row = np.arange(len(wanted))
    defined = (drawn.sign[:, wanted] != 0).all(axis=0)[at] & (step >= 0)
    low, high, weight = mid_positions(ordered, level)
    first, second = ordered[row, low][:, at], ordered[row, high][:, at]
    values = [np.where(k > 0, days - FAR + k, k + FAR - days) for k in (first, second)]
    lower, upper = np.where(defined, values[0] * (1 - weight[:, at]) + values[1] * weight[:, at], np.nan)
    return lower, upper


def _sums_to(drawn: Drawn, until: Days) -> tuple[Reals, Reals]:
    """The sum of each draw's daily lags up to and including each day (days x n), and the defined days up to
    it.
    """
    start = float(drawn.edges[0])
    edges, sums, last = drawn.edges - start, drawn.sums, until - start
    at = np.searchsorted(edges, last, side="right") - 1
    inside, at = at >= 0, np.maximum(at, 0)
    part = np.where(inside, last - edges[at] + 1, 0.0)
    total = np.empty((len(until), sums.sign.shape[1]))
    for some in range(0, len(until), TOGETHER):  # some days at a time, so that their draws stay in the cache
        k = slice(some, some + TOGETHER)
        here = sums.sign[at[k]]
        here *= ((edges[at[k]] + last[k]) * part[k] / 2)[:, None]
        since = sums.since[at[k]]
        since *= part[k][:, None]
        here -= since
        total[k] = here
        total[k] += sums.before[at[k]]
    total[~inside] = 0.0
    return total, np.where(inside, sums.seen_before[at] + sums.seen[at] * part, 0.0)


def trailing_draws(drawn: Drawn, days: Days, window: int) -> Reals:
    """Draws (n x days) of the mean parity over (t - window, t], summed exactly over the steps; NaN columns
    with too few defined days.
    """
    (total, n), (to_start, n_start) = _sums_to(drawn, days), _sums_to(drawn, days - window)
    n = np.where(n - n_start >= least_defined(window), n - n_start, np.nan)
    return ((total - to_start) / n[:, None]).T


def trailing_intervals(drawn: Drawn, days: Days, windows: Sequence[int]) -> dict[int, tuple[Reals, Reals]]:
    """Intervals of the mean parity over (t - window, t] on each day, by window; NaN on days with too few
    defined days before them.
    """
    wanted = np.unique(np.concatenate([days, *(days - window for window in windows)]))
    total, seen = _sums_to(drawn, wanted)
    end = np.searchsorted(wanted, days)
    start = np.searchsorted(wanted, days - np.array(windows)[:, None])  # windows x days
    n = seen[end] - seen[start]
    low, high = np.full((2, *n.shape), np.nan)
    of, at = np.nonzero(n >= np.array([least_defined(window) for window in windows])[:, None])
    for some in range(0, len(at), RANKED_TOGETHER):
        w, k = of[some : some + RANKED_TOGETHER], at[some : some + RANKED_TOGETHER]
        low[w, k], high[w, k] = mid_quantiles(((total[end[k]] - total[start[w, k]]) / n[w, k][:, None]).T)
    return {window: (low[w], high[w]) for w, window in enumerate(windows)}


def event_draws(pair: Pair, drawn: Drawn, z: float = 0.0, as_of: int = int(NEVER)) -> Reals:
    """Draws (n x follower models) of every follower model's event lag; never reached counts as the day after
    `as_of`.
    """
    pair = filled(pair)
    tau = z * np.hypot(pair.follower.se, float(np.median(pair.leader.se)))
    day = _reach_days(pair.leader, drawn.leader, _running(drawn.leader), drawn.follower - tau)
    return cast(Reals, pair.follower.days - np.minimum(day, as_of + 1.0))


def catchup_draws(pair: Pair, drawn: Drawn, records: NDArray[np.int64], as_of: int, z: float = 0.0) -> Reals:
    """Draws (n x records) of the days until the follower had the scores of the leader's records; censored at
    `as_of`.
    """
    pair = filled(pair)
    tau = z * np.hypot(pair.leader.se[records], float(np.median(pair.follower.se)))
    wanted = drawn.leader[:, records] - tau
    day = _reach_days(pair.follower, drawn.follower, _running(drawn.follower), wanted)
    return cast(Reals, np.minimum(day, as_of) - pair.leader.days[records])


def widened(low: Reals, high: Reals, value: Reals) -> tuple[Reals, Reals]:
    """An interval of true values, stretched where needed to hold the published value; NaN stays NaN."""
    return np.minimum(low, np.where(np.isnan(value), low, value)), np.maximum(
        high, np.where(np.isnan(value), high, value)
    )
