"""What the `tier` words of the expected files mean for the key of a price row: one generic reading, and a
file per folder for its own.

`<folder>.py` (dashes as underscores) may hold
    WORDS: dict[str, dict]      what a part of `tier` (split at ';') asks of a row: field -> value, or a
    function of the value adjust(row, column, wants)  -> wants, for what depends on the line (its note, its
    other columns)
    listed(row) -> list[str]    the names under which our rows list the model (default: the `model` column,
    split at ' + ')
    UNPRINTED: set[str]         columns that the expected files of the folder leave empty although the page
    prints them
    KNOWN_WRONG: dict           (stem, model, tier, column) -> reason why the expected cell is wrong; '*'
    stands for any
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from extractors.printed import number

Wants = dict[str, Any]
COMPONENT = {"input": "input", "cached_input": "cache_read", "output": "output"}
TOKENS = frozenset({"text", "embedding"})
IN_FORCE = frozenset({"list", "introductory", "free"})


def _starts(prefix: str) -> Callable[[str], bool]:
    return lambda value: value.startswith(prefix)


GENERIC: dict[str, Wants] = {
    "": {},
    "standard": {"service_tier": "standard"},
    **{tier: {"service_tier": tier} for tier in ("batch", "flex", "priority", "fast")},
    "fast mode": {"service_tier": "fast"},
    "low-latency": {"service_tier": "low_latency"},
    "peak": {"time_band": _starts("peak@")},
    "off-peak": {"time_band": _starts("off_peak@")},
    "promo": {"price_kind": "promotional"},
    "list": {"price_kind": "list"},
    "legacy": {},
    "non-token": {},
    "short context": {"context_from_tokens": 0},
    "long context": {"context_from_tokens": lambda value: value > 0},
    "无阶梯计价": {"context_from_tokens": 0},
    "thinking": {"thinking": "on"},
    "non-thinking": {"thinking": "off"},
    "仅思考模式": {"thinking": "on"},
    "仅非思考模式": {"thinking": "off"},
    "非思考和思考模式": {"thinking": "any"},
}
_N = r"(?P<{}>[\d.,]+)\s*(?P<{}u>[kKM]?)"
_LOW, _HIGH = _N.format("low", "low"), _N.format("high", "high")
_SHAPES = [
    re.compile(shape)
    for shape in (
        rf"(?:context|input)?\s*(?:<=?|≤)\s*{_HIGH}",
        rf"(?:context|input)?\s*(?:>=?|≥|＞)\s*{_LOW}",
        rf"(?:context|input)?\s*{_LOW}\s*[-~]\s*{_HIGH}",
        rf"{_LOW}\s*<\s*Token\s*≤\s*{_HIGH}",
        rf"{_LOW}\s*≤\s*输入长度\s*＜\s*{_HIGH}",
        rf"输入长度\s*(?:≥|>)\s*{_LOW}",
        rf"(?:Prompt length|输入长度)\s*[（(\[]{_LOW}\s*,\s*{_HIGH}[)\]）](?:\s*且?\s*(?P<rest>输出长度.*))?",
        rf"输入长度\s*\[?{_LOW}\+[)）]?",
    )
]
_OUTPUT = re.compile(rf"输出长度\s*[(\[]{_LOW}(?:\s*,.*|\+[)\]])")


def generic(part: str) -> Wants | None:
    """What one part of a `tier` asks of a row; None where it is no wording known to every folder."""
    if part in GENERIC:
        return GENERIC[part]
    for shape in _SHAPES:
        if match := shape.fullmatch(part):
            groups = match.groupdict()
            wants: Wants = {
                "context_from_tokens": _tokens(
                    groups.get("low") or "0", groups.get("lowu") or "", groups.get("highu")
                )
            }
            if rest := groups.get("rest"):
                output = _OUTPUT.fullmatch(rest)
                assert output, rest
                wants["output_from_tokens"] = int(number(output["low"]) * 1000)
            return wants
    return None


def _tokens(low: str, unit: str, unit_of_high: str | None) -> int:
    """A threshold: printed with its unit, with the unit of the upper end, or (below 1,000) in thousands."""
    value = number(low)
    unit = (
        unit
        or (unit_of_high if unit_of_high not in (None, "M") and value < 1000 else "")
        or ("k" if value < 1000 else "")
    )
    return int(value * {"": 1, "k": 1000, "K": 1000, "M": 1_000_000}[unit])
