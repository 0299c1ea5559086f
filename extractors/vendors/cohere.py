"""Cohere's price page: cards in the page's data chunks, `{"pricingGroups": [{"models": [{"modelName", "per",
"pricings": [{"inputLabel", "inputPrice", "outputLabel", "outputPrice"}]}]}]}`.

The labels say what a price is: for Embed `outputPrice` is the image cost (`Image cost`), not an output price.
`per: "Free"` cards are trials and demos, not API prices; cards without any price (North, Compass) are sold on
request. Rerank is per `1K searches`. (Only an excerpt of the page is recorded: one model.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.printed import money
from extractors.source import Ignored, Source
from extractors.vendors._amount_words import on_request
from extractors.vendors._cells import folded, no_challenge
from extractors.vendors._lines import checked_page
from extractors.vendors._next_data import flight, values
from extractors.vendors._wording import is_per_million, named
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="cohere",
    title="Cohere: pricing",
    kind="vendors",
    addresses=("https://cohere.com/pricing",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(Ignored(r"/ ?hour|per hour|vault|instance", "private instances"),),
    first_party=("cohere",),
    expects=Expects(
        rows={"list_prices": (1, 120)}, models=("Embed 4", "Command A", "Command R+"), amounts=(0.01, 100)
    ),
)
LABELS = {
    "input": "input",
    "cost": "input",
    "output": "output",
    "image cost": "image cost",
    "cached input": "cache_read",
}
SEARCHES = frozenset({"cost", "input", "price", "search", "searches", "rerank", "search cost"})
IGNORED_UNITS = frozenset({"free"})


def parse(capture: Capture) -> list[Row]:
    """The models' prices per 1e6 tokens or 1e3 requests, as ListPrice rows in USD, and leftovers."""
    data = flight(no_challenge(capture.text(), capture), capture)
    groups = [
        group
        for found in values(data, "pricingGroups", capture)
        if isinstance(found, list)
        for group in found
    ]
    page = Page(capture)
    for model in (model for group in groups for model in group.get("models", ())):
        with page.part(str(model.get("modelName")), json.dumps(model, default=str), _amounts(model)):
            page.rows += _model(model, capture)
    if not page.rows:
        raise EmptyPage(
            capture, expected="pricingGroups with models and prices", found=f"{len(groups)} groups"
        )
    return checked_page(page)


def _amounts(model: Mapping[str, Any]) -> int:
    """How many prices a card prints."""
    prices = [p.get(f"{side}Price") for p in model.get("pricings") or () for side in ("input", "output")]
    return sum(price is not None for price in prices)


def _model(model: Mapping[str, Any], capture: Capture) -> Iterator[ListPrice]:
    if not _amounts(model) and not re.search(r"\$\s*\d", json.dumps(model, default=str)):
        return  # a card without a price: sold on request (North, Compass, Transcribe), a trial, a demo
    if not {"modelName", "per", "pricings"} <= model.keys():
        raise LayoutChanged(capture, expected="modelName, per and pricings", found=str(sorted(model)))
    unit = re.sub(r"^(?:per|/) ?", "", folded(str(model["per"])).strip())
    if unit in IGNORED_UNITS:
        return
    per = (
        "1e6 tokens"
        if is_per_million(unit)
        else "1e3 requests"
        if re.fullmatch(r"(?:1k|1,?000) (?:searches|queries|requests)", unit)
        else ""
    )
    if not per:
        raise UnknownValue(
            capture, expected="1M tokens or 1K searches", found=f"{model['per']!r} of {model['modelName']}"
        )
    name = named(str(model["modelName"]), r"[A-Z][\w .+-]*", capture)
    for pricing in model["pricings"]:
        if not {"inputLabel", "inputPrice", "outputLabel", "outputPrice"} <= pricing.keys():
            raise LayoutChanged(capture, expected="labels and prices of input and output", found=str(pricing))
        for side in ("input", "output"):
            label, value = pricing[f"{side}Label"], pricing[f"{side}Price"]
            nothing = value is None if label is None else isinstance(value, str) and on_request(value)
            if not nothing:
                row = _price(name.name, label, value, per, capture)
                yield row._replace(price_kind="promotional") if name.sale else row


def _price(model: str, label: object, value: object, per: str, capture: Capture) -> ListPrice:
    said = folded(str(label))
    component = LABELS.get(said)
    printed = value if isinstance(value, str) and money(value) else f"${value}"
    found = money(printed)
    known = said in SEARCHES if per == "1e3 requests" else component is not None
    if not known or len(found) != 1 or found[0].currency != "USD" or found[0].after or found[0].before:
        raise UnknownValue(
            capture,
            expected=f"a price labelled one of {list(LABELS)}",
            found=f"{label!r}: {value!r} of {model}",
        )
    row = ListPrice(
        "cohere", model, component or "", found[0].amount, "USD", per, printed=f"{label} {printed}"
    )
    if per == "1e3 requests":
        return row._replace(component="request")
    embeds = "embedding" if "embed" in model.casefold() else "text"
    if component == "image cost":
        return row._replace(component="input", modality="image")
    return row._replace(modality=embeds)
