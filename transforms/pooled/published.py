"""The pooled lag of a pair of groups from the draws: what is measured, what completes it, what is published.

- `measured`: models on at least three rulers.
- `completed`: every model of the panel, untested flagships by their predictive distribution.
- `published`: the median of `measured`. Untested models of the follower can only shorten its lag, so its
  interval runs from the 5 % of `completed` to the 95 % of `measured` (an interval for a partially identified
  quantity); where the other of the two lies further out (untested models of the leader), to that one. Swapped
  groups give the same with the other sign.
- `at_par`: as `measured`, with every flagship of the follower that is not measured as good as the best
  measured model of the leader of its day: how little the lag could be.
- `boards_1`, `boards_5`: models on at least one, or five, rulers.

A lag is a distance into the past of the group ahead. Where the old models of that group are on too few rulers
to be measured, the level of the group behind is found among later ones and the lag comes out too short: as
known in June 2025 GPT-4 and GPT-4 Turbo were on two rulers, and the year to March 2025 gave 4.6 months where
later boards gave 9.8. So nothing is published of a day on which the value moves by more than `HANGS` once the
untested and hardly tested models of the group ahead are completed (`hangs`). Nor where more than `BACK` of
the draws find a lag of the year at the very first models of the group ahead: it is at least so long, and its
upper end is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from transforms.boards.frontier import Days, Flags, Reals
from transforms.boards.uncertainty import Drawn
from transforms.pooled.diagnostics import HIGHEST_R_HAT, effective, r_hat
from transforms.pooled.draw_lags import (
    at_par,
    drawn_parity,
    middle_and_ends,
    reaching_back,
    trailing_months,
    year_means,
)
from transforms.pooled.groups import Pair
from transforms.pooled.panel import MEASURED
from transforms.pooled.posterior import Posterior

JUDGED = 12  # days of which the effective draws are counted
LEAST_RULERS = {"boards_1": 1, "boards_5": 5}
PART = 150  # days whose draws are held at a time
HANGS = 0.5  # months that the value may hang on models of the group ahead that are not measured
BACK = 0.05  # of the draws: with more the 95 % is not known


class Lags(NamedTuple):
    """A lag on days, in months: value, ends of its 90 % interval (each NaN where undefined), and how well the
    chains agree on it (largest R-hat, fewest effective draws over the days).
    """

    days: Days
    value: Reals
    low: Reals
    high: Reals
    r_hat: float
    effective: float


def lags_of(posterior: Posterior, draws: Reals, days: Days) -> Lags:
    """The lags of draws (n x days)."""
    low, value, high = middle_and_ends(draws)
    chains = posterior.by_chain(draws[:, np.isfinite(draws).all(axis=0)])
    if not chains.shape[2]:
        return Lags(days, value, low, high, float("nan"), float("nan"))
    some = chains[:, :, :: -(-chains.shape[2] // JUDGED)]  # days beside each other mix alike
    return Lags(days, value, low, high, float(r_hat(chains).max()), float(effective(some).min()))


def lags_in_parts(posterior: Posterior, of: Callable[[Days], Reals], days: Days) -> Lags:
    """The lags of `year_means` on days, `PART` of them at a time: the draws of three years of days
    are hundreds of MB.
    """
    parts = [lags_of(posterior, of(some), some) for some in np.array_split(days, max(1, len(days) // PART))]
    value, low, high = (np.concatenate([part[n] for part in parts]) for n in (1, 2, 3))
    r_hats, effectives = (np.array([part[n] for part in parts]) for n in (4, 5))
    return Lags(days, value, low, high, float(np.fmax.reduce(r_hats)), float(np.fmin.reduce(effectives)))


@dataclass(frozen=True, eq=False)
class Parities:
    """The parity of groups of models in draws of a posterior. Of the spare draws it is kept: a value, what
    it hangs on and whether its end is known ask for the same groups.
    """

    posterior: Posterior
    kept: dict[tuple[bytes, bytes], Drawn | None] = field(default_factory=dict)

    def spare(self, leading: Flags, following: Flags) -> Drawn | None:
        """Of the spare draws."""
        key = leading.tobytes(), following.tobytes()
        if key not in self.kept:
            drawn = drawn_parity(self.posterior.panel, self.posterior.spare, leading, following)
            self.kept[key] = drawn
        return self.kept[key]

    def means(self, pair: Pair, least: int, whole: bool) -> Callable[[Days], Reals]:
        """`year_means` over models on at least `least` rulers; `whole`: of all draws, not the spare ones."""
        panel, enough = self.posterior.panel, self.posterior.panel.tested >= least
        sides = pair.leading & enough, pair.following & enough
        if whole:
            capability = self.posterior.capability
            return year_means(drawn_parity(panel, capability, *sides), len(capability))
        return year_means(self.spare(*sides), len(self.posterior.spare))


def trailing(posterior: Posterior, pair: Pair, days: Days, least: int, whole: bool = True) -> Reals:
    """Draws (n x days) of the year's mean lag over models on at least `least` rulers; `whole`: of all draws,
    else of the spare ones.
    """
    return Parities(posterior).means(pair, least, whole)(days)


def trailing_at_par(posterior: Posterior, pair: Pair, days: Days, whole: bool = True) -> Reals:
    """The same over measured models, with the follower's other flagships at par with the leader's best."""
    panel, measured = posterior.panel, posterior.measured
    capability = posterior.capability if whole else posterior.spare
    leading = pair.leading & measured
    untested = pair.following & panel.flagship & ~measured
    drawn = at_par(panel, capability, leading, untested)
    return trailing_months(panel, drawn, leading, (pair.following & measured) | untested, days)


def hangs(posterior: Posterior, pair: Pair, days: Days, of: Parities | None = None) -> Reals:
    """By how many months the value of each day moves when the group ahead is completed and the other is not
    (from the spare draws); NaN where there is no value. of: the posterior's parities (default: drawn here).
    """
    measured, of = posterior.measured, of or Parities(posterior)

    def middle(leading: Flags, following: Flags) -> Reals:
        found = year_means(of.spare(leading, following), len(posterior.spare))(days)
        return np.asarray(middle_and_ends(found)[1])

    sides = pair.leading & measured, pair.following & measured
    value = middle(*sides)
    completed = middle(pair.leading, sides[1])
    if (value < 0).any():
        completed = np.where(value >= 0, completed, middle(sides[0], pair.following))
    return np.asarray(np.abs(completed - value))


def begins_later(posterior: Posterior, pair: Pair, days: Days, of: Parities | None = None) -> Flags:
    """The days whose lags are longer than the measured models of the group ahead are old, in too many of the
    (spare) draws. of: as in `hangs`.
    """
    sides = pair.leading & posterior.measured, pair.following & posterior.measured
    if not (sides[0].any() and sides[1].any()):
        return np.zeros(len(days), dtype=bool)
    leader, follower = (int(posterior.panel.days[side].min()) for side in sides)
    drawn = (of or Parities(posterior)).spare(*sides)
    return reaching_back(drawn, (leader, follower), days) > BACK


def stated(found: Lags, moved: Reals, unknown: Flags) -> Lags:
    """The lags without the days on which they hang on models that are not measured (`moved`: `hangs`), or
    whose upper end is `unknown` (`begins_later`).
    """
    sure = (moved <= HANGS) & ~unknown
    value, low, high = (np.where(sure, part, np.nan) for part in (found.value, found.low, found.high))
    return Lags(found.days, value, low, high, found.r_hat, found.effective)


def publishable(measured: Lags, completed: Lags) -> Lags:
    """The published lag: see the module's docstring."""
    return Lags(
        measured.days,
        measured.value,
        np.fmin(completed.low, measured.low),
        np.fmax(completed.high, measured.high),
        max(measured.r_hat, completed.r_hat),
        min(measured.effective, completed.effective),
    )


