"""Price cells that carry their currency: an amount, a struck-out list price beside a charged one, free, or
none."""

from __future__ import annotations

from decimal import Decimal

from extractors.errors import UnknownValue
from extractors.html import Cell
from extractors.printed import money
from extractors.vendors._amount_words import apart, on_request, promoted_from
from extractors.vendors._cloud import ABSENT, FREE_FOR_A_TIME
from extractors.vendors._wording import flat, is_per_million, plain
from warehouse.capture import Capture


def absent(cell: Cell) -> bool:
    """Whether a cell says that there is no price: a dash, on request, free for a time."""
    text = flat(plain(cell.text))
    return (
        not cell.struck
        and bool(text)
        and (text in ABSENT or text in FREE_FOR_A_TIME or on_request(cell.text))
    )


def currency_amounts(
    cell: Cell, currency: str, capture: Capture, *, sale: bool = False
) -> list[tuple[str, Decimal]]:
    """(price kind, amount) of a cell, per 1e6 tokens; `sale`: the line is said to show a sale's prices.

    UnknownValue for an empty cell, another currency, several amounts, or words that are no unit.
    """
    text, _, _ = apart(cell.text)
    if absent(cell):
        return []
    if flat(text) in ("free", "免费") and not cell.struck:
        return [("free", Decimal(0))]
    found, before = money(text), [price for struck in cell.struck for price in money(struck)]
    if (
        len(found) != 1
        or found[0].before
        or (found[0].after and not is_per_million(found[0].after))
        or {price.currency for price in found + before} != {currency}
        or len(before) != len(cell.struck)
        or not found[0].amount
    ):
        raise UnknownValue(capture, expected=f"one amount in {currency}", found=text or "an empty cell")
    charged = "promotional" if before or sale else "list"
    listed = [("list", promoted_from(price.amount, found[0].amount)) for price in before]
    return [*listed, (charged, found[0].amount)]
