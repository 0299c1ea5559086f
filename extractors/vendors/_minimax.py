"""MiniMax's prices, English USD and Chinese CNY: the pay-as-you-go page (markdown). The token-plan page:
`_minimax_plan.py`.

Tables that have input and output columns, under whatever h2 heading (most under Text or LLM;
MiniMax-H3-Context-IR under Video), inside JSX tags with indented lines: `<Tab title="Standard">`, `<Tab
title="Priority*">`, `<Accordion title="Legacy Models">`. The model cell holds the name, after `<br />` the
range of input (`≤ 512k`, `> 512k input tokens`), and a badge (`Permanent 50% off`). English cells carry
currency and unit (`~~\\$0.60~~ \\$0.30 / M tokens`); Chinese cells are bare, currency and unit are in the
header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import Grid, filled, soup_of_markdown, tables, text_of
from extractors.printed import tokens
from extractors.vendors._cn_cells import (
    LADDERS,
    Model,
    Printed,
    Range,
    cells_of,
    checked,
    component_columns,
    fold,
    price_rows,
    ranges_hold,
)
from extractors.vendors._lines import Lines, table_words
from extractors.vendors._wording import named, plain, units
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row

HEADERS: Mapping[str, str | None] = {
    "model": "model",
    "model/api": "model",
    "模型/api": "model",
    "api/model": "model",
    "input": "input",
    "inputprice": "input",
    "outputprice": "output",
    "output": "output",
    "promptcachingread": "cache_read",
    "promptcachingwrite": "cache_write",
    "模型": "model",
    "输入价格元/百万tokens": "input",
    "输出价格元/百万tokens": "output",
    "缓存读取元/百万tokens": "cache_read",
    "缓存写入元/百万tokens": "cache_write",
    "输入价格百万tokens": "input",
    "输出价格百万tokens": "output",
    "缓存读取百万tokens": "cache_read",
    "缓存写入百万tokens": "cache_write",
    "输入(含多模态)": "input",
    "输出": "output",
    "缓存读取": "cache_read",
    "缓存写入": "cache_write",
    "inputpricemtokens": "input",
    "outputpricemtokens": "output",
    "cachereadmtokens": "cache_read",
    "cachewritemtokens": "cache_write",
    "input(multimodal)": "input",
    "cacheread": "cache_read",
    "cachewrite": "cache_write",
}
HEADERS_BY_UNIT = {units(text): name for text, name in HEADERS.items()}
TEXT_SECTIONS = frozenset(
    {"text", "textmodels", "llm", "llms", "languagemodels", "文本", "文本模型", "语言模型", "大语言模型"}
)
TIERS = {
    "standard": "standard",
    "priority": "priority",
    "标准": "standard",
    "优先": "priority",
    "batch": "batch",
    "flex": "flex",
    "fast": "fast",
    "批量": "batch",
}
LEGACY = frozenset({"Legacy Models", "历史模型"})
DISCOUNT = re.compile(
    r"(?:(?:Permanent|Limited[- ]time) )?(\d+)% off|(?:永久|限时)? ?([一二三四五六七八九1-9]) ?折", re.I
)
_SIZE = r"[\d.]+[kKM]"
RANGE = re.compile(
    rf"(?:Context|Input|上下文|输入)?\s*(?:(?:≤|<=)\s*(?P<upto>{_SIZE})|>\s*(?P<over>{_SIZE})|(?P<low>{_SIZE})\s*~\s*(?P<high>{_SIZE}))"
    r"(?:\s*(?:input|输入)?\s*tokens?)?(?:\s*\*)?"
)


def pay_as_you_go(capture: Capture, currency: str) -> list[Row]:
    """The token prices of a pay-as-you-go page, all tiers, legacy models too."""
    tree = soup_of_markdown(_plain(capture.text()))
    titles = [text_of(h)[0] for h in tree.find_all("h1")]
    if [fold(title).replace("-", "") for title in titles] not in (["payasyougo"], ["按量计费"]):
        raise WrongPage(
            capture,
            expected="the page 'Pay as You Go' or '按量计费'",
            found=f"{titles} {capture.text()[:80]}",
        )
    page = Page(capture)
    level = next((level for level in ("h2", "h3", "h4") if tree.find_all(level)), "h2")
    sections = [fold(text_of(h)[0]) for h in tree.find_all(level)]
    for above, table in tables(tree):
        with page.part(above, table_words(table)):
            cells = filled(table, capture)
            header = [HEADERS_BY_UNIT.get(units(plain(cell.text))) for cell in cells[0]]
            known = set(header) - {None, "model"}
            if not known or "rpm" in map(fold, map(str, cells[0])):
                continue
            if known == {"input"} and fold(above[1] if len(above) > 1 else "") not in TEXT_SECTIONS:
                continue  # `Input Price` alone prices requests and pictures
            page.rows += token_table(cells, tier(above[2:], capture), currency, page, " / ".join(above))
    if not page.rows:
        raise EmptyPage(capture, expected="tables of token prices", found=f"sections {sections}")
    if set(sections) <= TEXT_SECTIONS:
        raise Truncated(
            capture, expected="further sections (audio) beside the token prices", found=str(sections)
        )
    return page.finished(checked([row for row in page.rows if isinstance(row, ListPrice)], page))


def _plain(text: str) -> str:
    """MDX as plain markdown: titles of tabs and accordions as headings, other block tags away, lines not
    indented.
    """
    lines = []
    for line in text.split("\n"):
        bare = line.strip()
        title = re.fullmatch(r'<(?:Tab|Accordion) title="([^"]*)">', bare)
        closed = re.fullmatch(r"</?(?:Tabs|Tab|Accordion|Info|Note|Warning)>", bare)
        lines += (
            ["", f"### {title[1]}", ""]
            if title
            else ["", "### Standard", ""]
            if closed and bare.startswith("</Tab")
            else []
        )
        if not title:
            lines.append("" if closed else bare if bare.startswith(("|", "#")) else line)
    return "\n".join(lines)


def tier(above: Iterable[str], capture: Capture) -> str:
    for title in above:
        if title.rstrip("*").lower() in TIERS:
            return TIERS[title.rstrip("*").lower()]
        if title not in LEGACY:
            raise UnknownValue(
                capture, expected=f"a tab of {sorted(TIERS)} or one of {sorted(LEGACY)}", found=title
            )
    return "standard"


def token_table(table: Grid, tier: str, currency: str, page: Page, place: str) -> list[ListPrice]:
    columns = component_columns(table, HEADERS, page, place, ("model", "input", "output"))
    printed = Printed(currency, bare=any("元" in cell.text for cell in table[0]))
    lines = Lines(page, place)
    ranges: dict[tuple[str, ...], list[Range]] = {}
    for row in table[1:]:
        with lines.line(row) as line:
            cells = cells_of(row, columns, len(table[0]), page.capture)
            listed, share, high, over = model(cells.pop("model").text, page.capture)
            line.models = [listed.name]
            if over:
                continue
            ranges.setdefault((listed.name,), []).append((listed.context_from_tokens, high))
            for component, cell in cells.items():
                of = replace(listed, service_tier=tier)
                with line.cell(cell, component):
                    found = price_rows(of, component, cell, printed, page.capture)
                    line.rows += discounted(found, share, page.capture)
    ranges_hold(ranges, lines)
    rows = lines.kept(*LADDERS)
    _writes(rows, page.capture)
    return rows


def model(text: str, capture: Capture) -> tuple[Model, Decimal | None, int | None, bool]:
    """A model cell: name, range of input, badge; (model, the share of the list price that the badge says, the
    end of the range, whether its prices hold no longer).
    """
    name, _, rest = " ".join(plain(text).split("\n")).partition(" ")
    badge = DISCOUNT.search(rest)
    share = (
        None
        if badge is None
        else Decimal(100 - int(badge[1])) / 100
        if badge[1]
        else Decimal("一二三四五六七八九123456789".index(badge[2]) % 9 + 1) / 10
    )
    rest = DISCOUNT.sub("", rest)
    bounds = RANGE.search(rest)
    remark = RANGE.sub(" ", rest, count=1).strip()
    said = named(f"{name}\n{remark}", r"(?:MiniMax-|M\d)[A-Za-z0-9.-]+", capture)
    lower, upper = (
        (bounds["over"] or bounds["low"], bounds["upto"] or bounds["high"]) if bounds else (None, None)
    )
    listed = Model("minimax", said.name, context_from_tokens=tokens(lower) if lower else 0).dated(said)
    return listed, share, tokens(upper) if upper else None, said.over(capture)


def discounted(rows: list[ListPrice], share: Decimal | None, capture: Capture) -> list[ListPrice]:
    """The rows of one cell, when its two prices are what the badge says: without badge one, with `50% off`
    one half of the other.
    """
    amounts = {row.price_kind: row.amount for row in rows}
    wanted = share * amounts.get("list", 0) if share is not None else None
    if amounts.get("promotional") != wanted:
        raise UnknownValue(
            capture,
            expected=f"a discount to {share} of the struck-out price",
            found=str([r.printed for r in rows]),
        )
    return rows


def _writes(rows: list[ListPrice], capture: Capture) -> None:
    """Writing to the cache costs 1.25 times the input of the plain models (the highspeed ones pay the plain
    model's rate).
    """
    inputs = {
        (r.listed_model, r.service_tier, r.context_from_tokens, r.price_kind): r.amount
        for r in rows
        if r.component == "input"
    }
    for row in rows:
        if row.component != "cache_write" or row.listed_model.endswith("-highspeed"):
            continue
        key = row.listed_model, row.service_tier, row.context_from_tokens, row.price_kind
        if inputs.get(key, row.amount) > row.amount:
            raise LayoutChanged(
                capture,
                expected="cache writes not below input",
                found=f"{row.listed_model}: {row.printed} (columns swapped?)",
            )
