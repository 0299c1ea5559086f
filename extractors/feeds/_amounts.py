"""Exact amounts from the numbers that feeds print."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from extractors.printed import signed

PLACES = 9
MOST = Decimal(10) ** PLACES


class Amounts(dict[Any, Decimal]):
    """Printed number -> exact Decimal per 1e6 units, memoised by the number itself: a pure function with a
    table.

    `power` is the power of ten that the feed's unit needs (0: already per 1e6; 6: per one). Floats are read
    from their shortest form, so 4.35e-07 per token is exactly 0.435. Digits after the ninth place are float
    noise of the feeds (0.49299999999999994) and are rounded away. ValueError for what is no finite number >=
    0.
    """

    def __init__(self, power: int) -> None:
        super().__init__()
        self.power = power

    def __missing__(self, value: Any) -> Decimal:
        amount = exact(value, self.power)
        self[value] = amount
        return amount


def exact(value: Any, power: int = 0) -> Decimal:
    """The number `value` (int, finite float, decimal string) times 10**power, at most nine places, no
    trailing zeros.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float, str))
        or (isinstance(value, float) and not math.isfinite(value))
    ):
        raise ValueError(f"no amount: {value!r}")
    try:
        amount = (signed(value) if isinstance(value, str) else Decimal(repr(value))).scaleb(power)
    except (InvalidOperation, ValueError) as odd:
        raise ValueError(f"no amount: {value!r} ({odd})") from None
    return tidy(amount)


def tidy(amount: Decimal) -> Decimal:
    """`amount` at nine places at most and without trailing zeros; ValueError where it is negative, not finite
    or absurd.
    """
    if not amount.is_finite() or not 0 <= amount < MOST:
        raise ValueError(f"no amount: {amount}")
    if amount.as_tuple().exponent < -PLACES:  # type: ignore[operator]  # finite: the exponent is a number
        amount = round(amount, PLACES)
    amount = amount.normalize()
    return amount if amount.as_tuple().exponent <= 0 else amount.quantize(Decimal(1))  # type: ignore[operator]
