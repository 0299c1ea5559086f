"""Moonshot's price page in Chinese, CNY (platform.kimi.com, before platform.moonshot.cn). How it is built:
`_moonshot.py`.

The sign is `¥`, full-width `￥` in 2025. The address of the markdown is by analogy with the English one.
"""

from __future__ import annotations

from extractors.lists import links
from extractors.source import Ignored, Listing, Source
from extractors.vendors import _moonshot
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, RELEASES, Row

SOURCE = Source(
    id="moonshot_zh",
    title="Kimi API 开放平台, 定价 (CNY)",
    kind="vendors",
    addresses=("https://platform.kimi.com/docs/pricing/chat.md",),
    matches=(r"https://platform\.(kimi\.com|moonshot\.cn)/docs/pricing/chat(-[a-z0-9]+)*(\.md)?",),
    tables=(LIST_PRICES, RELEASES),
    licence="facts",
    ignores=(Ignored(r"联网|工具|充值|累计|语音", "tools and tiers of recharge"),),
    first_party=("moonshot",),
    expects=Expects(
        sisters=("moonshot_en",),
        rows={"list_prices": (2, 200)},
        currencies=frozenset({"CNY"}),
        amounts=(0.05, 400.0),
    ),
    partial=True,
    listing=Listing(at=("https://platform.kimi.com/docs/llms.txt",), most=12),
    forms={
        "https://platform.kimi.com/docs/pricing/chat.md": ("https://platform.kimi.com/docs/pricing/chat",)
    },
)


def addresses(capture: Capture) -> list[str]:
    """Every page under docs/pricing/."""
    return links(capture, r"https://platform\.kimi\.com/docs/pricing/[a-z0-9-]+(\.md)?")


def parse(capture: Capture) -> list[Row]:
    """Prices of the models on one page."""
    return _moonshot.read(capture, "CNY")
