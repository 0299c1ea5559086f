"""What the rows say around a disputed price: the amounts that could explain another value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from transforms.prices.rates import usd_per
from transforms.prices.sightings import Ints
from transforms.prices.verdict_reasons import DAY, SAME, Aliases, Context

COPIED_MONTHS = 24
OFFER_OF = ["our_provider_id", "model_id", "component"]
RECENT = 45 * DAY


class _Near:
    """The statements about the disputed models as columns, and which rows are of one provider's component, or
    of one component anywhere.
    """

    def __init__(self, near: pd.DataFrame, moment: int) -> None:
        self.moment = moment
        self.start, self.end = near["start"].to_numpy(), near["end"].to_numpy()
        self.promo = near["promo"].to_numpy(dtype=bool)
        self.amount, self.group = near["amount"].to_numpy(), near["group"].to_numpy()
        self.above = near["context_from_tokens"].to_numpy()
        self.currency, self.market, self.provider, self.source, self.build, self.tier = (
            near[name].astype("str").to_numpy(dtype=object)
            for name in ("currency", "market", "our_provider_id", "source_id", "revision", "service_tier")
        )
        self.first_party = near["first_party"].to_numpy(dtype=bool)
        self.kin: Any = near.groupby(OFFER_OF, observed=True, sort=False).indices
        place = ["model_id", "component", "currency"]
        self.anywhere: Any = near.groupby(place, observed=True, sort=False).indices

    def around(self, row: Any, usd: float) -> dict[str, Any]:
        """The amounts of `Context` around one offer; `usd`: dollars of a yuan on the day."""
        here = self.kin[row.our_provider_id, row.model_id, row.component]
        own, listed = self.group[here] == row.group, ~self.promo[here]
        over, begun = self.end[here] <= self.moment, self.start[here] <= self.moment
        alike = (self.currency[here] == row.currency) & (self.market[here] == row.market)
        tiers = alike & ~own & listed & begun & (self.build[here] == row.revision)
        soon = self.promo[here] & (self.end[here] > self.moment - RECENT) | ~begun
        yuan = self.amount[here[self.currency[here] == "CNY"]] if row.currency == "USD" else self.amount[:0]
        elsewhere = (self.currency[here] == row.currency) & (self.market[here] != row.market)
        source, amount, start, end = self.source, self.amount, self.start, self.end
        return {
            "promotions": [*amount[here[alike & soon]]],
            "earlier": _told(here[alike & over & (own | ~listed)], source, amount, end),
            "other_tiers": _told(here[tiers & ~over], source, amount),
            "tiers_then": _told(here[tiers & over], source, amount, start, end),
            "yuan": [*(yuan * usd), *yuan],
            "other_market": _told(here[elsewhere], source, amount),
            "lab_price": _told(self._of_lab(row), amount, start, end),
            "lab_then": _told(self._of_lab_before(row), amount, start, end),
        }

    def _of_lab(self, row: Any) -> Ints:
        """What the model's lab charges for the component; its last prices where it sells it no more."""
        rows = self.anywhere[row.model_id, row.component, row.currency]
        lab = self.first_party[rows] & (self.provider[rows] != row.our_provider_id)
        rows = rows[lab & (self.start[rows] <= self.moment)]
        asked = self.end[rows] > self.moment
        found: Ints = rows[asked] if asked.any() else rows
        return found

    def _of_lab_before(self, row: Any) -> Ints:
        """What the lab charged for the component, in the same tier, until it went to the believed price."""
        rows = self.anywhere[row.model_id, row.component, row.currency]
        lab = self.first_party[rows] & (self.provider[rows] != row.our_provider_id) & ~self.promo[rows]
        alike = (self.tier[rows] == row.service_tier) & (self.above[rows] == row.context_from_tokens)
        rows = rows[lab & alike]
        now = rows[(self.start[rows] <= self.moment) & (self.end[rows] > self.moment)]
        follows = np.isclose(self.amount[now], row.chosen_amount, rtol=SAME, atol=0).any()
        found: Ints = rows[self.end[rows] <= self.moment] if follows else rows[:0]
        return found


def _told(rows: Ints, *columns: np.ndarray) -> list[tuple[Any, ...]]:
    return [*zip(*(column[rows] for column in columns), strict=True)]


def contexts(
    said: pd.DataFrame, dissent: pd.DataFrame, moment: int, rates: pd.DataFrame, day: pd.Timestamp
) -> dict[Any, Context]:
    """The amounts around each offer that is disputed."""
    disputed = dissent.drop_duplicates("group")
    near = _Near(said[said["model_id"].isin(disputed["model_id"])].reset_index(drop=True), moment)
    usd = usd_per(pd.Series(["CNY"]), pd.Series([day]), rates)[0]
    euros, yuans = _rates_until(day, "EUR", rates), _rates_until(day, "CNY", rates)
    moved: dict[str, Any] = {"euro": (euros.min(), euros.max()), "yuan_moved": yuans.max() / yuans.min()}
    return {row.group: Context(**near.around(row, usd), **moved) for row in disputed.itertuples()}


def _rates_until(day: pd.Timestamp, currency: str, rates: pd.DataFrame) -> pd.Series:
    """US dollars for one unit of a currency at the ends of the last COPIED_MONTHS months: a copy was
    converted on one of those days.
    """
    days = pd.Series(pd.date_range(end=day, periods=COPIED_MONTHS + 1, freq="30D").normalize()).astype(
        "datetime64[us]"
    )
    return usd_per(pd.Series([currency] * len(days)), days, rates)


def meant_elsewhere(said: pd.DataFrame, dissent: pd.DataFrame) -> Aliases:
    """Of each dissenting (source, name): the amounts of the same provider and component of the other models
    or builds that the source has given the name to.
    """
    named = ["source_id", "listed_model"]
    kinds = said[[*named, "model_id", "revision"]].drop_duplicates()
    moving = kinds[kinds.duplicated(named, keep=False)]
    asked = (
        dissent[[*named, *OFFER_OF, "revision"]]
        .drop_duplicates()
        .merge(moving, on=named, suffixes=("", "_other"))
    )
    asked = asked[
        (asked["model_id"] != asked["model_id_other"]) | (asked["revision"] != asked["revision_other"])
    ]
    prices = said[[*OFFER_OF, "revision", "amount"]].rename(
        columns={"model_id": "model_id_other", "revision": "revision_other"}
    )
    place = ["our_provider_id", "component", "model_id_other", "revision_other"]
    both = asked.merge(prices, on=place)
    found: Aliases = {}
    for (source, name), amounts in both.groupby(named, observed=True)["amount"]:
        found[str(source), str(name)] = sorted(set(amounts))
    return found
