"""Moonshot's price page in English, USD (platform.kimi.ai). How the page is built and its traps:
`_moonshot.py`.
"""

from __future__ import annotations

from extractors.lists import links
from extractors.source import Ignored, Listing, Source
from extractors.vendors import _moonshot
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, RELEASES, Row

SOURCE = Source(
    id="moonshot_en",
    title="Kimi API platform, pricing (USD)",
    kind="vendors",
    addresses=("https://platform.kimi.ai/docs/pricing/chat.md",),
    matches=(r"https://platform\.(kimi|moonshot)\.ai/docs/pricing/chat(-[a-z0-9]+)*(\.md)?",),
    tables=(LIST_PRICES, RELEASES),
    licence="facts",
    ignores=(Ignored(r"web search|tool|recharge|tier|cumulative", "tools and tiers of recharge"),),
    first_party=("moonshot",),
    expects=Expects(
        sisters=("moonshot_zh",),
        rows={"list_prices": (2, 200)},
        currencies=frozenset({"USD"}),
        amounts=(0.01, 60.0),
    ),
    partial=True,
    listing=Listing(at=("https://platform.kimi.ai/docs/llms.txt",), most=12),
    forms={"https://platform.kimi.ai/docs/pricing/chat.md": ("https://platform.kimi.ai/docs/pricing/chat",)},
)


def addresses(capture: Capture) -> list[str]:
    """Every page under docs/pricing/."""
    return links(capture, r"https://platform\.kimi\.ai/docs/pricing/[a-z0-9-]+(\.md)?")


def parse(capture: Capture) -> list[Row]:
    """Prices of the models on one page, and the withdrawals that it announces."""
    return _moonshot.read(capture, "USD")
