"""Artificial Analysis' leaderboard page as third parties parsed it daily (reference only, rows are never
republished).

`{"meta": {"model_count", ...}, "models": [{slug, name, short_name, release_date, reasoning_model, creator:
{name, country}, evaluations, pricing, capabilities: {context_window_tokens, total_parameters,
active_parameters}, open_weights: {is_open_weights, license_name}, ...}]}`. Parameters are in billions, with
known slips (DeepSeek LLM 67B given as 7B). `..._index_is_estimated` marks indices that were never measured:
they become `intelligence_index:estimated`. Fields come and go (terminal_bench_v21 and tau3_banking by
2026-07-29). The cost of the whole index run is in pricing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._analysis import BOARD, evaluations, indices_of, version_of
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import day, items, json_body, maybe, name_of, whole
from extractors.errors import LayoutChanged, Truncated
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

INDEX = "artificial_analysis_intelligence_index"
ESTIMATED = f"{INDEX}_is_estimated"
READ = frozenset(
    {"slug", "name", "release_date", "creator", "evaluations", "pricing", "capabilities", "open_weights"}
)
OWNERS = "Samica666|oolong-tea-2026|Maicarons|antoniovho"

SOURCE = Source(
    id="artificial_analysis_page",
    title="Artificial Analysis' leaderboard, third parties' daily copies (Samica666, oolong-tea-2026)",
    kind="boards",
    addresses=(),
    matches=(
        rf"https://raw\.githubusercontent\.com/({OWNERS})/artificial-analysis-leaderboards/[^/]+/data/[\d-]{{10}}/llms\.json",
    ),
    tables=(SCORES, RELEASES),
    licence="reference_only",
    expects=Expects(rows={"scores": (500, 50000)}, scores=(-100, 3000)),
    proven=False,
)


def parse(capture: Capture) -> list[Row]:
    """Every evaluation, the index run's cost, and the release of every model with its facts."""
    data = json_body(capture)
    models = items(data, "models", capture)
    stated = (data.get("meta") or {}).get("model_count")
    if stated != len(models):
        raise Truncated(capture, expected=f"{stated} models as meta.model_count says", found=str(len(models)))
    if missing := sorted(READ - set(models[0])):
        raise LayoutChanged(capture, expected=f"keys {sorted(READ)}", found=f"missing {missing}")
    stated = [m for m in models if not (m.get("evaluations") or {}).get(ESTIMATED)]
    version = version_of(indices_of(stated, lambda m: m["evaluations"].get(INDEX)), capture)
    page = Page(capture)

    def read_one(model: Mapping[str, Any]) -> list[Row]:
        dated = _release(model, capture)
        rows: list[Row] = [*_scores(model, version, page)]
        return rows if dated is None else [*rows, dated]

    read_entries(page, models, read_one)
    return finished(page)


def _scores(model: Mapping[str, Any], version: str, page: Page) -> list[Score]:
    capture = page.capture
    slug, found = name_of(model["slug"], capture), dict(model["evaluations"])
    estimated = [INDEX] if found.pop(ESTIMATED, None) else []
    lab = model["creator"].get("name")
    rows = evaluations(slug, found, version, page, lab=lab, estimated=estimated)
    total = maybe(model["pricing"].get("intelligence_index_cost_total"), capture, "the cost of the index run")
    if total:
        rows.append(
            Score(
                BOARD, version, "intelligence_index:cost_total", slug, total, listed_lab=lab, cost_usd=total
            )
        )
    return rows


def _release(model: Mapping[str, Any], capture: Capture) -> Release | None:
    released = day(model["release_date"], capture, "release_date")
    if released is None:
        return None
    able, weights, creator = model["capabilities"], model["open_weights"], model["creator"]
    total, active = (maybe(able.get(key), capture, key) for key in ("total_parameters", "active_parameters"))
    return Release(
        name_of(model["slug"], capture),
        released,
        "announced",
        lab=creator.get("name"),
        listed_country=creator.get("country"),
        open_weights=weights.get("is_open_weights"),
        params_total=None if total is None else total * 1e9,
        params_active=None if active is None else active * 1e9,
        context_tokens=whole(able.get("context_window_tokens"), capture, "context_window_tokens"),
        licence=weights.get("license_name"),
        canonical_model=model["name"],
    )
