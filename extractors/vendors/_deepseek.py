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
from decimal import Decimal

from extractors.authoring import ODD, Page, reason_of
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.html import Cell, Grid
from extractors.printed import money
from extractors.vendors._cn_cells import checked
from extractors.vendors._deepseek_bands import moment, sentences_with
from extractors.vendors._deepseek_cells import cell_rows, with_bands
from extractors.vendors._deepseek_page import Page as Parts
from extractors.vendors._deepseek_page import Words, label, name_of, take_apart
from extractors.vendors._lines import Lines, prints_an_amount
from extractors.vendors._priced import absent
from extractors.vendors._wording import named
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Offer, Row
from warehouse.time_bands import ALWAYS

MODEL = r"deepseek-[a-z0-9.-]+"
COMPONENTS = ("cache_read", "input", "output")


def read(capture: Capture, words: Words) -> list[Row]:
    """Today's prices, the announced ones, the concurrency limits of one page, and leftovers."""
    parts = take_apart(capture, words)
    grids = [_from_models(table, words) for table in parts.grids]
    mine = [g for g in grids if label(g[0][0]) == words.model]
    if not mine:
        raise EmptyPage(
            capture, expected=f"a table that begins with {words.model!r}", found=f"{len(grids)} other tables"
        )
    page = Page(capture)
    for table in grids:
        if table not in mine and any(
            {*words.components, *words.bands} & {label(c) for c in row} for row in table
        ):
            said = [cell.text for row in table for cell in row]
            page.leave(table[0][0].text, said, f"expected tables of models that begin with {words.model!r}")
    current = [g for g in mine if not any(label(c) in words.components for c in g[0])]
    if len(current) != 1 or len(mine) > 2:
        raise LayoutChanged(
            capture,
            expected="one table of today's prices and at most one announced",
            found=f"{len(mine)} tables",
        )
    rows = _current(current[0], parts, words, page)
    for future in (g for g in mine if g is not current[0]):
        rows += _announced(future, parts, words, page)
    return page.finished([*checked(rows, page), *_limits(current[0], words, page)])


def _from_models(table: Grid, words: Words) -> Grid:
    """A table from its row of models on, where a row of column titles stands over it."""
    start = next((i for i, row in enumerate(table[:2]) if label(row[0]) == words.model), 0)
    return table[start:]


def _current(table: Grid, parts: Parts, words: Words, page: Page) -> list[ListPrice]:
    models = _models(table[0], words, page)
    versions = {
        i: c.text.replace("\n", " ")
        for row in table
        if label(row[0]) == words.version
        for i, c in enumerate(row)
    }
    _versions_fit(models, versions, page.capture)
    rows: list[ListPrice] = []
    unknown: list[list[str]] = []
    for row in table[1:]:
        said = [cell.text for cell in row]
        if len(row) != len(table[0]) or not re.match(r"\D", label(row[0])):
            raise LayoutChanged(
                page.capture, expected=f"a label and {len(table[0])} cells in a row", found=str(said)
            )
        labels = list(dict.fromkeys(label(cell) for cell in row[1 : min(models)]))
        if label(row[0]) != words.pricing:
            if any(money(cell.text) for cell in row):
                page.leave(row[0].text, said, f"expected amounts in the rows of {words.pricing!r} only")
            continue
        try:
            component, name = _component(labels, words, page.capture)
        except UnknownValue as error:
            page.leave(words.pricing, [*models.values(), *said], reason_of(error))
            unknown.append(said)
            continue
        for index, model in models.items():
            base = ListPrice("deepseek", model, component, Decimal(0), words.currency, time_band=name)
            rows += _cell(row[index], base._replace(canonical_model=versions.get(index)), parts, words, page)
    if unknown:  # a row whose label no rule knows may be the one that lacks
        there = {row.component for row in rows}
        page.unread_cells |= {(model, c) for model in models.values() for c in COMPONENTS if c not in there}
    rows = _complete(_without_cells(rows, page), page)
    return with_bands(rows, parts, words, page.capture)


def _versions_fit(models: dict[int, str], versions: dict[int, str], capture: Capture) -> None:
    """LayoutChanged where the row of versions names another family under a model than its name does."""
    for index, model in models.items():
        family = re.search("flash|pro", model)
        if family and family[0] not in versions.get(index, "").lower():
            raise LayoutChanged(
                capture, expected=f"a version of {model} under it", found=versions.get(index, "none")
            )


def _cell(cell: Cell, base: ListPrice, parts: Parts, words: Words, page: Page) -> list[ListPrice]:
    """The rows of a price cell; none where it is left over by itself."""
    try:
        return cell_rows(cell, base, parts, words, page.capture)
    except ODD as error:
        if not prints_an_amount(cell.text) and not absent(cell):
            raise  # an empty cell, or a label: the row may have shifted, and each price with it
        page.unread_cells.add((base.listed_model, base.component))
        page.leave(words.pricing, [base.listed_model, cell.text], reason_of(error))
        return []


