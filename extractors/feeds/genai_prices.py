"""pydantic/genai-prices: a list of providers, each with models and `prices` in USD per 1e6 tokens (`*_mtok`)
and other units.

Three forms: the v1 feed (frozen since 2026-07-25), the v2 feed, and the data inside the Python package
(`urn:package:genai-prices:VERSION`), which alone has `price_variants` (batch, flex, priority, fast).
`prices` is a dict, or a list tried last to first whose elements may have a constraint: `start_date` (the
history; the first element is the oldest) or `start_time`/`end_time` (UTC, every day, no weekdays). One
element cannot have both, so daily windows apply whatever the date; the feed's comments say that they belong
to the newest date before them, and so they are read. In 2025 the *discount* was the first element and the
window the full price: the cheaper one is off-peak either way. Amounts may be `{base, tiers: [{start,
price}]}`; the whole request is billed at its tier. Early v1 has nulls for absent.
`prices: {}` says nothing; OpenRouter's -1 of its routers stood there as -1,000,000 in June 2025.
`cache_write_mtok` is the five-minute write where there is a one-hour one. `zhipuai` is the yuan list
converted by the feed, `zai` the dollar list. A variant is partial and overrides single keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from extractors.feeds._feed import (
    UNREADABLE,
    FeedAudit,
    Json,
    account,
    body,
    name_in,
    named_entries,
    read_entries,
    set_aside,
)
from extractors.feeds._genai_package import package_body
from extractors.feeds._genai_rows import AMOUNT, Terms, rows_of
from extractors.feeds._unknown import short
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row, Unread
from warehouse.time_bands import band

_RAW = "https://raw.githubusercontent.com/pydantic/genai-prices/main/prices"


SOURCE = Source(
    id="genai_prices",
    title="genai-prices",
    kind="feeds",
    addresses=(f"{_RAW}/new_data/v2/data.json",),
    matches=(
        r"https://raw\.githubusercontent\.com/pydantic/genai-prices/main/prices/(?:new_data/v2/)?data\.json",
        r"urn:package:genai-prices:[\w.]+",
    ),
    tables=(LIST_PRICES,),
    licence="mit",
    embedded=package_body,
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (1_000, 40_000)},
        models=("gpt-4o", "claude-3-opus", "claude-opus-4-0", "gemini-2.5-pro"),
        amounts=(0.0005, 1000.0),
        vanished_share=0.34,
    ),
)

VARIANTS = {
    ("processing", "batch"): "batch",
    ("service_tier", "flex"): "flex",
    ("service_tier", "priority"): "priority",
    ("service_tier", "fast"): "fast",
    ("speed", "fast"): "fast",
    ("service_tier", "default"): "standard",
}
OTHER_MODES = frozenset({"search_type"})


def parse(capture: Capture) -> list[Row]:
    """Prices of one capture, with the dates, windows and variants that the feed states."""
    return read(capture).rows


def read(capture: Capture) -> FeedAudit:
    """The rows with the account of every entry."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: FeedAudit) -> None:
    for provider in body(capture, list):
        provider_id, models = named_entries(reading, provider, "models")
        for model in models:
            before = len(reading.rows)
            try:
                for rows in _model(provider_id, model, capture.captured_at, reading):
                    reading.rows += rows
            except UNREADABLE as error:
                set_aside(reading, before, f"{provider_id} {name_in(model)}", error, name_in(model))
                continue
            empty = model["prices"] == {} or model["prices"] == []
            account(reading, before, "prices: {}" if empty else "zero, null or left out")


def _model(
    provider: str, model: Json, captured_at: datetime, reading: FeedAudit
) -> Iterator[list[ListPrice]]:
    """The rows of one model: its history, its daily windows, its variants."""
    head = (provider, model["id"])
    prices = model["prices"]
    elements: list[Json] = prices if isinstance(prices, list) else [{"prices": prices}]
    dated = [(_start(e), e["prices"]) for e in elements if "start_time" not in (e.get("constraint") or {})]
    starts = [start for start, _ in dated[1:]]
    if dated and (
        dated[0][0] is not None or None in starts or starts != sorted(starts, key=lambda s: s or captured_at)
    ):
        raise ValueError(f"{head}: a history that is not oldest first: {[start for start, _ in dated]}")
    windows = [e for e in elements if "start_time" in (e.get("constraint") or {})]
    for i, (start, priced) in enumerate(dated):
        end = dated[i + 1][0] if i + 1 < len(dated) else None
        newest = i + 1 == len(dated)
        if newest and windows:
            yield from _windows(head, windows, priced, start, captured_at, reading)
        else:
            yield rows_of(head, priced, Terms((start, end)), captured_at, reading)
    yield from _variants(head, model.get("price_variants") or (), captured_at, reading)


def _windows(
    head: tuple[str, str],
    windows: list[Json],
    default: Json,
    start: datetime | None,
    captured_at: datetime,
    reading: FeedAudit,
) -> Iterator[list[ListPrice]]:
    """The default in all hours outside the windows, and the windows' one price; the dearer is called peak."""
    priced = windows[0]["prices"]
    if any(window["prices"] != priced for window in windows):
        raise ValueError(f"{head}: daily windows of several prices")
    hours = ",".join(
        f"{_clock(w['constraint']['start_time'])}-{_clock(w['constraint']['end_time'])}" for w in windows
    )
    dearer = AMOUNT[priced["input_mtok"]] > AMOUNT[default["input_mtok"]]
    inside, outside = ("peak", "off_peak") if dearer else ("off_peak", "peak")
    at, other = band(inside, hours), band(outside, hours, complement=True)
    yield rows_of(head, priced, Terms((start, None), when=at), captured_at, reading)
    yield rows_of(head, default, Terms((start, None), when=other), captured_at, reading)


def _variants(
    head: tuple[str, str], variants: Iterable[Json], captured_at: datetime, reading: FeedAudit
) -> Iterator[list[ListPrice]]:
    """The rows of batch, flex, priority, fast and of a route; an undated variant ends where a dated one of
    its kind starts.
    """
    first: dict[tuple[tuple[str, str], ...], datetime] = {}
    for variant in variants:
        start = _start(variant)
        if start:
            first.setdefault(tuple(variant["when"].items()), start)
    for variant in variants:
        when = tuple(variant["when"].items())
        (name, value), *more = when
        if more or ((name, value) not in VARIANTS and name != "route" and name not in OTHER_MODES):
            why = "a variant that no rule knows"
            said = f"{variant['when']!r}: {short(variant['prices'])}"
            amounts = len(variant["prices"])
            reading.leftovers.append(Unread(" ".join(head), said, why, amounts, head[1]))
            continue
        if name in OTHER_MODES:
            reading.ignored[f"variant {name}"] += 1
            continue
        start = _start(variant)
        span = (start, None if start else first.get(when))
        tier, region = ("standard", value) if name == "route" else (VARIANTS[name, value], "")
        yield rows_of(head, variant["prices"], Terms(span, tier, region), captured_at, reading)


def _start(element: Json) -> datetime | None:
    day = (element.get("constraint") or {}).get("start_date")
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None


def _clock(time: str) -> str:
    if len(time) < 6 or not time.endswith(("Z", "+00:00")) or time[5:8] not in {"Z", ":00", "+00"}:
        raise ValueError(f"no UTC time on the minute: {time!r}")
    return time[:5]
