"""Baidu Qianfan price page, CNY: https://cloud.baidu.com/doc/qianfan/s/wmh4sv6ya. Never captured: known from
others' readers only.

A Gatsby document: the served page, or its page-data JSON whose `result.data.markdownRemark.html` holds the
same tables. Each is said to have the columns 模型名称, the version (the API id), 服务内容, 子项, 在线推理,
批量推理 and 单位, with spans over everything on the left; 子项 is 输入, 输出 or 命中缓存, with a range of the
prompt where there are tiers (`输入（0，32k]`); 单位 is `元/千tokens`. Anything else stops the source: a page
without these words is another page, and an unknown header, item or unit is refused.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from extractors import html
from extractors.authoring import Page
from extractors.errors import EmptyPage, Truncated, UnknownValue, WrongPage
from extractors.source import Source
from extractors.vendors import _cloud, _order
from extractors.vendors._cloud_sheet import Ranges, chained, columns_of, record_of
from extractors.vendors._lines import Lines, finished, table_words
from extractors.vendors._wording import flat, undecorated, units
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="baidu",
    title="Baidu Qianfan model prices",
    kind="vendors",
    addresses=("https://cloud.baidu.com/doc/qianfan/s/wmh4sv6ya",),
    matches=(
        r"https://cloud\.baidu\.com/doc/qianfan/s/wmh4sv6ya/?([?#].*)?",
        r"https://bce\.bdstatic\.com/p3m/bce-doc/online/qianfan/doc/qianfan/s/page-data/wmh4sv6ya/page-data\.json",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("baidu",),
    proven=False,
    expects=Expects(
        rows={"list_prices": (10, 3000)},
        models=("ERNIE-5.1", "ERNIE-4.5-Turbo-128K", "ERNIE-4.5-Turbo-32K"),
        currencies=frozenset({"CNY"}),
        amounts=(0.01, 500.0),
    ),
    forms={
        "https://cloud.baidu.com/doc/qianfan/s/wmh4sv6ya": (
            "https://bce.bdstatic.com/p3m/bce-doc/online/qianfan/doc/qianfan/s/page-data/wmh4sv6ya/page-data.json",
        )
    },
)

SENTINELS = ("千帆", "ERNIE", "在线推理", "子项", "tokens")
COLUMNS: dict[str, _cloud.Role] = {
    "模型名称": "family",
    "模型系列": "family",
    "版本名称": "model",
    "模型版本": "model",
    "模型版本名称": "model",
    "服务内容": "service",
    "子项": "item",
    "在线推理": "standard",
    "批量推理": "batch",
    "单位": "unit",
}
ITEMS = {"输入": "input", "输出": "output", "命中缓存": "cache_read", "缓存命中": "cache_read"}
UNITS = {
    "元/千tokens": Decimal(1000),
    "元/千token": Decimal(1000),
    "元/百万tokens": Decimal(1),
    "元/百万token": Decimal(1),
}


def parse(capture: Capture) -> list[Row]:
    """The prices of inference. Refuses what lacks the expected words, and every unknown header, service,
    item, unit and cell.
    """
    text = capture.text()
    markup = _document(text, capture) if text.lstrip().startswith("{") else text
    lacking = [word for word in SENTINELS if word not in markup]
    if lacking:
        raise WrongPage(capture, expected=f"a page with the words {SENTINELS}", found=f"none of {lacking}")
    if markup is text:
        _cloud.whole_page(capture)
    page = Page(capture)
    for above, table in html.tables(html.soup(markup)):
        with page.part(above, table_words(table)):
            grid = html.filled(table, capture)
            if any(flat(cell.text) == "在线推理" for cell in grid[0]):
                page.rows += _prices(grid, page, " / ".join(above))
    if not page.rows:
        raise EmptyPage(capture, expected="a table with 子项 and 在线推理", found="none with prices")
    return finished(page)


def _document(text: str, capture: Capture) -> str:
    try:
        return str(json.loads(text)["result"]["data"]["markdownRemark"]["html"])
    except ValueError as error:
        raise Truncated(capture, expected="a JSON document", found=text[-80:]) from error
    except (KeyError, TypeError) as error:
        raise WrongPage(capture, expected="result.data.markdownRemark.html", found=text[:80]) from error


def _prices(grid: html.Grid, page: Page, place: str) -> list[ListPrice]:
    needed = ("family", "model", "service", "item", "standard", "unit")
    roles = columns_of(grid, COLUMNS, page, place, needed=needed)
    lines = Lines(page, place)
    ranges: Ranges = {}
    for row in grid[1:]:
        with lines.line(row) as line:
            record = record_of(row, roles, page.capture)
            found = [_cloud.listed(model, page.capture) for model in record["model"].text.split("\n")]
            line.models = [model.name for model in found]
            item, unit = flat(undecorated(record["item"].text)), flat(undecorated(record["unit"].text))
            match = re.fullmatch(r"(输入|输出|命中缓存|缓存命中)(.*)", item)
            spaced = any(" " in name for name in line.models)
            if (
                match is None
                or _per_million(unit) is None
                or flat(undecorated(record["service"].text)) != "推理服务"
                or spaced
            ):
                raise UnknownValue(
                    page.capture,
                    expected=f"ids, 推理服务, an item of {sorted(ITEMS)}, a unit of {sorted(UNITS)}",
                    found=f"{line.models} | {record['service'].text} | {item} | {unit}",
                )
            context = _cloud.token_range(match[2], page.capture)
            base = ListPrice("baidu", "", ITEMS[match[1]], Decimal(0), "CNY", context_from_tokens=context.low)
            for model in (each for each in found if not each.over(page.capture)):
                ranges.setdefault((model.name, match[1]), []).append(context)
                for tier in (tier for tier in ("standard", "batch") if tier in record):
                    with line.cell(record[tier], base.component):
                        of = base._replace(listed_model=model.name, service_tier=tier)
                        line.rows += _prices_in(of, record[tier], unit, page.capture)
    _order.ordered(lines.rows, page.capture)
    chained(ranges, lines)
    return lines.kept()


def _per_million(unit: str) -> Decimal | None:
    """By how much an amount in `unit` (flat) is to be multiplied; None for an unknown unit."""
    return UNITS.get(unit, Decimal(1) if units(unit) == "元/mtok" else None)


def _prices_in(base: ListPrice, cell: html.Cell, unit: str, capture: Capture) -> list[ListPrice]:
    factor = _per_million(unit) or Decimal(0)
    return [
        base._replace(amount=amount * factor, price_kind=kind, printed=cell.text)
        for kind, amount in _cloud.bare_amounts(cell, capture)
    ]
