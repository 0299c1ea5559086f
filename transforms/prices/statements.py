"""What a row of a feed is about where the row does not say it: a tier or a region in a name, the giver of a
promotion.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.identity.vocabulary import REGIONS

ROUTERS = ("openrouter",)
PROMOTIONS = ("promotional", "introductory")
TIERS = ("batch", "flex", "priority", "fast")
# Behind a dash `fast` is a way of serving (`claude-opus-5-fast`); no model is called batch, flex or priority.
_TIER_IN_NAME = rf":({'|'.join(TIERS)})$|[-@/](batch|flex|priority)$"
EVERYWHERE = "global"
_PLACE = rf"(?:{'|'.join(sorted(REGIONS))}|[a-z]{{2}}(?:-gov)?-[a-z]+-\d)"
_IN_NAME = rf"(?:^|/)({_PLACE})[./]|@({_PLACE})$"  # azure/eu/o1, us.anthropic.claude-opus-5, glm-5.1@eu


def as_offered(prices: pd.DataFrame) -> pd.DataFrame:
    """`prices` with the tier that a name ends in, the region that it names, and with a router's promotions as
    the router's own.

    `vendor/model:batch` is the batch tier in every feed, also where the feed has no place for tiers.
    `azure/eu/model` is an offer in that region; a name that says `global` says no region. What a
    router takes off an endpoint's price it takes off what it charges itself: provider and country become the
    router's, the endpoint's provider becomes the region, and no lab sells at that price.
    """
    return _granted(_placed(_tiered(prices)))


def _tiered(prices: pd.DataFrame) -> pd.DataFrame:
    names = pd.Series(prices["listed_model"].unique()).astype("str")
    endings = names.str.extract(_TIER_IN_NAME)
    ending = dict(zip(names, endings[0].fillna(endings[1]), strict=True))
    named = prices["listed_model"].astype("str").map(ending)
    moves = named.notna().to_numpy() & (prices["service_tier"] == "standard").to_numpy()
    return _with(prices, "service_tier", moves, named[moves])


def _placed(prices: pd.DataFrame) -> pd.DataFrame:
    names = pd.Series(prices["listed_model"].unique()).astype("str")
    parts = names.str.extract(_IN_NAME)
    place = parts[0].fillna(parts[1])
    told = dict(zip(names, place.where(place != EVERYWHERE), strict=True))
    named = prices["listed_model"].astype("str").map(told)
    moves = named.notna().to_numpy() & (prices["region"] == "").to_numpy()
    return _with(prices, "region", moves, named[moves])


def _granted(prices: pd.DataFrame) -> pd.DataFrame:
    for router in ROUTERS:
        source = prices["source_id"].astype("str")
        theirs = ((source == router) | source.str.startswith(f"{router}_")).to_numpy()
        theirs = theirs & prices["price_kind"].isin(PROMOTIONS).to_numpy()
        if theirs.any():
            at = (
                prices.loc[theirs, "our_provider_id"].astype("str")
                + "/"
                + prices.loc[theirs, "region"].astype("str")
            )
            prices = _with(prices, "region", theirs, at.str.rstrip("/"))
            told = {
                "our_provider_id": router,
                "provider_country": "US",
                "provider_kind": "aggregator",
                "market": "",
            }
            for name, value in told.items():
                prices = _with(prices, name, theirs, value)
            prices = prices.assign(first_party=prices["first_party"].to_numpy(dtype=bool) & ~theirs)
    return prices


def _with(prices: pd.DataFrame, name: str, rows: np.ndarray, values: object) -> pd.DataFrame:
    """`prices` with other text in one column of some rows; a category stays one."""
    if not rows.any():
        return prices
    column = prices[name].astype("object").copy()
    column[rows] = values
    return prices.assign(
        **{name: column.astype(prices[name].dtype if prices[name].dtype == "object" else "category")}
    )
