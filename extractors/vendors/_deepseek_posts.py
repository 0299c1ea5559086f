"""DeepSeek's change log and news posts, English and Chinese: dated releases, and the few prices that posts
print as text.

The change log (`/updates`) is h2 `Date: 2026-08-13` / `时间：...` over h3 blocks: a model's name, or the id
of the API behind which the model changed ("has been upgraded to"). It prints no amounts; the price change of
2026-08-16 16:00 UTC stands there as a date without prices. The 75 % cut of V4 Pro becoming the list price
(2026-05-22) is on no recorded page.

A news post carries its date in its address only (`news260424`, `news1226` of 2024). Prices in posts are
pictures, except for DeepSeek-R1 (2025-01-20) and DeepSeek-V3 (2024-12-26, with the end of its promotion). The
post of 2024-08-02 prints amounts without saying of which model: no rows. Prices of posts are announcements:
`announced` (or `promotional`, where an end is stated).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.authoring import Page
from extractors.errors import LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import grid, one, soup, soup_of_markdown, text_of
from extractors.printed import money
from extractors.vendors._cn_cells import checked, fold, whole_html
from extractors.vendors._deepseek_bands import BEIJING
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Release, Row

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

NAME = r"DeepSeek[- ](?:Coder-)?[VR]\d(?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_SIZE = {"T": 1e12, "B": 1e9}


def article(capture: Capture) -> BeautifulSoup | Tag:
    """The article of a docs page, from HTML or markdown; WrongPage where there is none."""
    text = whole_html(capture)
    if "<html" not in text[:2000].lower():
        return soup_of_markdown(text)
    tree = soup(text)
    if not tree.select("article .theme-doc-markdown"):
        raise WrongPage(capture, expected="a page of the docs", found=text_of(tree)[0][:80])
    return one(tree, "article .theme-doc-markdown", capture)


def news(capture: Capture, currency: str) -> list[Row]:
    """A post's releases (announced, or with weights linked at Hugging Face) and the prices that it prints as
    text.
    """
    page = article(capture)
    titles = [text_of(h)[0] for h in page.find_all("h1")]
    if not titles or fold(titles[0]).startswith(("yourfirstapicall", "首次调用")):
        raise WrongPage(capture, expected="a news post", found=str(titles))
    day = _day(capture)
    prose = text_of(page)[0]
    return [
        *_models(day, titles[0], str(page), prose, capture),
        *checked(_prices(day, titles[0], page, currency, capture), Page(capture)),
    ]


def _day(capture: Capture) -> date:
    match = re.search(r"/news/news(\d{2})?(\d{2})(\d{2})/?$", capture.address)
    if match is None:
        raise UnknownValue(
            capture, expected="an address that ends in the date of the post", found=capture.address
        )
    return date(2000 + int(match[1] or 24), int(match[2]), int(match[3]))


def _models(day: date, title: str, markup: str, prose: str, capture: Capture) -> list[Release]:
    names = (
        re.findall(NAME, title)[:1]
        if re.search("Release|Introducing|is now live|发布|正式版上线|预览版[:：]", title)
        else []
    )
    final = re.search(r"\bGA\b|正式版上线", title)
    linked = re.findall(rf"huggingface\.co/deepseek-ai/({NAME})(?![\w/.-])", markup)
    sized = re.findall(rf"({NAME}):\s*([\d.]+)([TB]) total / ([\d.]+)([TB]) active", prose)
    if not sized and names:
        whole = re.search(r"([\d.]+)([TB]) (?:MoE parameters|参数)", prose)
        active = re.search(r"([\d.]+)([TB]) activated parameters|激活 ([\d.]+)([TB])", prose)
        if bool(whole) != bool(active):
            raise Truncated(
                capture, expected="total and activated parameters together", found=f"{whole} {active}"
            )
        if whole and active:
            sized = [(names[0], whole[1], whole[2], active[1] or active[3], active[2] or active[4])]
    sizes = {name: (float(a) * _SIZE[b], float(c) * _SIZE[d]) for name, a, b, c, d in sized}
    weights = list(dict.fromkeys([*linked, *(sizes if "Open Weights" in prose else ())]))
    context = re.search(r"(\d+\w) context is now the default", prose)
    if context and context[1] != "1M":
        raise UnknownValue(capture, expected="1M context", found=context[0])
    said = [(name, "weights") for name in weights] + [
        (name, "ga" if final else "announced") for name in names if name not in weights
    ]
    return [
        Release(
            name,
            day,
            kind,
            lab="DeepSeek",
            open_weights=True if kind == "weights" else None,
            params_total=sizes.get(name, (None, None))[0],
            params_active=sizes.get(name, (None, None))[1],
            context_tokens=1_000_000 if context and name in sizes else None,
            evidence_url=capture.address,
        )
        for name, kind in said
    ]


_ENGLISH = re.compile(
    r"\$([\d.]+) / million (input tokens \(cache hit\)|input tokens \(cache miss\)|output tokens)"
)
_ENGLISH_OF = {
    "input tokens (cache hit)": "cache_read",
    "input tokens (cache miss)": "input",
    "output tokens": "output",
}
_CHINESE = re.compile(
    r"每百万输入 tokens ([\d.]+) 元（缓存命中）/ ([\d.]+) 元（缓存未命中），每百万输出 tokens ([\d.]+) 元"
)
_TABLE_OF = {"input(cachemiss)": "input", "input(cachehit)": "cache_read", "output": "output"}
COMPONENTS = ("cache_read", "input", "output")


def _prices(
    day: date, title: str, page: BeautifulSoup | Tag, currency: str, capture: Capture
) -> list[ListPrice]:
    """The prices of the model in the title; every amount on the page is one of them, or the page is not
    understood.
    """
    names, prose = re.findall(NAME, title), text_of(page)[0]
    if not names:
        return []
    start = datetime.combine(day, time(), UTC)
    base = ListPrice(
        "deepseek", names[0], "", Decimal(0), currency, price_kind="announced", effective_from=start
    )
    rows = _listed(base, prose) + _tabled(base, day, page, prose, capture) + _chinese(base, prose)
    kinds = {(r.price_kind, r.effective_from) for r in rows}
    if (
        len(rows) != len(money(prose))
        or len(rows) != len(COMPONENTS) * len(kinds)
        or {r.component for r in rows} - set(COMPONENTS)
    ):
        found = [f"{m.before[-20:]} {m.amount} {m.currency} {m.after[:20]}" for m in money(prose)]
        raise UnknownValue(
            capture,
            expected=f"three prices in {currency} per million tokens, each read",
            found=f"{len(rows)} of {found}",
        )
    return rows


def _listed(base: ListPrice, prose: str) -> list[ListPrice]:
    if base.currency != "USD":
        return []
    return [
        base._replace(component=_ENGLISH_OF[m[2]], amount=Decimal(m[1]), printed=m[0])
        for m in _ENGLISH.finditer(prose)
    ]


def _chinese(base: ListPrice, prose: str) -> list[ListPrice]:
    """`每百万输入 tokens ...`: behind `即日起至 2025 年 2 月 8 日` the promotion, to that day's end in
    Beijing; else what follows.
    """
    ends = re.search(r"即日起至 *(\d{4}) 年 (\d{1,2}) 月 (\d{1,2}) 日", prose)
    end = (
        datetime(int(ends[1]), int(ends[2]), int(ends[3]), tzinfo=BEIJING) + timedelta(days=1)
        if ends
        else None
    )
    rows: list[ListPrice] = []
    for match in _CHINESE.finditer(prose) if base.currency == "CNY" else ():
        priced = base._replace(printed=match[0])
        if ends and end and ends.start() < match.start():
            priced = priced._replace(price_kind="promotional", effective_to=end.astimezone(UTC))
        elif end:
            priced = priced._replace(effective_from=end.astimezone(UTC))
        rows += [priced._replace(component=c, amount=Decimal(match[i + 1])) for i, c in enumerate(COMPONENTS)]
    return rows


def _tabled(
    base: ListPrice, day: date, page: BeautifulSoup | Tag, prose: str, capture: Capture
) -> list[ListPrice]:
    """`From Feb 8 onwards:` over a table `Input (cache miss) | Input (cache hit) | Output`; the first such
    day after the post.
    """
    since = re.search(r"From ([A-Z][a-z]{2} \d{1,2}) onwards", prose)
    rows: list[ListPrice] = []
    for table in page.find_all("table"):
        cells = grid(table, capture)
        if not any(money(cell.text) for row in cells for cell in row):
            continue
        if (
            since is None
            or len(cells) != 2
            or len(cells[1]) != len(cells[0])
            or {fold(c.text) for c in cells[0]} != set(_TABLE_OF)
        ):
            raise LayoutChanged(
                capture, expected=f"'From ... onwards' over one row under {list(_TABLE_OF)}", found=str(cells)
            )
        parsed = [english_day(f"{since[1]} {day.year + later}") for later in (0, 1)]
        start = next(moment for moment in parsed if moment.date() >= day)
        for header, cell in zip(*cells, strict=True):
            found = money(cell.text)
            plain = len(found) == 1 and not found[0].before and found[0].currency == base.currency
            if not plain or fold(found[0].after) != "/mtokens":
                raise UnknownValue(
                    capture, expected=f"an amount in {base.currency} '/M tokens'", found=cell.text
                )
            rows.append(
                base._replace(
                    component=_TABLE_OF[fold(header.text)],
                    amount=found[0].amount,
                    effective_from=start,
                    printed=cell.text,
                )
            )
    return rows


def english_day(text: str) -> datetime:
    """Midnight UTC of `Feb 8 2025`."""
    return datetime.strptime(text, "%b %d %Y").replace(tzinfo=UTC)
