"""MiniMax's pay-as-you-go page, CNY. How it is built and its traps: `_minimax.py`."""

from __future__ import annotations

from extractors.lists import titled
from extractors.source import Ignored, Listing, Source
from extractors.vendors import _minimax
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, Row

SOURCE = Source(
    id="minimax_zh",
    title="MiniMax 按量计费 (CNY)",
    kind="vendors",
    addresses=("https://platform.minimaxi.com/docs/guides/pricing-paygo.md",),
    matches=(r"https://platform\.minimaxi\.com/docs/guides/pricing(-paygo)?(\.md)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"^(?!.*(?:m ?tok|million tok|百万 ?tok)).*(?:语音|视频|音乐|图像|图片|字符|音色)",
            "audio, video, music and pictures",
        ),
    ),
    first_party=("minimax",),
    expects=Expects(
        sisters=("minimax_en",),
        rows={"list_prices": (6, 200)},
        models=("MiniMax-M1", "MiniMax-M2", "MiniMax-M2.5", "MiniMax-M2.7", "MiniMax-M3"),
        currencies=frozenset({"CNY"}),
        amounts=(0.05, 200.0),
    ),
    listing=Listing(at=("https://platform.minimaxi.com/docs/llms.txt",), most=0, replaces=True),
    forms={
        "https://platform.minimaxi.com/docs/guides/pricing-paygo.md": (
            "https://platform.minimaxi.com/docs/guides/pricing-paygo",
            "https://platform.minimaxi.com/docs/guides/pricing",
        )
    },
)


def addresses(capture: Capture) -> list[str]:
    """The price page, by its title."""
    return titled(capture, r"(按量计费|价格|定价|产品定价|pricing|pay.as.you.go)")


def parse(capture: Capture) -> list[Row]:
    """Token prices of the language models on the page."""
    return _minimax.pay_as_you_go(capture, "CNY")
