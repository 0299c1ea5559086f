"""Artificial Analysis as a third party's daily JSON of its data API (reference only, rows are never
republished).

`{"meta": {"n_models", ...}, "models": [{id, name, slug, creator_name, release_date, evaluations, pricing,
speed, ranks}]}`: the API's fields, the creator flattened. Kept apart from the API's source because both exist
for the same days.
"""

from __future__ import annotations

from extractors.boards._analysis import evaluations, version_of
from extractors.boards._read import day, items, json_body, name_of, scored
from extractors.errors import LayoutChanged, Truncated
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

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
    version = version_of(
        {
            m.get("slug", ""): (m.get("evaluations") or {}).get("artificial_analysis_intelligence_index")
            for m in models
        },
        capture,
    )
    rows: list[Score] = []
    releases: list[Release] = []
    for model in models:
        if set(model) - READ - IGNORED or READ - set(model):
            raise LayoutChanged(capture, expected=f"keys {sorted(READ)}", found=str(sorted(model)))
        slug = name_of(model["slug"], capture)
        rows.extend(
            evaluations(slug, model["evaluations"] or {}, version, capture, lab=model["creator_name"])
        )
        if released := day(model["release_date"], capture, "release_date"):
            releases.append(
                Release(slug, released, "announced", lab=model["creator_name"], canonical_model=model["name"])
            )
    return [*scored(rows, capture), *releases]
