"""A board completed: what its lag would be had it tested the flagships that it did not.

Only for boards that cover no day, only the mean of a year, and marked as modelled. An untested flagship gets
its expected score on the board, t_b + a_b (C + delta_b + lambda), without the noise of a cell: with it the
best of many noisy guesses would be far too good. `at_par` gives every untested flagship of the follower the
best score that the leader had on the board by its day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.boards import speaks
from transforms.boards.board_versions import ELO
from transforms.boards.frontier import Flags, Reals
from transforms.pooled.draw_lags import YEAR, at_par, middle_and_ends, trailing_months
from transforms.pooled.groups import HEADLINE, Pair, pair_of, speaks_until
from transforms.pooled.panel import Panel
from transforms.pooled.posterior import Posterior
from transforms.pooled.rulers import Ruler
from transforms.pooled.sampler import RULERS_EVERY
from transforms.pooled.tables import Pooled
from warehouse.conventions import DAYS_PER_MONTH


class Completed(NamedTuple):
    """The lag of a year on one board, in months: as its own scores carry it on, completed (median and 90 %
    interval), and with the untested at par; and the untested flagships of the year of both groups.
    """

    carried: float
    value: float
    low: float
    high: float
    at_par: float
    untested_leader: int
    untested_follower: int


def expected_scores(posterior: Posterior, ruler: int, seed: int = 0) -> Reals:
    """Draws (n x models) of every model's expected score on a ruler."""
    panel, draws = posterior.panel, posterior.draws
    capability = draws.capability[:, ::RULERS_EVERY].reshape(-1, len(panel.models))
    n = len(capability)
    offset, slope = (part.reshape(n, -1)[:, ruler, None] for part in (draws.offset, draws.slope))
    country = draws.delta[:, ::RULERS_EVERY].reshape(n, -1)[:, ruler, None] * (panel.country == "CN")
    pair = panel.lab * len(panel.rulers) + ruler
    place = np.minimum(np.searchsorted(draws.quirk_of, pair), len(draws.quirk_of) - 1)
    known = draws.quirk_of[place] == pair
    width = draws.spread[:, ::RULERS_EVERY].reshape(n, -1)[:, -1, None]
    labs = np.random.default_rng(seed).standard_normal((n, int(panel.lab.max()) + 1))
    unknown = width * labs[:, panel.lab]
    quirk = np.where(known, draws.quirk.reshape(n, -1)[:, place], unknown)
    return np.asarray(offset + slope * (capability + country + quirk))


def board_scores(posterior: Posterior, ruler: int) -> Reals:
    """The ruler's own scores by model; NaN where it has none."""
    panel = posterior.panel
    out = np.full(len(panel.models), np.nan)
    here = panel.ruler == ruler
    out[panel.model[here]] = panel.z[here]
    return out


def carried_and_at_par(
    posterior: Posterior, scores: Reals, untested: Flags, pair: Pair, day: int
) -> tuple[float, float]:
    """The lag on a board's own scores, and with `untested` models of the follower at par with the best tested
    of the leader.
    """
    panel, on, days = posterior.panel, ~np.isnan(scores), np.array([day])
    own = np.where(on, scores, 0.0)[None, :]
    carried = trailing_months(panel, own, pair.leading & on, pair.following & on, days)
    filled = at_par(panel, own, pair.leading & on, untested)
    known = on | (untested & (filled[0] != own[0]))
    return float(carried[0, 0]), float(
        trailing_months(panel, filled, pair.leading & on, pair.following & known, days)[0, 0]
    )


def completed(
    posterior: Posterior, ruler: int, pair: Pair, day: int, of: Flags | None = None, seed: int = 0
) -> Completed | None:
    """The lag of the year up to `day` on one ruler; None where it has no lag of its own, or tested no
    flagship of that year of a group. of: the models completed where untested (default: flagships).
    """
    panel, scores = posterior.panel, board_scores(posterior, ruler)
    on, days = ~np.isnan(scores), np.array([day])
    of = panel.flagship if of is None else of
    untested = of & ~on & (pair.leading | pair.following)
    carried, bound = carried_and_at_par(posterior, scores, untested & pair.following, pair, day)
    if not np.isfinite(carried) or not all((_year(panel, day) & on & side).any() for side in pair[2:]):
        return None
    known = on | untested
    drawn = np.where(on, scores, expected_scores(posterior, ruler, seed))
    lags = trailing_months(panel, drawn, pair.leading & known, pair.following & known, days)
    low, value, high = middle_and_ends(lags)[:, 0]
    counts = [int((_year(panel, day) & untested & side).sum()) for side in pair[2:]]
    return Completed(carried, float(value), float(low), float(high), bound, *counts)


def _year(panel: Panel, day: int) -> Flags:
    """The flagships of the year up to a day."""
    return np.asarray(panel.flagship & (panel.days > day - YEAR) & (panel.days <= day))


def silent(fit: Pooled, ruler: Ruler) -> bool:
    """Whether a board covers no day of the US and China, and its scores have a top that is not narrow."""
    content = speaks.newest(ruler.version.content, fit.as_of)
    if content is None or ruler.unit == ELO:
        return False
    ids = set(ruler.rows["model_id"])
    return speaks.speaks(fit.as_of, content, fit.flagships, ids, HEADLINE).until is None


def completed_lag(fit: Pooled | None) -> pd.DataFrame:
    """The `completed_lag` rows: one a board that covers no day, for the day until which the pooled lag
    speaks.
    """
    if fit is None:
        return pd.DataFrame()
    pair = pair_of(fit.posterior.panel, *HEADLINE)
    until = speaks_until(fit.rulers, pair, fit.as_of, fit.flagships)
    if until is None:
        return pd.DataFrame()
    rows = []
    names = fit.posterior.panel.rulers.astype(str).tolist()
    for ruler in fit.rulers:
        if ruler.name not in names or not silent(fit, ruler):
            continue
        found = completed(fit.posterior, names.index(ruler.name), pair, until)
        if found is not None:
            rows.append(
                {
                    "board_id": ruler.version.board_id,
                    "board_version": ruler.version.board_version,
                    "leader": pair.leader,
                    "follower": pair.follower,
                    "valid_on": pd.Timestamp(until, unit="D").as_unit("us"),
                    "carried_lag_days": found.carried * DAYS_PER_MONTH,
                    "completed_lag_days": found.value * DAYS_PER_MONTH,
                    "completed_lo90": found.low * DAYS_PER_MONTH,
                    "completed_hi90": found.high * DAYS_PER_MONTH,
                    "at_par_days": found.at_par * DAYS_PER_MONTH,
                    "untested_leader": found.untested_leader,
                    "untested_follower": found.untested_follower,
                }
            )
    return pd.DataFrame(rows)
