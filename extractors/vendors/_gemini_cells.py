"""The price cells of Gemini's tables: several amounts, each with its conditions after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from extractors.errors import UnknownValue
from extractors.printed import Money, money, tokens
from extractors.vendors._amount_words import on_request
from extractors.vendors._cells import day
from extractors.vendors._wording import plain
from warehouse.capture import Capture

NO_PRICE = re.compile(r"not available.*|free of charge", re.S)
_DAY = r"[A-Z][a-z]+ \d+, \d{4}"
_DATES = (
    rf"(?:,?\s*(?:through|until) (?P<until>{_DAY})\.?|,?\s*(?:starting|from|effective) (?P<since>{_DAY})\.?)?"
)
_WORDS = re.compile(
    r"(?:(?:/ 1,000,000 tokens )?\((?P<modalities>[a-z /,]+)\))?(?:(?:per|/) 1M tokens)?"
    r"(?:,? \(?prompts (?P<sign><=|≤|<|up to|>|≥|>=|over) ?(?P<bound>\d+k)(?: tokens?)?\)?)?"
    r"(?P<storage>/ 1,000,000 tokens per hour(?: \(storage price\))?)?"
    + _DATES
    + r"(?P<minute>/min \((?P<of>[a-z /,]+)\))?[*,]*"
)
_EQUIVALENT = re.compile(r"per (?!.*\bhours?\b)")
_SIZED = re.compile(r"per [\w./]+ image\**,?(?: and)?\d?")
_MODALITY = {
    "text": "text",
    "text and thinking": "text",
    "audio": "audio",
    "image": "image",
    "images": "image",
    "video": "video",
    "document": "document",
    "documents": "document",
    "pdf": "document",
}
_ABOVE = (">", "≥", ">=", "over")


class Priced(NamedTuple):
    """One price of a cell with its conditions."""

    amount: Decimal
    per: str
    modalities: tuple[str, ...]
    storage: bool
    context_from_tokens: int
    since: datetime | None
    until: datetime | None


def priced(text: str, capture: Capture) -> list[Priced]:
    """The prices of a cell, up to the word `equivalent`; UnknownValue for words that no rule covers, and for
    two prices of one thing that no days tell apart.
    """
    found = list(_each(text, capture))
    for one in found:
        same = [p for p in found if p[1:5] == one[1:5]]
        if len(same) > 1 and not (one.since or one.until):
            raise UnknownValue(capture, expected="days on which each price holds", found=text)
    return found


def _each(text: str, capture: Capture) -> Iterator[Priced]:
    flat = " ".join(plain(text).split())
    if NO_PRICE.fullmatch(flat.casefold()) or on_request(flat):
        return
    said, *beside = re.split(r",? equivalent to", flat, flags=re.I)
    found = money(re.sub(r"\(\$[\d.]+ per (?:image|second|frame)\)", "", said))
    if odd := [m for rest in beside for m in money(rest) if not _EQUIVALENT.match(m.after)]:
        raise UnknownValue(capture, expected="equivalents per image", found=f"{odd[0].amount} in {flat!r}")
    if not found or not re.fullmatch(r"(?:Same as Standard[\w ,]*)?", found[0].before):
        raise UnknownValue(capture, expected="prices, 'Not available' or 'Free of charge'", found=flat)
    last: Priced | None = None
    for at, price in enumerate(found):
        if price.after == "or" and at + 1 < len(found):
            match = _WORDS.fullmatch(found[at + 1].after)
            if match is None or not match["minute"]:
                raise UnknownValue(capture, expected="a price per minute after 'or'", found=flat)
            yield Priced(
                _usd(price, flat, capture),
                "1e6 tokens",
                modalities(match["of"], flat, capture),
                False,
                0,
                None,
                None,
            )
        elif not _SIZED.fullmatch(price.after):
            read = _priced(price, flat, capture)
            # `$0.25 (text / image) through ... $0.50 starting ...`: the price that follows is for what the
            # one before it is for.
            last = (
                read
                if read.modalities or not read.since
                else read._replace(modalities=last.modalities if last else ())
            )
            yield last


def _priced(price: Money, flat: str, capture: Capture) -> Priced:
    amount = _usd(price, flat, capture)
    if re.fullmatch(r"per image\*?", price.after):
        return Priced(amount, "1 image", ("image",), False, 0, None, None)
    match = _WORDS.fullmatch(price.after)
    if match is None:
        raise UnknownValue(
            capture, expected="known words after a price", found=f"{price.after!r} in {flat!r}"
        )
    if match["minute"]:
        return Priced(amount, "1 minute", modalities(match["of"], flat, capture), False, 0, None, None)
    named = modalities(match["modalities"], flat, capture)
    per = "1 image" if named == ("image",) and amount < Decimal("0.01") else "1e6 tokens"
    return Priced(
        amount,
        per,
        named,
        bool(match["storage"]),
        tokens(match["bound"]) if match["sign"] in _ABOVE else 0,
        day(match["since"], capture) if match["since"] else None,
        day(match["until"], capture, next_day=True) if match["until"] else None,
    )


def _usd(price: Money, flat: str, capture: Capture) -> Decimal:
    if price.currency != "USD":
        raise UnknownValue(capture, expected="prices in USD", found=flat)
    return price.amount


def modalities(words: str | None, flat: str, capture: Capture) -> tuple[str, ...]:
    if not words:
        return ()
    parts = [part.strip() for part in re.split(r"[/,]", re.sub(r",? and (?!thinking)", ",", words))]
    if unknown := [part for part in parts if part not in _MODALITY]:
        raise UnknownValue(
            capture, expected=f"modalities among {list(_MODALITY)}", found=f"{unknown} in {flat!r}"
        )
    return tuple(_MODALITY[part] for part in parts)
