"""Which mend moved the ratio of prices at equal capability: capability and release days as an older home's
names give them, the models that it priced, and the models whose rows weigh most. `python -m
studies.index_moved --home HOME --old OLD_HOME [--day 2026-11-15]`.

Over all models, charged prices, 3 input to 1 output token, in the last month that has a ratio.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from studies.pooled_home import arguments, as_of, say
from studies.pooled_moved import Step, steps
from transforms.identity.shown import with_withdrawals
from transforms.pooled.tables import tested_points
from transforms.prices import table
from transforms.prices.hedonic import LEAST_MODELS
from transforms.prices.model_months import model_months, monthly_of, own_or_hosted, weekly_panel
from warehouse.location import Location
from warehouse.marts import Marts

BASIS, KIND = "blend_3_1", "charged"
SHOWN = 12  # models that are named
LEAST_MOVE, LEAST_MOVED = 0.05, 3  # of log prices; models of a lab that moved together


@dataclass(frozen=True)
class Market:
    """Prices by model and month (`model_months` rows), and the points' capability as published."""

    months: pd.DataFrame
    index: pd.DataFrame


def market(home: str, day: date) -> Market:
    """The market of a home as known on a day."""
    known = as_of(home, day, prices=True)
    identity = known.identity(day)
    models, when = with_withdrawals(identity), pd.Timestamp(day)
    rates = known.inputs.rates[known.inputs.rates["rate_on"] <= when]
    said = table.source_intervals(known.prices(day), when, models, identity["model_dates"])
    rows = own_or_hosted(table.reconciled_intervals(said), models)
    months = model_months(weekly_panel(rows, rates, when, KIND), models, BASIS)
    return Market(months, Marts(Location(home)).read("capability", day).to_pandas())


def ratio(months: pd.DataFrame, capability: pd.Series, month: str = "") -> tuple[str, float, int, int]:
    """The month (the last that has a ratio, or the one asked for), the ratio US / CN and the models of
    each."""
    monthly = monthly_of(months, capability)
    if monthly is None:
        return month, float("nan"), 0, 0
    curve, counts = monthly.fit(capability.to_numpy()), monthly.counts()
    said = np.flatnonzero((counts >= LEAST_MODELS).all(axis=0))
    names = monthly.months.astype(str)
    at = int(said[-1]) if not month else int(np.flatnonzero(names == month)[0])
    value = float(np.exp(curve.start[0, at] - curve.start[1, at]))
    return str(names[at]), value, int(counts[0, at]), int(counts[1, at])


def capability_of(step: Step, index: pd.DataFrame) -> pd.Series:
    """Posterior means in points of the tested models of a fit."""
    draws, names = tested_points(step.fit, index)
    return pd.Series(draws.mean(axis=0), index=names)


def line(name: str, months: pd.DataFrame, capability: pd.Series, month: str) -> str:
    """One state of the mends."""
    on, value, us, cn = ratio(months, capability, month)
    return f"{name}: {value:.2f} in {on}, {us} US and {cn} Chinese models"


def weights(months: pd.DataFrame, capability: pd.Series, month: str, priced: Collection[str]) -> list[str]:
    """The models without which the ratio of a month moves most, with their rows."""
    _, whole, *_ = ratio(months, capability, month)
    there = months[(months["month"].astype(str) == month) & months["model_id"].isin(capability.index)]
    moved = {}
    for model in there["model_id"].astype(str):
        moved[model] = ratio(months[months["model_id"] != model], capability, month)[1] - whole
    rows = there.assign(moved=there["model_id"].map(moved)).sort_values("moved", key=abs, ascending=False)
    return [
        f"without {r.model_id} ({r.country}, {capability[r.model_id]:.1f} points, {r.price:.3g} USD):"
        f" {r.moved:+.3f}{'' if r.model_id in priced else '; the older home had no price of it'}"
        for r in rows.head(SHOWN).itertuples()
    ]


def by_lab(months: pd.DataFrame, month: str, old: pd.DataFrame) -> pd.DataFrame:
    """Of each lab whose models cost otherwise in the older home (`model_prices`, what labs sell themselves):
    how many of them, and the median of new over old.
    """
    own = old[old["first_party"].astype(bool)].drop_duplicates("model_id").set_index("model_id")
    there = months[months["month"].astype(str) == month].drop_duplicates("model_id").set_index("model_id")
    both = there.index.intersection(own.index)
    factor = there.loc[both, "price"].astype(float) / own.loc[both, "blend_3_1_usd"].astype(float)
    factor = factor[np.abs(np.log(factor)) > LEAST_MOVE]
    lab = pd.Series(factor.index.str.split("/").str[0], index=factor.index)
    found = factor.groupby(lab).agg(["count", "median"])
    return found[found["count"] >= LEAST_MOVED].sort_values("count", ascending=False)


def main() -> None:
    """The ratio under each state, and the models that weigh most."""
    asked = arguments(__doc__ or "", day="2026-11-15", old="", month="")
    day = date.fromisoformat(asked.day)
    made, states = market(asked.home, day), list(steps(asked.home, asked.old, day))
    today = capability_of(states[-2], made.index)
    month = ratio(made.months, today, asked.month)[0]
    for step in states:
        say(line(f"capability: {step.name}", made.months, capability_of(step, made.index), month))
    marts = Marts(Location(asked.old))
    on = min(d for d in marts.as_ofs() if d >= day)
    old = marts.read("model_prices", on).to_pandas()
    priced = set(old["model_id"].astype(str))
    for lab, found in by_lab(made.months, month, old).iterrows():
        mine = made.months["model_id"].str.startswith(f"{lab}/")
        price = made.months["price"].astype(float)
        before = made.months.assign(price=price.where(~mine, price / found["median"]))
        moved = f"{found['count']:.0f} models cost {found['median']:.2f} times as much"
        name = f"{lab} as the older home had it ({moved})"
        say(line(name, before, today, month))
    some = made.months[made.months["model_id"].isin(priced)]
    say(line("only models that the older home priced", some, today, month))
    few = some[some["model_id"].isin(capability_of(states[0], made.index).index)]
    say(line("and that its boards had tested under their names of then", few, today, month))
    for words in weights(made.months, today, month, priced):
        say("  ", words)


if __name__ == "__main__":
    main()
