"""Zhipu's price page, CNY (open.bigmodel.cn/pricing): Element-UI, where header and body of a table are two
tables to be paired.

The page is built by its scripts (a plain fetch gives a shell without tables, refused as empty): nothing is
fetched at night, captures of the built page are imported. `el-table__header` holds one row of headers,
`el-table__body` the rows; rowspans on the model cell, badges (新品) in it. What the tables hold: `_zhipu.py`.
"""

from __future__ import annotations

from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, Truncated, WrongPage
from extractors.html import grid, one, soup, text_of
from extractors.source import Ignored, Source
from extractors.vendors import _zhipu
from extractors.vendors._cn_cells import checked, whole_html
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="zhipu_bigmodel",
    title="智谱 BigModel, 产品价格 (CNY)",
    kind="vendors",
    addresses=(),
    matches=(r"https://(open\.)?bigmodel\.cn/pricing/?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"微调|私有化|训练|语音|视频|图像|voice|cogview|cogvideo|vidu|套餐|知识库|智能体|实例",
            "training, private instances, images, videos and voice",
        ),
    ),
    first_party=("zhipu",),
    expects=Expects(
        sisters=("zhipu_docs_zh", "zhipu_zai"),
        rows={"list_prices": (60, 600)},
        models=("GLM-4.5-Air", "GLM-4-Plus"),
        currencies=frozenset({"CNY"}),
        amounts=(0.01, 200.0),
    ),
    stale_after_days=3650,
)

LAST_SECTION = "本地私有化解决方案"


def parse(capture: Capture) -> list[Row]:
    """Token prices of all models, with their ranges and the batch tier, and the prices of the search
    tools.
    """
    tree = soup(whole_html(capture))
    prose = text_of(tree)[0]
    if "BigModel" not in prose and "智谱" not in (text_of(tree.title)[0] if tree.title else ""):
        raise WrongPage(capture, expected="Zhipu's price page", found=prose[:80])
    boxes = tree.select(".el-table")
    if not boxes:
        raise EmptyPage(capture, expected="tables (the page is built by scripts)", found="a page without any")
    if LAST_SECTION not in prose:
        raise Truncated(capture, expected=f"the last section {LAST_SECTION!r}", found=prose[-80:])
    page = Page(capture)
    for box in boxes:
        with page.part("产品价格", text_of(box)[0]):
            head = grid(one(box, "table.el-table__header", capture), capture)
            if len(head) != 1:
                raise LayoutChanged(capture, expected="one row of headers", found=str(len(head)))
            body = grid(one(box, "table.el-table__body", capture), capture)
            page.rows += _zhipu.table_rows([head[0], *body], page, "产品价格")
    return page.finished(checked([row for row in page.rows if isinstance(row, ListPrice)], page))
