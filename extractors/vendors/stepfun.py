"""StepFun price pages: USD on platform.stepfun.ai (English), CNY on platform.stepfun.com (Chinese). Known
from descriptions only.

Markdown (or the page's HTML) with one pipe table of token-billed models, `Model | Billing unit | Input (cache
miss) | Input (cache hit) | Output` or `模型 | 计费单位 | 输入价格（缓存未命中） | 输入价格（缓存命中） |
输出价格`, unit `1M tokens`. The page's own note: writing to the cache is charged as a cache miss. Tables
without an input column (speech, pictures, rate limits) are ignored. The host says the currency, and every
amount must carry it.
"""

from __future__ import annotations

from decimal import Decimal

from extractors import html
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue, WrongPage
from extractors.printed import money
from extractors.source import Source
from extractors.vendors import _cloud, _order
from extractors.vendors._cloud import Price, flat
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="stepfun",
    title="StepFun API prices",
    kind="vendors",
    addresses=(
        "https://platform.stepfun.ai/docs/en/guides/pricing/details.md",
        "https://platform.stepfun.com/docs/zh/guides/pricing/details",
    ),
    matches=(
        r"https://platform\.stepfun\.ai/docs/en/guides/pricing/details(\.md)?",
        r"https://platform\.stepfun\.com/docs/zh/guides/pricing/details(\.md)?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("stepfun",),
    partial=True,  # a page for each currency
    proven=False,
    expects=Expects(
        rows={"list_prices": (3, 300)},
        models=("step-3", "step-3.5-flash", "step-3.7-flash", "step-5-preview"),
        currencies=frozenset({"USD", "CNY"}),
        amounts=(0.005, 200.0),
    ),
)

COLUMNS: dict[str, _cloud.Role] = {
    "model": "model",
    "模型": "model",
    "模型名称": "model",
    "billingunit": "unit",
    "计费单位": "unit",
    "input(cachemiss)": Price("input"),
    "inputprice(cachemiss)": Price("input"),
    "输入价格(缓存未命中)": Price("input"),
    "输入(缓存未命中)": Price("input"),
    "input(cachehit)": Price("cache_read"),
    "inputprice(cachehit)": Price("cache_read"),
    "输入价格(缓存命中)": Price("cache_read"),
    "输入(缓存命中)": Price("cache_read"),
    "output": Price("output"),
    "outputprice": Price("output"),
    "输出价格": Price("output"),
    "输出": Price("output"),
}
UNITS = frozenset(
    {
        "1mtokens",
        "1milliontokens",
        "milliontokens",
        "mtokens",
        "permilliontokens",
        "百万tokens",
        "1百万tokens",
        "100万tokens",
    }
)


def parse(capture: Capture) -> list[Row]:
    """The token prices. Refuses a page without the token table, an unknown header, unit, currency or cell."""
    text = capture.text()
    if "step-" not in text:
        raise WrongPage(capture, expected="a page that names a step- model", found=text[:80])
    currency = "USD" if "stepfun.ai" in capture.address else "CNY"
    page = (
        html.soup(text)
        if text.lstrip().startswith("<")
        else html.soup_of_markdown(_cloud.plain_markdown(text))
    )
    rows: list[ListPrice] = []
    for _, table in html.tables(page):
        grid = html.grid(table, capture)
        if not any(
            word in flat(cell.text)
            for cell in grid[0]
            for word in ("input(", "inputprice", "输入价格", "输入(")
        ):
            continue
        for record in _cloud.records(
            grid, COLUMNS, capture, needed=("model", "unit", Price("input"), Price("output"))
        ):
            model, unit = record.pop("model").text.strip("`* "), record.pop("unit").text
            if flat(unit) not in UNITS or not model.startswith("step"):
                raise UnknownValue(
                    capture, expected=f"a step model per {sorted(UNITS)}", found=f"{model} per {unit}"
                )
            rows += [
                ListPrice(
                    "stepfun", model, role.component, amount, currency, price_kind=kind, printed=cell.text
                )
                for role, cell in record.items()
                if isinstance(role, Price)
                for kind, amount in _amounts(cell, currency, capture)
            ]
    if not rows:
        raise EmptyPage(
            capture, expected="a table of models, billing unit, input and output", found="none with prices"
        )
    if {row.component for row in rows} != {"input", "cache_read", "output"}:
        raise LayoutChanged(
            capture,
            expected="input, cache hit and output",
            found=str(sorted({row.component for row in rows})),
        )
    return _order.settled(_order.ordered(rows, capture), capture)


def _amounts(cell: html.Cell, currency: str, capture: Capture) -> list[tuple[str, Decimal]]:
    if flat(cell.text) in _cloud.ABSENT or flat(cell.text) in ("limited-timefree", "限时免费"):
        return []
    if flat(cell.text) in ("free", "免费"):
        return [("free", Decimal(0))]
    found, before = money(cell.text), [price for struck in cell.struck for price in money(struck)]
    if (
        len(found) != 1
        or found[0].before
        or found[0].after
        or {price.currency for price in found + before} != {currency}
    ):
        raise UnknownValue(capture, expected=f"one amount in {currency}", found=cell.text or "an empty cell")
    return [
        *(("list", price.amount) for price in before),
        ("promotional" if before else "list", found[0].amount),
    ]
