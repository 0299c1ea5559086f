"""Limits of a page's markup: tags, depth, cells, and what is struck out. A tree takes some thirty times its
text, and what nests or spans multiplies.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bs4.element import Tag

MAX_MARKUP = 12 * 2**20
MAX_TAGS = 400_000
MAX_DEPTH = 250
MAX_CELLS = 200_000
MAX_COLUMNS = 200
MAX_STRUCK = 2**20
PIPE = re.compile(r"(?<!\\)\|")
PIPE_RULE = re.compile(r"\|(?:[ :-]+\|)+[ \t]*")


@cache
def bounded_tree() -> type[Any]:
    """BeautifulSoup's tree that ends (ValueError) where it grows deeper or larger than any page's."""
    from bs4 import BeautifulSoup

    class Bounded(BeautifulSoup):
        """A tree that counts its tags and its open ones."""

        def pushTag(self, tag: Tag) -> None:  # noqa: N802
            """Opens a tag."""
            super().pushTag(tag)
            self.__dict__["pushed"] = pushed = self.__dict__.get("pushed", 0) + 1
            if pushed > MAX_TAGS:
                raise ValueError(f"over {MAX_TAGS} tags; a page has fewer")
            if len(self.tagStack) > MAX_DEPTH:
                raise ValueError(f"tags nested over {MAX_DEPTH} deep; a page's are not")

    return Bounded


def spend_cells(table: Tag, count: int) -> None:
    """Counts cells of a page's tables, spanned ones in each place; ValueError where they are more than any
    page's.
    """
    page: Any = table
    while page.parent is not None:
        page = page.parent
    page.__dict__["cells"] = spent = page.__dict__.get("cells", 0) + count
    if spent > MAX_CELLS:
        raise ValueError(f"over {MAX_CELLS} cells; a page's tables have fewer")


def widened(text: str) -> str:
    """Markdown whose pipe tables have as many header cells as their longest row: Markdown drops the cells
    beyond the header without a word. ValueError where that makes more columns or cells than any page has.
    """
    lines = text.split("\n")
    at, cells = 0, 0
    while at < len(lines) - 1:
        if not (
            lines[at].startswith("|") and PIPE_RULE.fullmatch(lines[at + 1]) and lines[at + 1][:1] == "|"
        ):
            at += 1
            continue
        end = at + 2
        while end < len(lines) and lines[end].startswith("|"):
            end += 1
        widths = [len(PIPE.findall(line.rstrip())) - 1 for line in lines[at:end]]
        cells += max(widths) * len(widths)
        if max(widths) > MAX_COLUMNS or cells > MAX_CELLS:
            raise ValueError(f"pipe tables of {max(widths)} columns and {cells} cells; a page's are smaller")
        if missing := max(widths) - widths[0]:
            lines[at] = lines[at].rstrip() + " |" * missing
            lines[at + 1] = lines[at + 1].rstrip() + " --- |" * missing
        at = end
    return "\n".join(lines)
