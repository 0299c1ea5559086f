"""Zhipu's Chinese price tables (open.bigmodel.cn and docs.bigmodel.cn), CNY.

Three kinds are read: token prices with the unit in the header (`输入单价(百万tokens)`, cells `8元` or bare
`8`), rows split by the length of input and output in 千tokens (`输入长度 [0, 32)`, `[32+)`); the older models
with one 单价 for both directions and a Batch column (`5 元 / 百万Tokens`); search tools by call. Tables of
images, videos, voice, training and private instances are ignored by their headers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue
from extractors.html import Cell, Grid
from extractors.printed import money
from extractors.vendors._cn_cells import (
    LADDERS,
    Model,
    Printed,
    Range,
    cells_of,
    component_columns,
    fold,
    price_rows,
    ranges_hold,
)
from extractors.vendors._lines import Line, Lines
from extractors.vendors._wording import named, plain, units
from warehouse.capture import Capture
from warehouse.tables import ListPrice

TOKEN_HEADERS: Mapping[str, str | None] = {
    "模型名称": "model",
    "上下文": "range",
    "上下文(千tokens)": "range",
    "输入模态": None,
    "输入单价(百万tokens)": "input",
    "输出单价(百万tokens)": "output",
    "缓存命中(百万tokens)": "cache_read",
    "缓存存储(百万tokens/小时)": "cache_storage",
    "输入单价(元/百万tokens)": "input",
    "输出单价(元/百万tokens)": "output",
    "缓存命中(元/百万tokens)": "cache_read",
    "缓存存储(元/百万tokens/小时)": "cache_storage",
}
SINGLE_HEADERS: Mapping[str, str | None] = {
    "模型": "model",
    "简介": None,
    "上下文": None,
    "单价": "price",
    "batchapi定价": "batch",
}
NAME = r"[A-Za-z][A-Za-z0-9._-]+"
TOOL_HEADERS = ["工具名称", "简介", "单价"]
# Images and videos, voice, knowledge base, training, private instances: no price of a language model's
# tokens.
IGNORED_WORDS = frozenset({"分辨率", "多模态支持", "产品名称", "训练版本", "部署版本"})


def table_rows(
    table: Grid, page: Page, place: str, until: Mapping[str, datetime] | None = None
) -> list[ListPrice]:
    """The rows of one table; `until` holds the end of the promotions that the page states, by model."""
    folded = [fold(plain(cell.text)) for cell in table[0]]
    if IGNORED_WORDS & set(folded):
        return []
    lines = Lines(page, place)
    if folded == TOOL_HEADERS:
        for row in table[1:]:
            with lines.line(row) as line:
                line.rows.append(_tool(row, page.capture))
        return lines.kept()
    if "单价" in folded:
        columns = component_columns(table, SINGLE_HEADERS, page, place, ("model", "price"))
        for row in table[1:]:
            with lines.line(row) as line:
                _single(cells_of(row, columns, len(table[0]), page.capture), line, page.capture)
        return lines.kept(*LADDERS)
    return _token_rows(table, page, place, until or {})


def _token_rows(table: Grid, page: Page, place: str, until: Mapping[str, datetime]) -> list[ListPrice]:
    columns = component_columns(table, TOKEN_HEADERS, page, place, ("model", "input", "output"))
    bare = any("元" in cell.text for cell in table[0])
    lines = Lines(page, place)
    inputs: dict[tuple[str, ...], list[Range]] = {}
    outputs: dict[tuple[str, ...], list[Range]] = {}
    for row in table[1:]:
        with lines.line(row) as line:
            cells = cells_of(row, columns, len(table[0]), page.capture)
            model = named(cells.pop("model").text, NAME, page.capture)
            line.models = [model.name]
            of_input, of_output = _ranges(cells.pop("range", Cell("/")).text, page.capture)
            if model.over(page.capture):
                continue
            inputs.setdefault((model.name,), []).append(of_input)
            outputs.setdefault((model.name, str(of_input)), []).append(of_output)
            of = Model("zhipu", model.name, promotion_until=until.get(model.name)).dated(model)
            of = replace(of, context_from_tokens=of_input[0], output_from_tokens=of_output[0])
            printed = Printed("CNY", bare)
            for component, cell in cells.items():
                with line.cell(cell, component):
                    line.rows += price_rows(of, component, _without_brackets(cell), printed, page.capture)
    ranges_hold(inputs, lines)
    ranges_hold(outputs, lines)
    return lines.kept(*LADDERS)


def _single(cells: dict[str, Cell], line: Line, capture: Capture) -> None:
    """One price for input and output alike; the Batch column is the batch tier."""
    name = named(cells["model"].text, NAME, capture)
    line.models = [name.name]
    model = Model("zhipu", name.name).dated(name)
    amounts: dict[str, Decimal] = {}
    for column, tier in (("price", "standard"), ("batch", "batch")):
        if column not in cells:
            continue
        with line.cell(cells[column], "input", "output"):
            _says_unit(cells[column], capture)
            of = replace(model, service_tier=tier)
            for component in ("input", "output"):
                line.rows += price_rows(of, component, cells[column], Printed("CNY"), capture)
            amounts |= {row.service_tier: row.amount for row in line.rows}
    if "batch" in amounts and amounts["batch"] > amounts.get("standard", -1) and not line.odd_cells:
        raise LayoutChanged(
            capture,
            expected=f"a batch price of {name.name} not above its 单价",
            found=str([c.text for c in cells.values()]),
        )
    if name.over(capture):
        line.rows, line.odd_cells = [], []


def _says_unit(cell: Cell, capture: Capture) -> None:
    if money(cell.text) and "元/mtok" not in units(cell.text):
        raise UnknownValue(capture, expected="元 / 百万Tokens", found=repr(cell.text))


def _tool(row: list[Cell], capture: Capture) -> ListPrice:
    found = money(row[2].text)
    if (
        not row[0].text.startswith("Search-")
        or len(found) != 1
        or found[0].before
        or found[0].currency != "CNY"
        or fold(found[0].after) != "/次"
    ):
        raise UnknownValue(
            capture,
            expected="a tool Search-... at an amount '元 / 次'",
            found=f"{row[0].text!r} {row[2].text!r}",
        )
    return ListPrice(
        "zhipu", row[0].text, "web_search", found[0].amount, "CNY", per="1 request", printed=row[2].text
    )


def _ranges(text: str, capture: Capture) -> tuple[Range, Range]:
    """The ranges of input and output in tokens of `输入长度 [32, 200)` with or without `输出长度 [0.2+)`; all
    for a context like 200K.
    """
    if re.fullmatch(r"[\d.]+[KM]|/|-", text.strip(), re.I):
        return (0, None), (0, None)
    number = r"([\d.]+)(?:,([\d.]+)\)|\+\))"
    match = re.fullmatch(rf"输入长度\[{number}(?:输出长度\[{number})?", fold(text))
    if match is None:
        raise UnknownValue(
            capture,
            expected="a context, or 输入长度 [a, b) with or without 输出长度 [a, b)",
            found=repr(text),
        )
    ends = [int(Decimal(end) * 1000) if end else None for end in match.groups()]
    return (ends[0] or 0, ends[1]), (ends[2] or 0, ends[3])


def _without_brackets(cell: Cell) -> Cell:
    """`0.4（~~刊例价 0.8~~）` as charged 0.4, struck out 0.8."""
    if not cell.struck:
        return cell
    return replace(
        cell,
        text=re.sub(r"[(（]\s*[)）]", "", cell.text).strip(),
        struck=tuple(re.sub(r"^刊例价\s*", "", s) for s in cell.struck),
    )
