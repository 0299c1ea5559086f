"""Does the interval of the price ratio at equal capability cover the true ratio, and that of a price's fall
the true fall, in worlds that are known whole? `python -m studies.hedonic_coverage --home HOME [--worlds N]
[--seed N]`.

Every world has the real models on sale in each month with their countries. The true capability of all models
is one joint draw of the pooled fit; the prices are made: a level by country that falls at its own pace with
turns, the real slopes of capability, a part of each model of its own that stays with it (`SPREAD`, as wide as
what the real fit leaves over) and a small one of each month. The index then sees the made prices and all the
draws but the true one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from studies.pooled_home import arguments, as_of, say
from transforms.boards.frontier import Reals
from transforms.identity.shown import MODEL_FACTS, with_withdrawals
from transforms.pooled.tables import pooled_as_known, tested_points
from transforms.prices.hedonic import CENTRE, COUNTRIES, STEP, Curve, Monthly, fall_rows, ratio_rows
from transforms.prices.price_index import populations
from transforms.prices.table import reconciled_intervals, source_intervals
from warehouse.seeds import boards

WITHIN = 0.03  # how far a model's price scatters from month to month, in logarithms
LEVEL = 140.0


@dataclass(frozen=True, eq=False)
class Market:
    """The real pattern: prices by month, joint draws of capability in points (draws x models) and the curve
    that the index fits.
    """

    monthly: Monthly
    draws: Reals

    @property
    def curve(self) -> Curve:
        """The index as published."""
        return self.monthly.fit(self.draws.mean(axis=0))

    @property
    def spread(self) -> float:
        """The standard deviation of models' own parts in the published index (logarithms)."""
        monthly, curve = self.monthly, self.curve
        left = np.log(monthly.price) - log_prices(monthly, curve, self.draws.mean(axis=0))
        return float(pd.Series(left).groupby(monthly.model).mean().std())


class Found(NamedTuple):
    """Whether the interval of a world holds the truth, and the logarithm of value over truth, by month: of
    the ratio, and of the US and Chinese fall of a year at `LEVEL`.
    """

    ratio: list[tuple[bool, float]]
    us_fall: list[tuple[bool, float]]
    cn_fall: list[tuple[bool, float]]


def log_prices(monthly: Monthly, curve: Curve, capability: Reals) -> Reals:
    """The curve's log price of each row."""
    c = (capability[monthly.model] - CENTRE) / STEP
    drift = (monthly.month - len(monthly.months) / 2) / 12
    slopes = curve.slopes[0] * c + curve.slopes[1] * c * drift + curve.slopes[2] * c * c
    return np.asarray(curve.start[monthly.country, monthly.month] + slopes)


def true_curve(market: Market, random: np.random.Generator) -> Curve:
    """A level by country that falls with turns, and the real slopes."""
    months = len(market.monthly.months)
    pace = random.normal(-0.055, 0.02, (len(COUNTRIES), 1))  # a month
    turns = np.cumsum(random.normal(0, 0.05, (len(COUNTRIES), months)), axis=1)
    start = random.normal([[1.0], [0.2]], 0.3) + pace * (np.arange(months) - months / 2) + turns
    return Curve(start, market.curve.slopes)


def world(market: Market, seed: int) -> Found:
    """One world: made prices, the index on them, and whether it holds the truth."""
    random = np.random.default_rng([seed, 5])
    monthly, truth = market.monthly, true_curve(market, random)
    true_one = int(random.integers(len(market.draws)))
    capability = market.draws[true_one]
    own = random.normal(0, market.spread, len(capability))[monthly.model]
    logs = log_prices(monthly, truth, capability) + own + random.normal(0, WITHIN, len(own))
    made = Monthly(monthly.country, monthly.month, monthly.model, np.exp(logs), monthly.months)
    draws = np.delete(market.draws, true_one, axis=0)
    mean = draws.mean(axis=0)
    curve, curves = made.fit(mean), made.resampled(draws)
    place = {month.start_time: n for n, month in enumerate(monthly.months)}
    ratio = [
        _held(row, "ratio", float(truth.start[0, n] - truth.start[1, n]))
        for row in ratio_rows(made, curve, curves)
        for n in [place[row["month"]]]
    ]
    falls: dict[str, list[tuple[bool, float]]] = {country: [] for country in COUNTRIES}
    for row in fall_rows(made, mean, curve, curves):
        if row["level"] == LEVEL and not row["extrapolated"]:
            level = truth.log_price(COUNTRIES.index(str(row["country"])), LEVEL)
            true = float(level[place[row["month_from"]]] - level[place[row["month"]]])
            falls[str(row["country"])].append(_held(row, "fall", true))
    return Found(ratio, falls["US"], falls["CN"])


def _held(row: dict[str, object], name: str, true: float) -> tuple[bool, float]:
    low, value, high = (float(str(row[f"{name}{end}"])) for end in ("_lo90", "", "_hi90"))
    return low <= np.exp(true) <= high, float(np.log(value) - true)


def line(name: str, worlds: list[list[tuple[bool, float]]]) -> str:
    """One line of the answer: coverage over months, of the last month, bias and RMSE (logarithms)."""
    some = [one for one in worlds if one]
    every = np.array([cell for one in some for cell in one], dtype=float)
    last = np.array([one[-1] for one in some], dtype=float)
    return (
        f"{name:18} covers {100 * every[:, 0].mean():5.1f} % of {len(every)} months, the last month"
        f" {100 * last[:, 0].mean():5.1f} %; bias {every[:, 1].mean():+.3f}, RMSE"
        f" {np.sqrt((every[:, 1] ** 2).mean()):.3f} (logarithms)"
    )


def real(home: str, day: date) -> Market:
    """The market of a home on a day: all models, 3 input to 1 output, as charged."""
    known = as_of(home, day, prices=True)
    stamp, identity = pd.Timestamp(day), known.identity(day)
    models = with_withdrawals(identity)
    fit = pooled_as_known(known.boards(day).versions, models[MODEL_FACTS], boards(), stamp)
    if fit is None:
        raise SystemExit(f"too little is known on {day} for a pooled fit")
    no_index = pd.DataFrame({"model_id": pd.Series(dtype=str), "capability": pd.Series(dtype=float)})
    draws, names = tested_points(fit, no_index)
    rates = known.inputs.rates[known.inputs.rates["rate_on"] <= stamp]
    said = source_intervals(known.prices(day), stamp, models, identity["model_dates"])
    capability = pd.Series(draws.mean(axis=0), index=names)
    _, monthly = next(iter(populations(reconciled_intervals(said), models, rates, stamp, capability)))
    return Market(monthly, draws)


def main() -> None:
    """Coverage of the ratio and of the falls."""
    asked = arguments(__doc__ or "", day="2026-11-15", worlds=60, seed=400)
    market = real(asked.home, date.fromisoformat(asked.day))
    found = [world(market, asked.seed + n) for n in range(asked.worlds)]
    say(f"{asked.worlds} worlds on the models on sale of {asked.day}, seeds from {asked.seed}")
    say(line("ratio US / CN", [one.ratio for one in found]))
    say(line("fall a year, US", [one.us_fall for one in found]))
    say(line("fall a year, CN", [one.cn_fall for one in found]))


if __name__ == "__main__":
    main()
