"""Tencent Cloud TokenHub price page, CNY: https://cloud.tencent.com/document/product/1823/130055 (built as
_tencent.py says).

Read: 语言模型 (tabs 广州, 新加坡), 多模态理解模型, 向量模型 as standard, 批量任务场景 as batch. Pictures,
video, 3D and speech (priced by use, with token figures that only convert them) and web search are ignored by
name.
"""

from __future__ import annotations

from extractors.source import Ignored, Source
from extractors.vendors import _tencent
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, Row

SOURCE = Source(
    id="tencent_tokenhub",
    title="Tencent Cloud TokenHub model prices",
    kind="vendors",
    addresses=("https://cloud.tencent.com/document/product/1823/130055",),
    matches=(r"https://cloud\.tencent\.(com|cn|com\.cn)/document/product/1823/130055([?#].*)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"视觉模型|语音模型|图片生成|视频生成|3d|联网搜索|工具|积分|/张|/秒|plan",
            "pictures, video, speech, 3D, tools: priced by use",
        ),
    ),
    first_party=("tencent",),
    expects=Expects(
        rows={"list_prices": (40, 3000)},
        models=("Hy3", "Hy-MT2-Plus", "Hy-Role"),
        currencies=frozenset({"CNY"}),
        amounts=(0.005, 500.0),
    ),
)
SECTIONS = {
    "语言模型": "standard",
    "多模态理解模型": "standard",
    "向量模型": "standard",
    "批量任务场景": "batch",
}


def parse(capture: Capture) -> list[Row]:
    """The page's prices in CNY."""
    return _tencent.prices(capture, "元", "CNY", SECTIONS)
