"""LMArena's text leaderboard without style control, as a third party kept it (rank_data.json of
llm-pareto-frontier).

Three shapes: a list of the page's columns with `95% CI (±)` as `+6/-7` and votes as text (2025-05); the list
of the Arena's own fit with `variance`, `rating_q025` and `rating_q975` (2025-06-06); and `{"last_updated",
"models": [...]}` with `Model`, `Score`,
`Votes`, `organization`, numbers as text from 2025-09 on, the interval only on 2025-06-17.

Trap: from 2025-08-05 to 09 the name of the page's logo sticks to the model's
(`Tencenthunyuan-turbos-20250416`, `Azurephi-4`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._arena import TEXT, interval, rated
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import items, json_body, maybe, name_of, number
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

KNOWN = frozenset(
    {
        "Rank (UB)",
        "Rank (Style Control)",
        "Rank (StyleCtrl)",
        "Rank",
        "Model",
        "Score",
        "95% CI (±)",
        "95% CI",
        "Votes",
        "Organization",
        "organization",
        "License",
        "license",
        "variance",
        "rating_q975",
        "rating_q025",
    }
)

# No name of a model begins with one of these and goes on without a space or hyphen.
LOGO = re.compile(
    r"^(?:MoonshotAI|Tencent|Minimax|Nvidia|Cohere|Stepfun|01\.AI|InternLM(?=internlm)|Azure|HuggingFace|OpenChat(?=openchat)|Snowflake|RWKV(?=RWKV)|Stability)(?=[A-Za-z0-9])"
)

SOURCE = Source(
    id="lmarena_rank_data",
    title="LMArena text leaderboard, third party's copy (Paraplouis, rank_data.json)",
    kind="boards",
    addresses=(),
    matches=(
        r"https://raw\.githubusercontent\.com/Paraplouis/llm-pareto-frontier/[^/]+/data/rank_data\.json",
    ),
    tables=(SCORES,),
    licence="none_stated",
    # The copier switched between the Arena's names for people and its ids in 2025-06, 07 and 08.
    expects=Expects(rows={"scores": (50, 2000)}, scores=(300, 2500), vanished_share=1.0),
)


def parse(capture: Capture) -> list[Row]:
    """One rating per model."""
    data = json_body(capture)
    page = Page(capture)
    entries = items(data, "models" if isinstance(data, dict) else "", capture)
    read_entries(page, entries, lambda entry: [_row(entry, capture)], {*KNOWN})
    return finished(page)


def _row(entry: Mapping[str, Any], capture: Capture) -> Score:
    model = LOGO.sub("", name_of(entry.get("Model"), capture))
    score = number(entry.get("Score"), capture, f"the score of {model}")
    low, high = entry.get("rating_q025"), entry.get("rating_q975")
    if low is None:
        low, high = interval(entry.get("95% CI (±)"), score, capture)
    variance = maybe(entry.get("variance"), capture, "the variance")
    se = None if variance is None else math.sqrt(variance)
    lab = entry.get("Organization") or entry.get("organization")
    return rated(capture, TEXT, model, score, low=low, high=high, se=se, votes=entry.get("Votes"), lab=lab)
