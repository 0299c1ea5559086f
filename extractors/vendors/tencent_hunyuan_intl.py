"""Tencent Cloud's international price page, USD: https://www.tencentcloud.com/zh/document/product/1300/78937
(as _tencent.py says).

The Chinese edition of the page is the one known. Tabs stand in the order 新加坡, 广州, the other way round
than on the CNY site.
"""

from __future__ import annotations

from extractors.source import Ignored, Source
from extractors.vendors import _tencent
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, Row

SOURCE = Source(
    id="tencent_hunyuan_intl",
    title="Tencent Cloud international model prices",
    kind="vendors",
    addresses=("https://www.tencentcloud.com/zh/document/product/1300/78937",),
    matches=(
        r"https://(www|intl)\.(cloud\.tencent|tencentcloud)\.com/(zh/)?document/product/1300/78937([?#].*)?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(Ignored(r"image|video|3d|speech|tool|search", "priced by use"),),
    first_party=("tencent",),
    expects=Expects(
        rows={"list_prices": (20, 3000)},
        models=("Hy-MT2-Plus", "Hy3", "DeepSeek-V4-Pro"),
        currencies=frozenset({"USD"}),
        amounts=(0.001, 200.0),
    ),
)
SECTIONS = {
    "语言模型": "standard",
    "多模态理解模型": "standard",
    "向量模型": "standard",
    "批量任务场景": "batch",
}


def parse(capture: Capture) -> list[Row]:
    """The page's prices in USD."""
    return _tencent.prices(capture, "美元", "USD", SECTIONS)
