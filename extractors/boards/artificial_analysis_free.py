"""Artificial Analysis' free list, as a third party kept it: slug and three indices (reference only, rows are
never republished).

`{"_meta": {"count", ...}, "models": [{slug, intelligence_index, coding_index, agentic_index}]}`; null where
not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._analysis import evaluations, indices_of, version_of
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import items, json_body, name_of
from extractors.errors import Truncated
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

INDICES = ("intelligence_index", "coding_index", "agentic_index")

SOURCE = Source(
    id="artificial_analysis_free",
    title="Artificial Analysis' free list, third party's copy (WyrdWerk)",
    kind="boards",
    addresses=(),
    matches=(r"https://raw\.githubusercontent\.com/WyrdWerk/tokenwatch/[^/]+/data/aa-benchmarks\.json",),
    tables=(SCORES,),
    licence="reference_only",
    expects=Expects(rows={"scores": (100, 20000)}, scores=(-100, 150)),
)


def parse(capture: Capture) -> list[Row]:
    """The indices of every model."""
    data = json_body(capture)
    models = items(data, "models", capture)
    stated = (data.get("_meta") or {}).get("count")
    if stated != len(models):
        raise Truncated(capture, expected=f"{stated} models as _meta.count says", found=str(len(models)))
    version = version_of(indices_of(models, lambda m: m.get("intelligence_index")), capture)
    page = Page(capture)

    def read_one(model: Mapping[str, Any]) -> list[Score]:
        return evaluations(name_of(model["slug"], capture), {k: model[k] for k in INDICES}, version, page)

    read_entries(page, models, read_one, {"slug", *INDICES})
    return finished(page)
