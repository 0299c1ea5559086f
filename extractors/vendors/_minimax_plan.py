"""MiniMax's token-plan page, English USD and Chinese CNY: cards of `div`s, built by scripts.

The list price is marked by the CSS class `line-through` only and stands before the charged one. The English
capture is lines of text without headers: input, output, cache read, cache write, as on the Chinese page.
"""

from __future__ import annotations

import re

from extractors.authoring import Page
from extractors.errors import EmptyPage, Truncated, UnknownValue, WrongPage
from extractors.html import Cell, soup, text_of
from extractors.printed import money
from extractors.vendors import _minimax
from extractors.vendors._cn_cells import Printed, checked, price_rows, whole_html
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row


def token_plan(capture: Capture, currency: str) -> list[Row]:
    """The token prices of a token-plan page: the cards of the built page, or lines of text."""
    text = whole_html(capture)
    if "<html" not in text[:2000].lower():
        page = Page(capture)
        for line in filter(None, map(str.strip, text.split("\n"))):
            if line.startswith("MiniMax-") or money(line):
                with page.part("lines of the page", line):
                    page.rows += _line(line, currency, capture)
        lines = [row for row in page.rows if isinstance(row, ListPrice)]
        if not lines:
            raise WrongPage(capture, expected="lines of a model and its prices", found=text[:80])
        if not {"cache_write"} & {row.component for row in lines}:
            raise Truncated(capture, expected="models with a cache write at the end", found=text[-80:])
        return page.finished(checked(lines, page))
    tree = soup(text)
    for span in tree.select("div.grid span"):
        span.append("\n")  # the cards print name, range and badge in spans with nothing between them
    if tree.title is None or "Token Plan" not in text_of(tree.title)[0]:
        raise WrongPage(capture, expected="the page 'Token Plan'", found=text_of(tree)[0][:80])
    page = Page(capture)
    for head in tree.select("div.grid.items-end"):
        with page.part("Token Plan", text_of(head.parent or head)[0]):
            table = [_cells(head), *(_cells(row) for row in head.find_next_siblings("div"))]
            tabs = [
                tab
                for card in head.find_parents("div")
                for tab in card.select("[role=tab][aria-selected=true]")
            ]
            chosen = [text_of(tab)[0] for tab in tabs][:1]
            tier = _minimax.tier(chosen if chosen and chosen[0] in _minimax.TIERS else (), capture)
            page.rows += _minimax.token_table(table, tier, currency, page, "Token Plan")
    if not page.rows:
        raise EmptyPage(
            capture, expected="cards of token prices (the page is built by scripts)", found="none"
        )
    if not re.search("多模态生成|Multimodal", text_of(tree)[0]):
        raise Truncated(capture, expected="the multimodal section after the token prices", found="none")
    return page.finished(checked([row for row in page.rows if isinstance(row, ListPrice)], page))


def _cells(row: object) -> list[Cell]:
    return [Cell(*text_of(child)) for child in row.find_all("div", recursive=False)]  # type: ignore[attr-defined]


def _line(line: str, currency: str, capture: Capture) -> list[ListPrice]:
    """`MiniMax-M3 Context <= 512K Permanent 50% off $0.6$0.3 $2.4$1.2 $0.12$0.06`: struck-out price, charged
    price, glued.
    """
    match = re.fullmatch(
        r"(?P<model>[^$]+?)(?P<prices>(?: \$[\d.]+\$[\d.]+){3}|(?: \$[\d.]+/ M tokens){4})", line
    )
    if match is None:
        raise UnknownValue(capture, expected="a model and three pairs of prices, or four prices", found=line)
    model, share, _, _ = _minimax.model(match["model"], capture)
    rows: list[ListPrice] = []
    prices = re.findall(r"\$[\d.]+(?:\$[\d.]+)?(?:/ M tokens)?", match["prices"])
    for component, price in zip(("input", "output", "cache_read", "cache_write"), prices, strict=False):
        parts = re.findall(r"\$[\d.]+(?:/ M tokens)?", price)
        rows += _minimax.discounted(
            price_rows(model, component, Cell(parts[-1], tuple(parts[:-1])), Printed(currency), capture),
            share,
            capture,
        )
    return rows
