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
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from transforms.boards.frontier import NEVER, Days, Pair, Reals, Side, holder_at
from transforms.boards.lag import filled, has_errors, least_defined, reached

DRAWS = 1000
LEVEL = 0.90
# What is asked of the draws for a 90 % interval of a daily lag or an event: these take few values (launch
# days), and even mid-quantiles at 0.90 covered 93 to 96 % of the true lags in the simulated worlds of
# tests/transforms; at 0.85 they cover 90 to 94 %.
LUMPY_LEVEL = 0.85
SEED = 20260424
GRID = 60
EM_ROUNDS = 40
PRIOR_WEIGHT = 5.0
LEAST_TO_DECONVOLVE = 5
BATCHES = 20
TOGETHER = 64  # days of a thousand draws: half a megabyte
RANKED_TOGETHER = 512  # fewer calls count for more there
COUNTED = 64  # rows of a thousand draws that are faster counted through than bisected
COMPARED = (
    1200  # models x scores of a draw that are faster compared all with all than searched for, draw by draw
)
DAYS_SCALE = 365.25
FAR = 1.0e6  # beyond every day number: keeps leads below lags in one sort key


def generator(pair: Pair) -> np.random.Generator:
    """The generator of one board and pair of groups: the same numbers on every run."""
    names = sorted((pair.leader_name, pair.follower_name))
    return np.random.default_rng(
        [SEED, crc32("|".join((pair.board_id, pair.board_version, *names)).encode())]
    )


def _prior(likelihood: Reals, normal: Reals, weights: Reals) -> Reals:
    """EM for the mixing distribution on the grid (batches x grid) under each batch of weights of the models
    (batches x models).
    """
    prior = np.repeat(normal[None, :], len(weights), axis=0)
    for _ in range(EM_ROUNDS):
        share = weights / (prior @ likelihood.T)
        prior = (prior * (share @ likelihood) + PRIOR_WEIGHT * normal) / (
            weights.sum(axis=1, keepdims=True) + PRIOR_WEIGHT
        )
    return prior


def true_score_draws(side: Side, rng: np.random.Generator, n: int = DRAWS) -> Reals:
    """n draws (n x models) of the side's true scores given the observed ones; every standard error must be
    known (`lag.filled`).

    The prior is itself estimated, from few models; each batch of draws therefore uses its own, fitted under
    random weights of the models (Bayesian bootstrap, Rubin 1981).
    """
    if len(side) < LEAST_TO_DECONVOLVE:
        return side.merit + side.se * rng.standard_normal((n, len(side)))
    se = np.maximum(side.se, 1e-9 + 1e-6 * float(np.median(side.se)))
    when = (side.days - side.days.mean()) / DAYS_SCALE
    design = np.column_stack((np.ones(len(side)), when))
    rest = side.merit - design @ np.linalg.lstsq(design, side.merit, rcond=None)[0]
    grid = np.linspace(rest.min() - se.max(), rest.max() + se.max(), GRID)
    step = float(grid[1] - grid[0])
    likelihood = np.exp(-0.5 * ((rest[:, None] - grid) / np.hypot(se, step / 2)[:, None]) ** 2) + 1e-300
    normal = np.exp(-0.5 * (grid / max(float(rest.std()), step)) ** 2) + 1e-3
    prior = _prior(likelihood, normal / normal.sum(), rng.standard_exponential((BATCHES, len(side))))
    jitter = step * (rng.random((n, len(side))) - 0.5)
    shares = np.cumsum(prior[:, None, :] * likelihood[None, :, :], axis=2)
    shares /= shares[:, :, -1:]
    # One sorted list for each batch (models one above the other) answers all of its draws by one search.
    above = np.arange(len(side))
    drawn = np.empty((n, len(side)))
    for batch in range(BATCHES):
        ladder = (shares[batch] + above[:, None]).ravel()
        u = rng.random((len(drawn[batch::BATCHES]), len(side))) + above
        drawn[batch::BATCHES] = grid[np.clip(np.searchsorted(ladder, u) - GRID * above, 0, GRID - 1)]
    drawn += jitter + (side.merit - rest)
    # A score measured much more finely than the grid needs no prior: it is drawn as observed.
    return np.where(side.se < step / 2, side.merit + side.se * rng.standard_normal((n, len(side))), drawn)