def converged(found: Lags) -> bool:
    """Whether the chains agree well enough on a lag for it to be published."""
    return bool(found.r_hat <= HIGHEST_R_HAT)


def variants(posterior: Posterior, pair: Pair, days: Days, ends: Days, whole: bool) -> dict[str, Lags]:
    """Every variant of the pair's lag that the chains agree on: what is published and made of on `days`, what
    stands beside it on `ends`. `whole`: from all draws and with the least numbers of rulers, else from the
    spare draws. A day of which nothing is published is NaN.
    """
    of = Parities(posterior)
    found = {
        "measured": lags_in_parts(posterior, of.means(pair, MEASURED, whole), days),
        "completed": lags_in_parts(posterior, of.means(pair, 0, whole), days),
        "at_par": lags_of(posterior, trailing_at_par(posterior, pair, ends, whole), ends),
    }
    for name, least in LEAST_RULERS.items() if whole else ():
        found[name] = lags_of(posterior, of.means(pair, least, False)(ends), ends)
    whole_lag = publishable(found["measured"], found["completed"])
    unknown = begins_later(posterior, pair, days, of)
    found = {"published": stated(whole_lag, hangs(posterior, pair, days, of), unknown)} | found
    return {name: lags for name, lags in found.items() if converged(lags)}
