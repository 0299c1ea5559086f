"""MiniMax's token-plan page, CNY: captures only, since the page is built by scripts. How it is built:
`_minimax_plan.py`.
"""

from __future__ import annotations

from extractors.source import Ignored, Source
from extractors.vendors import _minimax_plan
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, Row

SOURCE = Source(
    id="minimax_token_plan_zh",
    title="MiniMax Token Plan, API 价格 (CNY)",
    kind="vendors",
    addresses=(),
    matches=(r"https://platform\.minimaxi\.com/subscribe/token-plan(\?tab=[a-z-]+)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(Ignored(r"多模态生成|套餐|/月|每月|plan", "audio, video, music, subscriptions"),),
    first_party=("minimax",),
    expects=Expects(
        sisters=("minimax_token_plan_en",),
        rows={"list_prices": (6, 200)},
        models=("MiniMax-M1", "MiniMax-M2", "MiniMax-M2.5", "MiniMax-M2.7", "MiniMax-M3"),
        currencies=frozenset({"CNY"}),
        amounts=(0.05, 200.0),
    ),
    partial=True,
    stale_after_days=3650,
)


def parse(capture: Capture) -> list[Row]:
    """Token prices of the language models on the page."""
    return _minimax_plan.token_plan(capture, "CNY")