def _without_cells(rows: list[ListPrice], page: Page) -> list[ListPrice]:
    """The rows without those of a model and component of which a cell is unread: its other bands."""
    beside = [row for row in rows if (row.listed_model, row.component) in page.unread_cells]
    for row in beside:
        why = f"another price of {row.component} of the model is unread"
        page.leave("prices", [row.listed_model, row.printed or ""], why, 1)
    return [row for row in rows if row not in beside]


def _without(rows: list[ListPrice], odd: dict[str, str], page: Page) -> list[ListPrice]:
    """The rows of the models of which every cell was read; the others are left over."""
    for model, why in odd.items():
        mine = [row for row in rows if row.listed_model == model]
        page.leave("prices", " | ".join([model, *(row.printed or "" for row in mine)]), why, len(mine) + 1)
    return [row for row in rows if row.listed_model not in odd]


def _announced(table: Grid, parts: Parts, words: Words, page: Page) -> list[ListPrice]:
    capture = page.capture
    columns = {i: words.components[label(c)] for i, c in enumerate(table[0]) if label(c) in words.components}
    others = [
        label(c) for i, c in enumerate(table[0]) if i not in columns and label(c) not in ("", words.model)
    ]
    starts = {moment(s) for s in sentences_with(parts.prose, "take effect", "takes effect", "生效")} - {None}
    if others or sorted(columns.values()) != sorted(COMPONENTS) or len(starts) != 1:
        raise LayoutChanged(
            capture,
            expected="announced prices with the moment they take effect",
            found=f"{others} {columns} {starts}",
        )
    announced = Page(capture)
    lines = Lines(announced, "announced prices")
    for row in table[1:]:
        with lines.line(row) as line:
            line.models = [named(name_of(row[0]), MODEL, capture).name]
            name = label(row[1])
            if len(row) != len(table[0]) or (name not in words.bands and name != label(row[0])):
                raise LayoutChanged(
                    capture, expected="a model, a band and a price for each header", found=line.words
                )
            for index, component in columns.items():
                base = ListPrice("deepseek", line.models[0], component, Decimal(0), words.currency)
                line.rows += [
                    price._replace(
                        time_band=words.bands.get(name, ALWAYS),
                        price_kind="announced",
                        effective_from=starts.copy().pop(),
                    )
                    for price in cell_rows(row[index], base, parts, words, capture)
                ]
    rows = _complete(lines.kept(), announced)
    page.leftovers += announced.leftovers
    return with_bands(rows, parts, words, capture)


def _complete(rows: list[ListPrice], page: Page) -> list[ListPrice]:
    """The rows of the models with three prices in each band; the others are left over. LayoutChanged where
    no model, or not half of them, is complete.
    """
    names = {row.time_band for row in rows}
    models = dict.fromkeys(row.listed_model for row in rows)
    have = {(row.listed_model, row.component, row.time_band) for row in rows}
    lacking = {
        model: f"expected three prices for each band; found no {component} {name}"
        for model in models
        for component in COMPONENTS
        for name in names
        if (model, component, name) not in have and (model, component) not in page.unread_cells
    }
    if not rows or names not in ({ALWAYS}, {"peak", "off_peak"}) or len(lacking) * 2 >= len(models):
        raise LayoutChanged(
            page.capture,
            expected="three prices a model, for each band",
            found=f"{lacking or 'none'}, {sorted(names)}",
        )
    rows = _without(rows, lacking, page)
    _in_families(rows, page.capture)
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


def _limits(table: Grid, words: Words, page: Page) -> list[Row]:
    limits = [row for row in table if label(row[0]) == words.concurrency]
    models = _models(table[0], words, Page(page.capture))
    if not limits:
        return []
    if len(limits) != 1 or not all(limits[0][i].text.isdecimal() for i in models):
        said = [cell.text for row in limits for cell in row]
        page.leave("limits", said, "expected one row with a number for each model", 0)
        return []
    return [
        Offer("deepseek", model, limits=f"concurrency {limits[0][i].text}") for i, model in models.items()
    ]


def _models(header: list[Cell], words: Words, page: Page) -> dict[int, str]:
    """Column index -> model, for the last columns of the first row. A name that is none is left over."""
    names = {i: name_of(cell) for i, cell in enumerate(header) if label(cell) not in (words.model, "")}
    models: dict[int, str] = {}
    for index, name in names.items():
        try:
            models[index] = named(name, MODEL, page.capture).name
        except UnknownValue as error:
            page.leave(words.model, name, reason_of(error), 0)
    if (
        not models
        or len(set(models.values())) != len(models)
        or list(names) != list(range(min(names), len(header)))
    ):
        raise LayoutChanged(
            page.capture,
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
