"""Keys that no rule knows: which of an entry's prices each of them takes with it."""

from __future__ import annotations

import re
from typing import Any

from extractors.feeds._feed import FeedAudit
from warehouse.tables import ListPrice, Row, Unread

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
    reading: FeedAudit,
    before: int,
    entry: str,
    model: str,
    key: str,
    value: Any,
    *,
    among_prices: bool = False,
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
    reading: FeedAudit, rows: list[ListPrice], entry: str, model: str, key: str, value: Any
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


def _taken(rows: list[Row], named: tuple[str, ...] | None, modifies: bool) -> set[Row]:
    prices = [row for row in rows if isinstance(row, ListPrice)]
    if named is not None:
        return {row for row in prices if row.component in named}
    return set(prices) if modifies else set()


def short(value: Any, limit: int = 120) -> str:
    """A value as text of at most `limit` characters."""
    said = repr(value)
    return said if len(said) <= limit else said[: limit - 1] + "…"