def mid_positions(ordered: Reals, level: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Reals]:
    """Where both ends of the central interval of each row of sorted draws (rows x n) lie, as mid-quantiles:
    two positions in the row and the weight of the second (each 2 x rows).

    Equal draws share the middle of the ranks they fill. The value at rank p n and the nearest other value on
    the far side of p bracket it.
    """
    count, n = ordered.shape
    row, p = np.arange(count), np.array([[(1 - level) / 2], [(1 + level) / 2]])
    at = np.clip(np.ceil(p * n).astype(np.int64) - 1, 0, n - 1)

    def run_of(place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first rank of the value at each row's place, and the rank after its last. Only where it has
        equals are they looked for.
        """
        value = ordered[row, place]
        first, after = place.copy(), place + 1
        alone = (ordered[row, np.maximum(place - 1, 0)] < value) | (place == 0)
        alone &= (ordered[row, np.minimum(place + 1, n - 1)] > value) | (place == n - 1)
        end, shared = np.nonzero(~alone)
        first[end, shared], after[end, shared] = _ranks(ordered, shared, value[end, shared])
        return first, after

    first, after = run_of(np.repeat(at, count, axis=1))
    middle = (first + after) / (2.0 * n)
    below = middle <= p
    beside = np.where(below, np.minimum(after, n - 1), np.maximum(first - 1, 0))
    other = np.add(*run_of(beside)) / (2.0 * n)
    first = np.minimum(first, n - 1)  # a row of nothing but NaN has no rank
    low, high = np.where(below, first, beside), np.where(below, beside, first)
    start, stop = np.where(below, middle, other), np.where(below, other, middle)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(stop > start, (p - start) / (stop - start), 0.0)
    return low, high, np.clip(weight, 0.0, 1.0)


def _ranks(
    ordered: Reals, row: NDArray[np.int64], value: Reals
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many of each sorted row are below the value, and how many at or below it (none for NaN): counted
    for a few rows, by bisection of all rows at once for many.
    """
    if len(row) <= COUNTED:
        some = ordered[row]
        return np.count_nonzero(some < value[:, None], axis=1), np.count_nonzero(
            some <= value[:, None], axis=1
        )
    low, high = np.zeros((2, len(row)), dtype=np.int64), np.full((2, len(row)), ordered.shape[1])
    for _ in range(ordered.shape[1].bit_length()):
        middle = np.minimum((low + high) >> 1, ordered.shape[1] - 1)
        there = ordered[row, middle]
        over = low < high
        passed = np.array([there[0] < value, there[1] <= value])
        low, high = np.where(over & passed, middle + 1, low), np.where(over & ~passed, middle, high)
    return low[0], low[1]


def mid_quantiles(draws: Reals, level: float = LEVEL) -> tuple[Reals, Reals]:
    """Lower and upper end of the central interval of each column (n draws x columns), by mid-quantiles."""
    ordered = np.sort(np.ascontiguousarray(draws.T), axis=1)
    row = np.arange(len(ordered))
    low, high, weight = mid_positions(ordered, level)
    lower, upper = ordered[row, low] * (1 - weight) + ordered[row, high] * weight
    return lower, upper


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


def _best_per_edge(side: Side, scores: Reals, edges: Days, kind: str) -> Reals:
    """Best true score of a side on each edge in every draw (n x edges); -inf before the first model."""
    if kind == "available" and (side.gone < NEVER).any():
        columns = [scores[:, (side.days <= e) & (e < side.gone)] for e in edges.tolist()]
        return np.column_stack(
            [c.max(axis=1) if c.shape[1] else np.full(len(scores), -np.inf) for c in columns]
        )
    running = np.maximum.accumulate(scores, axis=1)
    return np.concatenate((np.full((len(scores), 1), -np.inf), running), axis=1)[:, side.last(edges) + 1]


def _reach_days(side: Side, scores: Reals, wanted: Reals) -> Reals:
    """Per draw, the day on which the side's running best first was at least `wanted` (n x k); infinite where
    never.
    """
    running = np.maximum.accumulate(scores, axis=1)
    kept = (scores >= running).any(axis=0)
    running, days = np.ascontiguousarray(running[:, kept]), np.append(side.days[kept].astype(float), np.inf)
    if running.shape[1] * wanted.shape[1] <= COMPARED:
        return days[running.shape[1] - np.count_nonzero(running[:, None, :] >= wanted[:, :, None], axis=2)]
    below = np.empty(wanted.shape, dtype=np.int64)
    for i in range(len(running)):
        below[i] = running[i].searchsorted(wanted[i])
    return days[below]


def _tolerance(of: Side, by: Side, days: Days, kind: str, z: float) -> Reals:
    """tau on each day: z standard errors of the difference between a frontier and the model that first
    reached it, as observed.
    """
    holder = np.maximum(holder_at(of, days, kind), 0)
    at = np.minimum(reached(by, of.merit[holder], of.se[holder], z), len(by) - 1)
    return z * np.hypot(of.se[holder], by.se[at])


def draw_scores(pair: Pair, n: int = DRAWS) -> tuple[Reals, Reals] | None:
    """n draws of the true scores of both sides; None where no standard error is known or a group has no
    model.
    """
    if not (has_errors(pair) and len(pair.leader) and len(pair.follower)):
        return None
    pair, rng = filled(pair), generator(pair)
    return true_score_draws(pair.leader, rng, n), true_score_draws(pair.follower, rng, n)


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
    best_l, best_f = (
        _best_per_edge(pair.leader, leader, edges, kind),
        _best_per_edge(pair.follower, follower, edges, kind),
    )
    defined = np.isfinite(best_l) & np.isfinite(best_f)
    leads = best_f > best_l
    tau_l = tau_f = np.zeros(len(edges))
    if z > 0:
        tau_l, tau_f = (
            _tolerance(pair.follower, pair.leader, edges, kind, z),
            _tolerance(pair.leader, pair.follower, edges, kind, z),
        )
    by_leader = _reach_days(pair.leader, leader, np.where(leads, -np.inf, best_f - tau_l))
    by_follower = _reach_days(pair.follower, follower, np.where(leads, best_l - tau_f, -np.inf))
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
    day = _reach_days(pair.leader, drawn.leader, drawn.follower - tau)
    return cast(Reals, pair.follower.days - np.minimum(day, as_of + 1.0))


def catchup_draws(pair: Pair, drawn: Drawn, records: NDArray[np.int64], as_of: int, z: float = 0.0) -> Reals:
    """Draws (n x records) of the days until the follower had the scores of the leader's records; censored at
    `as_of`.
    """
    pair = filled(pair)
    tau = z * np.hypot(pair.leader.se[records], float(np.median(pair.follower.se)))
    day = _reach_days(pair.follower, drawn.follower, drawn.leader[:, records] - tau)
    return cast(Reals, np.minimum(day, as_of) - pair.leader.days[records])


def widened(low: Reals, high: Reals, value: Reals) -> tuple[Reals, Reals]:
    """An interval of true values, stretched where needed to hold the published value; NaN stays NaN."""
    return np.minimum(low, np.where(np.isnan(value), low, value)), np.maximum(
        high, np.where(np.isnan(value), high, value)
    )
