"""One pair of groups on one capture of one board, worked out under every definition: plain arrays under the
names of the `lag` table.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transforms.boards import lag, mid_quantiles, uncertainty
from transforms.boards.frontier import Days, Pair, Reals, holder_at
from transforms.boards.lag_columns import Rows, Work, ids, rows_of, states
from transforms.boards.trends import kaplan_meier

WINDOWS = (90, 180, 365)
GRID_SHARE = 0.05


def _ends(low: Reals, high: Reals, value: Reals) -> tuple[Reals, Reals]:
    low, high = uncertainty.widened(low, high, value)
    return np.where(np.isnan(value), np.nan, low), np.where(np.isnan(value), np.nan, high)


def parity_rows(work: Work, days: Days, elo: bool = False) -> list[Rows]:
    """`parity`, its trailing means, `trailing12` and `gap` on the given days."""
    pair = work.pair
    daily = lag.parity(pair, days, work.kind, work.z, work.reach)
    unknown = np.full(len(days), np.nan)
    low, high = (
        (unknown, unknown)
        if work.drawn is None
        else _ends(*uncertainty.parity_interval(work.drawn, days), daily.lag)
    )
    units, in_se = lag.gap(pair, daily)
    within = np.abs(units) <= work.z * np.abs(units / np.where(in_se == 0, np.nan, in_se)) if work.z else None
    earliest = np.where(daily.leads, daily.follower_at, daily.leader_at) == 0
    names = {
        "leader_model_id": ids(pair.leader, daily.leader_at),
        "follower_model_id": ids(pair.follower, daily.follower_at),
    }
    out = [
        rows_of(
            work,
            "parity",
            days,
            daily.lag,
            states(daily.lag, parity=within),
            lo90_days=low,
            hi90_days=high,
            first_leader=earliest,
            **names,
        )
    ]
    if work.z == 0:
        out.append(_gap_rows(work, daily, units, in_se, elo))
    return out + _trailing_rows(work, daily)


def silent_rows(work: Work, content: int) -> list[Rows]:
    """`parity` and `trailing12` of a board that covers no day of both groups: a row each without a lag, of
    the day of its newest content, whose state says so.
    """
    day, state = np.array([content]), np.array(["not_covered"], dtype=object)
    nothing = np.full(1, np.nan)
    return [
        rows_of(work, name, day, nothing, state, window_days=window)
        for name, window in (("parity", 0), ("trailing12", 365))
    ]


def _trailing_rows(work: Work, daily: lag.Daily) -> list[Rows]:
    """The trailing means of `parity` and `trailing12` on the days of `daily`."""
    pair, days, out = work.pair, daily.days, []
    unknown = np.full(len(days), np.nan)
    first = min(
        (int(side.days[0]) for side in (pair.leader, pair.follower) if len(side)), default=int(days[0])
    )
    grid = np.arange(min(first, int(days[0])), int(days[-1]) + 1)
    series = lag.parity(pair, grid, work.kind, work.z, work.reach).lag
    spread = {} if work.drawn is None else uncertainty.trailing_intervals(work.drawn, days, WINDOWS)
    for window in WINDOWS:
        mean = lag.trailing_mean(series, window)[days - grid[0]]
        low, high = _ends(*spread[window], mean) if window in spread else (unknown, unknown)
        for definition in ("parity", "trailing12") if window == 365 else ("parity",):
            out.append(
                rows_of(
                    work,
                    definition,
                    days,
                    mean,
                    states(mean),
                    window_days=window,
                    lo90_days=low,
                    hi90_days=high,
                    leader_model_id=ids(pair.leader, daily.leader_holder),
                    follower_model_id=ids(pair.follower, daily.follower_holder),
                )
            )
    return out


def _gap_rows(work: Work, daily: lag.Daily, units: Reals, in_se: Reals, elo: bool) -> Rows:
    low = high = np.full(len(daily.days), np.nan)
    if work.drawn is not None:
        step = np.searchsorted(work.drawn.edges, daily.days, side="right") - 1
        wanted, at = np.unique(np.maximum(step, 0), return_inverse=True)
        ends = mid_quantiles.mid_quantiles(
            work.drawn.gap[:, wanted]
        )  # the distance is one number from one edge to the next
        low, high = (np.where(step >= 0, end[at], np.nan) for end in ends)
        low, high = _ends(low, high, units)
    state = states(units)
    unknown, distance_se = (
        np.full(len(units), np.nan),
        np.where(in_se == 0, np.nan, units / np.where(in_se == 0, np.nan, in_se)),
    )
    return rows_of(
        work,
        "gap",
        daily.days,
        unknown,
        state,
        gap=units,
        gap_in_se=in_se,
        gap_se=distance_se,
        gap_lo90=low,
        gap_hi90=high,
        win_probability=lag.win_probability(units) if elo else unknown,
        leader_model_id=ids(work.pair.leader, daily.leader_holder),
        follower_model_id=ids(work.pair.follower, daily.follower_holder),
    )


def event_rows(work: Work, as_of: int, only: NDArray[np.bool_] | None = None) -> Rows:
    """`event` of every follower model dated up to as_of (`only`: a mask over the follower's models)."""
    pair = work.pair
    value = lag.event(pair, work.z, work.reach)
    value = np.where(work.reach.follower_day <= as_of, value, np.nan)
    chosen = (pair.follower.days <= as_of) if only is None else only & (pair.follower.days <= as_of)
    low = high = np.full(len(value), np.nan)
    if work.drawn is not None:
        draws = uncertainty.event_draws(pair, work.drawn, work.z, as_of)
        low, high = _ends(*mid_quantiles.mid_quantiles(draws, mid_quantiles.LUMPY_LEVEL), value)
    at = np.where(np.isnan(value), -1, work.reach.follower_at)
    names = pair.follower.ids
    return rows_of(
        work,
        "event",
        pair.follower.days[chosen],
        value[chosen],
        states(value, np.isnan(value))[chosen],
        lo90_days=low[chosen],
        hi90_days=high[chosen],
        leader_model_id=ids(pair.leader, at)[chosen],
        follower_model_id=names[chosen],
        first_leader=(at == 0)[chosen],
        is_record=pair.follower.records[chosen],
    )


def significant_rows(work: Work, days: Days) -> Rows:
    """`significant` on the given days. It is itself a test against noise and carries no further interval."""
    value, at = lag.significant(work.pair, days, work.kind, work.z)
    follower = holder_at(work.pair.follower, days, work.kind)
    return rows_of(
        work,
        "significant",
        days,
        value,
        states(value),
        leader_model_id=ids(work.pair.leader, at),
        follower_model_id=ids(work.pair.follower, follower),
        first_leader=at == 0,
    )


def catchup_rows(work: Work, as_of: int) -> list[Rows]:
    """`catchup` of every leader record, and its Kaplan-Meier median (`catchup_median`) as known on as_of."""
    pair = work.pair
    records, value, censored = lag.catchup(pair, as_of, work.z, work.reach)
    if not len(records) or not len(pair.follower):
        return []
    low = high = np.full(len(value), np.nan)
    if work.drawn is not None:
        draws = uncertainty.catchup_draws(pair, work.drawn, records, as_of, work.z)
        low, high = _ends(*mid_quantiles.mid_quantiles(draws, mid_quantiles.LUMPY_LEVEL), value)
    at = np.where(censored, -1, work.reach.leader_at[records])
    rows = rows_of(
        work,
        "catchup",
        pair.leader.days[records],
        value,
        states(value, censored),
        lo90_days=low,
        hi90_days=high,
        leader_model_id=pair.leader.ids[records],
        follower_model_id=ids(pair.follower, at),
        censored=censored,
        is_record=True,
    )
    return [rows, _median_row(work, value, censored, as_of)]


def _median_row(work: Work, value: Reals, censored: NDArray[np.bool_], as_of: int) -> Rows:
    """The Kaplan-Meier median of the times to catch up."""
    median = kaplan_meier(value, censored)
    finite = [
        np.array([v]) if np.isfinite(v) else np.array([np.nan])
        for v in (median.days, median.lo90, median.hi90)
    ]
    state = states(finite[0], np.isnan(finite[0]))
    return rows_of(
        work,
        "catchup_median",
        np.array([as_of]),
        finite[0],
        state,
        lo90_days=finite[1],
        hi90_days=finite[2],
        censored=np.isnan(finite[0]),
    )


def grid_of(pair: Pair, low: float, high: float) -> Reals:
    """The fixed grid of scores, as merits: every 5 % of the range from `low` to `high`, inside them."""
    return np.asarray(
        pair.sign * (low + (high - low) * GRID_SHARE * np.arange(1, round(1 / GRID_SHARE))), dtype=float
    )


def threshold_rows(work: Work, as_of: int, low: float, high: float) -> Rows:
    """`threshold`: the lag at fixed scores, one point a pair of models; the score is in `level`."""
    pair = work.pair
    leader, follower, levels, value = lag.threshold(pair, grid_of(pair, low, high))
    known = np.maximum(pair.follower.days[follower], pair.leader.days[leader]) <= as_of
    leader, follower, levels, value = leader[known], follower[known], levels[known], value[known]
    return rows_of(
        work,
        "threshold",
        np.maximum(pair.follower.days[follower], pair.leader.days[leader]),
        value,
        states(value),
        leader_model_id=ids(pair.leader, leader),
        follower_model_id=ids(pair.follower, follower),
        level=pair.sign * levels,
        first_leader=leader == 0,
    )


def regression_rows(work: Work, days: Days) -> Rows:
    """`regression` on the given days, without an interval."""
    pair = work.pair
    value = np.array([lag.regression(pair, int(day)) for day in days])
    follower = holder_at(pair.follower, days, "released")
    return rows_of(
        work,
        "regression",
        days,
        value,
        states(value),
        window_days=lag.REGRESSION_DAYS,
        follower_model_id=ids(pair.follower, follower),
    )
