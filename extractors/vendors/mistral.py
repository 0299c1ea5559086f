"""Mistral's price page (mistral.ai/pricing/api; /pricing before), in its three forms. The euro prices beside
the dollars are not read: they are the same list in another currency, with leftovers (Pixtral Large's read
`Input (/M tokens)` in May 2026).

May 2026, /pricing: no price in the visible text; the data chunk `{"apis": [{name, api_endpoint, price:
[{value, price_dollar}]}]}` holds them, `price_dollar` being a piece of HTML (`<p>$0.004 (audio) / $0.1
(text)</p>`). August 2026, /pricing/api: a card `<div class="model-item" data-name>` per model; label and
price pairs, the price in
`<mistral-atom-text-price data-prices='{"priceUsd": 1.5, ...}'>` and in its text. Labels repeat in cards of
other things ("libraries" has an OCR price, which is not the OCR model's), so a price is read within its card
alone. Since autumn 2026: tables (`_mistral_tables.py`).

The unit is part of the label or follows the price: /M tokens, /min, / 1000 pages, per 1k characters, per
month. `Input (per min / per M tok)` means audio per minute and text per million tokens. `Free` under `API
endpoint` is said to be for a limited period: no price. Not read, by name: cards of tools, and Document AI's
annotated pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.html import soup, text_of
from extractors.printed import money, number
from extractors.source import Ignored, Source
from extractors.vendors._cells import amount, folded, no_challenge
from extractors.vendors._lines import checked_page
from extractors.vendors._mistral_tables import NAME, Unit, read_tables
from extractors.vendors._next_data import flight, values
from extractors.vendors._wording import named, plain
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

if TYPE_CHECKING:
    from bs4.element import Tag

SOURCE = Source(
    id="mistral",
    title="Mistral: API pricing",
    kind="vendors",
    addresses=("https://mistral.ai/pricing/api",),
    matches=(r"https://mistral\.ai/pricing(/api)?/?(#.*)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"/ ?month|seat|le chat|annotated|agent api|web search|premium news|code execution",
            "tools, annotated pages, subscriptions",
        ),
    ),
    first_party=("mistral",),
    expects=Expects(
        sisters=("mistral_docs",),
        rows={"list_prices": (10, 300)},
        models=(
            "Mistral Medium 3.1",
            "Mistral Medium 3.5",
            "Mistral Small 4",
            "Mistral Large 3",
            "Codestral",
        ),
        amounts=(0.01, 100),
    ),
    required=True,
)
TOOLS = frozenset(
    {"agent api", "libraries", "code execution", "web search", "images", "premium news", "data capture"}
)
IGNORED = frozenset({"available on", "document ai", "api endpoint"})


_PAGES, _CHARS, _MONTH = (
    r"/ 1000 pages(?: \+ 50% off with batch-APIs)?",
    "per 1k characters",
    r"(?:/ month per model)?",
)
LABELS = {
    "input (/m tokens)": Unit("input", "text", "1e6 tokens"),
    "cached input (/m tokens)": Unit("cache_read", "text", "1e6 tokens"),
    "output (/m tokens)": Unit("output", "text", "1e6 tokens"),
    "text input (per min / per m tok)": Unit("input", "text", "1e6 tokens"),
    "audio input (per min / per m tok)": Unit("minute", "audio", "1 minute"),
    "audio input/min": Unit("minute", "audio", "1 minute"),
    "audio generation": Unit("character", "audio", "1e3 characters", _CHARS),
    "ocr": Unit("page", "document", "1e3 pages", _PAGES),
    "training cost (/m tokens)": Unit("training", "text", "1e6 tokens"),
    "storage cost (per month per model)": Unit("model_storage", "text", "1 month"),
    "storage cost": Unit("model_storage", "text", "1 month", _MONTH),
}
BOTH = "input (per min / per m tok)"


def parse(capture: Capture) -> list[Row]:
    """The models' prices per 1e6 tokens, minute, 1e3 pages or characters, as ListPrice rows in USD."""
    text = no_challenge(capture.text(), capture)
    if "mistral" not in text.casefold():
        raise WrongPage(capture, expected="Mistral's price page", found=text[:200])
    page = Page(capture)
    if "model-item" in text:
        _cards(text, page)
    elif '\\"apis\\":' in text or '"apis":' in text:
        _data(text, page)
    else:
        read_tables(text, page)
    if not page.rows:
        raise LayoutChanged(
            capture, expected="cards, data chunks or tables of models with prices", found=text[:200]
        )
    return checked_page(page)


def _cards(text: str, page: Page) -> None:
    for card in soup(text).select("div.model-item"):
        with page.part("cards", " ".join(text_of(card)[0].split())):
            page.rows += _card(card, page.capture)


