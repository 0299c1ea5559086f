"""DeepSeek's change log in English: dated releases and withdrawals.

How the page is built, and which prices it prints: `_deepseek_log.py`.
"""

from __future__ import annotations

from extractors.source import Source
from extractors.vendors import _deepseek_log
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, Row

SOURCE = Source(
    id="deepseek_updates",
    title="DeepSeek API, Change Log",
    kind="vendors",
    addresses=("https://api-docs.deepseek.com/updates/",),
    matches=(r"https://api-docs\.deepseek\.com/updates/?",),
    tables=(RELEASES,),
    licence="facts",
    first_party=("deepseek",),
    expects=Expects(currencies=frozenset({"USD"})),
    stale_after_days=60,
)


def parse(capture: Capture) -> list[Row]:
    """The releases and withdrawals of the change log."""
    return _deepseek_log.change_log(capture)
