"""xAI's models and prices: the Markdown page that is fetched, and the older page's embedded object.

Markdown (docs.x.ai/developers/pricing.md, and conversions of the older page): `Model | Context | Input / 1M
tokens | Cached input / 1M tokens | Output / 1M tokens`, a row per tier such as `grok-4.7 (< 200k prompt
tokens)`. In the older conversion the unit stands below the table ("Prices shown per million tokens") and
there is no cached column. In December 2025 a conversion had an empty `Model Pricing` section, with tool
prices after it: EmptyPage, never a guess. HTML (docs.x.ai/docs/models):
`globalThis.__XAI_PUBLIC_MODELS__={clusterConfigs: [{languageModels: [...]}]}`. Prices are whole numbers of
1e-4 dollars per 1e6 tokens (20000 is $2.00); images in 1e-10 dollars. `...LongContext` holds from
`longContextThreshold` on. Several clusters repeat the models. The object alone may come as JSON.

Not read: `batchDiscountPercent` (no price is printed), tools, voice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from extractors._sanity import orderly
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import filled, soup_of_markdown, tables, text_of
from extractors.printed import tokens
from extractors.source import Source
from extractors.vendors._cells import amount, columns, folded, no_challenge, require
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="xai",
    title="xAI: models and pricing",
    kind="vendors",
    addresses=("https://docs.x.ai/developers/pricing.md",),
    matches=(
        r"https://docs\.x\.ai/developers/pricing\.md",
        r"https://docs\.x\.ai/docs/models",
        r"https://docs\.x\.ai/developers/models(\.md)?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("xai",),
    expects=Expects(
        rows={"list_prices": (8, 300)},
        models=(
            "grok-3",
            "grok-4",
            "grok-4-0709",
            "grok-4-1-fast-reasoning",
            "grok-code-fast-1",
            "grok-4.3",
            "grok-4.5",
            "grok-4.7",
        ),
        amounts=(0.02, 200),
    ),
    required=True,
)
ASSIGNED = "globalThis.__XAI_PUBLIC_MODELS__="
KEYS = {
    "promptTextTokenPrice": ("input", "text", 0),
    "promptImageTokenPrice": ("input", "image", 0),
    "cachedPromptTokenPrice": ("cache_read", "text", 0),
    "completionTextTokenPrice": ("output", "text", 0),
    "promptTextTokenPriceLongContext": ("input", "text", 1),
    "cachedPromptTokenPriceLongContext": ("cache_read", "text", 1),
    "completionTokenPriceLongContext": ("output", "text", 1),
}
UNIT = r"(?: / 1m tokens| \(per (?:1m|million) tokens\))?"
KNOWN = {
    "model": "model",
    r"context(?: window| length)?": "context",
    f"(?:batch )?input{UNIT}": "input",
    f"(?:batch )?cached input{UNIT}": "cache_read",
    f"(?:batch )?cache writes?{UNIT}": "cache_write",
    f"(?:batch )?output{UNIT}": "output",
}
TIERS = {"batch": "batch", "priority": "priority", "flex": "flex", "fast mode": "fast"}
_REMARK = re.compile(r"\s*\((?:deprecated|beta|preview|new|legacy)\)", re.I)
_NAME = re.compile(
    r"(?P<model>grok-[\w.-]+)"
    r"(?: \((?P<sign><|≤|<=|up to|>|≥|>=|over|above) ?(?P<bound>[\d.,]+ ?[km]?)(?:"
    r" (?:prompt|input|context))*(?: tokens?)?\))?",
    re.I,
)
_FROM_BOUND = (">", "≥", ">=", "over", "above")


def parse(capture: Capture) -> list[Row]:
    """The language models' prices per 1e6 tokens (and images' per image), as ListPrice rows in USD."""
    text = no_challenge(capture.text(), capture)
    start = text.find(ASSIGNED)
    if start >= 0 or text.lstrip()[:1] == "{":
        rows = list(
            _of_object(_decoded(text[start + len(ASSIGNED) if start >= 0 else 0 :], capture), capture)
        )
    else:
        rows = list(_of_markdown(text, capture))
    if not rows:
        raise EmptyPage(capture, expected="a table or an object of grok models with prices", found=text[:200])
    return list(orderly(rows, capture))


def _decoded(text: str, capture: Capture) -> Mapping[str, Any]:
    try:
        value, _ = json.JSONDecoder(parse_float=Decimal).raw_decode(text.lstrip())
    except ValueError as error:
        raise Truncated(capture, expected="a whole JSON object of public models", found=str(error)) from error
    if not isinstance(value, dict) or not isinstance(value.get("clusterConfigs"), list):
        raise LayoutChanged(
            capture, expected="an object with a list of clusterConfigs", found=str(value)[:200]
        )
    return value


def _of_object(value: Mapping[str, Any], capture: Capture) -> Iterator[ListPrice]:
    for cluster in value["clusterConfigs"]:
        if "languageModels" not in cluster:
            raise LayoutChanged(
                capture, expected="languageModels in each cluster", found=str(sorted(cluster))
            )
        for model in cluster["languageModels"]:
            yield from _language_model(model, capture)
        for model in cluster.get("imageGenerationModels", ()):
            if "imagePrice" in model:
                price = _whole(model["imagePrice"], capture).scaleb(-10)
                yield ListPrice(
                    "xai",
                    model["name"],
                    "image",
                    price,
                    "USD",
                    "1 image",
                    modality="image",
                    printed=f"imagePrice {model['imagePrice']}",
                )


def _language_model(model: Mapping[str, Any], capture: Capture) -> Iterator[ListPrice]:
    name = model.get("name")
    unknown = [key for key in model if "price" in key.casefold() and key not in KEYS]
    if unknown or not isinstance(name, str):
        raise LayoutChanged(
            capture, expected=f"a name and prices among {list(KEYS)}", found=f"{name!r}, {unknown}"
        )
    long = any(key in model for key, (_, _, step) in KEYS.items() if step)
    if missing := [key for key, (_, _, step) in KEYS.items() if key not in model and (long or not step)]:
        raise LayoutChanged(capture, expected=f"the prices {list(KEYS)} of {name}", found=f"no {missing}")
    threshold = int(_whole(model.get("longContextThreshold", 0), capture)) if long else 0
    if long and threshold <= 0:
        raise LayoutChanged(capture, expected=f"a longContextThreshold of {name}", found=str(threshold))
    for key, (component, modality, step) in KEYS.items():
        price = _whole(model.get(key, 0), capture).scaleb(-4)
        if price:  # a text model's pictures are 0: nothing that it sells
            yield ListPrice(
                "xai",
                name,
                component,
                price,
                "USD",
                modality=modality,
                context_from_tokens=threshold * step,
                printed=f"{key} {model[key]}",
            )


def _whole(value: object, capture: Capture) -> Decimal:
    if not re.fullmatch(r"\d+", str(value)):
        raise UnknownValue(capture, expected="a whole number", found=repr(value))
    return Decimal(str(value))


def _of_markdown(text: str, capture: Capture) -> Iterator[ListPrice]:
    if "xai" not in text.casefold() and "grok" not in text.casefold():
        raise WrongPage(capture, expected="xAI's models and pricing", found=text[:200])
    page = soup_of_markdown(text)
    for headings, table in tables(page):
        cells = filled(table, capture)
        header = [folded(c.text) for c in cells[0]]
        if (
            "model" not in header
            or {"cost", "tool"} & set(header)
            or not any(re.search("input|output", title) for title in header)
        ):
            continue
        tier = _tier([*map(folded, headings[-1:]), *header])
        found = columns(header, KNOWN, capture, ignore=("",))
        require(found, ["model", "input", "output"], capture)
        if not any("1m tokens" in title or "million tokens" in title for title in header) and not _unit_below(
            table
        ):
            raise LayoutChanged(capture, expected="prices said to be per million tokens", found=str(header))
        for row in cells[1:]:
            if len(row) != len(header):
                raise LayoutChanged(
                    capture, expected=f"a cell for each of {header}", found=str([c.text for c in row])
                )
            match = _NAME.fullmatch(_REMARK.sub("", " ".join(row[found["model"]].text.split())))
            if match is None:
                raise UnknownValue(
                    capture, expected="a grok model, with its prompt tokens", found=row[found["model"]].text
                )
            start = tokens(match["bound"]) if match["sign"] and match["sign"].casefold() in _FROM_BOUND else 0
            for component in ("input", "cache_read", "cache_write", "output"):
                if (
                    component in found
                    and (value := amount(row[found[component]].text, capture, unit="")) is not None
                ):
                    printed = row[found[component]].text
                    yield ListPrice(
                        "xai",
                        match["model"],
                        component,
                        value,
                        "USD",
                        service_tier=tier,
                        context_from_tokens=start,
                        printed=printed,
                    )


def _tier(words: list[str]) -> str:
    """The service tier that a table's heading or header words name."""
    return next(
        (tier for said, tier in TIERS.items() if any(re.search(rf"\b{said}\b", word) for word in words)),
        "standard",
    )


def _unit_below(table: Any) -> bool:
    after = table.find_next_sibling()
    return after is not None and folded(text_of(after)[0]).startswith("prices shown per million tokens")
