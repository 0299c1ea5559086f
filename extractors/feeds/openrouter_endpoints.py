"""OpenRouter's endpoints: every host of a model with its own price. One call a model, or the aggregate of all
calls.

Single: {"data": {id, endpoints: [{provider_name, tag, pricing, quantization, status, ...}]}}. Aggregate
(`...models#with-endpoints`): {"models": [{id, canonical_slug, pricing, endpoints}]}, whose model-level
pricing is the list's headline and is left to the source `openrouter`. `tag` is `host/variant`: the variant is
a quantization (fp8), a deployment (eu-west-1, turbo, highspeed) or a service tier (flex, priority, fast),
alone or last (`global/flex`). A host may have two endpoints with one tag and two prices: the second keeps its
place as `#2`. Status 0 serves; a negative one is degraded or switched off. Pricing and `discount`: see
`_openrouter`.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from extractors.feeds._feed import UNREADABLE, FeedAudit, Json, body, read_entries, set_aside
from extractors.feeds._openrouter import prices, without_strangers
from extractors.feeds._unknown import unknown_key
from extractors.source import Listing, Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, OFFERS, Offer, Row

OPEN_DAYS = 540

SOURCE = Source(
    id="openrouter_endpoints",
    title="OpenRouter endpoints",
    kind="feeds",
    headline=True,
    addresses=(
        "https://openrouter.ai/api/v1/models/deepseek/deepseek-v4-pro/endpoints",
        "https://openrouter.ai/api/v1/models/deepseek/deepseek-v4-flash/endpoints",
        "https://openrouter.ai/api/v1/models/moonshotai/kimi-k2.6/endpoints",
        "https://openrouter.ai/api/v1/models/z-ai/glm-5.2/endpoints",
        "https://openrouter.ai/api/v1/models/minimax/minimax-m2.5/endpoints",
        "https://openrouter.ai/api/v1/models/qwen/qwen3-235b-a22b-2507/endpoints",
        "https://openrouter.ai/api/v1/models/openai/gpt-oss-120b/endpoints",
        "https://openrouter.ai/api/v1/models/meta-llama/llama-3.3-70b-instruct/endpoints",
    ),
    matches=(
        r"https://openrouter\.ai/api/v1/models/[^/]+/[^/]+/endpoints",
        r"https://openrouter\.ai/api/v1/models#with-endpoints",
    ),
    tables=(LIST_PRICES, OFFERS),
    licence="none_stated",
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (1, 20_000), "offers": (1, 8_000)},
        amounts=(0.0005, 1000.0),
        vanished_share=0.5,
    ),
    partial=True,
    listing=Listing(at=("https://openrouter.ai/api/v1/models",), most=40),
)

TIERS = frozenset({"flex", "priority", "fast", "batch"})


def addresses(capture: Capture) -> list[str]:
    """The endpoints of every model with open weights of the last 540 days, newest first; a free offer of a
    model has those of the model. A model that the list dates after the capture comes last. An entry that
    names no model or no day is given as it is written: no address, and told.
    """
    since = (capture.captured_at - timedelta(days=OPEN_DAYS)).timestamp()
    until = (capture.captured_at + timedelta(days=1)).timestamp()
    named = [m for m in body(capture, dict)["data"] if not isinstance(m, dict) or m.get("hugging_face_id")]
    odd = [repr(m)[:200] for m in named if not _is_dated(m)]
    models = [m for m in named if _is_dated(m) and ":" not in m["id"]]
    young = [m for m in models if m["created"] >= since]
    young.sort(key=lambda m: (-m["created"] if m["created"] <= until else 0, m["id"]))
    return [f"https://openrouter.ai/api/v1/models/{m['id']}/endpoints" for m in young] + odd


def _is_dated(model: object) -> bool:
    return (
        isinstance(model, dict)
        and isinstance(model.get("id"), str)
        and isinstance(model.get("created"), int | float)
    )


def parse(capture: Capture) -> list[Row]:
    """Prices and offers per host of one capture."""
    return read(capture).rows


def read(capture: Capture) -> FeedAudit:
    """The rows with the account of every entry (one entry = one endpoint, or a model without any)."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: FeedAudit) -> None:
    document = body(capture, dict)
    models: list[Json] = document["models"] if "models" in document else [document["data"]]
    for model in models:
        if not model["endpoints"]:
            reading.entries += 1
            reading.skipped["model without endpoints"] += 1
        tags: Counter[tuple[str, str]] = Counter()
        for endpoint in model["endpoints"]:
            provider, variant = endpoint["provider_name"].lower(), endpoint["tag"].partition("/")[2]
            tags[provider, endpoint["tag"]] += 1
            nth = tags[provider, endpoint["tag"]]
            if endpoint["tag"].partition("/")[0].endswith("-turbo"):
                variant = "/".join(part for part in ("turbo", variant) if part)
            before = len(reading.rows)
            try:
                _endpoint(model, endpoint, provider, variant + (f"#{nth}" if nth > 1 else ""), reading)
            except UNREADABLE as error:
                set_aside(reading, before, f"{model['id']} at {endpoint['tag']}", error, model["id"])


def _endpoint(model: Json, endpoint: Json, provider: str, variant: str, reading: FeedAudit) -> None:
    canonical: str | None = model.get("canonical_slug")
    scope, _, last = variant.rpartition("/")
    tier, region = (last, scope) if last in TIERS else ("standard", variant)
    if model["id"].endswith(":batch"):
        tier = "batch"
    before = len(reading.rows)
    pricing, strangers = without_strangers(endpoint["pricing"])
    rows, why_not = prices(pricing, (provider, model["id"]), tier=tier, region=region, canonical=canonical)
    status = "offered" if endpoint["status"] == 0 else f"status {endpoint['status']}"
    quantization = endpoint.get("quantization")
    limits = f"context {endpoint['context_length']}" + (
        f", quantization {quantization}" if quantization not in {None, "unknown"} else ""
    )
    open_weights = True if model.get("hugging_face_id") else None
    reading.rows += [*rows, Offer(provider, model["id"], status, limits, canonical, open_weights, variant)]
    for key, value in strangers.items():
        unknown_key(
            reading, before, f"{model['id']} at {provider}", model["id"], key, value, among_prices=True
        )
    reading.entries += 1
    if rows:
        reading.priced += 1
    else:
        reading.skipped[why_not] += 1
