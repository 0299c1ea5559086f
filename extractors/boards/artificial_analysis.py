"""Artificial Analysis, its data API (needs a key; reference only, rows are never republished).

`{"status": 200, "data": [{id, name, slug, release_date, model_creator: {name, slug}, evaluations: {...},
pricing, ...}]}`. The slug is the listed model, its printed name goes into the release's `canonical_model`;
effort is in both. Evaluations are an index of 0 to 100 or a fraction, null where not run. Prices are medians
over hosts and not read. The index' versions are in `_analysis`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._analysis import evaluations, indices_of, version_of
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import day, items, json_body, name_of
from extractors.errors import LayoutChanged, WrongPage
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row

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
    headline=True,
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
    index = "artificial_analysis_intelligence_index"
    version = version_of(indices_of(models, lambda m: (m.get("evaluations") or {}).get(index)), capture)
    page = Page(capture)

    def read_one(model: Mapping[str, Any]) -> list[Row]:
        if READ - set(model):
            raise LayoutChanged(capture, expected=f"keys {sorted(READ)}", found=str(sorted(model)))
        slug, lab = name_of(model["slug"], capture), model["model_creator"].get("name")
        rows: list[Row] = [*evaluations(slug, model["evaluations"] or {}, version, page, lab=lab)]
        if released := day(model["release_date"], capture, "release_date"):
            rows.append(Release(slug, released, "announced", lab=lab, canonical_model=model["name"]))
        return rows

    read_entries(page, models, read_one, {*READ, *IGNORED})
    return finished(page)
