"""DeepSeek's change log in Chinese: dated releases and withdrawals.

How the page is built, and which prices it prints: `_deepseek_log.py`.
"""

from __future__ import annotations

from extractors.source import Source
from extractors.vendors import _deepseek_log
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, Row

SOURCE = Source(
    id="deepseek_updates_zh",
    title="DeepSeek API 更新日志",
    kind="vendors",
    addresses=("https://api-docs.deepseek.com/zh-cn/updates/",),
    matches=(r"https://api-docs\.deepseek\.com/zh-cn/updates/?",),
    tables=(RELEASES,),
    licence="facts",
    first_party=("deepseek",),
    expects=Expects(currencies=frozenset({"CNY"})),
    stale_after_days=60,
)


def parse(capture: Capture) -> list[Row]:
    """The releases and withdrawals of the change log."""
    return _deepseek_log.change_log(capture)
