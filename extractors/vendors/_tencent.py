"""Tencent Cloud's price pages: one document editor, two sites (TokenHub in CNY, the international site in
USD).

Headings are real `h2` to `h4`. A table that differs by region stands in `.tse-tabs`: labels
`.tse-tabs__item-label`, panes
`.tse-tabs__cont` in the same order, hidden panes included, and **the order of the regions differs between the
sites**. A merged cell leaves hidden `td.hidden[rowspan="0"][colspan="0"]`. A sticky copy of the last header
(`table.tea-sticky-table`) has no rows. The same model is sold twice: `原厂直供` (served by its maker) and
self-hosted, at different prices; the words stay in the name.
`（2026-08-31 下线）` is no part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from extractors import html
from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.vendors import _cloud
from extractors.vendors._cloud import Price
from extractors.vendors._cloud_sheet import columns_of, record_of, sells_tokens, sheet
from extractors.vendors._hours import hours
from extractors.vendors._lines import Lines, finished, table_words
from extractors.vendors._wording import flat, undecorated
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row

if TYPE_CHECKING:
    from bs4.element import Tag

IGNORED = (
    "视觉模型",
    "语音模型",
    "联网搜索",
    "相关文档",
    "3d",
    "图片生成",
    "视频生成",
    "tokenplan",
    "codingplan",
    "工具",
)
ITEMS = {"文本输入": "text", "图片输入": "image", "视频输入": "video", "音频输入": "audio"}


def columns(unit: str) -> dict[str, _cloud.Role]:
    """The known headers where prices are in `unit` per million tokens (`元`, `美元`)."""
    per = f"({unit}/百万tokens)"
    return {
        "模型名称": "model",
        "条件(token)": "condition",
        "峰谷计费": "hours",
        "计费项": "item",
        f"推理输入{per}": Price("input"),
        f"推理输出{per}": Price("output"),
        f"缓存命中{per}": Price("cache_read"),
        f"价格{per}": "price",
    }


def prices(capture: Capture, unit: str, currency: str, sections: Mapping[str, str]) -> list[Row]:
    """The page's prices and leftovers; `sections` maps a heading to its service tier. Refuses a page without
    a table of token prices that is read.
    """
    _cloud.whole_page(capture)
    tree = html.soup(capture.text())
    banded = partial(hours, page=tree.get_text("\n"), capture=capture)
    known = columns(unit)
    page = Page(capture)
    for above, table in html.tables(tree):
        if "tea-sticky-table" in table.get_attribute_list("class"):
            continue
        with page.part(above, table_words(table)):
            grid = html.grid(table, capture)
            tier = _tier([flat(heading) for heading in above], sections, sells_tokens(grid, known), capture)
            if tier is None:
                continue
            region = _region(table, capture)
            put = partial(
                ListPrice, provider_id="tencent", currency=currency, service_tier=tier, region=region
            )
            place = " / ".join((*above, region)) if region else " / ".join(above)
            if any(flat(cell.text) == "计费项" for cell in grid[0]):
                page.rows += _items(grid, known, page, place, put)
            else:
                condition = partial(_condition, capture=capture)
                page.rows += sheet(grid, known, page, place, put, condition, hours=banded)
    if not any(isinstance(row, ListPrice) and row.component == "output" for row in page.rows):
        raise EmptyPage(capture, expected=f"a table of 推理输入 and 推理输出 in {unit}", found="none")
    return finished(page)


def _tier(above: list[str], sections: Mapping[str, str], sells: bool, capture: Capture) -> str | None:
    """The service tier of a section's table; None for a section ignored by name, or an unknown one whose
    table sells no tokens.
    """
    if any(heading.startswith(IGNORED) for heading in above):
        return None
    for heading in reversed(above):
        if heading in sections:
            return sections[heading]
    if not sells:
        return None
    raise LayoutChanged(capture, expected=f"a section among {[*sections, *IGNORED]}", found=" / ".join(above))


def _region(table: Tag, capture: Capture) -> str:
    """The label of the tab that a table stands in; empty where it stands in none."""
    pane = table.find_parent(class_="tse-tabs__cont")
    tabs = pane.find_parent(class_="tse-tabs") if pane else None
    if pane is None or tabs is None:
        return ""
    labels = [html.text_of(label)[0] for label in tabs.select(".tse-tabs__item-label")]
    panes = tabs.select(".tse-tabs__cont")
    if len(labels) != len(panes) or len(set(labels)) != len(labels) or not all(labels):
        raise LayoutChanged(
            capture, expected="one named tab for each pane", found=f"{labels} for {len(panes)} panes"
        )
    return next(label for label, candidate in zip(labels, panes, strict=True) if candidate is pane)


def _condition(text: str, capture: Capture) -> _cloud.Condition:
    if not flat(text):
        raise LayoutChanged(capture, expected="a condition or a dash", found="an empty cell")
    return _cloud.token_range(text, capture), _cloud.WHOLE, "always"


def _items(
    grid: html.Grid, known: Mapping[str, _cloud.Role], page: Page, place: str, put: Callable[..., ListPrice]
) -> list[ListPrice]:
    """A table of models, what is charged (`文本输入`) and its price."""
    roles = columns_of(grid, known, page, place, needed=("model", "item", "price"))
    lines = Lines(page, place)
    for row in grid[1:]:
        with lines.line(row) as line:
            record = record_of(row, roles, page.capture)
            model = _cloud.listed(record["model"].text, page.capture)
            item = flat(undecorated(record["item"].text))
            line.models = [model.name]
            if item not in ITEMS:
                raise UnknownValue(
                    page.capture, expected=f"an item among {sorted(ITEMS)}", found=record["item"].text
                )
            with line.cell(record["price"], "input"):
                line.rows += [
                    put(
                        listed_model=model.name,
                        component="input",
                        amount=amount,
                        modality=ITEMS[item],
                        price_kind=kind,
                        printed=record["price"].text,
                    )
                    for kind, amount in _cloud.bare_amounts(record["price"], page.capture)
                    if not model.over(page.capture)
                ]
    return lines.kept()
