"""models.dev: the prices of one `cost` object, its context tiers and the entry's modes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from extractors.feeds._amounts import Amounts
from extractors.feeds._feed import FeedAudit, Json
from extractors.feeds._unknown import short, unknown_key
from warehouse.tables import ListPrice, Unread

COMPONENTS = {
    "input": ("input", "text"),
    "output": ("output", "text"),
    "cache_read": ("cache_read", "text"),
    "cache_write": ("cache_write", "text"),
    "inputCached": ("cache_read", "text"),
    "reasoning": ("reasoning", "text"),
    "input_audio": ("input", "audio"),
    "output_audio": ("output", "audio"),
}
TIER_OF_REQUEST = {"priority": "priority", "ultrafast": "ultrafast", "fast": "fast"}
AMOUNT = Amounts(0)
_new = tuple.__new__


class Listed(NamedTuple):
    """Whose prices are read: ("openai", "gpt-5", "openai/gpt-5"); the last may be None."""

    provider: str
    model: str
    canonical: str | None

    def __str__(self) -> str:
        return f"{self.provider} {self.model}"


def prices_of(reading: FeedAudit, listed: Listed, cost: Json, experimental: Any) -> bool:
    """Adds every price of an entry to the reading; whether there was any."""
    return _prices(reading, listed, cost) | _modes(reading, listed, experimental)


def _prices(reading: FeedAudit, listed: Listed, cost: Json, tier: str = "standard", start: int = 0) -> bool:
    """The prices of one cost object and of its context tiers; whether there was any."""
    found = False
    before = len(reading.rows)
    strangers: Json = {}
    for key, value in cost.items():
        if key in COMPONENTS:
            if value and value is not True:
                reading.rows.append(_row(listed, COMPONENTS[key], AMOUNT[value], tier, start))
                found = True
            elif value is None or isinstance(value, bool):
                raise ValueError(f"{listed}: {key} is {value!r}")
            else:
                reading.ignored["zero"] += 1
        elif key == "outputCached":
            reading.ignored["outputCached"] += 1
        elif key == "tiers":
            found |= _tiers(reading, listed, value, tier)
        elif key == "context_over_200k":
            if "tiers" not in cost:
                found |= _prices(reading, listed, value, tier, 200_000)
        elif key != "tier" or not start:
            strangers[key] = value
    for key, value in strangers.items():
        unknown_key(reading, before, str(listed), listed.model, key, value, among_prices=True)
    return found


def _row(listed: Listed, meaning: tuple[str, str], amount: Decimal, tier: str, start: int) -> ListPrice:
    provider, model, canonical = listed
    component, modality = meaning
    place = ("1e6 tokens", tier, modality, "any", start, 0, "", "always", "list")
    return _new(ListPrice, (provider, model, component, amount, "USD", *place, None, None, canonical, None))


def _tiers(reading: FeedAudit, listed: Listed, tiers: list[Json], tier: str) -> bool:
    """The prices from a number of prompt tokens on; whether there was any."""
    found = False
    for step in tiers:
        if step["tier"]["type"] != "context" or step["tier"]["size"] <= 0:
            why = "a tier that no rule knows"
            reading.leftovers.append(Unread(str(listed), short(step), why, 1, listed.model))
            continue
        found |= _prices(reading, listed, step, tier, step["tier"]["size"])
    return found


def _modes(reading: FeedAudit, listed: Listed, experimental: Any) -> bool:
    """The prices of the entry's experimental modes; the request field that switches a mode on names its
    service tier.
    """
    if not isinstance(experimental, dict):
        return False
    found = False
    for name, mode in experimental.get("modes", {}).items():
        if "cost" not in mode:
            reading.ignored["mode without a price"] += 1
            continue
        request = mode["provider"]["body"]
        asked = request.get("service_tier") or request.get("speed")
        if asked not in TIER_OF_REQUEST:
            said = f"{name}: {short(mode['cost'])} with {short(request)}"
            why = "a mode that no rule knows"
            reading.leftovers.append(Unread(str(listed), said, why, len(mode["cost"]), listed.model))
            continue
        found |= _prices(reading, listed, mode["cost"], TIER_OF_REQUEST[asked])
    return found
