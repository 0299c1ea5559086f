"""Sources that say little: most of their names mean no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.location import Location
from warehouse.marts import Marts

UNMATCHED_SHARE = 0.5
NAMED = 4


def unmatched_sources(
    location: Location, sources: Sequence[str] | Mapping[str, int]
) -> dict[str, tuple[int, int, list[str]]]:
    """Sources most of whose names mean no model: how many, of how many, and the most frequent of them."""
    marts = Marts(location)
    dates = marts.as_ofs()
    if not dates or not all(marts.has(name, dates[-1]) for name in ("unmatched", "model_aliases")):
        return {}
    lost = marts.read("unmatched", dates[-1], ["source_id", "listed_model", "rows"]).to_pandas()
    known = marts.read("model_aliases", dates[-1], ["source_id", "listed_model"]).to_pandas()
    matched = known.drop_duplicates().groupby("source_id", observed=True).size()
    found = {}
    for source, rows in lost[lost["source_id"].isin(list(sources))].groupby("source_id", observed=True):
        names = rows.sort_values("rows", ascending=False)["listed_model"].drop_duplicates()
        of = len(names) + int(matched.get(source, 0))
        if len(names) > UNMATCHED_SHARE * of:
            found[str(source)] = (len(names), of, names.head(NAMED).astype(str).tolist())
    return found
