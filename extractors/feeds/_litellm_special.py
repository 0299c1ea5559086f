"""LiteLLM: prices that no single number says (ranges of tokens, hours, multipliers)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from extractors.feeds._amounts import tidy
from extractors.feeds._feed import FeedAudit, Json
from extractors.feeds._litellm_keys import BY_POWER, Price, meaning
from extractors.feeds._unknown import bears_on_price, short, unknown_key
from warehouse.tables import ListPrice, Row, Unread
from warehouse.time_bands import ALWAYS

FACTORS = frozenset({"us", "fast"})
REGION_OF_UPLIFT = {
    "regional_processing_uplift_multiplier_eu": "eu", "regional_processing_uplift_multiplier_us": "us",
    "regional_endpoint_uplift_multiplier": "regional endpoint", "fedramp_uplift_multiplier": "fedramp",
}  # fmt: skip
NOT_FACTORS = frozenset(
    {
        "dashscope_video_reference_input",
        "bedrock_invocation_schema",
        "volcengine_video_frames",
        "minimax_free_input_images",
    }
)
_new = tuple.__new__


def row_of(
    provider: str,
    model: str,
    price: Price,
    amount: Decimal,
    when: str,
    printed: str | None = None,
    region: str = "",
) -> ListPrice:
    place = (price.per, price.service_tier, price.modality, "any", price.start, 0, region, when, "list")
    return _new(
        ListPrice, (provider, model, price.component, amount, "USD", *place, None, None, None, printed)
    )


def special_prices(
    key: str,
    value: Any,
    provider: str,
    model: str,
    bands: dict[str, Any],
    rows: list[Row],
    head: int,
    reading: FeedAudit,
) -> None:
    """The prices that no single number says."""
    if key == "tiered_pricing":
        _tiered(value, provider, model, rows, head, reading)
    elif key == "off_peak_pricing":
        for price, amount in bands["off_peak"].values():
            rows.append(row_of(provider, model, price, amount, bands["hours"]))
    elif key == "search_free_requests":
        reading.ignored[key] += 1
    else:
        factors = value if key == "provider_specific_entry" else {REGION_OF_UPLIFT[key]: value}
        for name, factor in factors.items():
            _factor(key, name, factor, model, rows, head, reading)


def _factor(
    key: str, name: str, factor: Any, model: str, rows: list[Row], head: int, reading: FeedAudit
) -> None:
    """One factor of an entry. A number under a name that no rule knows may be a multiplier of a place or tier
    of its own: it is left unread and takes nothing. 0, 1 and what is no number are switches.
    """
    a_number = isinstance(factor, (int, float)) and not isinstance(factor, bool)
    if name in FACTORS or key != "provider_specific_entry":
        if not a_number or factor <= 0:
            raise ValueError(f"{model}: {key} {name} {factor!r}")
        _multiplied(name, factor, rows, head)
    elif name in NOT_FACTORS:
        reading.ignored[key] += 1
    elif a_number and factor not in (0, 1):
        why = "a factor under a name that no rule knows"
        reading.leftovers.append(Unread(model, f"{key}: {name} {factor!r}", why, 1, model))
    elif bears_on_price(name, factor):
        unknown_key(reading, head, model, model, name, factor)
    else:
        reading.strangers.setdefault(f"{key}: {name} {short(factor)}", []).append(model)


def _multiplied(name: str, factor: float, rows: list[Row], head: int) -> None:
    """The rows of a multiplier: the entry's standard text-token prices times it, with the multiplication in
    `printed`.
    """
    tier, region = ("fast", "") if name == "fast" else ("standard", name)
    for row in rows[head:]:
        if not isinstance(row, ListPrice):
            continue
        if (row.service_tier, row.region, row.per) == ("standard", "", "1e6 tokens"):
            amount, printed = tidy(row.amount * Decimal(repr(factor))), f"{row.amount} x {name} {factor}"
            rows.append(row._replace(amount=amount, service_tier=tier, region=region, printed=printed))


def _tiered(
    tiers: list[Json], provider: str, model: str, rows: list[Row], head: int, reading: FeedAudit
) -> None:
    """Prices by range of prompt tokens; a search engine's ranges of results are left out."""
    if any("max_results_range" in tier for tier in tiers):
        reading.ignored["tiered_pricing by results"] += len(tiers)
        return
    there = {
        (r.component, r.modality, r.service_tier, r.context_from_tokens): r.amount
        for r in rows[head:]
        if isinstance(r, ListPrice)
    }
    for tier in tiers:
        start = int(tier["range"][0])
        for key, value in tier.items():
            price = meaning(key) if key != "range" else ""
            if not price:
                continue
            if type(price) is not Price or price.start:
                raise ValueError(f"{model}: {key!r} in tiered_pricing")
            place = (price.component, price.modality, price.service_tier, start)
            amount = BY_POWER[price.power][value]
            if there.setdefault(place, amount) != amount:
                raise ValueError(f"{model}: {key} from {start} tokens is {amount} and {there[place]}")
            if amount and not any(_is(row, place) for row in rows[head:]):
                rows.append(row_of(provider, model, price._replace(start=start), amount, ALWAYS))


def _is(row: Row, place: tuple[str, str, str, int]) -> bool:
    return (
        isinstance(row, ListPrice)
        and (row.component, row.modality, row.service_tier, row.context_from_tokens) == place
    )
