"""Mistral's price page since the autumn of 2026: tables `Model | Input | Cached input | Output`, one a
section.

A model's cell is a link with an arrow in a span of its own (`Mistral Large 3 ↗`), and perhaps a badge (`New`,
`Sale price`). A sale shows `Original price: <s>$1.36</s> Sale price: $0.68`: the struck price is the list
price, the other a promotion. OCR is priced per 1000 pages, and a second time cached. `Prices /M Tokens`
stands over the tables.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue
from extractors.html import Cell, Grid, filled, one, soup, tables, text_of
from extractors.price_order import LADDER, LADDER_ONE_WRITE
from extractors.printed import money
from extractors.vendors._amount_words import apart, on_request, promoted_from
from extractors.vendors._cells import NOTHING, amount, columns, folded, kind_of_dates, require
from extractors.vendors._lines import Lines, table_words
from extractors.vendors._wording import Named, is_per_million, named, names_models, plain, singular, units
from warehouse.capture import Capture
from warehouse.tables import ListPrice


class Unit(NamedTuple):
    """What a label prices: component, modality, quantity, and the words that must follow the amount."""

    component: str
    modality: str
    per: str
    after: str = ""


TOKENS = Unit("", "text", "1e6 tokens")
IN_CELLS = {
    r"(?:/|per) ?min(?:ute)?": Unit("minute", "audio", "1 minute"),
    r"(?:/|per) ?(?:1000|1,000|1k) pages": Unit("page", "document", "1e3 pages"),
    r"(?:/|per) ?(?:1k|1000|1,000) char(?:acter)?s": Unit("character", "audio", "1e3 characters"),
}
_COLUMNS = {
    r"model": "model",
    r"input(?: \(/m tokens\))?": "input",
    r"cached input(?: \(/m tokens\))?": "cache_read",
    r"output(?: \(/m tokens\))?": "output",
}
NAME = r"[A-Z][\w .\-/+]*(?: \(\d+(?:\.\d+)?B\))?"  # a size in brackets is part of the name


def read_tables(text: str, page: Page) -> None:
    """Adds the rows of every table of models, and leftovers, to the page."""
    tree = soup(text)
    prose = text_of(one(tree, "body", page.capture))[0]
    said = "/mtok" in units(prose)
    for headings, table in tables(tree):
        with page.part(headings, table_words(table)):
            cells = filled(table, page.capture)
            titles = [re.sub(r" \(.*", "", folded(singular(plain(cell.text)))) for cell in cells[0]]
            if not any(map(names_models, titles)) or any("training" in title for title in titles):
                continue
            if not {"input", "output", "cached input"} & set(titles):
                continue
            if not said:
                raise LayoutChanged(
                    page.capture, expected="prices said to be per M tokens", found="no such words"
                )
            page.rows += _models(cells, page, " / ".join(headings))


def _models(cells: Grid, page: Page, place: str) -> list[ListPrice]:
    texts = [[cell.text for cell in row] for row in cells]
    found = columns(texts[0], _COLUMNS, page, place, texts[1:])
    require(found, ["model", "input"], page.capture)
    lines = Lines(page, place)
    for row in cells[1:]:
        with lines.line(row) as line:
            if len(row) != len(cells[0]):
                raise LayoutChanged(page.capture, expected=f"a cell for each of {texts[0]}", found=line.words)
            model = named(row[found["model"]].text, NAME, page.capture)
            line.models = [model.name]
            for component, index in found.items():
                if component != "model" and not model.over(page.capture):
                    with line.cell(row[index], component):
                        line.rows += _cell(model, component, row[index], page.capture)
    return lines.kept(LADDER, LADDER_ONE_WRITE)


def _cell(model: Named, component: str, cell: Cell, capture: Capture) -> list[ListPrice]:
    printed = " ".join(cell.text.split())
    if printed in NOTHING or on_request(printed):
        return []
    if folded(printed) == "free" and not cell.struck:
        free = ListPrice(
            "mistral", model.name, component, Decimal(0), "USD", price_kind="free", printed=printed
        )
        return [free]
    charged = re.sub(r"^Original price: ?Sale price: ?|^Sale price: ?", "", plain(printed))
    first, second, label = apart(charged)
    kind = "promotional" if cell.struck or model.sale or charged != printed else "list"
    prices = [(kind, component, first), *(("list", component, old) for old in cell.struck)]
    if second:
        if not label.startswith("cache") or component == "cache_read":
            raise UnknownValue(capture, expected="a second price that is a cached one", found=printed)
        prices.append((kind, "cache_read", second))
    rows = [_price(model, *each, capture)._replace(printed=printed) for each in prices]
    if cell.struck:
        promoted_from(rows[1].amount, rows[0].amount)
    return rows


def _price(model: Named, kind: str, component: str, words: str, capture: Capture) -> ListPrice:
    """One price: per M tokens, or by the unit that follows it."""
    after = " ".join(money(words)[0].after.split()) if money(words) else ""
    said = next((unit for pattern, unit in IN_CELLS.items() if re.fullmatch(pattern, after, re.I)), None)
    if said is None and is_per_million(after):
        said = TOKENS
    value = amount(words, capture, unit=re.escape(after) if said else "")
    if value is None:
        raise UnknownValue(capture, expected="a price", found=words)
    unit = said or TOKENS
    dated = kind_of_dates(model.since, model.until, capture)
    return ListPrice(
        "mistral",
        model.name,
        unit.component if unit.component and component != "cache_read" else component,
        value,
        "USD",
        unit.per,
        modality="embedding" if "embed" in model.name.casefold() else unit.modality,
        price_kind=dated if kind == "list" and dated != "list" else kind,
        effective_from=model.since,
        effective_to=model.until,
    )
