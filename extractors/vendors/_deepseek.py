"""DeepSeek's "Models & Pricing" page, English and Chinese: one transposed table, models as columns, prices as
rows.

Forms: Docusaurus HTML (`<table>` of `<td>` only, spans, footnote marks in `<sup>`); markdown pipe tables
where a row that continues a spanned cell is short on the left; the rendering of 2025-12 without leading
pipes, where one price stands for both models. Prose below the table holds what the table does not: peak
hours, effective dates, the end of a promotion. A second table (2026-08-13 to 16, inside a footnote) held the
prices to come, models as rows.

Traps: without its trailing slash the address served "Your First API Call" with status 200; a promotion prints
the struck-out list price after the charged one; tables of other APIs (search, files, speech) may follow and
are not read.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.html import Cell, Grid
from extractors.printed import money
from extractors.vendors._cn_cells import checked
from extractors.vendors._deepseek_bands import moment, peak_bands, sentences_with
from extractors.vendors._deepseek_page import Page, Words, label, name_of, take_apart
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Offer, Row
from warehouse.time_bands import ALWAYS, band

MODEL = r"deepseek-[a-z0-9.-]+"
COMPONENTS = ("cache_read", "input", "output")


def read(capture: Capture, words: Words) -> list[Row]:
    """Today's prices, the announced ones, and the concurrency limits of one page."""
    page = take_apart(capture, words)
    mine = [g for g in page.grids if label(g[0][0]) == words.model]
    if not mine:
        raise EmptyPage(
            capture,
            expected=f"a table that begins with {words.model!r}",
            found=f"{len(page.grids)} other tables",
        )
    for table in page.grids:
        if table not in mine and any(
            {*words.components, *words.bands} & {label(c)} for row in table for c in row
        ):
            raise LayoutChanged(
                capture,
                expected=f"tables of models that begin with {words.model!r}",
                found=str([c.text for c in table[0]]),
            )
    current = [g for g in mine if not any(label(c) in words.components for c in g[0])]
    if len(current) != 1 or len(mine) > 2:
        raise LayoutChanged(
            capture,
            expected="one table of today's prices and at most one announced",
            found=f"{len(mine)} tables",
        )
    rows = _current(current[0], page, words, capture)
    for future in (g for g in mine if g is not current[0]):
        rows += _announced(future, page, words, capture)
    return checked(rows, capture) + _limits(current[0], words, capture)


def _current(table: Grid, page: Page, words: Words, capture: Capture) -> list[ListPrice]:
    models = _models(table[0], words, capture)
    first = min(models)
    versions = {
        i: c.text.replace("\n", " ")
        for row in table
        if label(row[0]) == words.version
        for i, c in enumerate(row)
    }
    rows: list[ListPrice] = []
    for row in table[1:]:
        if len(row) != len(table[0]) or not re.match(r"\D", label(row[0])):
            raise LayoutChanged(
                capture,
                expected=f"a label and {len(table[0])} cells in a row",
                found=str([c.text for c in row]),
            )
        if label(row[0]) != words.pricing:
            if any(money(cell.text) for cell in row):
                raise UnknownValue(
                    capture,
                    expected=f"amounts in the rows of {words.pricing!r} only",
                    found=str([c.text for c in row]),
                )
            continue
        labels = list(dict.fromkeys(label(cell) for cell in row[1:first]))
        component, name = _component(labels, words, capture)
        for index, model in models.items():
            cell = row[index]
            base = ListPrice(
                "deepseek", model, component, Decimal(0), words.currency, canonical_model=versions.get(index)
            )
            rows += _cell(cell, base._replace(time_band=name), page, words, capture)
    for index, model in models.items():
        family = re.search("flash|pro", model)
        if family and family[0] not in versions.get(index, "").lower():
            raise LayoutChanged(
                capture, expected=f"a version of {model} under it", found=versions.get(index, "none")
            )
    rows = _complete(rows, set(models.values()), capture)
    return _with_bands(rows, page, words, capture)


