"""ByteDance Volcengine (Ark) price page, CNY: https://docs.volcengine.com/docs/82379/1544106.

Two forms of one document. `getDocDetail` answers JSON whose `Result.MDContent` is Markdown: pipe tables with
`\\-` for a dash, and empty model cells on the rows that continue a model. The page rendered in a browser is
an editor's DOM: headings are `div.heading-h1/2`, header rows are plain `td`, cells carry zero-width spaces,
and a merged cell leaves hidden `td.table-hide[rowspan="0"]` placeholders, which extractors/html.py drops
before it expands spans.

Read: the three token tables of 大语言模型 (常规 standard, 低延迟 low latency, 批量推理 batch) and 向量模型.
The service tier is the heading, not the table's position. Prices are per 1e6 tokens, 缓存存储 per 1e6 tokens
and hour; 条件 counts thousands of tokens and may limit the output too. A 空闲/高峰时段 in 条件 (seen
second-hand from August 2026) is read with the hours that the page itself states. Ignored by name: guaranteed
TPM, video, images, 3D, fine-tuning and what runs on fine-tuned models, model units, agents, tools, plans.
"""

from __future__ import annotations

import json
import re
from functools import partial

from extractors import html
from extractors.authoring import Page
from extractors.errors import LayoutChanged, Truncated, WrongPage
from extractors.source import Ignored, Source
from extractors.vendors import _cloud
from extractors.vendors._cloud import Price
from extractors.vendors._cloud_sheet import sells_tokens, sheet
from extractors.vendors._hours import hours
from extractors.vendors._lines import finished, table_words
from extractors.vendors._router import router_document
from extractors.vendors._wording import flat
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="volcengine",
    title="Volcengine Ark model prices",
    kind="vendors",
    addresses=(
        "https://docs.volcengine.com/api/doc/getDocDetail?LibraryID=82379&DocumentID=1544106&lang=zh",
    ),
    matches=(
        r"https://(docs|www)\.volcengine\.com/api/doc/getDocDetail\?(.*&)?DocumentID=1544106(&.*)?",
        r"https://(docs|www)\.volcengine\.com/docs/82379/1544106([?#].*)?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"知识库|次。|/ ?次|tpm|视频生成|图片生成|3d|语音|精调|模型单元|agents?\b|工具|插件|plan|套餐",
            "what is not inference by the token",
        ),
        Ignored(r"调整前|不适用", "a price that the page says holds no longer"),
    ),
    first_party=("volcengine",),
    expects=Expects(
        rows={"list_prices": (40, 3000)},
        models=("doubao-seed-1.6", "doubao-seed-1.8", "doubao-seed-2.0-pro", "doubao-seed-2.1-pro"),
        currencies=frozenset({"CNY"}),
        amounts=(0.005, 500.0),
    ),
    forms={
        "https://docs.volcengine.com/api/doc/getDocDetail?LibraryID=82379&DocumentID=1544106&lang=zh": (
            "https://docs.volcengine.com/docs/82379/1544106?lang=zh",
        )
    },
)

PER_MILLION = "元/百万token"
STORAGE = Price("cache_storage", per="1e6 tokens hour")
COLUMNS: dict[str, _cloud.Role] = {
    "模型名称": "model",
    "模型": "model",
    "条件千token": "condition",
    "条件(千token)": "condition",
    "条件(输入长度:千token)": "condition",
    f"输入(非音频){PER_MILLION}": Price("input"),
    f"输入{PER_MILLION}": Price("input"),
    f"输入(音频){PER_MILLION}": Price("input", "audio"),
    f"缓存存储{PER_MILLION}/小时": STORAGE,
    f"缓存命中(非音频){PER_MILLION}": Price("cache_read"),
    f"缓存命中{PER_MILLION}": Price("cache_read"),
    f"缓存命中(音频){PER_MILLION}": Price("cache_read", "audio"),
    f"输出{PER_MILLION}": Price("output"),
    f"文本输入{PER_MILLION}": Price("input"),
    f"图片输入{PER_MILLION}": Price("input", "image"),
}
TIERS = {
    "在线推理(常规)": "standard",
    "在线推理": "standard",
    "在线推理(低延迟)": "low_latency",
    "批量推理": "batch",
}
IGNORED = (
    "在线推理(tpm保障包)",
    "视频生成模型",
    "图片生成模型",
    "3d生成模型",
    "语音模型",
    "模型精调",
    "模型单元",
    "managedagents",
    "工具及插件",
    "codingplan",
    "agentplan",
)


def parse(capture: Capture) -> list[Row]:
    """The page's prices and leftovers. Refuses a page without a regular table that is read."""
    markdown = _markdown(capture)
    tree = html.soup_of_markdown(markdown) if markdown else html.soup(capture.text())
    prose = tree.get_text("\n")
    page = Page(capture)
    read: list[str] = []
    for above, table in html.tables(tree):
        with page.part(above, table_words(table)):
            grid = html.grid(table, capture)
            tier = _tier(tuple(flat(heading) for heading in above), sells_tokens(grid, COLUMNS), capture)
            if tier is None:
                continue
            put = partial(ListPrice, provider_id="volcengine", currency="CNY", service_tier=tier)
            condition = partial(_condition, page=prose, capture=capture)
            page.rows += sheet(grid, COLUMNS, page, " / ".join(above), put, condition)
            read.append(tier)
    if "standard" not in read:
        raise LayoutChanged(capture, expected="a table under 在线推理（常规）", found=f"tables of {read}")
    return finished(page)


def _markdown(capture: Capture) -> str:
    """The document's Markdown; empty where the capture is the rendered page."""
    text = capture.text()
    if not text.lstrip().startswith("{"):
        _cloud.whole_page(capture)
        return router_document(text, capture)
    try:
        result = json.loads(text).get("Result") or {}
    except ValueError as error:
        raise Truncated(capture, expected="a JSON document", found=text[-80:]) from error
    if not result.get("MDContent") or result.get("DocumentID") not in (None, 1544106):
        raise WrongPage(
            capture, expected="Result.MDContent of document 1544106", found=str(sorted(result))[:200]
        )
    return str(result["MDContent"])


def _tier(above: tuple[str, ...], sells: bool, capture: Capture) -> str | None:
    """The service tier of a section's table; None for a section ignored by name, or an unknown one whose
    table sells no tokens.
    """
    if any(heading.startswith(IGNORED) for heading in above):
        return None
    for heading in above:
        if heading in TIERS:
            return TIERS[heading]
    if "向量模型" in above:
        return "standard"
    if not sells:
        return None
    raise LayoutChanged(
        capture, expected=f"a section among {[*TIERS, '向量模型', *IGNORED]}", found=" / ".join(above)
    )


def _condition(text: str, page: str, capture: Capture) -> _cloud.Condition:
    """What a 条件 cell says of the prompt, of the output (thousand tokens) and of the hours."""
    context, output, time_band = _cloud.WHOLE, _cloud.WHOLE, "always"
    if not flat(text):
        raise LayoutChanged(capture, expected="a condition or a dash", found="an empty cell")
    for part in re.split(r"且|[,;](?=输)", flat(text)):
        words, named, rest = part.rpartition("时段")
        if named:
            time_band = hours(words, page, capture)
        if rest.startswith("输出长度"):
            output = _cloud.token_range(rest, capture, 1000)
        elif rest:
            context = _cloud.token_range(rest, capture, 1000)
    return context, output, time_band
