"""The lag of one group of models behind another on one capture of one board: the seven definitions of
METHOD.md.

All functions take a `Pair` (transforms/boards/frontier.py) and whole days since 1970-01-01. What a lag on day
t needs of the board is, for every model, the first day on which the other side reached its score (`reached`):
`parity` of t is t minus that day for the model that holds the follower's frontier on t. Nothing here depends
on models dated after t except `reached` of models that were not yet matched, so a Pair's results stay valid
for every as-of date on which this capture is the newest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from transforms.boards.frontier import NEVER, Days, Flags, Pair, Reals, Side, holder_at
from warehouse.conventions import TOLERANCE_Z

Positions = NDArray[np.int64]
LEAST_DEFINED_IN_YEAR = 90  # of 365 days; other windows need the same share
REGRESSION_DAYS = 730
LEAST_RECORDS = 4


def filled(pair: Pair) -> Pair:
    """The pair with unknown standard errors set to the median of the known ones of the board; unchanged where
    none is known.

    A missing standard error must never remove a model from a frontier: it only gets the board's usual one
    where one is needed.
    """
    known = np.concatenate((pair.leader.se, pair.follower.se))
    known = known[~np.isnan(known)]
    if not len(known):
        return pair
    usual = float(np.median(known))
    sides = [
        replace(side, se=np.where(np.isnan(side.se), usual, side.se)) for side in (pair.leader, pair.follower)
    ]
    return replace(pair, leader=sides[0], follower=sides[1])


def has_errors(pair: Pair) -> bool:
    """Whether the board states, or lets us derive, any standard error."""
    return not (np.isnan(pair.leader.se).all() and np.isnan(pair.follower.se).all())


def reached(side: Side, score: Reals, score_se: Reals, z: float) -> Positions:
    """Position of the first model of `side` whose merit is at least score - z x SE of the difference;
    len(side) where none is.
    """
    if z == 0.0 or not len(side):
        return (
            np.searchsorted(side.running, score, side="left")
            if len(side)
            else np.zeros(len(score), dtype=np.int64)
        )
    enough = side.merit[None, :] + z * np.hypot(score_se[:, None], side.se[None, :]) >= score[:, None]
    return np.where(enough.any(axis=1), enough.argmax(axis=1), len(side))


def day_of(side: Side, position: Positions) -> Days:
    """The day of each position; NEVER past the end."""
    return np.append(side.days, NEVER)[position]


@dataclass(frozen=True, eq=False)
class Reach:
    """For every model of each side: the position (on the other side) and the day of the first model that
    reached its score.
    """

    follower_at: Positions
    follower_day: Days
    leader_at: Positions
    leader_day: Days


def reach_of(pair: Pair, z: float) -> Reach:
    """`Reach` of a pair at a tolerance of z standard errors of the difference."""
    follower_at = reached(pair.leader, pair.follower.merit, pair.follower.se, z)
    leader_at = reached(pair.follower, pair.leader.merit, pair.leader.se, z)
    return Reach(follower_at, day_of(pair.leader, follower_at), leader_at, day_of(pair.follower, leader_at))


@dataclass(frozen=True, eq=False)
class Daily:
    """`parity` on days: lag in days (NaN where undefined), who is compared with whom, and the two frontiers'
    positions.
    """

    days: Days
    lag: Reals
    leads: Flags
    leader_at: Positions
    follower_at: Positions
    leader_holder: Positions
    follower_holder: Positions

    @property
    def defined(self) -> Flags:
        """Days on which both groups have a score."""
        return ~np.isnan(self.lag)


def parity(
    pair: Pair, days: Days, kind: str = "released", z: float = 0.0, reach: Reach | None = None
) -> Daily:
    """Days since the leader first had what the follower has now; negative, with the roles swapped, where the
    follower is ahead.

    On equal frontiers the group that got there first is ahead, so that swapping the groups changes only the
    sign.
    """
    reach = reach or reach_of(pair, z)
    leader, follower = holder_at(pair.leader, days, kind), holder_at(pair.follower, days, kind)
    defined = (leader >= 0) & (follower >= 0)
    if not defined.any():
        nothing = np.full(len(days), -1, dtype=np.int64)
        return Daily(
            days,
            np.full(len(days), np.nan),
            np.zeros(len(days), dtype=bool),
            nothing,
            nothing,
            leader,
            follower,
        )
    at_l, at_f = np.maximum(leader, 0), np.maximum(follower, 0)
    gap = pair.follower.merit[at_f] - pair.leader.merit[at_l]
    by_leader, by_follower = reach.follower_day[at_f], reach.leader_day[at_l]
    leads = (gap > 0) | ((gap == 0) & (by_follower < by_leader))
    lag = np.where(leads, by_follower - days, days - by_leader).astype(float)
    lag[(gap == 0) & (by_follower == by_leader)] = 0.0
    lag[~defined] = np.nan
    return Daily(
        days,
        lag,
        leads & defined,
        np.where(leads, leader, reach.follower_at[at_f]),
        np.where(leads, reach.leader_at[at_l], follower),
        leader,
        follower,
    )


def least_defined(window: int) -> int:
    """Defined days that a trailing mean needs: 90 of 365, and the same share of other windows."""
    return int(np.ceil(window * LEAST_DEFINED_IN_YEAR / 365))


def trailing_mean(lag: Reals, window: int) -> Reals:
    """Mean over (t - window, t] of a daily series without gaps in its days; NaN with too few defined days."""
    known = ~np.isnan(lag)
    total = np.concatenate(([0.0], np.cumsum(np.where(known, lag, 0.0))))
    count = np.concatenate(([0], np.cumsum(known)))
    end = np.arange(1, len(lag) + 1)
    start = np.maximum(end - window, 0)
    n = count[end] - count[start]
    with np.errstate(invalid="ignore", divide="ignore"):
        return cast(Reals, np.where(n >= least_defined(window), (total[end] - total[start]) / n, np.nan))


def event(pair: Pair, z: float = 0.0, reach: Reach | None = None) -> Reals:
    """For every follower model: its day minus the first day on which the leader had its score; NaN where the
    leader never did.
    """
    reach = reach or reach_of(pair, z)
    day = reach.follower_day
    return np.where(day == NEVER, np.nan, (pair.follower.days - day).astype(float))


def significant(
    pair: Pair, days: Days, kind: str = "released", z: float = TOLERANCE_Z
) -> tuple[Reals, Positions]:
    """Days since the leader's best first was better than the follower's present best by more than z SE of the
    difference.

    0 where it never was; NaN where a group has no score, or no standard error is known. Also the position of
    that leader.
    """
    leader, follower = holder_at(pair.leader, days, kind), holder_at(pair.follower, days, kind)
    defined = (leader >= 0) & (follower >= 0) & has_errors(pair)
    if not defined.any():
        return np.full(len(days), np.nan), np.full(len(days), -1)
    now = np.maximum(follower, 0)
    better = pair.leader.merit[None, :] - pair.follower.merit[:, None]
    beyond = better > z * np.hypot(pair.leader.se[None, :], pair.follower.se[:, None])
    first = np.where(beyond.any(axis=1), beyond.argmax(axis=1), len(pair.leader))[now]
    since = np.minimum(day_of(pair.leader, first), days)
    return np.where(defined, (days - since).astype(float), np.nan), np.where(since < days, first, -1)


def catchup(
    pair: Pair, as_of: int, z: float = 0.0, reach: Reach | None = None
) -> tuple[Positions, Reals, Flags]:
    """For every record of the leader up to as_of: its position, days until the follower had its score, and
    whether censored at as_of.
    """
    reach = reach or reach_of(pair, z)
    records = np.flatnonzero(pair.leader.records & (pair.leader.days <= as_of))
    day = reach.leader_day[records]
    censored = day > as_of
    return records, (np.minimum(day, as_of) - pair.leader.days[records]).astype(float), censored


def threshold(pair: Pair, levels: Reals) -> tuple[Positions, Positions, Reals, Reals]:
    """`event` on a fixed grid of scores: leader and follower positions, level, days; one point (the highest
    level) per pair of models.
    """
    levels = np.sort(levels)[::-1]
    nothing = np.zeros(len(levels))
    leader, follower = (
        reached(pair.leader, levels, nothing, 0.0),
        reached(pair.follower, levels, nothing, 0.0),
    )
    both = (leader < len(pair.leader)) & (follower < len(pair.follower))
    leader, follower, levels = leader[both], follower[both], levels[both]
    once = np.sort(np.unique(leader * (len(pair.follower) + 1) + follower, return_index=True)[1])
    leader, follower, levels = leader[once], follower[once], levels[once]
    return leader, follower, levels, (pair.follower.days[follower] - pair.leader.days[leader]).astype(float)


def theil_sen(days: Reals, values: Reals) -> tuple[float, float]:
    """Median of the pairwise slopes and the median intercept (Theil 1950, Sen 1968)."""
    i, j = np.triu_indices(len(days), 1)
    apart = days[j] != days[i]
    slope = float(np.median((values[j] - values[i])[apart] / (days[j] - days[i])[apart]))
    return slope, float(np.median(values - slope * days))


def regression(pair: Pair, day: int) -> float:
    """Horizontal distance, at the follower's present score, of two Theil-Sen lines through each side's
    records of the last 24 months.

    NaN with fewer than four records on a side, or a line that does not rise.
    """
    lines = []
    for side in (pair.leader, pair.follower):
        recent = side.records & (side.days <= day) & (side.days > day - REGRESSION_DAYS)
        if recent.sum() < LEAST_RECORDS:
            return float("nan")
        slope, intercept = theil_sen((side.days[recent] - day).astype(float), side.merit[recent])
        if slope <= 0:
            return float("nan")
        lines.append((slope, intercept))
    now = pair.follower.running[pair.follower.last(np.array([day]))[0]]
    (leader_slope, leader_start), (follower_slope, follower_start) = lines
    return (now - follower_start) / follower_slope - (now - leader_start) / leader_slope


def gap(pair: Pair, daily: Daily) -> tuple[Reals, Reals]:
    """F_L - F_F on each day: in board units (positive: the leader is better), and in SE of the difference
    (NaN where unknown).
    """
    leader, follower = np.maximum(daily.leader_holder, 0), np.maximum(daily.follower_holder, 0)
    if not (len(pair.leader) and len(pair.follower)):
        return np.full(len(daily.days), np.nan), np.full(len(daily.days), np.nan)
    units = np.where(daily.defined, pair.leader.merit[leader] - pair.follower.merit[follower], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return units, units / np.hypot(pair.leader.se[leader], pair.follower.se[follower])


def win_probability(elo: Reals) -> Reals:
    """The leader's expected share of wins at a gap in Elo points (base 10, 400 points)."""
    return 1.0 / (1.0 + 10.0 ** (-elo / 400.0))