def _announced(table: Grid, page: Page, words: Words, capture: Capture) -> list[ListPrice]:
    columns = {i: words.components[label(c)] for i, c in enumerate(table[0]) if label(c) in words.components}
    others = [
        label(c) for i, c in enumerate(table[0]) if i not in columns and label(c) not in ("", words.model)
    ]
    starts = {moment(s) for s in sentences_with(page.prose, "take effect", "takes effect", "生效")} - {None}
    if others or sorted(columns.values()) != sorted(COMPONENTS) or len(starts) != 1:
        raise LayoutChanged(
            capture,
            expected="announced prices with the moment they take effect",
            found=f"{others} {columns} {starts}",
        )
    rows: list[ListPrice] = []
    for row in table[1:]:
        if len(row) != len(table[0]) or (label(row[1]) not in words.bands and label(row[1]) != label(row[0])):
            raise LayoutChanged(
                capture,
                expected="a model, a band and a price for each header",
                found=str([c.text for c in row]),
            )
        if not re.fullmatch(MODEL, name_of(row[0])):
            raise LayoutChanged(capture, expected="the id of a model", found=str([c.text for c in row]))
        for index, component in columns.items():
            base = ListPrice("deepseek", name_of(row[0]), component, Decimal(0), words.currency)
            for price in _cell(row[index], base, page, words, capture):
                name = words.bands.get(label(row[1]), ALWAYS)
                rows.append(
                    price._replace(time_band=name, price_kind="announced", effective_from=starts.copy().pop())
                )
    return _with_bands(_complete(rows, {r.listed_model for r in rows}, capture), page, words, capture)


def _cell(cell: Cell, base: ListPrice, page: Page, words: Words, capture: Capture) -> list[ListPrice]:
    """The rows of one price cell: `$0.14`, or `$0.435 (75% off)` beside the struck-out list price."""
    text = " ".join(cell.text.split())
    match = re.fullmatch(
        r"(?P<price>[^()（）]+?)\s*(?:[(（]\s*(?:(?P<off>\d+)% off|(?P<fold>[\d.]+) ?折)\s*[)）])?", text
    )
    found = money(match["price"]) if match else []
    if (
        match is None
        or len(found) != 1
        or found[0].before
        or found[0].after
        or found[0].currency != words.currency
        or not found[0].amount
    ):
        raise UnknownValue(
            capture,
            expected=f"one amount in {words.currency} for {base.listed_model} {base.component}",
            found=repr(text),
        )
    charged = base._replace(amount=found[0].amount, printed=text)
    share = (
        Decimal(100 - int(match["off"])) / 100
        if match["off"]
        else Decimal(match["fold"]) / 10
        if match["fold"]
        else None
    )
    if (share is None) != (not cell.struck):
        raise LayoutChanged(
            capture,
            expected="a discount together with its struck-out list price",
            found=f"{text!r} {cell.struck}",
        )
    if share is None:
        return [_since(charged, page)]
    struck = money(cell.struck[0])
    if (
        len(cell.struck) != 1
        or len(struck) != 1
        or struck[0].currency != words.currency
        or struck[0].amount * share != charged.amount
    ):
        raise UnknownValue(
            capture, expected=f"a list price of which {charged.amount} is {share}", found=str(cell.struck)
        )
    whole = base._replace(amount=struck[0].amount, printed=f"{text} ~~{cell.struck[0]}~~")
    return [
        charged._replace(price_kind="promotional", effective_to=_until(base.listed_model, page)),
        _since(whole, page),
    ]


def _until(model: str, page: Page) -> datetime | None:
    said = [s for s in sentences_with(page.prose, "discount", "折") if model in s]
    return moment(said[0]) if len(said) == 1 else None


def _since(row: ListPrice, page: Page) -> ListPrice:
    """Dates a list price of cached input where the prose dates its cut ("For all models ... takes effect from
    2026/4/26 12:15 UTC").
    """
    for line in page.prose.split("\n"):
        if row.component == "cache_read" and re.search(
            r"For all models, the input cache hit price|所有模型的?.{0,6}缓存命中", line
        ):
            return row._replace(effective_from=moment(line))
    return row


