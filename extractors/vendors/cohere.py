"""Cohere's price page: cards in the page's data chunks, `{"pricingGroups": [{"models": [{"modelName", "per",
"pricings": [{"inputLabel", "inputPrice", "outputLabel", "outputPrice"}]}]}]}`.

The labels say what a price is: for Embed `outputPrice` is the image cost (`Image cost`), not an output price.
`per: "Free"` cards are trials and demos, not API prices. A label or a unit that the parser does not know is
an error. (Only an excerpt of the page is recorded: one model.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from extractors._sanity import orderly
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.printed import money
from extractors.source import Source
from extractors.vendors._cells import folded, no_challenge
from extractors.vendors._next_data import flight, values
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
UNITS = {"1m tokens": "1e6 tokens", "1k searches": "1e3 requests"}
IGNORED_UNITS = frozenset({"free"})


def parse(capture: Capture) -> list[Row]:
    """The models' prices per 1e6 tokens or 1e3 requests, as ListPrice rows in USD."""
    data = flight(no_challenge(capture.text(), capture), capture)
    groups = [
        group
        for found in values(data, "pricingGroups", capture)
        if isinstance(found, list)
        for group in found
    ]
    rows = [row for group in groups for model in group.get("models", ()) for row in _model(model, capture)]
    if not rows:
        raise EmptyPage(
            capture, expected="pricingGroups with models and prices", found=f"{len(groups)} groups"
        )
    return list(orderly(rows, capture))


def _model(model: Mapping[str, Any], capture: Capture) -> Iterator[ListPrice]:
    if not {"modelName", "per", "pricings"} <= model.keys():
        raise LayoutChanged(capture, expected="modelName, per and pricings", found=str(sorted(model)))
    unit = re.sub(r"^per ", "", folded(str(model["per"])).lstrip("/ "))
    if unit in IGNORED_UNITS:
        return
    if unit not in UNITS:
        raise UnknownValue(
            capture,
            expected=f"a unit among {[*UNITS, *IGNORED_UNITS]}",
            found=f"{model['per']!r} of {model['modelName']}",
        )
    for pricing in model["pricings"]:
        if not {"inputLabel", "inputPrice", "outputLabel", "outputPrice"} <= pricing.keys():
            raise LayoutChanged(capture, expected="labels and prices of input and output", found=str(pricing))
        for side in ("input", "output"):
            label, value = pricing[f"{side}Label"], pricing[f"{side}Price"]
            if label is not None or value is not None:
                yield _price(str(model["modelName"]), label, value, UNITS[unit], capture)


def _price(model: str, label: object, value: object, per: str, capture: Capture) -> ListPrice:
    component = LABELS.get(folded(str(label)))
    printed = value if isinstance(value, str) else f"${value}"
    found = money(printed)
    if component is None or len(found) != 1 or found[0].currency != "USD" or found[0].after:
        raise UnknownValue(
            capture,
            expected=f"a price labelled one of {list(LABELS)}",
            found=f"{label!r}: {value!r} of {model}",
        )
    if per == "1e3 requests":
        return ListPrice(
            "cohere", model, "request", Decimal(found[0].amount), "USD", per, printed=f"{label} {printed}"
        )
    modality = (
        "image" if component == "image cost" else "embedding" if "embed" in model.casefold() else "text"
    )
    name = "input" if component == "image cost" else component
    return ListPrice(
        "cohere",
        model,
        name,
        Decimal(found[0].amount),
        "USD",
        per,
        modality=modality,
        printed=f"{label} {printed}",
    )
