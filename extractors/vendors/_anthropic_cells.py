"""Anthropic's model cells: names, remarks, prompts and days; thresholds; names in the prose above a table."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from extractors.errors import LayoutChanged, UnknownValue
from extractors.printed import tokens
from extractors.vendors._cells import day
from extractors.vendors._wording import named, plain, undecorated
from warehouse.capture import Capture

_PROMPTS = re.compile(
    r"\((?:for )?prompts (?P<sign>over|above|greater than|more than|>|up to|under|below|<|≤|<=)"
    r" (?P<bound>[\d,]+[km]?)(?: tokens)?\)",
    re.I,
)
_FROM_BOUND = ("over", "above", "greater than", "more than", ">")
_DATED = re.compile(
    r"[ (](?P<word>through|starting|beginning|effective) (?P<date>[A-Z][a-z]+ \d{1,2}, \d{4})\)?$"
)
MODEL = re.compile(r"Claude(?: [A-Z][a-z]+| \d+(?:\.\d+)?){1,4}")
IN_PROSE = re.compile(r"(?:Claude )?((?:Opus|Sonnet|Haiku|Fable|Mythos) \d+(?:\.\d+)?)")
# Where a model stands, whatever the page adds ("retired, except on Bedrock"): it says nothing of the price.
REMARK = re.compile(
    r"\((?![^()]*(?:pric|discount|promo|introduc|prompt|token))"
    r"(?:deprecated|retired|retiring|legacy|limited availability|research preview|preview|beta|early"
    r" access|invitation only)\b"
    r"[^()$%<>≤≥]*\)",
    re.I,
)
_UP_TO, _ABOVE = (
    re.compile(r"(?:≤|<=)\s*(\d+k) input tokens", re.I),
    re.compile(r">\s*(\d+k) input tokens", re.I),
)


class Listed(NamedTuple):
    """What a model's cell says: the model and the conditions of its row."""

    model: str
    context_from_tokens: int = 0
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    sale: bool = False


def listed_models(text: str, capture: Capture) -> list[Listed]:
    rest = " ".join(REMARK.sub("", plain(text)).split())
    start = 0
    if match := _PROMPTS.search(rest):
        start = tokens(match["bound"]) if match["sign"].casefold() in _FROM_BOUND else 0
        rest = _PROMPTS.sub("", rest).strip()
    since = until = None
    if match := _DATED.search(rest):
        if match["word"] == "through":
            until = day(match["date"], capture, next_day=True)
        else:
            since = day(match["date"], capture)
        rest = rest[: match.start()].strip()
    said = named(rest, r"[A-Z][A-Za-z0-9. ,/]+", capture)
    names = re.split(r"\s*/\s*|,? and |, ", said.name)
    family = names[0].rsplit(" ", 1)[0]
    names = [
        (
            name
            if name.startswith("Claude")
            else f"{family} {name}"
            if name[:1].isdecimal()
            else f"Claude {name}"
        )
        for name in names
    ]
    if bad := [name for name in names if not MODEL.fullmatch(name)]:
        raise UnknownValue(
            capture, expected="a model's name, with remarks known to the parser", found=f"{bad} in {text!r}"
        )
    return [Listed(name, start, since or said.since, until or said.until, said.sale) for name in names]


def named_in(prose: str, capture: Capture, most: int = 9) -> list[Listed]:
    names = list(dict.fromkeys(f"Claude {name}" for name in IN_PROSE.findall(prose)))
    if not 1 <= len(names) <= most:
        raise LayoutChanged(
            capture,
            expected=f"1 to {most} models named above a table without model names",
            found=f"{names} in {prose!r}",
        )
    return [Listed(name) for name in names]


def threshold(text: str, capture: Capture) -> int:
    text = undecorated(text)
    if _UP_TO.fullmatch(text):
        return 0
    if match := _ABOVE.fullmatch(text):
        return tokens(match[1])
    raise UnknownValue(capture, expected="'≤ 200K input tokens' or '> 200K input tokens'", found=repr(text))