def _with_bands(rows: list[ListPrice], page: Page, words: Words, capture: Capture) -> list[ListPrice]:
    if all(row.time_band == ALWAYS for row in rows):
        return rows
    peak, off_peak = _excerpt_bands(capture) if page.excerpt else peak_bands(page.prose, capture)
    at_peak = {(r.listed_model, r.component): r.amount for r in rows if r.time_band == "peak"}
    ratios = {
        at_peak[row.listed_model, row.component] / row.amount for row in rows if row.time_band == "off_peak"
    }
    if (
        len(ratios) != 1 or min(ratios) <= 1
    ):  # twice since 2026-08; were a price read from another cell, the ratios would differ
        raise UnknownValue(
            capture,
            expected="peak prices of one and the same multiple of the off-peak ones",
            found=str(sorted(ratios)),
        )
    return [row._replace(time_band={"peak": peak, "off_peak": off_peak}[row.time_band]) for row in rows]


def _excerpt_bands(capture: Capture) -> tuple[str, str]:
    """The bands for a body that is the table alone, its footnotes cut off: what the whole pages of those
    weeks state.

    The windows are the same on every page since 2026-08-16; Monday to Friday since about 2026-08-23.
    """
    windows, days = (
        "01:00-04:00,06:00-10:00",
        "mon-fri" if f"{capture.observed_on}" >= "2026-08-23" else "daily",
    )
    return band("peak", windows, days=days), band("off_peak", windows, days=days, complement=True)


def _complete(rows: list[ListPrice], models: set[str], capture: Capture) -> list[ListPrice]:
    names = {row.time_band for row in rows}
    wanted = {(model, component, name) for model in models for component in COMPONENTS for name in names}
    have = {(row.listed_model, row.component, row.time_band) for row in rows}
    if not rows or names not in ({ALWAYS}, {"peak", "off_peak"}) or have != wanted:
        raise LayoutChanged(
            capture,
            expected="three prices a model, for each band",
            found=f"missing {sorted(wanted - have)}, {sorted(names)}",
        )
    _in_families(rows, capture)
    return rows


def _in_families(rows: list[ListPrice], capture: Capture) -> None:
    """The flash models cost less than the pro ones: two model columns swapped in one row show here."""
    pros = {(r.component, r.time_band, r.price_kind): r.amount for r in rows if "pro" in r.listed_model}
    for row in rows:
        pro = pros.get((row.component, row.time_band, row.price_kind))
        if "flash" in row.listed_model and pro is not None and pro <= row.amount:
            raise LayoutChanged(
                capture,
                expected="flash below pro",
                found=f"{row.component} {row.amount} and {pro} (columns swapped?)",
            )


def _limits(table: Grid, words: Words, capture: Capture) -> list[Row]:
    models = _models(table[0], words, capture)
    limits = [row for row in table if label(row[0]) == words.concurrency]
    if not limits:
        return []
    if len(limits) != 1 or not all(limits[0][i].text.isdecimal() for i in models):
        raise UnknownValue(
            capture,
            expected="one row with a number for each model",
            found=str([c.text for row in limits for c in row]),
        )
    return [
        Offer("deepseek", model, limits=f"concurrency {limits[0][i].text}") for i, model in models.items()
    ]


def _models(header: list[Cell], words: Words, capture: Capture) -> dict[int, str]:
    models = {i: name_of(cell) for i, cell in enumerate(header) if label(cell) not in (words.model, "")}
    bad = [name for name in models.values() if not re.fullmatch(MODEL, name)]
    if (
        not models
        or bad
        or len(set(models.values())) != len(models)
        or list(models) != list(range(min(models), len(header)))
    ):
        raise LayoutChanged(
            capture,
            expected="model names in the last columns of the first row",
            found=str([c.text for c in header]),
        )
    return models


def _component(labels: list[str], words: Words, capture: Capture) -> tuple[str, str]:
    known = labels and labels[0] in words.components and (len(labels) == 1 or labels[1] in words.bands)
    if not known or len(labels) > 2:
        raise UnknownValue(
            capture, expected=f"a label of {sorted(words.components)} and a band", found=str(labels)
        )
    return words.components[labels[0]], words.bands[labels[1]] if len(labels) == 2 else ALWAYS
