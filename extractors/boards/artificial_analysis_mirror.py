"""Artificial Analysis as a third party's daily JSON of its data API (reference only, rows are never
republished).

`{"meta": {"n_models", ...}, "models": [{id, name, slug, creator_name, release_date, evaluations, pricing,
speed, ranks}]}`: the API's fields, the creator flattened. Kept apart from the API's source because both exist
for the same days.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._analysis import evaluations, indices_of, version_of
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import day, items, json_body, name_of
from extractors.errors import LayoutChanged, Truncated
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row

READ = frozenset({"slug", "name", "release_date", "creator_name", "evaluations"})
IGNORED = frozenset({"id", "creator_slug", "pricing", "speed", "ranks"})

SOURCE = Source(
    id="artificial_analysis_mirror",
    title="Artificial Analysis, third party's copy of the API (Scarlett9826)",
    kind="boards",
    addresses=(),
    matches=(
        r"https://raw\.githubusercontent\.com/Scarlett9826/arena-ai-leaderboards/[^/]+/data/artificial_analysis/[\d-]{10}/llms\.json",
    ),
    tables=(SCORES, RELEASES),
    licence="reference_only",
    expects=Expects(rows={"scores": (500, 50000)}, scores=(-100, 3000)),
)


def parse(capture: Capture) -> list[Row]:
    """Every evaluation and the release of every model."""
    data = json_body(capture)
    models = items(data, "models", capture)
    stated = (data.get("meta") or {}).get("n_models")
    if stated != len(models):
        raise Truncated(capture, expected=f"{stated} models as meta.n_models says", found=str(len(models)))
    index = "artificial_analysis_intelligence_index"
    version = version_of(indices_of(models, lambda m: (m.get("evaluations") or {}).get(index)), capture)
    page = Page(capture)

    def read_one(model: Mapping[str, Any]) -> list[Row]:
        if READ - set(model):
            raise LayoutChanged(capture, expected=f"keys {sorted(READ)}", found=str(sorted(model)))
        slug, lab = name_of(model["slug"], capture), model["creator_name"]
        rows: list[Row] = [*evaluations(slug, model["evaluations"] or {}, version, page, lab=lab)]
        if released := day(model["release_date"], capture, "release_date"):
            rows.append(Release(slug, released, "announced", lab=lab, canonical_model=model["name"]))
        return rows

    read_entries(page, models, read_one, {*READ, *IGNORED})
    return finished(page)
