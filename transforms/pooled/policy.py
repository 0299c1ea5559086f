"""The lag before and after a policy event: whether its level or its slope is another one afterwards.

On each draw of the daily lag a line is fitted to the year before a day and one to the year after it; the
change of level is their distance on the day, the change of slope that of their slopes. A lag wanders also
without any event, so the interval of a change is that of the draws, and at least as wide as the same change
on nine of ten other days is far from zero (`placebo`). It says that something is different afterwards,
and not why.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.boards.frontier import Days, Reals
from transforms.pooled.draw_lags import drawn_parity, parity_months
from transforms.pooled.groups import HEADLINE, pair_of, speaks_until
from transforms.pooled.posterior import Posterior
from transforms.pooled.tables import Pooled

SPAN, STEP, LEAST = 365, 15, 12  # days to either side; between points; points on a side (half a year)
PLACEBO_STEP = 10
LEVEL = 0.9


class Series(NamedTuple):
    """Draws of the daily lag in months on `days` (draws x days), `STEP` apart."""

    days: Days
    lag: Reals


def series_of(posterior: Posterior, until: int, back: int = 1500) -> Series | None:
    """The daily lag of the US and China over measured models up to `until`; None where it has none."""
    pair = pair_of(posterior.panel, *HEADLINE)
    measured = posterior.measured
    drawn = drawn_parity(posterior.panel, posterior.spare, pair.leading & measured, pair.following & measured)
    if drawn is None:
        return None
    days = np.arange(until - back, until + 1, STEP)
    days = days[days >= drawn.edges[0]]
    return Series(days, parity_months(drawn, days))


def _line(x: Reals, y: Reals) -> tuple[Reals, Reals]:
    """Value at x = 0 and slope of least-squares lines (draws)."""
    centred = x - x.mean()
    slope = (y * centred).sum(axis=1) / (centred**2).sum()
    return y.mean(axis=1) - slope * x.mean(), slope


def changes(series: Series, day: int) -> Reals | None:
    """Draws (n x 2) of the change of level (months) and of slope (months a year) on a day; None with fewer
    than half a year on a side.
    """
    x = (series.days - day) / 365.25
    sides = [(x >= -SPAN / 365.25) & (x < 0), (x >= 0) & (x <= SPAN / 365.25)]
    if min(side.sum() for side in sides) < LEAST:
        return None
    before, after = (_line(x[side], series.lag[:, side]) for side in sides)
    return np.column_stack([after[0] - before[0], after[1] - before[1]])


def placebo(series: Series) -> Reals:
    """Middle changes (days x 2) on every tenth day of the series that has half a year on both sides."""
    days = np.arange(series.days[0], series.days[-1], PLACEBO_STEP)
    found = [changes(series, int(day)) for day in days]
    return np.array([np.median(one, axis=0) for one in found if one is not None]).reshape(-1, 2)


def widened(drawn: Reals, others: Reals) -> Reals:
    """The lower end, the middle and the upper end (3 x 2) of changes: the 90 % of the draws, at least as wide
    as the changes on nine of ten other days (`placebo`) are far from zero (split conformal prediction).

    A normal width from the mean square of the other days was too wide for the level: over a wandering lag the
    changes lie flat between their extremes, and of 200 random days none excluded zero.
    """
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    usual = np.quantile(np.abs(others), LEVEL, axis=0)
    return np.stack([np.minimum(low, middle - usual), middle, np.maximum(high, middle + usual)])


def policy_effects(fit: Pooled | None, events: pd.DataFrame) -> pd.DataFrame:
    """The `policy_effects` rows: one an event with half a year of lags on both sides.

    events: event_on, label.
    """
    if fit is None:
        return pd.DataFrame()
    until = speaks_until(fit.rulers, pair_of(fit.posterior.panel, *HEADLINE), fit.as_of, fit.flagships)
    series = None if until is None else series_of(fit.posterior, until)
    if series is None:
        return pd.DataFrame()
    others = placebo(series)
    rows = []
    for event in events.sort_values("event_on").itertuples(index=False):
        on = pd.Timestamp(str(event.event_on))
        drawn = changes(series, int(on.to_datetime64().astype("datetime64[D]").astype(np.int64)))
        if drawn is None or len(others) < LEAST:
            continue
        low, _, high = widened(drawn, others)
        rows.append(
            {
                "event_on": on.as_unit("us"),
                "event_label": str(event.label),
                "level_change": float(np.median(drawn[:, 0])),
                "level_lo90": float(low[0]),
                "level_hi90": float(high[0]),
                "slope_change": float(np.median(drawn[:, 1])),
                "slope_change_lo90": float(low[1]),
                "slope_change_hi90": float(high[1]),
                "finding": _finding(low, high),
            }
        )
    return pd.DataFrame(rows)


def _finding(low: Reals, high: Reals) -> str:
    beyond = [low[n] > 0 or high[n] < 0 for n in (0, 1)]
    return {
        (False, False): "not established",
        (True, False): "another level",
        (False, True): "another slope",
        (True, True): "another level and slope",
    }[(bool(beyond[0]), bool(beyond[1]))]
