"""Mistral's price page (mistral.ai/pricing/api; /pricing before), in its three forms. The euro prices beside
the dollars are not read: they are the same list in another currency, with leftovers (Pixtral Large's read
`Input (/M tokens)` in May 2026).

May 2026, /pricing: no price in the visible text; the data chunk `{"apis": [{name, api_endpoint, price:
[{value, price_dollar}]}]}` holds them, `price_dollar` being a piece of HTML (`<p>$0.004 (audio) / $0.1
(text)</p>`). August 2026, /pricing/api: a card `<div class="model-item" data-name>` per model; label and
price pairs, the price in
`<mistral-atom-text-price data-prices='{"priceUsd": 1.5, ...}'>` and in its text. Labels repeat in cards of
other things ("libraries" has an OCR price, which is not the OCR model's), so a price is read within its card
alone. October 2026 (described, not recorded): tables `Model | Input | Cached input | Output`; a sale shows
`Original price: <s>$1.36</s> Sale price: $0.68`: the struck price is the list price, the other a promotion.

The unit is part of the label or follows the price: /M tokens, /min, / 1000 pages, per 1k characters, per
month. `Input (per min / per M tok)` means audio per minute and text per million tokens. `Free` under `API
endpoint` is said to be for a limited period: no price. Not read, by name: cards of tools, and Document AI's
annotated pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from extractors._sanity import orderly
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.html import filled, one, soup, tables, text_of
from extractors.printed import money, number
from extractors.source import Source
from extractors.vendors._cells import NOTHING, amount, columns, folded, no_challenge, require
from extractors.vendors._next_data import flight, values
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="mistral",
    title="Mistral: API pricing",
    kind="vendors",
    addresses=("https://mistral.ai/pricing/api",),
    matches=(r"https://mistral\.ai/pricing(/api)?/?(#.*)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("mistral",),
    expects=Expects(
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


class Unit(NamedTuple):
    """What a label prices: component, modality, quantity, and the words that must follow the amount."""

    component: str
    modality: str
    per: str
    after: str = ""


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
_IN_CELLS = {
    r"(?:/|per) ?(?:1?M|million) ?tokens": Unit("", "text", "1e6 tokens"),
    r"(?:/|per) ?min(?:ute)?": Unit("minute", "audio", "1 minute"),
    r"(?:/|per) ?(?:1000|1,000|1k) pages": Unit("page", "document", "1e3 pages"),
    r"(?:/|per) ?(?:1k|1000|1,000) char(?:acter)?s": Unit("character", "audio", "1e3 characters"),
}
_TABLE = {
    r"model": "model",
    r"input(?: \(/m tokens\))?": "input",
    r"cached input(?: \(/m tokens\))?": "cache_read",
    r"output(?: \(/m tokens\))?": "output",
}


def parse(capture: Capture) -> list[Row]:
    """The models' prices per 1e6 tokens, minute, 1e3 pages or characters, as ListPrice rows in USD."""
    text = no_challenge(capture.text(), capture)
    if "mistral" not in text.casefold():
        raise WrongPage(capture, expected="Mistral's price page", found=text[:200])
    if "model-item" in text:
        rows = list(_cards(text, capture))
    elif '\\"apis\\":' in text or '"apis":' in text:
        rows = list(_data(text, capture))
    else:
        rows = list(_tables(text, capture))
    if not rows:
        raise LayoutChanged(
            capture, expected="cards, data chunks or tables of models with prices", found=text[:200]
        )
    return list(orderly(rows, capture))


def _cards(text: str, capture: Capture) -> Iterator[ListPrice]:
    for card in soup(text).select("div.model-item"):
        name = str(card["data-name"])
        shown = [p for p in card.select("p") if text_of(p)[0].casefold() == name]
        if not shown:
            raise LayoutChanged(
                capture, expected=f"the name {name!r} in its card", found=text_of(card)[0][:200]
            )
        if name in TOOLS:
            continue
        model = text_of(shown[0])[0]
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
                raise UnknownValue(
                    capture, expected=f"${stated} shown under {label!r} of {model}", found=printed
                )
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


def _free(card: object, model: str, api_id: str | None, capture: Capture) -> Iterator[ListPrice]:
    """A card without a price: the one label `Free` is a price; `API endpoint: Free` (for a limited period) is
    none.
    """
    labels = [text_of(p)[0] for p in card.select("p")]  # type: ignore[attr-defined]
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


def _data(text: str, capture: Capture) -> Iterator[ListPrice]:
    for apis in values(flight(text, capture), "apis", capture):
        for api in apis:
            if not {"name", "api_endpoint", "price"} <= api.keys() or any(
                not {"value", "price_dollar"} <= p.keys() for p in api["price"]
            ):
                raise LayoutChanged(
                    capture,
                    expected="name, api_endpoint and price (value, price_dollar)",
                    found=str(api)[:200],
                )
            if folded(api["name"]) in TOOLS:
                continue
            for price in api["price"]:
                printed = " ".join(text_of(soup(price["price_dollar"]))[0].split())
                yield from _labelled(
                    api["name"].strip(), _exact(api["api_endpoint"]), folded(price["value"]), printed, capture
                )


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


def _tables(text: str, capture: Capture) -> Iterator[ListPrice]:
    page = soup(text)
    said = re.search(
        r"(?:/|per )\s*1?M(?:illion)? tokens|per million tokens", text_of(one(page, "body", capture))[0], re.I
    )
    for _, table in tables(page):
        cells = filled(table, capture)
        header = [c.text for c in cells[0]]
        titles = [folded(title) for title in header]
        if not {"model", "input"} <= {re.sub(r" \(.*", "", title) for title in titles} or any(
            "training" in title for title in titles
        ):
            continue
        found = columns(header, _TABLE, capture)
        require(found, ["model", "input"], capture)
        if said is None:
            raise LayoutChanged(capture, expected="prices said to be per M tokens", found="no such words")
        for row in cells[1:]:
            if len(row) != len(header):
                raise LayoutChanged(
                    capture, expected=f"a cell for each of {header}", found=str([c.text for c in row])
                )
            for component, index in found.items():
                if component == "model" or row[index].text in NOTHING:
                    continue
                model, printed = (
                    re.sub(r" New$", "", " ".join(row[found["model"]].text.split())),
                    " ".join(row[index].text.split()),
                )
                if folded(printed) == "free":
                    yield ListPrice(
                        "mistral", model, component, Decimal(0), "USD", price_kind="free", printed=printed
                    )
                    continue
                kind = "promotional" if row[index].struck else "list"
                prices = [
                    (kind, re.sub(r"^Original price: ?Sale price: ?", "", printed)),
                    *(("list", old) for old in row[index].struck),
                ]
                for each, words in prices:
                    yield from (
                        row._replace(printed=printed)
                        for row in _in_cell(model, component, each, words, capture)
                    )


def _in_cell(model: str, component: str, kind: str, words: str, capture: Capture) -> Iterator[ListPrice]:
    """The price of a table's cell: per M tokens, or by the unit that follows it."""
    after = " ".join(money(words)[0].after.split()) if money(words) else ""
    said = next((unit for pattern, unit in _IN_CELLS.items() if re.fullmatch(pattern, after, re.I)), None)
    value = amount(words, capture, unit=re.escape(after) if said else "")
    if value is not None:
        unit = said or _IN_CELLS[next(iter(_IN_CELLS))]
        modality = "embedding" if "embed" in model.casefold() else unit.modality
        yield ListPrice(
            "mistral",
            model,
            unit.component or component,
            value,
            "USD",
            unit.per,
            modality=modality,
            price_kind=kind,
            printed=words,
        )
