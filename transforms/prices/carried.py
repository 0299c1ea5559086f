"""Prices that a feed carries over to the next model of a name.

`deepseek-chat` means another model from one day to the next, and a feed that nobody tends goes on printing
what the model before cost. Such a price is the next model's only as long as nobody who noticed the move says
otherwise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

_NAME = ["source_id", "our_provider_id", "market", "listed_model"]
_STATEMENT = [
    *_NAME, "component", "service_tier", "modality", "thinking", "context_from_tokens", "output_from_tokens",
    "region", "currency", "per",
]  # fmt: skip
# Of whatever setting and region: a lab that moves its names prices the new model, not one way of using it.
_SOLD = [
    "our_provider_id", "market", "model_id", "component", "service_tier", "modality", "context_from_tokens",
    "output_from_tokens", "currency", "per",
]  # fmt: skip


def carried_over(frame: pd.DataFrame) -> np.ndarray:
    """Which rows of `observed_intervals` print, for a model, the very amount that the same source printed
    under the same name for the model before, while somebody who carried nothing over to this model gives it
    another amount at some time of it, and nobody of these gives it one of the amounts of the statement (its
    hours together). A provider's own page carries nothing over; who carried and changed the price later says
    that the price changed, not that it was another from the beginning.
    """
    found = _printed_for_the_model_before(frame) & ~frame["own_page"].to_numpy(dtype=bool)
    if not found.any():
        return found
    told = frame.groupby([*_NAME, "model_id"], observed=True, dropna=False).ngroup()
    free = ~frame["promo"].to_numpy(dtype=bool) & ~told.isin(told[found]).to_numpy()
    rows = frame[["start", "end", "amount"]].assign(
        sold=frame.groupby(_SOLD, observed=True, dropna=False).ngroup(),
        statement=frame.groupby([*_STATEMENT, "model_id"], observed=True, dropna=False).ngroup(),
        row=np.arange(len(frame)),
    )
    both = rows[found].merge(rows[free], on="sold", suffixes=("", "_other"))
    both = both[(both["start_other"] < both["end"]) & (both["start"] < both["end_other"])]
    same = both["amount"] == both["amount_other"]
    borne_out = both["statement"].isin(both.loc[same, "statement"])
    return np.isin(np.arange(len(frame)), both.loc[~borne_out, "row"])


def _printed_for_the_model_before(frame: pd.DataFrame) -> np.ndarray:
    """Which rows have an earlier row of their source, name, hours and amount that is another model's."""
    printed = frame.groupby([*_STATEMENT, "time_band", "amount"], observed=True, dropna=False).ngroup()
    models = frame.assign(printed=printed)[["printed", "model_id", "start"]].astype({"model_id": str})
    first = models.groupby(["printed", "model_id"])["start"].min()
    earliest = first.groupby("printed").transform("min")
    later = first.index[(first > earliest).to_numpy()]
    return np.asarray(pd.MultiIndex.from_frame(models[["printed", "model_id"]]).isin(later))
