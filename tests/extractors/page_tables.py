"""Tables of a page as text: amounts, Markdown's pipe tables, a sample of what was found."""

from __future__ import annotations

import re
from typing import Any

SAMPLE = 6


AMOUNT = re.compile(r"(?:[$¥￥€]\s*\d[\d.,]*|\d[\d.,]*\s*元)")


PRICED = re.compile(rf"{AMOUNT.pattern}|^\s*\d[\d.,]*\s*$")  # in a cell, a number alone is a price too


def spread(found: list[Any], most: int = SAMPLE) -> list[Any]:
    """At most `most` of the elements, evenly from first to last."""
    if len(found) <= most:
        return found
    return [found[round(i * (len(found) - 1) / (most - 1))] for i in range(most)]


def is_html(text: str) -> bool:
    return bool(re.search(r"<(?:html|body|table|div|script)\b", text[:3000]))


def pipe_tables(lines: list[str]) -> list[tuple[int, int]]:
    """[first line, last line) of every pipe table with a header and a rule: [(3, 9)]."""
    tables, at = [], 0
    while at < len(lines) - 1:
        if lines[at].lstrip().startswith("|") and re.fullmatch(r"\s*\|(?:[ :-]+\|)+\s*", lines[at + 1]):
            end = at + 2
            while end < len(lines) and lines[end].lstrip().startswith("|"):
                end += 1
            tables.append((at, end))
            at = end
        else:
            at += 1
    return tables


def cells_of(line: str) -> list[str]:
    inner = re.sub(r"^\||(?<!\\)\|$", "", line.strip())
    return re.split(r"(?<!\\)\|", inner)


def line_of(cells: list[str]) -> str:
    return "|" + "|".join(cells) + "|"
