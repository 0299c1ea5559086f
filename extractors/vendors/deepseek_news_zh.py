"""DeepSeek's news posts in Chinese: releases, and announced prices in CNY.

How the page is built, and which prices it prints: `_deepseek_posts.py`.
"""

from __future__ import annotations

from extractors.lists import newest_posts
from extractors.source import Ignored, Listing, Source
from extractors.vendors import _deepseek_posts
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, RELEASES, Row

SOURCE = Source(
    id="deepseek_news_zh",
    title="DeepSeek API 新闻",
    kind="vendors",
    addresses=(
        "https://api-docs.deepseek.com/zh-cn/news/news260813/",
        "https://api-docs.deepseek.com/zh-cn/news/news260424/",
    ),
    matches=(r"https://api-docs\.deepseek\.com/zh-cn/news/news\d{4,6}/?",),
    tables=(LIST_PRICES, RELEASES),
    licence="facts",
    ignores=(Ignored(r"硬盘缓存|缓存", "amounts without a model"),),
    first_party=("deepseek",),
    expects=Expects(currencies=frozenset({"CNY"})),
    stale_after_days=60,
    partial=True,
    posts=True,
    listing=Listing(at=("https://api-docs.deepseek.com/zh-cn/",), most=12, again_after=(7, 90)),
)


def addresses(capture: Capture) -> list[str]:
    """The posts of the last 400 days, newest first."""
    return newest_posts(capture, r"https://api-docs\.deepseek\.com/zh-cn/news/news(?P<day>\d{4,6})/?")


def parse(capture: Capture) -> list[Row]:
    """The releases of one post, and the prices that it prints as text."""
    return _deepseek_posts.news(capture, "CNY")
