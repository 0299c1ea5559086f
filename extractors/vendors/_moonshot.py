"""Moonshot's price pages (Kimi API platform), English USD and Chinese CNY: tables `Model | Unit | Input ... |
Output | Context Window`.

Forms: MDX (`<DocTable columns={[...]} rows={[...]} />`, prices as fragments `<>{"$"}3.00</>`); Mintlify HTML
with a real table; the rendering of 2025-12 as markdown tables, where rows under a spanned model cell are
short on the left.

Until the middle of 2026 one sub-page a model (chat-k26 ...), and `/chat` an overview without any table:
refused as empty. K3 adds cache writes (5 min, 1 h) and says "Cached Input Price" and "Input Price" where K2
says "(Cache Hit)" and "(Cache Miss)", in the other order. `kimi-latest` is charged by the length of the
request. The sentence "1M = 1,000,000 ..." closes the tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape

from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import Cell, Grid, grid, one, soup, text_of
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
    whole_html,
)
from extractors.vendors._lines import Lines
from extractors.vendors._wording import is_per_million, named, plain, undecorated
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Release, Row

HEADERS: Mapping[str, str | None] = {
    "model": "model",
    "模型": "model",
    "unit": "unit",
    "计费单位": "unit",
    "cachewriteprice(ttl5min)": "cache_write_5m",
    "缓存写入价格(ttl5min)": "cache_write_5m",
    "缓存写入价格(5min)": "cache_write_5m",
    "缓存写入价格(5分钟)": "cache_write_5m",
    "缓存写入价格(1小时)": "cache_write_1h",
    "cachewriteprice(ttl1h)": "cache_write_1h",
    "缓存写入价格(ttl1h)": "cache_write_1h",
    "缓存写入价格(1h)": "cache_write_1h",
    "cachedinputprice": "cache_read",
    "inputprice(cachehit)": "cache_read",
    "输入价格(缓存命中)": "cache_read",
    "缓存输入价格": "cache_read",
    "inputprice": "input",
    "inputprice(cachemiss)": "input",
    "输入价格": "input",
    "输入价格(缓存未命中)": "input",
    "outputprice": "output",
    "输出价格": "output",
    "contextwindow": None,
    "context": None,
    "contextlength": None,
    "上下文窗口": None,
    "上下文长度": None,
    "模型上下文长度": None,
    "请求上下文长度范围(自动选择计费模型)": "range",
}
CLOSING = re.compile(r"1M\s*=\s*1,?000,?000")


def read(capture: Capture, currency: str) -> list[Row]:
    """The prices of every table on a page; EmptyPage where a price page has none."""
    text = whole_html(capture)
    html = "<html" in text[:2000].lower()
    grids = _html(text, capture) if html else _mdx(text, capture) if "<DocTable" in text else _markdown(text)
    prose = text_of(soup(text))[0] if html else text
    if not re.search(r"Pricing|定价|价格", prose[:20000]) or "kimi" not in prose.lower():
        raise WrongPage(capture, expected="a price page of the Kimi platform", found=prose[:80])
    if not grids:
        raise EmptyPage(
            capture, expected="a price table", found="none (until 2026-07 the prices were on the sub-pages)"
        )
    if not CLOSING.search(prose):
        raise Truncated(
            capture, expected="the sentence '1M = 1,000,000 ...' that closes the tables", found=prose[-80:]
        )
    page = Page(capture)
    for table in grids:
        with page.part("price tables", " ".join(cell.text for row in table for cell in row)):
            page.rows += _table(table, Printed(currency), page)
    rows = [row for row in page.rows if isinstance(row, ListPrice)]
    return page.finished([*checked(rows, page), *_withdrawn(rows, prose, capture)])


def _withdrawn(rows: list[ListPrice], prose: str, capture: Capture) -> list[Release]:
    """The listed models of a series that the page announces as discontinued on a day."""
    said = re.search(
        r"`?((?:kimi|moonshot)-[a-z0-9.-]+)`? series models will be officially discontinued on"
        r" \W*([A-Z][a-z]+ \d{1,2}, \d{4})",
        prose,
    )
    if said is None:
        return []
    day = datetime.strptime(said[2], "%B %d, %Y").replace(tzinfo=UTC).date()
    names = dict.fromkeys(row.listed_model for row in rows if row.listed_model.startswith(said[1] + "-"))
    return [
        Release(name, day, "withdrawn", lab="Moonshot AI", evidence_url=capture.address) for name in names
    ]


def _table(table: Grid, printed: Printed, page: Page) -> list[ListPrice]:
    if len(table) < 2:
        raise LayoutChanged(
            page.capture, expected="rows under the header", found=str([c.text for c in table[0]])
        )
    columns = component_columns(table, HEADERS, page, "price tables", ("model", "unit", "input", "output"))
    lines = Lines(page, "price tables")
    ranges: dict[tuple[str, ...], list[Range]] = {}
    for row in table[1:]:
        with lines.line(row) as line:
            cells = cells_of(row, columns, len(table[0]), page.capture)
            model = named(cells.pop("model").text, r"[a-z0-9][a-z0-9.-]+", page.capture)
            line.models, unit = [model.name], undecorated(cells.pop("unit").text)
            if model.over(page.capture):
                continue
            if not is_per_million(unit):
                raise UnknownValue(page.capture, expected="a price per million tokens", found=f"{unit!r}")
            span = cells.pop("range", None)
            low, high = _range(span.text, page.capture) if span else (0, None)
            ranges.setdefault((model.name,), []).append((low, high))
            of = Model("moonshot", model.name, context_from_tokens=low).dated(model)
            for component, cell in cells.items():
                with line.cell(cell, component):
                    line.rows += price_rows(of, component, cell, printed, page.capture)
    ranges_hold(ranges, lines)
    return lines.kept(*LADDERS)


def _range(text: str, capture: Capture) -> Range:
    """The ends of `≤ 8,192 tokens` (from 0) or `8,192 < 长度 ≤ 32,768 tokens`."""
    match = re.fullmatch(r"(?:([\d,]+)<(?:长度|length))?[≤<]=?([\d,]+)tokens", fold(undecorated(text)))
    if match is None:
        raise UnknownValue(capture, expected="a range of request lengths", found=repr(text))
    return tokens(match[1]) if match[1] else 0, tokens(match[2])


def _html(text: str, capture: Capture) -> list[Grid]:
    tree = soup(text)
    if not tree.select(".mdx-content"):
        raise WrongPage(capture, expected="a docs page (.mdx-content)", found=text_of(tree)[0][:80])
    return [grid(table, capture) for table in one(tree, ".mdx-content", capture).find_all("table")]


def _mdx(text: str, capture: Capture) -> list[Grid]:
    opened = text.count("<DocTable")
    blocks = re.findall(r"<DocTable\s+columns=\{\[(.*?)\]\}\s+rows=\{\[(.*?)\n\]\}\s*/>", text, re.S)
    if len(blocks) != opened:
        raise Truncated(capture, expected=f"{opened} whole <DocTable columns rows />", found=f"{len(blocks)}")
    grids: list[Grid] = []
    for columns, rows in blocks:
        titles = re.findall(r'title:\s*"([^"]*)"', columns)
        lines = [line.strip() for line in rows.split("\n") if line.strip()]
        grids.append([[Cell(title, header=True) for title in titles], *(_mdx_row(line) for line in lines)])
    return grids


_MDX_CELL = re.compile(r'\s*(?:"(?P<text>[^"]*)"|<>(?P<fragment>.*?)</>)\s*(?:,|$)')


def _mdx_row(line: str) -> list[Cell]:
    inner = re.fullmatch(r"\[(.*)\],?", line)
    cells: list[Cell] = []
    at = 0
    while inner and at < len(inner[1]):
        match = _MDX_CELL.match(inner[1], at)
        if match is None:
            break
        text = (
            match["text"]
            if match["text"] is not None
            else match["fragment"].replace('{"$"}', "$").replace('{"¥"}', "¥")
        )
        struck = tuple(re.findall(r"<(?:del|s)>(.*?)</(?:del|s)>", text))
        cells.append(Cell(re.sub(r"<(del|s)>.*?</\1>", "", text).strip(), struck))
        at = match.end()
    # A row of other than "text" and <>{"$"}price</> cells stays one cell: too short for its table, it is left
    # over.
    return [Cell(line)] if inner is None or at < len(inner[1]) else cells


def _markdown(text: str) -> list[Grid]:
    grids: list[Grid] = []
    block: Grid = []
    for line in [*text.split("\n"), ""]:
        if not line.startswith("|"):
            grids += [block] if block else []
            block = []
        elif not re.fullmatch(r"[|\s:-]+", line):
            cells = [_markdown_cell(part) for part in line.strip().strip("|").split("|")]
            carried = block[-1][: len(block[0]) - len(cells)] if len(block) > 1 else []
            block.append([*carried, *cells])
    return grids


def _markdown_cell(text: str) -> Cell:
    said = unescape(re.sub(r"</?(?:del|s)>", "~~", text.replace("\\$", "$")))
    struck = tuple(plain(old) for old in re.findall(r"~~(.*?)~~", said))
    return Cell(plain(re.sub(r"~~.*?~~", "", said)), struck)
