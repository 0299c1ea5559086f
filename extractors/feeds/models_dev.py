"""models.dev: one JSON object, provider id -> {name, api, doc, models: {model id -> entry}}. Prices are USD
per 1e6 tokens.

Traps. `cost` may be missing, and zero means three things: a free tier, a subscription plan (`*-coding-plan`,
GitHub Copilot), nobody filled it in. Only an entry whose id or name says free is free; a zero is otherwise no
price.
`context_over_200k` is derived from `tiers` when both are there, and says 200k whatever the tier's size: tiers
win.
`outputCached` (until 2025-06-17) held copies of the read price and is no cache write. The key of an entry is
its id: the
`id` field was lower-cased until 2025-07-28, and the key had `%2F` for `/` in June 2025. `release_date` is a
day or a month, 1970-01-01 where unknown, and impossible at times (2025-16-09). `experimental` was a boolean
in 2025-09. DeepSeek's prices are the off-peak ones only, with no word of it. A few entries are a million
times off (Cloudflare's gateway in 2025, OpenRouter's gpt-5.4-mini): outside `Expects.amounts`, set aside row
by row. Provider fields are facts of the host; a lab's own entry speaks for the release date of its model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from extractors.feeds._feed import UNREADABLE, FeedAudit, Json, body, read_entries, set_aside
from extractors.feeds._models_dev_prices import Listed, prices_of
from extractors.feeds._models_dev_releases import Releases
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, OFFERS, RELEASES, ListPrice, Offer, Row

SOURCE = Source(
    id="models_dev",
    title="models.dev",
    kind="feeds",
    addresses=("https://models.dev/api.json",),
    tables=(LIST_PRICES, OFFERS, RELEASES),
    licence="mit",
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (40, 80_000), "offers": (15, 30_000), "releases": (0, 15_000)},
        models=("gpt-4o", "claude-3-7-sonnet-20250219", "gemini-2.5-pro", "gpt-5"),
        amounts=(0.0005, 1000.0),
        vanished_share=0.25,
    ),
)

SUBSCRIPTION = re.compile(
    r".*-(?:coding|token|code|step)-plan(?:-.*)?|github-copilot|gitlab|kimi-for-coding|firepass|kiro|opencode-go|cline-pass|ollama-cloud|"
    r"wafer\.ai|standardcompute"
)
SAYS_FREE = re.compile(r"(?<![a-z])free(?![a-z])", re.I)
FREE = Decimal(0)
_new = tuple.__new__


def parse(capture: Capture) -> list[Row]:
    """Prices, offers and release dates of one capture."""
    return read(capture).rows


def read(capture: Capture) -> FeedAudit:
    """The rows with the account of every entry."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: FeedAudit) -> None:
    document: dict[str, Json] = body(capture, dict)
    rows, releases = reading.rows, Releases(capture.observed_on)
    for provider_id, described in document.items():
        provider = provider_id.lower()
        plan = SUBSCRIPTION.fullmatch(provider) is not None
        try:
            entries = list(described["models"].items())
        except UNREADABLE as error:
            set_aside(reading, len(rows), provider, error)
            continue
        for key, entry in entries:
            model = key.replace("%2F", "/") if "%2F" in key else key
            before = len(rows)
            try:
                why_not = _entry(reading, releases, provider, model, plan, entry)
            except UNREADABLE as error:
                set_aside(reading, before, f"{provider} {model}", error, model)
                continue
            reading.entries += 1
            if why_not:
                reading.skipped[why_not] += 1
            else:
                reading.priced += 1
    rows.extend(releases.rows())
    reading.ignored.update(releases.skipped)


def _entry(reading: FeedAudit, releases: Releases, provider: str, model: str, plan: bool, entry: Json) -> str:
    """The rows of one entry: prices, an offer, a release date; returns why it has no price, empty where it
    has one.
    """
    rows, canonical = reading.rows, entry.get("canonical_model_id")
    why_not = ""
    cost = entry.get("cost")
    if cost is None:
        why_not = "no cost"
    elif prices_of(reading, Listed(provider, model, canonical), cost, entry.get("experimental")):
        pass
    elif plan:
        why_not = "subscription plan"
    elif SAYS_FREE.search(model) or SAYS_FREE.search(entry["name"]):
        for component in ("input", "output"):
            rows.append(
                ListPrice(
                    provider, model, component, FREE, "USD", price_kind="free", canonical_model=canonical
                )
            )
    else:
        why_not = "zero, not said to be free"
    limit = entry["limit"]["context"]
    open_weights = entry.get("open_weights")
    status = "subscription" if plan else entry.get("status") or ("beta" if entry.get("beta") else "offered")
    rows.append(_new(Offer, (provider, model, status, _context(limit), canonical, open_weights, "")))
    releases.add(provider, model, entry.get("release_date"), open_weights, limit, canonical)
    return why_not


_context: Callable[[int], str | None] = lru_cache(maxsize=4096)(
    lambda tokens: f"context {tokens}" if tokens else None
)
