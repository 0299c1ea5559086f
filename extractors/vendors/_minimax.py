"""MiniMax's prices, English USD and Chinese CNY: the pay-as-you-go page (markdown) and the token-plan page
(cards of `div`s).

Pay as you go: tables under h2 headings (Text or LLM; audio, video, music and image are not read), inside JSX
tags with indented lines: `<Tab title="Standard">`, `<Tab title="Priority*">`, `<Accordion title="Legacy
Models">`. The model cell holds the name, after
`<br />` the range of input (`≤ 512k`, `> 512k input tokens`), and a badge (`Permanent 50% off`). English
cells carry currency and unit (`~~\\$0.60~~ \\$0.30 / M tokens`); Chinese cells are bare, currency and unit
are in the header.

Token plan: the list price is marked by the CSS class `line-through` only and stands before the charged one;
built by scripts. Its English capture is lines of text without headers: input, output, cache read, cache
write, as on the Chinese page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import Cell, Grid, grid, soup, soup_of_markdown, tables, text_of
from extractors.printed import tokens
from extractors.vendors._cn_cells import (
    Model,
    Printed,
    Range,
    check_ranges,
    checked,
    component_columns,
    fold,
    price_rows,
    whole_html,
)
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row

HEADERS: Mapping[str, str | None] = {
    "model": "model",
    "input": "input",
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
    r"(?: input tokens)?\*?"
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
    rows: list[ListPrice] = []
    sections = [fold(text_of(h)[0]) for h in tree.find_all("h2")]
    for above, table in tables(tree):
        cells = grid(table, capture)
        header = [fold(cell.text) for cell in cells[0]]
        if len(above) < 2 or fold(above[1]) not in TEXT_SECTIONS:
            if {"input", "output"} <= {HEADERS.get(word) for word in header}:
                raise LayoutChanged(
                    capture, expected=f"token prices under {sorted(TEXT_SECTIONS)}", found=f"{above} {header}"
                )
        elif "rpm" not in header:
            rows += _table(cells, _tier(above[2:], capture), currency, capture)
    if not rows:
        raise EmptyPage(capture, expected="tables of token prices", found=f"sections {sections}")
    if set(sections[sections.index(next(s for s in sections if s in TEXT_SECTIONS)) + 1 :]) <= TEXT_SECTIONS:
        raise Truncated(
            capture, expected="further sections (audio) after the token prices", found=str(sections)
        )
    return checked(rows, capture)


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


def _tier(above: Iterable[str], capture: Capture) -> str:
    for title in above:
        if title.rstrip("*").lower() in TIERS:
            return TIERS[title.rstrip("*").lower()]
        if title not in LEGACY:
            raise UnknownValue(
                capture, expected=f"a tab of {sorted(TIERS)} or one of {sorted(LEGACY)}", found=title
            )
    return "standard"


def _table(table: Grid, tier: str, currency: str, capture: Capture) -> list[ListPrice]:
    header = [cell.text for cell in table[0]]
    columns = component_columns(header, HEADERS, capture, ("model", "input", "output", "cache_read"))
    printed = Printed(currency, bare=any("元" in text for text in header))
    rows: list[ListPrice] = []
    ranges: dict[tuple[str, ...], list[Range]] = {}
    for row in table[1:]:
        if len(row) != len(header):
            raise LayoutChanged(
                capture, expected=f"{len(header)} cells under {header}", found=str([c.text for c in row])
            )
        named = {name: row[index] for index, name in columns.items()}
        model, share, high = _model(named.pop("model").text, capture)
        ranges.setdefault((model.name,), []).append((model.context_from_tokens, high))
        for component, cell in named.items():
            found = price_rows(replace(model, service_tier=tier), component, cell, printed, capture)
            rows += _discounted(found, share, capture)
    check_ranges(ranges, capture)
    _writes(rows, capture)
    return rows


def _model(text: str, capture: Capture) -> tuple[Model, Decimal | None, int | None]:
    """A model cell: name, range of input, badge; (model, the share of the list price that the badge says, the
    end of the range).
    """
    name, _, rest = " ".join(text.split("\n")).partition(" ")
    badge = DISCOUNT.search(rest)
    share = (
        None
        if badge is None
        else Decimal(100 - int(badge[1])) / 100
        if badge[1]
        else Decimal("一二三四五六七八九123456789".index(badge[2]) % 9 + 1) / 10
    )
    rest = DISCOUNT.sub("", rest).strip()
    bounds = RANGE.fullmatch(rest)
    if not re.fullmatch(r"(?:MiniMax-|M\d)[A-Za-z0-9.-]+", name) or (
        bounds is None and re.search(r"\d", rest)
    ):
        raise UnknownValue(
            capture, expected="a MiniMax model with or without a range of input", found=repr(text)
        )
    lower, upper = (
        (bounds["over"] or bounds["low"], bounds["upto"] or bounds["high"]) if bounds else (None, None)
    )
    return (
        Model("minimax", name, context_from_tokens=tokens(lower) if lower else 0),
        share,
        tokens(upper) if upper else None,
    )


def _discounted(rows: list[ListPrice], share: Decimal | None, capture: Capture) -> list[ListPrice]:
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


def token_plan(capture: Capture, currency: str) -> list[Row]:
    """The token prices of a token-plan page: the cards of the built page, or lines of text."""
    text = whole_html(capture)
    if "<html" not in text[:2000].lower():
        lines = [
            price
            for line in text.split("\n")
            if line.strip()
            for price in _line(line.strip(), currency, capture)
        ]
        if not {"cache_write"} & {row.component for row in lines}:
            raise Truncated(capture, expected="models with a cache write at the end", found=text[-80:])
        return checked(lines, capture)
    tree = soup(text)
    for span in tree.select("div.grid span"):
        span.append("\n")  # the cards print name, range and badge in spans with nothing between them
    if tree.title is None or "Token Plan" not in text_of(tree.title)[0]:
        raise WrongPage(capture, expected="the page 'Token Plan'", found=text_of(tree)[0][:80])
    rows: list[ListPrice] = []
    for head in tree.select("div.grid.items-end"):
        table = [_cells(head), *(_cells(row) for row in head.find_next_siblings("div"))]
        chosen = [
            text_of(tab)[0]
            for card in head.find_parents("div")
            for tab in card.select("[role=tab][aria-selected=true]")
        ][:1]
        rows += _table(
            table, _tier(chosen if chosen and chosen[0] in TIERS else (), capture), currency, capture
        )
    if not rows:
        raise EmptyPage(
            capture, expected="cards of token prices (the page is built by scripts)", found="none"
        )
    if not re.search("多模态生成|Multimodal", text_of(tree)[0]):
        raise Truncated(capture, expected="the multimodal section after the token prices", found="none")
    return checked(rows, capture)


def _cells(row: object) -> list[Cell]:
    return [Cell(*text_of(child)) for child in row.find_all("div", recursive=False)]  # type: ignore[attr-defined]


def _line(line: str, currency: str, capture: Capture) -> list[ListPrice]:
    """`MiniMax-M3 Context <= 512K Permanent 50% off $0.6$0.3 $2.4$1.2 $0.12$0.06`: struck-out price, charged
    price, glued.
    """
    match = re.fullmatch(
        r"(?P<model>[^$]+?)(?P<prices>(?: \$[\d.]+\$[\d.]+){3}|(?: \$[\d.]+/ M tokens){4})", line
    )
    if match is None:
        raise (Truncated if re.match("MiniMax-", line) else WrongPage)(
            capture, expected="a model and three pairs of prices, or four prices", found=line
        )
    model, share, _ = _model(match["model"], capture)
    rows: list[ListPrice] = []
    prices = re.findall(r"\$[\d.]+(?:\$[\d.]+)?(?:/ M tokens)?", match["prices"])
    for component, price in zip(("input", "output", "cache_read", "cache_write"), prices, strict=False):
        parts = re.findall(r"\$[\d.]+(?:/ M tokens)?", price)
        rows += _discounted(
            price_rows(model, component, Cell(parts[-1], tuple(parts[:-1])), Printed(currency), capture),
            share,
            capture,
        )
    return rows
