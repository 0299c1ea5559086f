"""What the price feeds share: JSON bodies, exact amounts from printed numbers, and an account of every
entry.
"""

from __future__ import annotations

import gc
import logging
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from extractors.bodies import json_of
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue, WrongPage
from extractors.printed import signed
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row, Unread

log = logging.getLogger("gapledger.feeds")
PLACES = 9
# What an entry that no rule covers raises. These feeds are written by hundreds of hands: one new key in 4,500
# entries is one entry that is not understood; more than a fifth of them are another format.
UNREADABLE = (KeyError, AttributeError, TypeError, ValueError, ArithmeticError)
MOST_UNREADABLE = 0.20
MOST = Decimal(10) ** PLACES
Json = dict[str, Any]


@dataclass(slots=True)
class Reading:
    """The rows of one capture and the account of its entries (one entry = one model of one provider).

    Every entry is `priced` (it gave at least one price row) or in `skipped` under exactly one reason;
    `ignored` counts the single prices of any entry that were left out, by reason. `unread` holds the entries
    that were set aside, with what each raised; `leftovers` the prices of other entries that no rule reads;
    `strangers` the keys that no rule knows and that cannot bear on a price, with the entries that have them.
    """

    rows: list[Row] = field(default_factory=list)
    entries: int = 0
    priced: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    unread: dict[str, Exception] = field(default_factory=dict)
    leftovers: list[Unread] = field(default_factory=list)
    strangers: dict[str, list[str]] = field(default_factory=dict)


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


def body(capture: Capture, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """The capture's JSON, which is a `kind` (dict or list) with members; a named error otherwise."""
    document = json_of(capture)
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
    reading.rows += _left(reading)
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


def _left(reading: Reading) -> list[Unread]:
    """The capture's leftovers: entries set aside, prices that no rule reads, and keys that no rule knows,
    each of these once with the number of its entries.
    """
    strangers = [
        Unread(
            f"{len(names)} entries, the first {names[0]}",
            said,
            "a key that no rule knows and that names no price",
        )
        for said, names in reading.strangers.items()
    ]
    return [*reading.leftovers, *strangers]


def set_aside(reading: Reading, before: int, name: str, error: Exception, model: str = "") -> None:
    """Takes back the rows since `before` of an entry that no rule covers: what is odd about it may change
    what its other prices mean. `model` is the entry's listed model.

    `read_entries` refuses the capture where more than MOST_UNREADABLE of the entries are so.
    """
    amounts = sum(type(row) is ListPrice for row in reading.rows[before:])
    del reading.rows[before:]
    reading.entries += 1
    reading.skipped["not understood"] += 1
    reading.unread.setdefault(name, error)
    reading.leftovers.append(Unread(name, "the whole entry", f"{error}", max(amounts, 1), model))


PRICE_WORDS = re.compile(
    r"(?<![a-z])(?:cost|price|pricing|rates?|multiplier|uplift|discount|surcharge|fees?|per|percent|billing)"
    r"(?![a-z])",
    re.I,
)


def bears_on_price(key: str, value: Any) -> bool:
    """Whether a key, or a key or text inside its value, names something that can change a price."""
    if PRICE_WORDS.search(key.replace("_", " ")):
        return True
    if isinstance(value, dict):
        return any(bears_on_price(str(inner), more) for inner, more in value.items())
    if isinstance(value, list):
        return any(bears_on_price("", more) for more in value)
    return isinstance(value, str) and PRICE_WORDS.search(value.replace("_", " ")) is not None


COMPONENT_WORDS = (
    (re.compile(r"cache.*(?:read|hit)|cached|read.*cache"), ("cache_read",)),
    (re.compile(r"cache|write"), ("cache_write", "cache_write_5m", "cache_write_1h", "cache_read")),
    (re.compile(r"input|prompt"), ("input",)),
    (re.compile(r"output|completion"), ("output",)),
    (re.compile(r"reasoning|thinking"), ("reasoning",)),
    (re.compile(r"request|query|search|call"), ("request", "web_search")),
)
MODIFIER = re.compile(
    r"multiplier|uplift|discount|surcharge|percent|rates?(?![a-z])|price(?![a-z])|pricing|^cost$"
)


def unknown_key(
    reading: Reading, before: int, entry: str, model: str, key: str, value: Any, *, among_prices: bool = False
) -> None:
    """Books a key that no rule knows, once the rows of its entry since `before` are there. `among_prices`:
    it stands in an object of prices, where a number is one whatever its name.

    Where neither its name nor its value can bear on a price it takes nothing. Where its name says which
    component it prices, that component of the entry goes unread; where it says only that prices change (a
    discount, a multiplier), all of the entry's prices do; any other price of its own takes only itself.
    """
    a_price = among_prices and value is not None and not isinstance(value, (bool, str))
    if not a_price and not bears_on_price(key, value):
        said = f"{key}: {short(value)}" if isinstance(value, (dict, list)) else key
        reading.strangers.setdefault(said, []).append(entry)
        return
    named = next((names for words, names in COMPONENT_WORDS if words.search(key.lower())), None)
    taken = _taken(reading.rows[before:], named, MODIFIER.search(key.lower()) is not None)
    reading.rows[before:] = [row for row in reading.rows[before:] if row not in taken]
    reading.leftovers.append(
        Unread(
            entry,
            f"{key}: {short(value)}",
            "a key that no rule knows and that may bear on a price",
            1 + len(taken),
            model,
        )
    )


def unknown_among(
    reading: Reading, rows: list[ListPrice], entry: str, model: str, key: str, value: Any
) -> list[ListPrice]:
    """`unknown_key` for a key among an entry's prices whose rows are not yet in the reading; gives those that
    stay.
    """
    before = len(reading.rows)
    reading.rows += rows
    unknown_key(reading, before, entry, model, key, value, among_prices=True)
    kept = [row for row in reading.rows[before:] if isinstance(row, ListPrice)]
    del reading.rows[before:]
    return kept


def named_entries(reading: Reading, group: Any, key: str) -> tuple[str, list[Any]]:
    """The lower-case id of a provider and the list of its entries under `key`; a provider without them is one
    entry set aside.
    """
    try:
        return group["id"].lower(), list(group[key])
    except UNREADABLE as error:
        set_aside(reading, len(reading.rows), name_in(group), error)
        return "", []


def name_in(entry: Any) -> str:
    """The id of an entry as far as it has one, for its leftover."""
    try:
        return str(entry["id"])
    except UNREADABLE:
        return "an entry without an id"


def _taken(rows: list[Row], named: tuple[str, ...] | None, modifies: bool) -> set[Row]:
    prices = [row for row in rows if isinstance(row, ListPrice)]
    if named is not None:
        return {row for row in prices if row.component in named}
    return set(prices) if modifies else set()


def short(value: Any, limit: int = 120) -> str:
    """A value as text of at most `limit` characters."""
    said = repr(value)
    return said if len(said) <= limit else said[: limit - 1] + "…"


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
