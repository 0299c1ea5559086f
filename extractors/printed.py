"""Printed numbers and prices: one reader for pages, boards and feeds. Amounts stay as printed, as Decimals.

A comma, an apostrophe or a thin space groups thousands and nothing else: groups of three behind one to three
digits that do not begin with 0. `0,120` and `7,2` are decimal commas, which this project's sources do not
write: they are refused by name, as is a number whose digits could mean two things.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

CURRENCY_OF = {
    "$": "USD",
    "US$": "USD",
    "USD": "USD",
    "USD$": "USD",
    "$USD": "USD",
    "¥": "CNY",
    "￥": "CNY",
    "元": "CNY",
    "CNY": "CNY",
    "RMB": "CNY",
    "€": "EUR",
    "EUR": "EUR",
}
_GROUPS = "'’\u2009\u202f"  # beside the comma: apostrophes and narrow spaces
_PLAIN = re.compile(r"(?:0|[1-9]\d*)?(?:\.\d+)?|(?:0|[1-9]\d*)\.", re.ASCII)
_GROUPED = re.compile(rf"[1-9]\d{{0,2}}(?:([,{_GROUPS}])\d{{3}})(?:\1\d{{3}})*(?:\.\d+)?", re.ASCII)
# A run of digits with what may stand inside a number; a comma or point at its end is the sentence's.
_RUN = rf"[.\uff0e]?\d(?:\d|[,.\uff0c\uff0e{_GROUPS}](?=\d))*"
_AMOUNT = re.compile(
    rf"(?P<before>US\s?\$|USD\s?\$?|\$USD\b|\$|¥|￥|€|CNY\s?|RMB\s?)?\s*(?P<number>{_RUN})"
    r"(?P<split>(?:[ \u00a0]\d{3})+(?:\.\d+)?(?!\w|[.,]\d))?\s*(?P<after>元|USD\b|CNY\b|RMB\b|EUR\b)?"
)

# Dollars and yen that are not CURRENCY_OF's, and an amount below zero: what stands directly before a sign.
_OTHER_MONEY = re.compile(
    r"(?<![A-Za-z])(?:A|AU|C|CA|HK|JP|MX|NT|NZ|R|S|SG)(?=[$¥￥])|(?<!\S)[-−](?=[$¥￥€])"
)
_GOES_ON = re.compile(r"[eE][+-]?\d|[½⅓⅔¼¾⅛]")  # behind digits: an exponent, a fraction

# A text that is one amount with its sign behind it, and perhaps a unit: `0.28 $ / MTok`.
_SIGN_BEHIND = re.compile(rf"\s*(?P<number>{_RUN})\s?(?P<sign>[$¥￥€])(?P<rest>(?!\s*[\d.])[^$¥￥€元]*)")


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
    ValueError where the digits are no number (`number`), are split by a space (`$1 234`) or go on (`$1e-6`),
    and where the amount is below zero or of another country's dollar (`HK$15`).
    """
    clean = _clean(text)
    hits = list(_amounts(clean))
    found: list[Money] = []
    for i, hit in enumerate(hits):
        if hit["split"] and (hit["after"] or hit[0].strip() == clean.strip()):
            raise ValueError(f"digits split by a space may be one number or two: {hit[0]!r}")
        _check_beside(clean, hit)
        start = hits[i - 1].end() if i else 0
        end = hits[i + 1].start() if i + 1 < len(hits) else len(clean)
        sign = "".join((hit["before"] or hit["after"]).split())
        found.append(
            Money(
                number(hit["number"]),
                CURRENCY_OF[sign],
                clean[start : hit.start()].strip(),
                clean[hit.end() : end].strip(),
            )
        )
    return found


def _check_beside(clean: str, hit: re.Match[str]) -> None:
    """ValueError where what touches an amount makes it another one."""
    near = _OTHER_MONEY.finditer(clean, max(hit.start() - 2, 0), hit.end())
    before = next((found for found in near if found.end() == hit.start()), None)
    if before or _GOES_ON.match(clean, hit.end("number")):
        shown = f"{before[0] if before else ''}{hit[0]}{clean[hit.end() : hit.end() + 4]}"
        raise ValueError(f"another currency, an amount below zero, or a number that goes on: {shown!r}")


def _amounts(clean: str) -> Iterator[re.Match[str]]:
    return (hit for hit in _AMOUNT.finditer(clean) if hit["before"] or hit["after"])


def count_amounts(text: str) -> int:
    """How many amounts with a currency stand in `text`, readable or not."""
    return sum(1 for _ in _amounts(_clean(text)))


def _clean(text: str) -> str:
    """Text without backslashes, the sign of an amount before it."""
    clean = text.replace("\\", "").replace("＄", "$")
    behind = _SIGN_BEHIND.fullmatch(clean)
    return f"{behind['sign']}{behind['number']}{behind['rest']}" if behind else clean


def number(text: str) -> Decimal:
    """A printed number without sign or exponent, its groups of thousands taken together; ValueError where it
    is not one, by the name of what is wrong.
    """
    said = text.strip()
    if any(unicodedata.category(c) == "No" for c in said):
        raise ValueError(f"not a printed number: {text!r} (a figure above or below the line, or a fraction)")
    plain = unicodedata.normalize("NFKC", said) if not said.isascii() else said
    if plain and any(c.isdigit() for c in plain):
        if _PLAIN.fullmatch(plain):
            return Decimal(plain)
        if _GROUPED.fullmatch(said) or _GROUPED.fullmatch(plain):
            return Decimal(re.sub(rf"[,{_GROUPS} ]", "", plain))
    raise ValueError(f"not a printed number: {text!r}{_why(plain)}")


def _why(plain: str) -> str:
    if re.fullmatch(r"0[,']\d+.*", plain):
        return " (no grouped number begins with 0)"
    if "," in plain:
        return " (a comma that groups no thousands)"
    if re.fullmatch(r"0\d.*", plain):
        return " (a number that begins with 0)"
    return " (several points)" if plain.count(".") > 1 else ""


def signed(text: str) -> Decimal:
    """`number` with an optional sign and an optional exponent of ten (`-4`, `4.35e-07`)."""
    match = re.fullmatch(r"([+\-−]?)(.+?)(?:[eE]([+-]?\d{1,3}))?", text.strip())
    if match is None:
        raise ValueError(f"not a printed number: {text!r}")
    amount = number(match[2]).scaleb(int(match[3] or 0))
    return -amount if match[1] in ("-", "−") else amount


def tokens(text: str) -> int:
    """A printed token count: `200K`, `1M`, `128k`, `272,000`, `32千`; ValueError where it is not one. K is
    1,000.
    """
    match = re.fullmatch(rf"({_RUN})\s*([kKmM千万]?)", text.strip())
    if match is None:
        raise ValueError(f"not a token count: {text!r}")
    return int(
        number(match[1]) * {"": 1, "k": 1000, "m": 1_000_000, "千": 1000, "万": 10_000}[match[2].lower()]
    )
