"""What the forms of the Arena's text leaderboard share: categories as metrics, printed intervals, the two
boards.

The Arena fits one Bradley-Terry model to all votes and refits the whole history at each publication, so
`board_version` is the scale (constant) and the vintage is `observed_on`. Style control on and off are two
boards. Intervals are 95 %.
"""

from __future__ import annotations

import re
from typing import Any

from extractors.boards._read import maybe, number, whole
from extractors.errors import UnknownValue
from warehouse.capture import Capture
from warehouse.tables import Score

TEXT, STYLE_CONTROL = "lmarena_text", "lmarena_text_style_control"
SCALE = "bradley-terry"
LEVEL = 0.95
OVERALL = frozenset({"overall", "full"})


def metric_of(category: str) -> str:
    """`rating` for the overall board (`overall`, formerly `full`), `rating:<category>` for the others."""
    return "rating" if category in OVERALL else f"rating:{category}"


def interval(text: Any, score: float, capture: Capture) -> tuple[float | None, float | None]:
    """Ends of a printed interval: `+5/-5`, `±11` or the half width as a number, around `score`; (None, None)
    for a blank.
    """
    if text is None or not str(text).strip():
        return None, None
    plain = str(text).replace(" ", "")
    if signed := re.fullmatch(r"\+(\d+(?:\.\d+)?)/-(\d+(?:\.\d+)?)", plain):
        return score - float(signed[2]), score + float(signed[1])
    if half := re.fullmatch(r"±?(\d+(?:\.\d+)?)", plain):
        return score - float(half[1]), score + float(half[1])
    raise UnknownValue(capture, expected="an interval such as +5/-5 or ±11", found=str(text))


def rated(
    capture: Capture,
    board_id: str,
    model: str,
    rating: Any,
    *,
    category: str = "overall",
    low: Any = None,
    high: Any = None,
    se: float | None = None,
    votes: Any = None,
    lab: Any = None,
    setting: str = "",
) -> Score:
    """One rating as a Score; `low` and `high` are the interval's ends."""
    score = number(rating, capture, f"the rating of {model}")
    ends = maybe(low, capture, "the interval"), maybe(high, capture, "the interval")
    return Score(
        board_id,
        SCALE,
        metric_of(category),
        model,
        score,
        listed_setting=setting,
        listed_lab=str(lab).strip() or None if lab else None,
        score_low=ends[0],
        score_high=ends[1],
        interval_level=None if ends[0] is None else LEVEL,
        score_se=se,
        n=whole(votes, capture, "votes"),
    )
