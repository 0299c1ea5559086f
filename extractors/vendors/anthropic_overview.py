"""Anthropic's models overview (overview.md): a cross-check, never a price of its own.

Its tables are transposed: `Feature | Claude Opus 5 | ...` with the models as columns, and one `**Pricing**`
row whose cells read
`$10 / input MTok $50 / output MTok` (`<br/>` between them until spring 2026). Footnote digits are stuck to
the label (`Pricing1`) and to the price (`$15 / output MTok4`).

The page lags: in July and August 2026 it showed Sonnet 5 at 3/15 while 2/10 was charged. So it is nobody's
first-party word (`first_party=()`): prices are taken from pricing.md, and this page only confirms or
questions them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors._sanity import orderly
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.html import Grid, filled, soup_of_markdown, tables
from extractors.printed import money
from extractors.source import Source
from extractors.vendors._cells import checked, folded, no_challenge
from extractors.vendors.anthropic import MODEL, REMARK
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="anthropic_overview",
    title="Anthropic: models overview",
    kind="vendors",
    addresses=("https://platform.claude.com/docs/en/about-claude/models/overview.md",),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=(),
    expects=Expects(
        rows={"list_prices": (6, 60)},
        models=("Claude Haiku 4.5", "Claude Opus 4.5", "Claude Opus 4.8", "Claude Opus 5", "Claude Sonnet 5"),
        amounts=(0.1, 200),
    ),
)


def parse(capture: Capture) -> list[Row]:
    """Input and output per 1e6 tokens of every model shown, in USD."""
    page = soup_of_markdown(no_challenge(capture.text(), capture))
    rows = [row for _, table in tables(page) for row in _table(filled(table, capture), capture)]
    if not rows:
        raise WrongPage(
            capture, expected="a table `Feature | <models>` with a Pricing row", found=capture.text()[:200]
        )
    return list(orderly(rows, capture))


def _table(cells: Grid, capture: Capture) -> Iterator[ListPrice]:
    priced = [row for row in cells if re.fullmatch(r"pricing\d*", folded(row[0].text))]
    if folded(cells[0][0].text) != "feature" or len(priced) != 1:
        if any("MTok" in cell.text for row in cells for cell in row) or folded(cells[0][0].text) == "feature":
            raise LayoutChanged(
                capture,
                expected="`Feature | <models>` with one Pricing row",
                found=f"{cells[0]}, {len(priced)} rows",
            )
        return
    if len(priced[0]) != len(cells[0]):
        raise LayoutChanged(
            capture, expected=f"a price for each of {len(cells[0]) - 1} models", found=str(len(priced[0]) - 1)
        )
    for name, cell in zip(cells[0][1:], priced[0][1:], strict=True):
        model = " ".join(REMARK.sub("", name.text).split())
        prices = money(cell.text)
        if not MODEL.fullmatch(model) or len(prices) != 2 or cell.struck:
            raise UnknownValue(
                capture,
                expected="a model with `$3 / input MTok $15 / output MTok`",
                found=f"{name.text!r}: {cell.text!r}",
            )
        for component, price in zip(("input", "output"), prices, strict=True):
            value = checked(
                price, cell.text, capture, unit=rf"/ {component} MTok\d?", before=r"(?:/ input MTok\d?)?"
            )
            yield ListPrice("anthropic", model, component, value, "USD", printed=cell.text)
