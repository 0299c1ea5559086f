"""Zhipu's price page in its docs, CNY (docs.bigmodel.cn/cn/guide/start/pricing.md): markdown tables, bare
numbers, units in the header.

A promotion prints the charged price and, struck out behind it, the list price (`0.4（~~刊例价 0.8~~）`); a
quote below the table names the model, the discount and the end in Beijing time. What the tables hold:
`_zhipu.py`. Only the beginning of the page has been captured: later tables are read where their headers are
known, and the source is unproven until a whole page has been read.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from extractors.authoring import Page
from extractors.errors import EmptyPage, Truncated, UnknownValue, WrongPage
from extractors.html import filled, soup_of_markdown, text_of
from extractors.lists import titled
from extractors.source import Ignored, Listing, Source
from extractors.vendors import _zhipu
from extractors.vendors._cn_cells import checked
from extractors.vendors._deepseek_bands import moment
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="zhipu_docs_zh",
    title="智谱 BigModel docs, API 定价 (CNY)",
    kind="vendors",
    addresses=("https://docs.bigmodel.cn/cn/guide/start/pricing.md",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"微调|私有化|训练|语音|视频|图像|智能体", "training, private instances, images, videos and voice"
        ),
    ),
    first_party=("zhipu",),
    expects=Expects(
        sisters=("zhipu_bigmodel", "zhipu_zai"),
        rows={"list_prices": (6, 600)},
        currencies=frozenset({"CNY"}),
        amounts=(0.01, 200.0),
    ),
    proven=False,
    listing=Listing(at=("https://docs.bigmodel.cn/llms.txt",), most=0, replaces=True),
)


def addresses(capture: Capture) -> list[str]:
    """The price page, by its title."""
    return titled(capture, r"(模型)?(产品)?(价格|定价|计费)|pricing")


def parse(capture: Capture) -> list[Row]:
    """Token prices of the models; promotional ones with their end, and the list price beside them."""
    tree = soup_of_markdown(capture.text())
    titles = [text_of(h)[0] for h in tree.find_all("h1")]
    if titles != ["API 定价"]:
        raise WrongPage(capture, expected="the page 'API 定价'", found=f"{titles} {capture.text()[:80]}")
    tables = [filled(table, capture) for table in tree.find_all("table")]
    if not tables:
        raise EmptyPage(capture, expected="price tables", found="none")
    sections = [text_of(h)[0] for h in tree.find_all("h2")]
    if len(sections) < 2 or "模型推理" not in sections[1:]:
        raise Truncated(
            capture, expected="a section of models (旗舰模型), and later 模型推理", found=str(sections)
        )
    until = _promotions(text_of(tree)[0], capture)
    page = Page(capture)
    for table in tables:
        with page.part("API 定价", " ".join(cell.text for row in table for cell in row)):
            page.rows += _zhipu.table_rows(table, page, "API 定价", {m: end for m, (end, _) in until.items()})
    rows = [row for row in page.rows if isinstance(row, ListPrice)]
    _discounts_hold(rows, {m: share for m, (_, share) in until.items()}, capture)
    return page.finished(checked(rows, page))


def _promotions(prose: str, capture: Capture) -> dict[str, tuple[datetime, Decimal]]:
    """Model -> (end, share of the list price) from `GLM-5.3-Flash ...限时 5 折优惠，活动截止 2026 年 9 月 9
    日 24:00（UTC+8，...）`.
    """
    found: dict[str, tuple[datetime, Decimal]] = {}
    for line in (line for line in prose.split("\n") if "活动截止" in line):
        match = _promotion(line)
        # A day without an hour is the last day of the promotion.
        end = moment(f"北京时间 {match[2]} {match[3] or '24:00'}") if match else None
        if match is None or end is None:
            raise UnknownValue(
                capture, expected="a model, a discount in 折 and its end in Beijing time", found=line
            )
        found[match[0]] = end, Decimal(match[1]) / 10
    return found


def _promotion(line: str) -> tuple[str, str, str, str | None] | None:
    """Model, discount in 折, day and hour of a line, each looked for behind the one before: in one pattern
    they would be tried in every combination.
    """
    model = re.search(r"[A-Za-z][A-Za-z0-9._-]+", line)
    share = re.compile(r"(?<![\d.])([\d.]+)\s*折").search(line, model.end()) if model else None
    end = _END.search(line, share.end()) if share else None
    return (model[0], share[1], end[1], end[2]) if model and share and end else None


_END = re.compile(r"活动截止(?:至|到)?\s*(\d{4}.{4,12}?日)\s*(\d{1,2}[:：时点]\d{0,2})?")


def _discounts_hold(rows: list[ListPrice], shares: dict[str, Decimal], capture: Capture) -> None:
    listed = {(r.listed_model, r.component): r.amount for r in rows if r.price_kind == "list"}
    for row in rows:
        if row.price_kind != "promotional" or row.listed_model not in shares:
            continue
        if listed[row.listed_model, row.component] * shares[row.listed_model] != row.amount:
            raise UnknownValue(
                capture,
                expected=f"{shares[row.listed_model]} of the list price",
                found=f"{row.listed_model}: {row.printed}",
            )
