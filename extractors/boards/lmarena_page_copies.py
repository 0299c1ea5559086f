"""arena.ai/leaderboard/text as third parties parsed it to JSON (style control on).

Two shapes: `{"meta", "models": [{model, vendor, score, ci | ci_low, ci_high, votes, preliminary, ...}]}` with
the half width of the interval in `ci` until 2026-07-16 and its two halves after, only the top 10 to 50 before
that day; and `{"timestamp", "models": [{model_name, organization, score, ci, votes, is_preliminary}],
"overtake"}`. The second prints the organisation twice with two spaces between. A model whose `score` is null
is listed but not rated yet and gives no row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._arena import STYLE_CONTROL, interval, rated
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import items, json_body, name_of, number
from extractors.errors import Truncated
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

KNOWN = frozenset(
    {
        "rank",
        "model",
        "vendor",
        "license",
        "score",
        "ci",
        "votes",
        "rank_spread",
        "model_url",
        "ci_low",
        "ci_high",
        "preliminary",
        "price_prompt",
        "price_completion",
        "context_length",
        "signals",
        "rank_spread_raw",
        "model_name",
        "organization",
        "is_preliminary",
    }
)
GITHUB = r"https://raw\.githubusercontent\.com/"

SOURCE = Source(
    id="lmarena_page_copies",
    title="arena.ai text leaderboard, third parties' JSON (oolong-tea-2026, aabao325, acarter881)",
    kind="boards",
    addresses=(),
    matches=(
        GITHUB + r"(oolong-tea-2026|aabao325)/arena-ai-leaderboards/[^/]+/data/[\d-]{10}/text\.json",
        GITHUB + r"acarter881/LLM-Leaderboard/[^/]+/data/snapshots/[\d_]{15}\.json(\.gz)?",
    ),
    tables=(SCORES,),
    licence="none_stated",
    expects=Expects(rows={"scores": (5, 2000)}, scores=(300, 2500)),
    partial=True,
)


def parse(capture: Capture) -> list[Row]:
    """One rating per rated model."""
    data = json_body(capture)
    models = items(data, "models", capture)
    stated = data.get("total_models", (data.get("meta") or {}).get("model_count"))
    if stated != len(models):
        raise Truncated(capture, expected=f"{stated} models as the file says", found=str(len(models)))
    page = Page(capture)
    rated_ones = [entry for entry in models if entry.get("score") is not None]
    read_entries(page, rated_ones, lambda entry: [_row(entry, capture)], {*KNOWN})
    return finished(page)


def _row(entry: Mapping[str, Any], capture: Capture) -> Score:
    model = name_of(entry.get("model") or entry.get("model_name"), capture)
    score = number(entry["score"], capture, f"the score of {model}")
    if "ci" in entry:
        low, high = interval(entry["ci"], score, capture)
    elif entry.get("ci_low") is None:
        low = high = None
    else:
        low, high = (
            score - number(entry["ci_low"], capture, "ci_low"),
            score + number(entry["ci_high"], capture, "ci_high"),
        )
    lab = re.split(r"\s{2,}", str(entry.get("vendor") or entry.get("organization") or ""))[-1]
    return rated(capture, STYLE_CONTROL, model, score, low=low, high=high, votes=entry.get("votes"), lab=lab)
