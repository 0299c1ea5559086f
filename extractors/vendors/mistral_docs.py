"""Mistral's model pages (docs.mistral.ai/models/<model>): the API ids of each model, with its price.

A Next.js page whose data chunks hold, for the one model: `"names": [...]` (API ids, the exact one first),
`"currentModelName"`,
`"isRetired"` and `"pricing": {"type": "custom", "free": false, "input": [{"price", "priceEur", "denominator",
"label"}], "output": [...]}` or `{"type": "flat", "free": true, "price": 0}`. Other occurrences of `pricing`
are references (`"$25:props:..."`). `free` says that a zero is a price. An input's label may be `Cached
input`. A page without names and price (Shieldstral) sells nothing: no rows.

One capture is one model (`partial`). The model's name is its exact API id; euros are not read; annotated
pages neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.lists import joined
from extractors.price_order import check_price_order
from extractors.source import Listing, Source
from extractors.vendors._cells import no_challenge
from extractors.vendors._next_data import flight, values
from extractors.vendors._wording import is_per_million, units
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

PAGES = (
    "mistral-medium-3-5-26-04",
    "mistral-large-3-25-12",
    "mistral-small-4-0-26-03",
    "ministral-3-14b-25-12",
    "ministral-3-8b-25-12",
    "ministral-3-3b-25-12",
    "codestral-25-08",
    "codestral-embed-25-05",
    "mistral-embed-23-12",
    "ocr-3-25-12",
    "ocr-4-0",
    "ocr-4-1",
    "voxtral-small-25-07",
    "voxtral-tts-26-03",
    "voxtral-mini-transcribe-26-02",
    "voxtral-mini-transcribe-realtime-26-02",
    "leanstral-1-5",
    "mistral-moderation-26-03",
    "zai-glm-5-2",
)
SOURCE = Source(
    id="mistral_docs",
    title="Mistral: model pages",
    kind="vendors",
    addresses=tuple(f"https://docs.mistral.ai/models/{page}" for page in PAGES),
    matches=(r"https://docs\.mistral\.ai/models/[a-z0-9-]+",),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("mistral",),
    expects=Expects(sisters=("mistral",), rows={"list_prices": (0, 120)}, amounts=(0.01, 100)),
    partial=True,
    listing=Listing(at=("https://docs.mistral.ai/models",), most=24),
)
# The cards of current models; a table further down links those that Mistral retired.
_CARD = re.compile(
    r"""--model-color:[^"'<>]*["']\s+href=["'](?P<to>(?:https://docs\.mistral\.ai)?/models/[a-z0-9-]+)/?["']""",
    re.IGNORECASE,
)
UNITS = {
    "/mtok": ("", "text", "1e6 tokens"),
    "/min": ("minute", "audio", "1 minute"),
    "/mchars": ("character", "audio", "1e6 characters"),
    "/1000pages": ("page", "document", "1e3 pages"),
}
IGNORED = frozenset({"/1000annotatedpages"})
LABELS = {"Input": "input", "Cached input": "cache_read", "Output": "output"}


def addresses(capture: Capture) -> list[str]:
    """The page of every model that has a card."""
    return list(joined(capture, (card["to"] for card in _CARD.finditer(capture.text()))))


def parse(capture: Capture) -> list[Row]:
    """The one model's prices in USD; no rows for a model that is not sold."""
    text = no_challenge(capture.text(), capture)
    data = flight(text, capture)
    current = list(values(data, "currentModelName", capture))
    names = _distinct(each for each in values(data, "names", capture) if isinstance(each, list))
    if not current or len(names) != 1:
        raise WrongPage(
            capture, expected="a model's page with its names", found=f"{current}, {len(names)} lists of names"
        )
    pricing = _distinct(each for each in values(data, "pricing", capture) if isinstance(each, dict))
    if not names[0] and not pricing:
        return []
    if len(pricing) != 1 or not names[0]:
        raise LayoutChanged(
            capture,
            expected="one price object and at least one API id",
            found=f"{len(pricing)} objects, names {names[0]}",
        )
    return list(check_price_order(_rows(str(names[0][0]), pricing[0], capture), capture))


def _distinct(found: Iterable[Any]) -> list[Any]:
    """The values without repetitions: the page carries one component for wide screens and one for narrow
    ones.
    """
    kept: list[Any] = []
    for value in found:
        if value not in kept:
            kept.append(value)
    return kept


def _rows(model: str, pricing: Mapping[str, Any], capture: Capture) -> Iterator[ListPrice]:
    free = pricing.get("free")
    if pricing.get("type") == "flat" and free is True:
        if not is_per_million(str(pricing.get("denominator"))) or pricing.get("price") != 0:
            raise UnknownValue(capture, expected="a free flat price of 0 /M Tokens", found=str(pricing))
        for component in ("input", "output"):
            yield ListPrice("mistral", model, component, Decimal(0), "USD", price_kind="free", printed="free")
        return
    if (
        pricing.get("type") != "custom"
        or free not in (True, False)
        or not {"input", "output"} <= pricing.keys()
    ):
        raise LayoutChanged(
            capture, expected="a custom price with free, input and output", found=str(pricing)
        )
    for side in ("input", "output"):
        for price in pricing[side]:
            yield from _price(model, side, price, bool(free), capture)


def _price(
    model: str, side: str, price: Mapping[str, Any], free: bool, capture: Capture
) -> Iterator[ListPrice]:
    unit, value = units(str(price.get("denominator"))), price.get("price")
    if unit in IGNORED:
        return
    if (
        unit not in UNITS
        or not isinstance(value, int | Decimal)
        or ("label" in price and price["label"] not in LABELS)
    ):
        raise UnknownValue(capture, expected=f"a price with a unit among {list(UNITS)}", found=str(price))
    component, modality, per = UNITS[unit]
    if value == 0 and not free:
        return
    yield ListPrice(
        "mistral",
        model,
        component or LABELS.get(price.get("label", ""), side),
        Decimal(str(value)),
        "USD",
        per,
        modality="embedding" if "embed" in model else modality,
        price_kind="free" if value == 0 else "list",
        printed=f"{value} {price['denominator']}",
    )
