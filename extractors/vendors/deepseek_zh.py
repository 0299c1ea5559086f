"""DeepSeek's price page in Chinese, CNY. How the page is built and its traps: `_deepseek.py`. Peak hours are
printed in Beijing time.
"""

from __future__ import annotations

from extractors.source import Source
from extractors.vendors import _deepseek
from extractors.vendors._deepseek_page import Words
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, OFFERS, Row

SOURCE = Source(
    id="deepseek_zh",
    title="DeepSeek API 模型 & 价格 (CNY)",
    kind="vendors",
    addresses=("https://api-docs.deepseek.com/zh-cn/quick_start/pricing/",),
    matches=(r"https://api-docs\.deepseek\.com/zh-cn/quick_start/pricing/?",),
    tables=(LIST_PRICES, OFFERS),
    licence="facts",
    first_party=("deepseek",),
    expects=Expects(
        sisters=("deepseek_en",),
        rows={"list_prices": (3, 120)},
        models=("deepseek-v4-pro", "deepseek-v4-flash", "deepseek-flash", "deepseek-chat"),
        currencies=frozenset({"CNY"}),
        amounts=(0.01, 150.0),
        vanished_share=0.6,  # two models: one new name is half of them
    ),
)

WORDS = Words(
    currency="CNY",
    title="模型&价格",
    model="模型",
    version="模型版本",
    pricing="价格",
    concurrency="并发限制",
    end="扣费规则",
    components={
        "百万tokens输入(缓存命中)": "cache_read",
        "百万tokens输入(缓存未命中)": "input",
        "百万tokens输出": "output",
    },
    bands={"高峰时段": "peak", "空闲时段": "off_peak"},
)


def parse(capture: Capture) -> list[Row]:
    """Prices of the models on the page, with their bands, promotions and announced prices; one offer a
    model.
    """
    return _deepseek.read(capture, WORDS)
