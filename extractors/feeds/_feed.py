"""What the price feeds share: JSON bodies, exact amounts from printed numbers, and an account of every
entry.
"""

from __future__ import annotations

import gc
import logging
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row

log = logging.getLogger("gapledger.feeds")
PLACES = 9
# What an entry that no rule covers raises. These feeds are written by hundreds of hands: one new key in 4,500
# entries is one entry that is not understood; many of them are another format.
UNREADABLE = (KeyError, AttributeError, TypeError, ValueError)
MOST_UNREADABLE = 0.02
MOST = Decimal(10) ** PLACES
Json = dict[str, Any]


@dataclass(slots=True)
class Reading:
    """The rows of one capture and the account of its entries (one entry = one model of one provider).

    Every entry is `priced` (it gave at least one price row) or in `skipped` under exactly one reason;
    `ignored` counts the single prices of any entry that were left out, by reason. `unread` holds the entries
    that were set aside, with what each raised.
    """

    rows: list[Row] = field(default_factory=list)
    entries: int = 0
    priced: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    unread: dict[str, Exception] = field(default_factory=dict)


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
        amount = Decimal(value if isinstance(value, str) else repr(value)).scaleb(power)
    except InvalidOperation:
        raise ValueError(f"no amount: {value!r}") from None
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


def body(capture: Capture, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """The capture's JSON, which is a `kind` (dict or list) with members; a named error otherwise."""
    start = capture.body.lstrip()[:1]
    if not start:
        raise EmptyPage(capture, expected="a JSON body", found="no bytes")
    if start not in b"{[":
        raise WrongPage(
            capture, expected="a JSON object or list", found=capture.body[:80].decode("utf-8", "replace")
        )
    try:
        document = orjson.loads(capture.body)
    except orjson.JSONDecodeError as error:
        raise Truncated(
            capture, expected="a complete JSON body", found=f"{error}; it ends {capture.body[-40:]!r}"
        ) from None
    if not isinstance(document, kind):
        raise WrongPage(capture, expected=f"a JSON {kind.__name__}", found=type(document).__name__)
    if not document:
        raise EmptyPage(capture, expected="at least one member", found="none")
    return document


def read_entries(capture: Capture, reader: Callable[[Capture, Reading], None]) -> Reading:
    """Runs `reader` over the capture; what it finds missing or malformed becomes a named error of that
    capture.

    The cycle collector rests meanwhile: a feed is some 100,000 objects without a cycle, and walking them
    again and again while they are made took more than half of the time.
    """
    reading = Reading()
    collecting = gc.isenabled()
    gc.disable()
    try:
        reader(capture, reading)
        if len(reading.unread) > MOST_UNREADABLE * reading.entries:
            raise next(iter(reading.unread.values()))
    except KeyError as error:
        raise LayoutChanged(
            capture, expected=f"the field {error}", found=f"none, after {_place(reading)}"
        ) from error
    except (AttributeError, TypeError) as error:
        raise LayoutChanged(
            capture, expected="fields of the known kinds", found=f"{error}, after {_place(reading)}"
        ) from error
    except ValueError as error:
        raise UnknownValue(
            capture,
            expected="known fields and finite numbers >= 0",
            found=f"{error}, after {_place(reading)}",
        ) from error
    finally:
        if collecting:
            gc.enable()
    if not reading.priced:
        raise EmptyPage(
            capture, expected="at least one price", found=f"{reading.entries} entries, none priced"
        )
    if reading.unread:
        said = "; ".join(f"{name}: {error!r}" for name, error in [*reading.unread.items()][:5])
        log.warning(
            "%s: %d of %d entries not understood and left out: %s",
            capture,
            len(reading.unread),
            reading.entries,
            said,
        )
    return reading


def set_aside(reading: Reading, before: int, name: str, error: Exception) -> None:
    """Takes back the rows since `before` of an entry that no rule covers: what is odd about it may change
    what its other prices mean.

    `read_entries` refuses the capture where more than MOST_UNREADABLE of the entries are so.
    """
    del reading.rows[before:]
    reading.entries += 1
    reading.skipped["not understood"] += 1
    reading.unread.setdefault(name, error)


def account(reading: Reading, before: int, reason: str) -> None:
    """Books one entry: priced when rows of prices came since `before` rows, else skipped for `reason`."""
    reading.entries += 1
    if any(type(row) is ListPrice for row in reading.rows[before:]):
        reading.priced += 1
    else:
        reading.skipped[reason] += 1


def _place(reading: Reading) -> str:
    last = reading.rows[-1] if reading.rows else None
    return (
        "no row yet"
        if last is None
        else f"{getattr(last, 'provider_id', '')} {getattr(last, 'listed_model', '')}".strip()
    )
