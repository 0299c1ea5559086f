"""Printed prices: every amount in a text with its currency and the words around it. Amounts stay as printed,
as Decimals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

CURRENCY_OF = {
    "$": "USD",
    "US$": "USD",
    "USD": "USD",
    "¥": "CNY",
    "￥": "CNY",
    "元": "CNY",
    "CNY": "CNY",
    "RMB": "CNY",
    "€": "EUR",
    "EUR": "EUR",
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_AMOUNT = re.compile(
    rf"(?P<before>US\$|\$|¥|￥|€|USD\s?|CNY\s?|RMB\s?)?\s*(?P<number>{_NUMBER})\s*(?P<after>元|USD\b|CNY\b|RMB\b|EUR\b)?"
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as printed, its currency, and the text from the end of the amount before it and up to the
    next amount.
    """

    amount: Decimal
    currency: str
    before: str
    after: str


def money(text: str) -> list[Money]:
    """Every amount in `text` that carries a currency; numbers without one (token counts, footnotes) are text.

    A backslash before a dollar sign (markdown) is dropped. `$1.5 / MTok` gives one Money with after='/ MTok'.
    """
    clean = text.replace("\\", "")
    hits = [m for m in _AMOUNT.finditer(clean) if m["before"] or m["after"]]
    found: list[Money] = []
    for i, hit in enumerate(hits):
        start = hits[i - 1].end() if i else 0
        end = hits[i + 1].start() if i + 1 < len(hits) else len(clean)
        sign = (hit["before"] or hit["after"]).strip()
        found.append(
            Money(
                number(hit["number"]),
                CURRENCY_OF[sign],
                clean[start : hit.start()].strip(),
                clean[hit.end() : end].strip(),
            )
        )
    return found


def count_amounts(text: str) -> int:
    """How many amounts with a currency stand in `text`."""
    return sum(1 for hit in _AMOUNT.finditer(text.replace("\\", "")) if hit["before"] or hit["after"])


def number(text: str) -> Decimal:
    """A printed number, thousands separators dropped; ValueError where it is not one."""
    if not re.fullmatch(_NUMBER, text.strip()):
        raise ValueError(f"not a printed number: {text!r}")
    return Decimal(text.strip().replace(",", ""))


def tokens(text: str) -> int:
    """A printed token count: `200K`, `1M`, `128k`, `272,000`, `32千`; ValueError where it is not one. K is
    1,000.
    """
    match = re.fullmatch(rf"({_NUMBER})\s*([kKmM千万]?)", text.strip())
    if match is None:
        raise ValueError(f"not a token count: {text!r}")
    return int(
        number(match[1]) * {"": 1, "k": 1000, "m": 1_000_000, "千": 1000, "万": 10_000}[match[2].lower()]
    )