def _card(card: Tag, capture: Capture) -> Iterator[ListPrice]:
    name = str(card["data-name"])
    shown = [p for p in card.select("p") if folded(plain(text_of(p)[0])) == folded(name)]
    if not shown:
        raise LayoutChanged(capture, expected=f"the name {name!r} in its card", found=text_of(card)[0][:200])
    if name in TOOLS:
        return
    model = named(text_of(shown[0])[0], NAME, capture).name
    copied = card.select("mistral-atom-button-copy-clipboard label")
    api_id = _exact(text_of(copied[0])[0]) if copied else None
    prices = card.select("mistral-atom-text-price")
    for price in prices:
        block = price.find_parent("div")
        first = block.find("p") if block is not None else None
        label = folded(text_of(first)[0]) if first is not None else ""
        printed = " ".join(text_of(price)[0].split())
        stated = _stated(str(price.get("data-prices")), capture)
        found = money(printed)
        if len(found) != 1 or found[0].amount != stated:
            raise UnknownValue(capture, expected=f"${stated} shown under {label!r} of {model}", found=printed)
        yield from _labelled(model, api_id, label, printed, capture)
    if not prices:
        yield from _free(card, model, api_id, capture)


def _stated(prices: str, capture: Capture) -> Decimal:
    """The dollars in a price's data; UnknownValue where they are none."""
    try:
        return number(str(json.loads(prices, parse_float=str)["priceUsd"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownValue(
            capture, expected='data-prices with a number as "priceUsd"', found=prices
        ) from error


def _exact(api_id: str | None) -> str | None:
    """An API id, unless it is an alias that is pointed to another model every few months
    (`mistral-small-latest`), or no id at all.
    """
    return (
        api_id if api_id and re.fullmatch(r"[a-z0-9.-]+", api_id) and not api_id.endswith("-latest") else None
    )


def _free(card: Tag, model: str, api_id: str | None, capture: Capture) -> Iterator[ListPrice]:
    """A card without a price: the one label `Free` is a price; `API endpoint: Free` (for a limited period) is
    none.
    """
    labels = [text_of(p)[0] for p in card.select("p")]
    if "Free" not in labels:
        raise LayoutChanged(capture, expected=f"a price or 'Free' in the card of {model}", found=str(labels))
    if "API endpoint" not in labels:
        yield ListPrice(
            "mistral",
            model,
            "input",
            Decimal(0),
            "USD",
            price_kind="free",
            canonical_model=api_id,
            printed="Free",
        )


def _data(text: str, page: Page) -> None:
    for apis in values(flight(text, page.capture), "apis", page.capture):
        for api in apis:
            with page.part("apis", json.dumps(api, default=str)):
                page.rows += _api(api, page.capture)


def _api(api: Mapping[str, Any], capture: Capture) -> Iterator[ListPrice]:
    if not {"name", "api_endpoint", "price"} <= api.keys() or any(
        not {"value", "price_dollar"} <= p.keys() for p in api["price"]
    ):
        raise LayoutChanged(
            capture, expected="name, api_endpoint and price (value, price_dollar)", found=str(api)[:200]
        )
    if folded(api["name"]) in TOOLS:
        return
    for price in api["price"]:
        printed = " ".join(text_of(soup(price["price_dollar"]))[0].split())
        model, label = named(api["name"].strip(), NAME, capture).name, folded(price["value"])
        yield from _labelled(model, _exact(api["api_endpoint"]), label, printed, capture)


def _labelled(
    model: str, api_id: str | None, label: str, printed: str, capture: Capture
) -> Iterator[ListPrice]:
    if label in IGNORED:
        return
    if label == BOTH:
        match = re.fullmatch(r"(\$[\d.]+) \(audio\) / (\$[\d.]+) \(text\)", printed)
        if match is None:
            raise UnknownValue(capture, expected="`$0.004 (audio) / $0.1 (text)`", found=printed)
        yield from _labelled(model, api_id, "audio input/min", match[1], capture)
        yield from _labelled(model, api_id, "input (/m tokens)", match[2], capture)
        return
    unit = LABELS.get(label)
    if unit is None:
        raise UnknownValue(
            capture, expected=f"a label among {[*LABELS, *IGNORED, BOTH]}", found=f"{label!r} of {model}"
        )
    value = amount(re.sub(r"^(\d[\d.]*)\$", r"$\1", printed), capture, unit=unit.after)
    if value is not None:
        modality = "embedding" if "embed" in model.casefold() else unit.modality
        yield ListPrice(
            "mistral",
            model,
            unit.component,
            value,
            "USD",
            unit.per,
            modality=modality,
            canonical_model=api_id,
            printed=printed,
        )
