"""MiniMax's pay-as-you-go page, USD. How it is built and its traps: `_minimax.py`."""

from __future__ import annotations

from extractors.lists import titled
from extractors.source import Ignored, Listing, Source
from extractors.vendors import _minimax
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, Row

SOURCE = Source(
    id="minimax_en",
    title="MiniMax pay as you go (USD)",
    kind="vendors",
    addresses=("https://platform.minimax.io/docs/guides/pricing-paygo.md",),
    matches=(r"https://platform\.minimax\.io/docs/guides/pricing(-paygo)?(\.md)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"^(?!.*(?:m ?tok|million tok)).*(?:/ (?:audio|video|music|image|mcp|server tools|speech|voice)\b"
            r"|voice|characters?)",
            "audio, video, music and pictures",
        ),
    ),
    first_party=("minimax",),
    expects=Expects(
        sisters=("minimax_zh",),
        rows={"list_prices": (6, 200)},
        models=("MiniMax-M1", "MiniMax-M2", "MiniMax-M2.5", "MiniMax-M2.7", "MiniMax-M3"),
        currencies=frozenset({"USD"}),
        amounts=(0.01, 30.0),
    ),
    listing=Listing(at=("https://platform.minimax.io/docs/llms.txt",), most=0, replaces=True),
    forms={
        "https://platform.minimax.io/docs/guides/pricing-paygo.md": (
            "https://platform.minimax.io/docs/guides/pricing-paygo",
            "https://platform.minimax.io/docs/guides/pricing",
        )
    },
)


def addresses(capture: Capture) -> list[str]:
    """The price page, by its title."""
    return titled(capture, r"(pay.as.you.go( pricing)?|pricing)")


def parse(capture: Capture) -> list[Row]:
    """Token prices of the language models on the page."""
    return _minimax.pay_as_you_go(capture, "USD")
