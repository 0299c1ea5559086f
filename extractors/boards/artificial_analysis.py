"""Artificial Analysis, its data API (needs a key; reference only, rows are never republished).

`{"status": 200, "data": [{id, name, slug, release_date, model_creator: {name, slug}, evaluations: {...},
pricing, ...}]}`. The slug is the listed model, its printed name goes into the release's `canonical_model`;
effort is in both. Evaluations are an index of 0 to 100 or a fraction, null where not run. Prices are medians
over hosts and not read. The index' versions are in `_analysis`.
"""

from __future__ import annotations

from extractors.boards._analysis import evaluations, version_of
from extractors.boards._read import day, items, json_body, name_of, scored
from extractors.errors import LayoutChanged, WrongPage
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

READ = frozenset({"slug", "name", "release_date", "model_creator", "evaluations"})
IGNORED = frozenset(
    {
        "id",
        "pricing",
        "median_output_tokens_per_second",
        "median_time_to_first_token_seconds",
        "median_time_to_first_answer_token",
    }
)

SOURCE = Source(
    id="artificial_analysis",
    title="Artificial Analysis (artificialanalysis.ai)",
    kind="boards",
    addresses=("https://artificialanalysis.ai/api/v2/data/llms/models",),
    tables=(SCORES, RELEASES),
    licence="reference_only",
    expects=Expects(rows={"scores": (500, 50000)}, models=("gpt-4o", "gpt-5-4"), scores=(-100, 3000)),
    key_env="ARTIFICIAL_ANALYSIS_API_KEY",
    headers={"x-api-key": "{key}"},
)


def parse(capture: Capture) -> list[Row]:
    """Every evaluation and the release of every model."""
    data = json_body(capture)
    if isinstance(data, dict) and data.get("status") != 200:
        raise WrongPage(
            capture,
            expected="status 200",
            found=str(data)[:200],
            next_step="check the key in ARTIFICIAL_ANALYSIS_API_KEY",
        )
    models = items(data, "data", capture)
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
        slug, lab = name_of(model["slug"], capture), model["model_creator"].get("name")
        rows.extend(evaluations(slug, model["evaluations"] or {}, version, capture, lab=lab))
        if released := day(model["release_date"], capture, "release_date"):
            releases.append(Release(slug, released, "announced", lab=lab, canonical_model=model["name"]))
    return [*scored(rows, capture), *releases]
