"""Alibaba Hologres, managed models, CNY:
https://help.aliyun.com/zh/hologres/user-guide/managed-models-billing.

Qwen models called from the warehouse product at prices of its own (about a fifth above Model Studio), so the
provider is
`alibaba_hologres`. One table under `Token 类模型计费`, per **thousand** tokens (×1000 here), with spans over
region, model and category. It prices three caches: 显式缓存创建 (explicit, write), 显式缓存命中 (explicit,
hit: `cache_read_explicit`) and 隐式缓存命中 (implicit, hit: `cache_read`). Categories say the modality
(`多模态向量-图片/视频`). Image and video tables are ignored by name.
"""

from __future__ import annotations

from decimal import Decimal

from extractors import html
from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.source import Source
from extractors.vendors import _cloud, _order
from extractors.vendors._cloud import Price
from extractors.vendors._cloud_sheet import Ranges, chained, columns_of, record_of
from extractors.vendors._lines import Lines, finished, table_words
from extractors.vendors._wording import flat, undecorated
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="alibaba_hologres",
    title="Alibaba Hologres managed model prices",
    kind="vendors",
    addresses=("https://help.aliyun.com/zh/hologres/user-guide/managed-models-billing",),
    matches=(r"https://help\.aliyun\.com/zh/hologres/user-guide/managed-models-billing/?([?#].*)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("alibaba_hologres",),
    expects=Expects(
        rows={"list_prices": (20, 2000)},
        models=("Qwen3.7-Plus", "Qwen3.7-Max", "Qwen3.6-Plus"),
        currencies=frozenset({"CNY"}),
        amounts=(0.01, 500.0),
    ),
)

PER_THOUSAND = "(元/千token)"
COLUMNS: dict[str, _cloud.Role] = {
    "地域": "region",
    "模型名称": "model",
    "模型类别": "category",
    "输入token阶梯": "condition",
    f"输入单价{PER_THOUSAND}": Price("input"),
    f"显式缓存创建{PER_THOUSAND}": Price("cache_write"),
    f"显式缓存命中{PER_THOUSAND}": Price("cache_read_explicit"),
    f"隐式缓存命中{PER_THOUSAND}": Price("cache_read"),
    f"输出单价{PER_THOUSAND}": Price("output"),
}
# Modalities charged and the thinking mode of each category.
CATEGORIES: dict[str, tuple[tuple[str, ...], str]] = {
    "文本生成(非思考+思考)": (("text",), "any"),
    "文本生成(思考)": (("text",), "on"),
    "文本生成(非思考)": (("text",), "off"),
    "文本生成": (("text",), "any"),
    "翻译": (("text",), "any"),
    "向量": (("text",), "any"),
    "多模态向量-文本": (("text",), "any"),
    "多模态向量-图片/视频": (("image", "video"), "any"),
}
IGNORED = ("图片类模型计费", "视频/音频类模型计费")


def parse(capture: Capture) -> list[Row]:
    """The token prices and leftovers. Refuses a page without a table under Token 类模型计费 that is read."""
    _cloud.whole_page(capture)
    page = Page(capture)
    for above, table in html.tables(html.soup(capture.text())):
        section = flat(above[-1]) if above else ""
        if section in IGNORED:
            continue
        with page.part(above, table_words(table)):
            if section != "token类模型计费":
                raise LayoutChanged(
                    capture, expected=f"a section among Token 类模型计费, {IGNORED}", found=" / ".join(above)
                )
            page.rows += _prices(html.grid(table, capture), page, " / ".join(above))
    if not page.rows:
        raise EmptyPage(capture, expected="a table under Token 类模型计费", found="none with prices")
    return finished(page)


def _prices(grid: html.Grid, page: Page, place: str) -> list[ListPrice]:
    needed = ("region", "model", "category", "condition", Price("input"), Price("output"))
    roles = columns_of(grid, COLUMNS, page, place, needed=needed)
    lines = Lines(page, place)
    ranges: Ranges = {}
    for row in grid[1:]:
        with lines.line(row) as line:
            record = record_of(row, roles, page.capture)
            region = "/".join(undecorated(record.pop("region").text).split())
            model = _cloud.listed(record.pop("model").text, page.capture)
            line.models = [model.name]
            category, tier = flat(undecorated(record.pop("category").text)), record.pop("condition").text
            if category not in CATEGORIES or not region or not tier:
                raise UnknownValue(
                    page.capture,
                    expected=f"a region, a tier, a category among {sorted(CATEGORIES)}",
                    found=f"{region}, {tier}, {category}",
                )
            context = _cloud.token_range(tier, page.capture)
            ranges.setdefault((model.name, region, category), []).append(context)
            base = ListPrice("alibaba_hologres", model.name, "", Decimal(0), "CNY", region=region)
            base = base._replace(context_from_tokens=context.low, thinking=CATEGORIES[category][1])
            for role, cell in record.items():
                if isinstance(role, Price) and not model.over(page.capture):
                    with line.cell(cell, role.component):
                        of = base._replace(component=role.component)
                        line.rows += _cell(of, cell, CATEGORIES[category][0], page.capture)
    _order.ordered(lines.rows, page.capture)
    chained(ranges, lines)
    return lines.kept()


def _cell(base: ListPrice, cell: html.Cell, modalities: tuple[str, ...], capture: Capture) -> list[ListPrice]:
    return [
        base._replace(amount=Decimal(1000) * amount, modality=modality, price_kind=kind, printed=cell.text)
        for kind, amount in _cloud.bare_amounts(cell, capture)
        for modality in modalities
    ]
