"""Embedding models, told by their names. Their text prices get the modality `embedding` from pages and feeds
alike, so that both describe one offer, and an embedding's price is not taken for a language model's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_EMBEDS = re.compile(r"embed|(?<![a-z0-9])(?:bge|gte|voyage|e5)-(?!rerank)", re.I)


@lru_cache(maxsize=65536)
def embeds(listed_model: str) -> bool:
    """Whether a listed name is an embedding model's: `text-embedding-3-small`, `Embed 4`, `BAAI/bge-m3`. The
    name alone decides, for that is what pages and all feeds have.
    """
    return _EMBEDS.search(listed_model) is not None


def with_embeddings(prices: pd.DataFrame) -> pd.DataFrame:
    """list_prices rows, the text of embedding models as `embedding`: snapshots and history packs of before
    2026-11-30 have it as `text` in feeds and on some pages.
    """
    names = prices["listed_model"].astype("str")
    of_names = [name for name in names.unique() if embeds(name)]
    mine = names.isin(of_names) & prices["modality"].eq("text")
    if not mine.any():
        return prices
    said = prices["modality"].astype("str").mask(mine, "embedding")
    coded = prices["modality"].dtype.name == "category"
    return prices.assign(modality=said.astype("category") if coded else said)
