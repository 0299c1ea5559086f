"""Artificial Analysis' free list, as a third party kept it: slug and three indices (reference only, rows are
never republished).

`{"_meta": {"count", ...}, "models": [{slug, intelligence_index, coding_index, agentic_index}]}`; null where
not measured.
"""

from __future__ import annotations

from extractors.boards._analysis import evaluations, version_of
from extractors.boards._read import items, json_body, name_of, scored
from extractors.errors import LayoutChanged, Truncated
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row

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
    if odd := next((m for m in models if set(m) != {"slug", *INDICES}), None):
        raise LayoutChanged(capture, expected=f"slug, {', '.join(INDICES)}", found=str(odd))
    version = version_of({m["slug"]: m["intelligence_index"] for m in models}, capture)
    rows = [
        r
        for m in models
        for r in evaluations(name_of(m["slug"], capture), {k: m[k] for k in INDICES}, version, capture)
    ]
    return [*scored(rows, capture)]
