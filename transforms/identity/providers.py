"""Who sells a listed price: the feeds' own provider names mapped to ours, by the seed and by nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.prices.runs import codes
from warehouse.seeds import Providers

# Plans, tools and local runners print token prices that nobody is charged per token.
NOT_SOLD_BY_THE_TOKEN = ("subscription", "tool", "local")


def with_providers(prices: pd.DataFrame, providers: Providers) -> pd.DataFrame:
    """`prices` (source_id, provider_id, model_id, currency, lab_id) with our_provider_id, market,
    provider_country, provider_kind and first_party; rows of plans, tools and local runners are left out.

    A provider that the seeds do not know keeps its printed id. market: `CN` for the Chinese site of a vendor
    that has two (its prices are yuan, whatever currency a feed converts them to), else empty. first_party:
    the lab that trained the model sells it itself.
    """
    pair = codes(prices, ("source_id", "provider_id"))
    found = sellers(
        prices[["source_id", "provider_id"]].iloc[np.unique(pair, return_index=True)[1]], providers
    )
    chinese = (found["region_of_service"] == "CN").to_numpy()[pair] | (prices["currency"] == "CNY").to_numpy()
    columns = {
        str(name): pd.Series(pd.Categorical(values)).iloc[pair].reset_index(drop=True).array
        for name, values in found[["our_provider_id", "provider_country", "provider_kind", "own_lab"]].items()
    }
    out = prices.assign(**columns, market=pd.Categorical(np.where(chinese, "CN", "")))
    out = out.assign(
        first_party=sold_by_its_lab(
            *(out[c].astype("str").to_numpy(dtype=object) for c in ("lab_id", "own_lab"))
        )
    )
    return (
        out[~out["provider_kind"].isin(NOT_SOLD_BY_THE_TOKEN)].drop(columns="own_lab").reset_index(drop=True)
    )


def sold_by_its_lab(trained_by: NDArray[Any], sold_by: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each model is sold by the lab that trained it; never where either is unknown (empty)."""
    return np.asarray((trained_by == sold_by) & (trained_by != ""), dtype=bool)


def sellers(said: pd.DataFrame, providers: Providers) -> pd.DataFrame:
    """Who stands behind each printed provider: our_provider_id, provider_country, provider_kind,
    region_of_service (missing for a name that the seed does not have), and own_lab, the lab that sells its
    models there itself (empty for hosts). `said`: source_id and provider_id; one row each, in order.

    A printed id that is no name of its source and one of our ids is that provider.
    """
    said = said.astype("str").reset_index(drop=True)
    names = providers.names.set_index(["source_id", "listed_provider"])
    found = names.reindex(pd.MultiIndex.from_frame(said)).reset_index(drop=True)
    ours = found["provider_id"].fillna(said["provider_id"]).astype("str")
    facts = providers.facts.set_index("provider_id").reindex(ours).reset_index(drop=True)
    kind = found["kind"].replace("", None).fillna(facts["kind"]).fillna("host").astype("str")
    return pd.DataFrame(
        {
            "our_provider_id": ours,
            "provider_country": facts["country"].fillna("").astype("str"),
            "provider_kind": kind,
            "region_of_service": found["region_of_service"],
            "own_lab": facts["lab_id"].fillna("").astype("str").where(kind == "lab", ""),
        }
    )
