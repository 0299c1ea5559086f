"""OpenRouter's model list: {"data": [{id, canonical_slug, pricing, ...}]}, newest first (older copies: sorted
by id).

The headline price is what OpenRouter charges after routing: for open weights a routed host's price (often the
cheapest or the first endpoint's), at times a promotion; never the vendor's own word. `~author/x-latest` ids
are aliases that re-point, `:free`, `:batch`, `:thinking`, `:exacto`, `:extended`, `:beta` are variants of one
canonical slug. `created` is the day of listing, no release. `?output_modalities=all` gives a superset. Since
2026-07-14 the list may be paged: a `links.next` that is not null means that this capture is only a part.
Pricing: see `_openrouter`.
"""

from __future__ import annotations

from collections import Counter

from extractors.errors import Truncated
from extractors.feeds._feed import UNREADABLE, FeedAudit, Json, body, name_in, read_entries, set_aside
from extractors.feeds._openrouter import prices, without_strangers
from extractors.feeds._unknown import unknown_key
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, OFFERS, Offer, Row

SOURCE = Source(
    id="openrouter",
    title="OpenRouter models",
    kind="feeds",
    addresses=("https://openrouter.ai/api/v1/models",),
    matches=(r"https://openrouter\.ai/api/v1/models(?:\?output_modalities=[a-z,]+)?",),
    tables=(LIST_PRICES, OFFERS),
    licence="none_stated",
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (300, 12_000), "offers": (150, 3_000)},
        models=("openai/gpt-4o", "anthropic/claude-sonnet-4", "deepseek/deepseek-chat"),
        amounts=(0.0005, 1000.0),
        vanished_share=0.34,
    ),
)

VARIANTS = {"batch": "batch"}


def parse(capture: Capture) -> list[Row]:
    """Prices and offers of one capture."""
    return read(capture).rows


def read(capture: Capture) -> FeedAudit:
    """The rows with the account of every entry."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: FeedAudit) -> None:
    document = body(capture, dict)
    entries: list[Json] = document["data"]
    following = (document.get("links") or {}).get("next")
    if following:
        raise Truncated(
            capture, expected="the whole list (links.next null)", found=f"a page of it; next: {following}"
        )
    times = Counter(name_in(entry) for entry in entries)
    for entry in entries:
        before, name = len(reading.rows), name_in(entry)
        try:
            if times[name] > 1:
                raise ValueError(f"the id {name!r} is listed {times[name]} times")
            _entry(entry, reading)
        except UNREADABLE as error:
            set_aside(reading, before, name, error, name)


def _entry(entry: Json, reading: FeedAudit) -> None:
    model: str = entry["id"]
    canonical: str | None = entry.get("canonical_slug")
    tier = VARIANTS.get(model.rpartition(":")[2], "standard")
    before = len(reading.rows)
    pricing, strangers = without_strangers(entry["pricing"])
    rows, why_not = prices(pricing, ("openrouter", model), tier=tier, region="", canonical=canonical)
    expires = entry.get("expiration_date")
    status = f"expires {expires}" if expires else "offered"
    open_weights = True if entry.get("hugging_face_id") else None
    reading.rows += [
        *rows,
        Offer("openrouter", model, status, f"context {entry['context_length']}", canonical, open_weights),
    ]
    for key, value in strangers.items():
        unknown_key(reading, before, model, model, key, value, among_prices=True)
    reading.entries += 1
    if rows:
        reading.priced += 1
    else:
        reading.skipped[why_not] += 1
