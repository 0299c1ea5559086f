"""StepFun price pages: USD on platform.stepfun.ai (English), CNY on platform.stepfun.com (Chinese). Known
from descriptions only.

Markdown (or the page's HTML) with a pipe table of token-billed models in each section, `Model | Billing unit
| Input (cache miss) | Input (cache hit) | Output` or `模型 | 计费单位 | 输入价格（缓存未命中） | ...`, unit
`1M tokens`; since October 2026 speech models with a column `Current status` (`Usage-based`), and rows of
dashes for models that are free for a time. The page's own note: writing to the cache is charged as a cache
miss. Tables without an input column (speech, pictures, rate limits) are ignored. The host says the currency,
and every amount must carry it.
"""

from __future__ import annotations

from decimal import Decimal

from extractors import html
from extractors.authoring import Page
from extractors.errors import EmptyPage, UnknownValue, WrongPage
from extractors.lists import titled
from extractors.source import Ignored, Listing, Source
from extractors.vendors import _cloud, _order
from extractors.vendors._cloud import Price
from extractors.vendors._cloud_sheet import columns_of, record_of
from extractors.vendors._lines import Lines, finished, table_words
from extractors.vendors._priced import absent, currency_amounts
from extractors.vendors._wording import flat, is_per_million, named, plain, singular, undecorated
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
    ignores=(
        Ignored(
            r"^(?!.*(?:m ?tok|million tok|百万 ?tok)).*"
            r"(?:text-to-speech|characters|image generation|image editing|asr\b|"
            r"speech recognition|music|字符|语音|图片|图像|增值|value-added)",
            "speech by the character, pictures, tools",
        ),
        Ignored(r"tiered rate limits|user tier|限速", "rate limits"),
    ),
    first_party=("stepfun",),
    partial=True,  # a page for each currency
    proven=False,
    expects=Expects(
        rows={"list_prices": (3, 300)},
        models=("step-3", "step-3.5-flash", "step-3.7-flash", "step-5-preview"),
        currencies=frozenset({"USD", "CNY"}),
        amounts=(0.005, 200.0),
    ),
    listing=Listing(
        at=("https://platform.stepfun.ai/docs/llms.txt", "https://platform.stepfun.com/docs/llms.txt"),
        most=0,
        replaces=True,
    ),
    forms={
        "https://platform.stepfun.ai/docs/en/guides/pricing/details.md": (
            "https://platform.stepfun.ai/docs/en/guides/pricing/details",
        )
    },
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


def addresses(capture: Capture) -> list[str]:
    """The price pages, by their titles; one of each language."""
    return titled(capture, r"pricing( details)?|定价(明细)?|价格(明细)?")


def parse(capture: Capture) -> list[Row]:
    """The token prices and leftovers. Refuses a page without a token table that is read."""
    text = capture.text()
    if "step-" not in text:
        raise WrongPage(capture, expected="a page that names a step- model", found=text[:80])
    currency = "USD" if "stepfun.ai" in capture.address else "CNY"
    tree = (
        html.soup(text)
        if text.lstrip().startswith("<")
        else html.soup_of_markdown(_cloud.plain_markdown(text))
    )
    page = Page(capture)
    for above, table in html.tables(tree):
        with page.part(above, table_words(table)):
            grid = html.filled(table, capture)
            heads = [flat(singular(plain(cell.text))) for cell in grid[0]]
            if any(word in head for head in heads for word in ("input(", "inputprice", "输入价格", "输入(")):
                page.rows += _prices(grid, currency, page, " / ".join(above))
    components = {row.component for row in page.rows if isinstance(row, ListPrice)}
    components |= {component for _, component in page.unread_cells}
    if components != {"input", "cache_read", "output"}:
        raise EmptyPage(
            capture, expected="a table with input, cache hit and output that is read", found=str(components)
        )
    return finished(page)


def _prices(grid: html.Grid, currency: str, page: Page, place: str) -> list[ListPrice]:
    needed = ("model", "unit", Price("input"), Price("output"))
    roles = columns_of(grid, COLUMNS, page, place, needed=needed)
    lines = Lines(page, place)
    for row in grid[1:]:
        with lines.line(row) as line:
            record = record_of(row, roles, page.capture)
            model = named(record.pop("model").text, r"step[a-z0-9.-]+", page.capture)
            line.models, unit = [model.name], undecorated(record.pop("unit").text)
            priced = {role: cell for role, cell in record.items() if isinstance(role, Price)}
            if all(absent(cell) for cell in priced.values()) or model.over(page.capture):
                continue
            if not is_per_million(unit):
                raise UnknownValue(page.capture, expected="a price per million tokens", found=f"{unit!r}")
            for role, cell in priced.items():
                of = ListPrice("stepfun", model.name, role.component, Decimal(0), currency, printed=cell.text)
                with line.cell(cell, role.component):
                    line.rows += [
                        of._replace(amount=amount, price_kind=kind)
                        for kind, amount in currency_amounts(cell, currency, page.capture, sale=model.sale)
                    ]
    _order.ordered(lines.rows, page.capture)
    return lines.kept()
