"""genai-prices: the rows of one set of prices, whose keys name component, modality and unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from extractors.feeds._amounts import Amounts
from extractors.feeds._feed import FeedAudit, Json
from extractors.feeds._unknown import unknown_among
from warehouse.tables import ListPrice
from warehouse.time_bands import ALWAYS

KEYS = {
    "input_mtok": ("input", "text", "1e6 tokens"),
    "output_mtok": ("output", "text", "1e6 tokens"),
    "cache_read_mtok": ("cache_read", "text", "1e6 tokens"),
    "cache_write_mtok": ("cache_write", "text", "1e6 tokens"),
    "cache_write_1h_mtok": ("cache_write_1h", "text", "1e6 tokens"),
    "output_reasoning_mtok": ("reasoning", "text", "1e6 tokens"),
    "input_audio_mtok": ("input", "audio", "1e6 tokens"),
    "output_audio_mtok": ("output", "audio", "1e6 tokens"),
    "cache_audio_read_mtok": ("cache_read", "audio", "1e6 tokens"),
    "input_image_mtok": ("input", "image", "1e6 tokens"),
    "output_image_mtok": ("output", "image", "1e6 tokens"),
    "cache_image_read_mtok": ("cache_read", "image", "1e6 tokens"),
    "input_video_mtok": ("input", "video", "1e6 tokens"),
    "output_video_mtok": ("output", "video", "1e6 tokens"),
    "input_mchars": ("input", "text", "1e6 characters"),
    "requests_kcount": ("request", "text", "1e3 requests"),
    "web_searches_kcount": ("web_search", "text", "1e3 requests"),
    "input_document_kpages": ("page", "document", "1e3 pages"),
    "input_audio_hours": ("input", "audio", "1 hour"),
    "audio_hours": ("second", "audio", "1 hour"),
}
LEFT_OUT = frozenset(
    {
        "output_citation_mtok",
        "storage_searches_kcount",
        "input_annotated_document_kpages",
        "input_text_messages_kcount",
    }
)
ROUTER = -1_000_000
AMOUNT = Amounts(0)
_new = tuple.__new__


class Terms(NamedTuple):
    """When, where and for whom prices hold: `span` is [from, until), None where no date is stated."""

    span: tuple[datetime | None, datetime | None]
    tier: str = "standard"
    region: str = ""
    when: str = ALWAYS


def rows_of(
    head: tuple[str, str], priced: Json, terms: Terms, captured_at: datetime, reading: FeedAudit
) -> list[ListPrice]:
    """The rows of one set of prices of `head` (provider, model)."""
    rows: list[ListPrice] = []
    strangers: dict[str, Any] = {}
    start = terms.span[0]
    kind = "announced" if start is not None and start > captured_at else "list"
    for key, value in priced.items():
        if value is None or value == ROUTER:
            reading.ignored["null" if value is None else "router (-1 per token)"] += 1
        elif key in KEYS:
            for threshold, price in _steps(value):
                if isinstance(price, bool):
                    raise ValueError(f"{head}: {key} is {price!r}")
                amount = AMOUNT[price]
                if amount:
                    rows.append(_row(head, KEYS[key], amount, threshold, terms, kind))
                else:
                    reading.ignored["zero"] += 1
        elif key in LEFT_OUT:
            reading.ignored[key] += 1
        else:
            strangers[key] = value
    for key, value in strangers.items():
        rows = unknown_among(reading, rows, " ".join(head), head[1], key, value)
    if not rows and head[1].endswith(":free") and {"input_mtok", "output_mtok"} <= set(priced):
        return [ListPrice(*head, c, Decimal(0), "USD", price_kind="free") for c in ("input", "output")]
    return rows


def _steps(value: Any) -> Iterable[tuple[int, Any]]:
    """A price by the number of prompt tokens from which it holds: [(0, 2.5), (200000, 5)]."""
    if not isinstance(value, dict):
        return ((0, value),)
    return ((0, value["base"]), *((tier["start"], tier["price"]) for tier in value["tiers"]))


def _row(
    head: tuple[str, str],
    meaning: tuple[str, str, str],
    amount: Decimal,
    threshold: int,
    terms: Terms,
    kind: str,
) -> ListPrice:
    (component, modality, per), (start, end) = meaning, terms.span
    place = (per, terms.tier, modality, "any", threshold, 0, terms.region, terms.when)
    return _new(ListPrice, (*head, component, amount, "USD", *place, kind, start, end, None, None))
