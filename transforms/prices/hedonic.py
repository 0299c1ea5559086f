"""The price of equal capability by country and month: a time-dummy hedonic index.

Prices stand still within a model and change as models come and go, so the cheapest model of a level follows
single offers. The index asks instead what a model of a given capability costs in a month, from all models on
sale (BLS EC240120, 2024; Aizcorbe, FEDS 2003-05):

    log p = a[country, month] + b0 c + b1 c (month - middle) / 12 + b2 c^2,     c = (C - 140) / 10

C is the pooled capability in points; the steps of `a` from month to month have a ridge. The interval is that
of 300 resamples of models, each with one joint draw of all capabilities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.boards.frontier import Reals

COUNTRIES = ("US", "CN")
CENTRE, STEP = 140.0, 10.0
LEVELS = (110.0, 120.0, 130.0, 140.0, 150.0, 160.0)
RIDGE = 30.0  # on a country's step from one month to the next
FLOOR = 1e-4  # keeps months without a model solvable
RESAMPLES, SEED = 300, 20260424
LEAST_MODELS = 8  # of a country in a month: fewer have no index
ENDS = (0.05, 0.95)


class Curve(NamedTuple):
    """Fitted log prices at capability `CENTRE` (countries x months), and the three slopes of capability."""

    start: Reals
    slopes: Reals

    def log_price(self, country: int, level: float) -> Reals:
        """Log price of a level in every month."""
        months = self.start.shape[1]
        c = (level - CENTRE) / STEP
        drift = (np.arange(months) - months / 2) / 12
        return np.asarray(
            self.start[country] + self.slopes[0] * c + self.slopes[1] * c * drift + self.slopes[2] * c * c
        )


@dataclass(frozen=True, eq=False)
class Monthly:
    """Prices of models by month: one row a model and month. `country` and `month` are numbers, `price` in
    USD, `model` numbers the columns of capability draws, `months` names the months.
    """

    country: NDArray[np.int64]
    month: NDArray[np.int64]
    model: NDArray[np.int64]
    price: Reals
    months: pd.PeriodIndex

    @cached_property
    def cell(self) -> NDArray[np.int64]:
        """The dummy of each row."""
        return self.country * len(self.months) + self.month

    @cached_property
    def penalty(self) -> Reals:
        """The ridge on the steps of the dummies (dummies x dummies)."""
        size, n = len(COUNTRIES) * len(self.months), len(self.months)
        out = np.eye(size) * FLOOR
        for first in (i for i in range(size - 1) if (i + 1) % n):
            out[first : first + 2, first : first + 2] += RIDGE * np.array([[1.0, -1.0], [-1.0, 1.0]])
        return out

    def counts(self) -> NDArray[np.int64]:
        """Models of each country in each month (countries x months)."""
        size = len(COUNTRIES) * len(self.months)
        return np.bincount(self.cell, minlength=size).reshape(len(COUNTRIES), -1)

    def best(self, capability: Reals) -> Reals:
        """The highest capability on sale (countries x months); -inf where nothing is."""
        out = np.full(len(COUNTRIES) * len(self.months), -np.inf)
        np.maximum.at(out, self.cell, capability[self.model])
        return out.reshape(len(COUNTRIES), -1)

    def fit(self, capability: Reals, weight: Reals | None = None) -> Curve:
        """The curve by ridge least squares; `capability` in points by model, `weight` by row."""
        n, size = len(self.months), len(self.penalty)
        w = np.ones(len(self.price)) if weight is None else weight
        c = (capability[self.model] - CENTRE) / STEP
        x = np.stack([c, c * (self.month - n / 2) / 12, c * c])
        y = np.log(self.price)
        whole = np.empty((size + 3, size + 3))
        whole[:size, :size] = self.penalty
        whole[np.arange(size), np.arange(size)] += np.bincount(self.cell, w, size)
        for j in range(3):
            whole[size + j, :size] = whole[:size, size + j] = np.bincount(self.cell, w * x[j], size)
        whole[size:, size:] = (x * w) @ x.T
        right = np.concatenate([np.bincount(self.cell, w * y, size), (x * w) @ y])
        found = np.linalg.solve(whole, right)
        return Curve(found[:size].reshape(len(COUNTRIES), n), found[size:])

    def resampled(self, draws: Reals) -> list[Curve]:
        """Curves of resamples of models, each with one of the joint draws of capability (draws x models)."""
        random = np.random.default_rng(SEED)
        used, at = np.unique(self.model, return_inverse=True)
        curves = []
        for _ in range(RESAMPLES):
            times = np.bincount(random.integers(len(used), size=len(used)), minlength=len(used))
            curves.append(self.fit(draws[random.integers(len(draws))], times[at].astype(float)))
        return curves


def _spread(logs: Reals) -> tuple[Reals, Reals]:
    low, high = np.exp(np.quantile(logs, ENDS, axis=0))
    return low, high


def index_rows(
    monthly: Monthly, capability: Reals, curve: Curve, curves: list[Curve]
) -> Iterator[dict[str, object]]:
    """country, level, month, price_usd, lo90, hi90, models: where at least eight models of the country are on
    sale, one of them at least as capable.
    """
    counts, best = monthly.counts(), monthly.best(capability)
    for number, country in enumerate(COUNTRIES):
        for level in LEVELS:
            said = (counts[number] >= LEAST_MODELS) & (best[number] >= level)
            value = np.exp(curve.log_price(number, level))
            low, high = _spread(np.array([one.log_price(number, level) for one in curves]))
            for m in np.flatnonzero(said).tolist():
                yield {
                    "country": country,
                    "level": level,
                    "month": monthly.months[m].start_time,
                    "price_usd": value[m],
                    "lo90": low[m],
                    "hi90": high[m],
                    "models": int(counts[number, m]),
                }


def ratio_rows(monthly: Monthly, curve: Curve, curves: list[Curve]) -> Iterator[dict[str, object]]:
    """month, ratio US / CN with its interval, and the models of each: where both have at least eight."""
    counts = monthly.counts()
    value = np.exp(curve.start[0] - curve.start[1])
    low, high = _spread(np.array([one.start[0] - one.start[1] for one in curves]))
    for m in np.flatnonzero((counts >= LEAST_MODELS).all(axis=0)).tolist():
        yield {
            "month": monthly.months[m].start_time,
            "ratio": value[m],
            "ratio_lo90": low[m],
            "ratio_hi90": high[m],
            "us_models": int(counts[0, m]),
            "cn_models": int(counts[1, m]),
        }


def fall_rows(
    monthly: Monthly, capability: Reals, curve: Curve, curves: list[Curve], back: int = 12
) -> Iterator[dict[str, object]]:
    """country, level, the year's two months, and by what factor the price fell in between; `extrapolated`
    where no model of the country was that capable when the year began.
    """
    counts, best = monthly.counts(), monthly.best(capability)
    for number, country in enumerate(COUNTRIES):
        for level in LEVELS:
            logs = np.array([one.log_price(number, level) for one in [curve, *curves]])
            fall = logs[:, :-back] - logs[:, back:]
            low, high = _spread(fall[1:])
            said = (counts[number] >= LEAST_MODELS)[:-back] & (counts[number] >= LEAST_MODELS)[back:]
            for m in np.flatnonzero(said & (best[number, back:] >= level)).tolist():
                yield {
                    "country": country,
                    "level": level,
                    "month_from": monthly.months[m].start_time,
                    "month": monthly.months[m + back].start_time,
                    "fall": float(np.exp(fall[0, m])),
                    "fall_lo90": low[m],
                    "fall_hi90": high[m],
                    "extrapolated": bool(best[number, m] < level),
                }
