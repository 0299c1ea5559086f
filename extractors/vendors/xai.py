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

from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import Cell, Grid, filled, soup_of_markdown, tables
from extractors.lists import titled
from extractors.price_order import LADDER, LADDER_ONE_WRITE
from extractors.printed import tokens
from extractors.source import Ignored, Listing, Source
from extractors.vendors._cells import columns, folded, kind_of_dates, no_challenge, require
from extractors.vendors._lines import Lines, checked_page, table_words
from extractors.vendors._priced import currency_amounts
from extractors.vendors._wording import Named, named, names_models, plain, singular, units
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
    ignores=(
        Ignored(
            r"^(?!.*(?:m ?tok|million tok|百万 ?tok)).*"
            r"(?:voice|\btts|speech|tools?\b|search|imagin|image|video|storage|"
            r"characters|chars\b|violation|/ ?1k|per 1,?000)",
            "voice, pictures, video and tools",
        ),
    ),
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
    listing=Listing(at=("https://docs.x.ai/llms.txt",), most=0, replaces=True),
    forms={
        "https://docs.x.ai/developers/pricing.md": (
            "https://docs.x.ai/developers/models.md",
            "https://docs.x.ai/developers/models",
            "https://docs.x.ai/docs/models",
        )
    },
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
_UNIT = re.compile(r"\s*[(/]?\s*(?:per|/|每)?\s*(?:(?:1 ?|one )?m(?:illion)?|百万) ?tok(?:en)?s?\)?$", re.I)
KNOWN = {
    "model": "model",
    r"context(?: window| length)?": "context",
    "(?:batch )?input": "input",
    "(?:batch )?cached input": "cache_read",
    "(?:batch )?cache writes?": "cache_write",
    "(?:batch )?output": "output",
}
TIERS = {"batch": "batch", "priority": "priority", "flex": "flex", "fast mode": "fast"}
_BOUND = re.compile(
    r"\s*\((?P<sign><|≤|<=|up to|>|≥|>=|over|above) ?(?P<bound>[\d.,]+ ?[km]?)(?:"
    r" (?:prompt|input|context))*(?: tokens?)?\)",
    re.I,
)
_FROM_BOUND = (">", "≥", ">=", "over", "above")


def addresses(capture: Capture) -> list[str]:
    """The price page, by its title."""
    return titled(capture, r"(models and )?pricing")


def parse(capture: Capture) -> list[Row]:
    """The language models' prices per 1e6 tokens (and images' per image), as ListPrice rows in USD, and
    leftovers.
    """
    text = no_challenge(capture.text(), capture)
    start = text.find(ASSIGNED)
    page = Page(capture)
    if start >= 0 or text.lstrip()[:1] == "{":
        _of_object(_decoded(text[start + len(ASSIGNED) if start >= 0 else 0 :], capture), page)
    else:
        _of_markdown(text, page)
    if not page.rows:
        raise EmptyPage(capture, expected="a table or an object of grok models with prices", found=text[:200])
    return checked_page(page)


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


def _of_object(value: Mapping[str, Any], page: Page) -> None:
    for cluster in value["clusterConfigs"]:
        if "languageModels" not in cluster:
            raise LayoutChanged(
                page.capture, expected="languageModels in each cluster", found=str(sorted(cluster))
            )
        for model in cluster["languageModels"]:
            with page.part("languageModels", json.dumps(model, default=str), len(KEYS)):
                page.rows += _language_model(model, page.capture)
        for model in cluster.get("imageGenerationModels", ()):
            with page.part("imageGenerationModels", json.dumps(model, default=str), 1):
                page.rows += _image_model(model, page.capture)


def _image_model(model: Mapping[str, Any], capture: Capture) -> Iterator[ListPrice]:
    if "imagePrice" in model:
        price = _whole(model["imagePrice"], capture).scaleb(-10)
        printed = f"imagePrice {model['imagePrice']}"
        yield ListPrice(
            "xai", model["name"], "image", price, "USD", "1 image", modality="image", printed=printed
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


def _of_markdown(text: str, page: Page) -> None:
    if "xai" not in text.casefold() and "grok" not in text.casefold():
        raise WrongPage(page.capture, expected="xAI's models and pricing", found=text[:200])
    for headings, table in tables(soup_of_markdown(text)):
        with page.part(headings, table_words(table)):
            cells = filled(table, page.capture)
            header = [folded(singular(plain(c.text))) for c in cells[0]]
            if (
                not any(map(names_models, header))
                or {"cost", "tool"} & set(header)
                or not any(re.search("input|output", title) for title in header)
            ):
                continue
            if not any("/mtok" in units(title) for title in header) and not _unit_below(table):
                raise LayoutChanged(
                    page.capture, expected="prices said to be per million tokens", found=str(header)
                )
            tier = _tier([*map(folded, headings[-1:]), *header])
            page.rows += _models(cells, tier, page, " / ".join(headings))


def _models(cells: Grid, tier: str, page: Page, place: str) -> list[ListPrice]:
    texts = [[cell.text for cell in row] for row in cells]
    found = columns([_UNIT.sub("", title) for title in texts[0]], KNOWN, page, place, texts[1:], ignore=("",))
    require(found, ["model", "input", "output"], page.capture)
    lines = Lines(page, place)
    for row in cells[1:]:
        with lines.line(row) as line:
            if len(row) != len(cells[0]):
                raise LayoutChanged(page.capture, expected=f"a cell for each of {texts[0]}", found=line.words)
            name, start = _bounded(row[found["model"]].text)
            model = named(name, r"grok-[\w.-]+", page.capture)
            line.models = [model.name]
            if model.over(page.capture):
                continue
            for component in ("input", "cache_read", "cache_write", "output"):
                cell = row[found[component]] if component in found else Cell("-")
                base = ListPrice("xai", model.name, component, Decimal(0), "USD", service_tier=tier)
                with line.cell(cell, component):
                    line.rows += _priced(base._replace(context_from_tokens=start), cell, model, page.capture)
    return lines.kept(LADDER, LADDER_ONE_WRITE)


def _priced(base: ListPrice, cell: Cell, model: Named, capture: Capture) -> list[ListPrice]:
    dated = kind_of_dates(model.since, model.until, capture)
    return [
        base._replace(
            amount=value,
            price_kind=dated if kind == "list" else kind,
            effective_from=model.since,
            effective_to=model.until,
            printed=cell.text,
        )
        for kind, value in currency_amounts(cell, "USD", capture, sale=model.sale)
    ]


def _bounded(text: str) -> tuple[str, int]:
    """A model's cell without the prompt tokens it is for, and the tokens from which its prices hold."""
    match = _BOUND.search(text)
    if match is None:
        return text, 0
    start = tokens(match["bound"]) if match["sign"].casefold() in _FROM_BOUND else 0
    return _BOUND.sub(" ", text), start


def _tier(words: list[str]) -> str:
    """The service tier that a table's heading or header words name."""
    return next(
        (tier for said, tier in TIERS.items() if any(re.search(rf"\b{said}\b", word) for word in words)),
        "standard",
    )


def _unit_below(table: Any) -> bool:
    """Whether `Prices shown per million tokens` stands below a table."""
    said = re.compile(r"prices shown per", re.I)
    return any("/mtok" in units(str(text)[:80]) for text in table.find_all_next(string=said))
