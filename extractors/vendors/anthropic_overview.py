"""Anthropic's models overview (overview.md): a cross-check, never a price of its own.

Its tables are transposed: `Feature | Claude Opus 5 | ...` with the models as columns, and one `**Pricing**`
row whose cells read `$10 / input MTok $50 / output MTok` (`<br/>` between them until spring 2026, a comma
since autumn, when the page moved from /docs/en/about-claude/models/ to /docs/en/models/). Footnote digits are
stuck to the label (`Pricing1`) and to the price (`$15 / output MTok4`).

The page lags: in July and August 2026 it showed Sonnet 5 at 3/15 while 2/10 was charged. So it is nobody's
first-party word (`first_party=()`): prices are taken from pricing.md, and this page only confirms or
questions them.
"""

from __future__ import annotations

import re

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.html import Cell, Grid, filled, soup_of_markdown, tables
from extractors.printed import money
from extractors.source import Ignored, Source
from extractors.vendors._amount_words import on_request
from extractors.vendors._anthropic_cells import MODEL, REMARK
from extractors.vendors._cells import checked, folded, no_challenge
from extractors.vendors._lines import Line, Lines, checked_page, table_words
from extractors.vendors._wording import named, plain, units
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="anthropic_overview",
    title="Anthropic: models overview",
    kind="vendors",
    addresses=("https://platform.claude.com/docs/en/models/overview.md",),
    matches=(
        r"https://platform\.claude\.com/docs/en/(about-claude/)?models/overview(\.md)?",
        r"https://docs\.(claude|anthropic)\.com/en/docs/about-claude/models/overview(\.md)?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(Ignored(r"introductory pricing", "a footnote; the prices are pricing.md's"),),
    first_party=(),
    expects=Expects(
        sisters=("anthropic", "claude_com"),
        rows={"list_prices": (6, 60)},
        models=("Claude Haiku 4.5", "Claude Opus 4.5", "Claude Opus 4.8", "Claude Opus 5", "Claude Sonnet 5"),
        amounts=(0.1, 200),
    ),
    forms={
        "https://platform.claude.com/docs/en/models/overview.md": (
            "https://platform.claude.com/docs/en/models/overview",
            "https://platform.claude.com/docs/en/about-claude/models/overview.md",
        )
    },
)


def parse(capture: Capture) -> list[Row]:
    """Input and output per 1e6 tokens of every model shown, in USD, and leftovers."""
    tree = soup_of_markdown(no_challenge(capture.text(), capture))
    page = Page(capture)
    for headings, table in tables(tree):
        with page.part(headings, table_words(table)):
            page.rows += _table(filled(table, capture), page)
    if not page.rows:
        raise WrongPage(
            capture, expected="a table `Feature | <models>` with a Pricing row", found=capture.text()[:200]
        )
    return checked_page(page)


def _table(cells: Grid, page: Page) -> list[ListPrice]:
    priced = [row for row in cells if re.fullmatch(r"(?:api )?pricing\d*", folded(plain(row[0].text)))]
    first = folded(cells[0][0].text)
    if first not in ("feature", "features", "", "model") or len(priced) != 1:
        if any("/mtok" in units(cell.text) for row in cells for cell in row) or first == "feature":
            raise LayoutChanged(
                page.capture,
                expected="`Feature | <models>` with one Pricing row",
                found=f"{[c.text for c in cells[0]]}, {len(priced)} rows",
            )
        return []
    # A cell too many or too few would give each model its neighbour's price: all are in doubt.
    shifted = any(not money(cell.text) and not on_request(cell.text) for cell in priced[0][1:])
    if len(priced[0]) != len(cells[0]) or shifted or not all(name.text for name in cells[0][1:]):
        raise LayoutChanged(
            page.capture,
            expected=f"a price for each of {len(cells[0]) - 1} models",
            found=str([cell.text for cell in priced[0]]),
        )
    lines = Lines(page, "Pricing")
    for name, cell in zip(cells[0][1:], priced[0][1:], strict=True):
        with lines.line([name, cell]) as line:
            line.rows += _prices(name, cell, line, page.capture)
    return lines.kept()


def _prices(name: Cell, cell: Cell, line: Line, capture: Capture) -> list[ListPrice]:
    """Input and output of one model; `From $0.10 / input MTok` prints the least of several, which is no price
    of it.
    """
    said = named(REMARK.sub("", name.text), MODEL.pattern, capture)
    line.models = [said.name]
    prices = money(cell.text)
    if len(prices) != 2 or cell.struck or said.sale:
        raise UnknownValue(
            capture,
            expected="a model with `$3 / input MTok $15 / output MTok`",
            found=f"{name.text!r}: {cell.text!r}",
        )
    rows = []
    for component, price in zip(("input", "output"), prices, strict=True):
        between = r"(?:/ input (?:MTok|million tokens)\d?[,;]?)?"
        unit = rf"/ {component} (?:MTok|million tokens)\d?[,;]?"
        value = checked(price, " ".join(cell.text.split()), capture, unit=unit, before=between)
        rows.append(ListPrice("anthropic", said.name, component, value, "USD", printed=cell.text))
    return rows
