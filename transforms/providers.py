"""Who sells a listed price: the feeds' own provider names mapped to ours, by the seed and by nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.price_runs import codes

# Plans, tools and local runners print token prices that nobody is charged per token.
NOT_SOLD_BY_THE_TOKEN = ("subscription", "tool", "local")


def with_providers(prices: pd.DataFrame, providers: pd.DataFrame) -> pd.DataFrame:
    """`prices` (source_id, provider_id, model_id, currency, lab_id) with our_provider_id, market, provider_country, provider_kind and
    first_party; rows of plans, tools and local runners are left out.

    providers: the seed (provider_id, source_id, listed_provider, country, region_of_service, lab_id, kind). A provider that the seed
    does not know keeps its printed id. market: `CN` for the Chinese site of a vendor that has two (its prices are yuan, whatever
    currency a feed converts them to), else empty. first_party: the lab that trained the model sells it itself.
    """
    known = providers.drop_duplicates(["source_id", "listed_provider"]).set_index(["source_id", "listed_provider"])
    own = providers[providers["kind"] == "lab"].drop_duplicates("provider_id").set_index("provider_id")
    pair = codes(prices, ("source_id", "provider_id"))
    first = np.unique(pair, return_index=True)[1]
    said = prices[["source_id", "provider_id"]].iloc[first].astype("str")
    keys = pd.MultiIndex.from_frame(said)
    found = known.reindex(keys).reset_index(drop=True)
    ours = found["provider_id"].where(found["provider_id"].notna(), said["provider_id"].reset_index(drop=True)).astype("str")
    lab = found["lab_id"].where(found["provider_id"].notna(), ours.map(own["lab_id"])).fillna("").astype("str")
    kind = found["kind"].where(found["provider_id"].notna(), ours.map(own["kind"])).fillna("host").astype("str")
    country = found["country"].where(found["provider_id"].notna(), ours.map(own["country"])).fillna("").astype("str")
    chinese = (found["region_of_service"] == "CN").to_numpy()[pair] | (prices["currency"] == "CNY").to_numpy()
    columns = {
        name: pd.Series(pd.Categorical(values)).iloc[pair].reset_index(drop=True).array
        for name, values in (("our_provider_id", ours), ("provider_country", country), ("provider_kind", kind), ("_lab", lab))
    }
    out = prices.assign(**columns, market=pd.Categorical(np.where(chinese, "CN", "")))
    trained = out["lab_id"].astype("str").to_numpy() == out["_lab"].astype("str").to_numpy()
    out = out.assign(first_party=trained & (out["provider_kind"] == "lab").to_numpy() & (out["lab_id"] != "").to_numpy())
    return out[~out["provider_kind"].isin(NOT_SOLD_BY_THE_TOKEN)].drop(columns="_lab").reset_index(drop=True)
