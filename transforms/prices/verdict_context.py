"""What the rows say around a disputed price: the amounts that could explain another value."""

from __future__ import annotations

from typing import Any

import pandas as pd

from transforms.prices.rates import usd_per
from transforms.prices.verdict_reasons import DAY, Aliases, Context

COPIED_MONTHS = 24
OFFER_OF = ["our_provider_id", "model_id", "component"]
RECENT = 45 * DAY


def contexts(
    said: pd.DataFrame, dissent: pd.DataFrame, moment: int, rates: pd.DataFrame, day: pd.Timestamp
) -> dict[Any, Context]:
    """The amounts around each offer that is disputed."""
    disputed = dissent.drop_duplicates("group")
    near = said[said["model_id"].isin(disputed["model_id"])].reset_index(drop=True)
    start, end, promo = near["start"].to_numpy(), near["end"].to_numpy(), near["promo"].to_numpy(dtype=bool)
    amount, group = near["amount"].to_numpy(), near["group"].to_numpy()
    currency, market = near["currency"].to_numpy(dtype=object), near["market"].to_numpy(dtype=object)
    provider = near["our_provider_id"].to_numpy(dtype=object)
    source = near["source_id"].astype("str").to_numpy(dtype=object)
    build = near["revision"].astype("str").to_numpy(dtype=object)
    first = near["first_party"].to_numpy(dtype=bool)
    kin: Any = near.groupby(OFFER_OF, observed=True, sort=False).indices
    anywhere: Any = near.groupby(["model_id", "component", "currency"], observed=True, sort=False).indices
    usd = usd_per(pd.Series(["CNY"]), pd.Series([day]), rates)[0]
    euros, yuans = _rates_until(day, "EUR", rates), _rates_until(day, "CNY", rates)
    out: dict[Any, Context] = {}
    for row in disputed.itertuples():
        here = kin[row.our_provider_id, row.model_id, row.component]
        all_over = anywhere[row.model_id, row.component, row.currency]
        own, listed = group[here] == row.group, ~promo[here]
        over, begun, same_build = end[here] <= moment, start[here] <= moment, build[here] == row.revision
        alike = (currency[here] == row.currency) & (market[here] == row.market)
        by_lab = first[all_over] & (provider[all_over] != row.our_provider_id) & (start[all_over] <= moment)
        tiers = alike & ~own & listed & begun & same_build
        gone, tiers = here[tiers & over], here[tiers & ~over]
        lab, asked = all_over[by_lab], end[all_over[by_lab]] > moment
        lab = lab[asked] if asked.any() else lab  # the last prices of a lab that sells the model no more
        before = here[alike & over & (own | ~listed)]
        promised = alike & (promo[here] & (end[here] > moment - RECENT) | (start[here] > moment))
        yuan = amount[here[currency[here] == "CNY"]] if row.currency == "USD" else amount[:0]
        beside = here[(currency[here] == row.currency) & (market[here] != row.market)]
        out[row.group] = Context(
            promotions=[*amount[here[promised]]],
            earlier=[*zip(source[before], amount[before], end[before], strict=True)],
            other_tiers=[*zip(source[tiers], amount[tiers], strict=True)],
            tiers_then=[*zip(source[gone], amount[gone], start[gone], end[gone], strict=True)],
            yuan=[*(yuan * usd), *yuan],
            other_market=[*zip(source[beside], amount[beside], strict=True)],
            lab_price=[*zip(amount[lab], start[lab], end[lab], strict=True)],
            euro=(euros.min(), euros.max()),
            yuan_moved=yuans.max() / yuans.min(),
        )
    return out


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
