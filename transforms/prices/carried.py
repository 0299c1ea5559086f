"""Prices that a feed carries over to the next model of a name.

`deepseek-chat` means another model from one day to the next, and a feed that nobody tends goes on printing
what the model before cost. Such a price is the next model's only as long as nobody who noticed the move says
otherwise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

_PRINTED = [
    "source_id", "our_provider_id", "market", "listed_model", "component", "service_tier", "modality",
    "thinking", "context_from_tokens", "output_from_tokens", "region", "currency", "per", "time_band",
    "amount",
]  # fmt: skip
# Of whatever setting and region: a lab that moves its names prices the new model, not one way of using it.
_SOLD = [
    "our_provider_id", "market", "model_id", "component", "service_tier", "modality", "context_from_tokens",
    "output_from_tokens", "currency", "per", "time_band",
]  # fmt: skip


def carried_over(frame: pd.DataFrame) -> np.ndarray:
    """Which rows of `observed_intervals` print, for a model, the very amount that the same source printed
    under the same name for the model before, while others, or another name of the source, give this model
    another amount at some time of it, and nobody gives it that amount by word of its own. A provider's own
    page carries nothing over.
    """
    found = _printed_for_the_model_before(frame) & ~frame["own_page"].to_numpy(dtype=bool)
    if not found.any():
        return found
    plain = ~frame["promo"].to_numpy(dtype=bool)
    rows = frame[["start", "end", "amount"]].assign(
        sold=frame.groupby(_SOLD, observed=True).ngroup(), row=np.arange(len(frame))
    )
    both = rows[found].merge(rows[~found & plain], on="sold", suffixes=("", "_other"))
    both = both[(both["start_other"] < both["end"]) & (both["start"] < both["end_other"])]
    same = both["amount"] == both["amount_other"]
    contradicted = np.setdiff1d(both.loc[~same, "row"], both.loc[same, "row"])
    return np.isin(np.arange(len(frame)), contradicted)


def _printed_for_the_model_before(frame: pd.DataFrame) -> np.ndarray:
    """Which rows have an earlier row of their source, name and amount that is another model's."""
    printed = frame.groupby(_PRINTED, observed=True).ngroup()
    models = frame.assign(printed=printed)[["printed", "model_id", "start"]].astype({"model_id": str})
    first = models.groupby(["printed", "model_id"])["start"].min()
    earliest = first.groupby("printed").transform("min")
    later = first.index[(first > earliest).to_numpy()]
    return np.asarray(pd.MultiIndex.from_frame(models[["printed", "model_id"]]).isin(later))
