"""OpenAI's price page, in its three forms; the Markdown one is fetched.

Every form is first turned into sheets (section, tier, header, rows of cell texts), which are then read alike.

Markdown (`pricing.md`, and older conversions of the page): a tier is a heading `### Standard pricing data` or
a line of its own (`Batch`) above each table, and a heading starts again at standard. Header words: `Input |
Cached input | Cache writes | Output`, with `Short context`/`Long context` before each word or in a row above.
Conversions drop the first cell of a merged row, so that it is one cell short. HTML (Astro, since summer
2026): only three rows a pane are rendered; all of them are in `<astro-island
component-export="TextTokenPricingTables" props="...">`, where `[0, x]` is a scalar and `[1, [...]]` a list. A
row has five cells (with cache writes) or four (without): output is the last. The pane
(`data-content-switcher-pane`) names the tier. Long-context prices stand in the rendered table alone, and only
for the rows that are rendered: those of the other models are not in the page.

Priority processing was renamed fast mode on 2026-07-30; the tier is kept as the page calls it. `-` and null:
not offered. `Free`: free. The two contexts part at 272K tokens (the header's tooltip; a model's name may
carry `(<272K context length)`). Not read, by name: fine-tuned models, images by quality, video by size,
tools, and tables without any of the columns above (storage, containers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from extractors.authoring import Page
from extractors.errors import EmptyPage, UnknownValue
from extractors.lists import titled
from extractors.price_order import LADDER, LADDER_ONE_WRITE
from extractors.source import Ignored, Listing, Source
from extractors.vendors._amount_words import on_request, promoted_from
from extractors.vendors._cells import NOTHING, amount, columns, folded, kind_of_dates, no_challenge, require
from extractors.vendors._lines import Line, Lines, checked_page
from extractors.vendors._openai_sheets import Sheet, sheets
from extractors.vendors._promotions import promotions
from extractors.vendors._wording import Named, named
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="openai",
    title="OpenAI: API pricing",
    kind="vendors",
    addresses=("https://developers.openai.com/api/docs/pricing.md",),
    matches=(
        r"https://developers\.openai\.com/api/docs/pricing(\.md)?",
        r"https://platform\.openai\.com/docs/pricing",
        r"https://openai\.com/api/pricing/?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(r"fine-?tun|\btraining\b", "fine-tuned models"),
        Ignored(
            r"image generation|gpt image|\b(?:low|medium|high) \| \$|/ video|\bsora|per second",
            "pictures by quality, video by size",
        ),
        Ignored(r"/ (?:built-in )?tools?\b|storage|containers?\b|per call|calls?\b|session|/ ?gb", "tools"),
    ),
    first_party=("openai",),
    expects=Expects(
        rows={"list_prices": (60, 1500)},
        models=("gpt-5.5", "gpt-5.6-sol", "gpt-5", "gpt-4.1"),
        amounts=(0.002, 1200),
    ),
    headers={"Accept": "text/markdown"},
    required=True,
    listing=Listing(at=("https://developers.openai.com/llms.txt",), most=0, replaces=True),
    forms={
        "https://developers.openai.com/api/docs/pricing.md": (
            "https://developers.openai.com/api/docs/pricing",
            "https://platform.openai.com/docs/pricing",
        )
    },
)
NAME = r"[A-Za-z][\w.:-]*(?: [A-Z][A-Za-z]*){0,2}"
LONG_CONTEXT_FROM = 272_000
_SHORT, _LONG = "(?:short context )?", "long context "
KNOWN = {
    "model": "model",
    "category": "category",
    "modality": "modality",
    "use case": "use case",
    **{pattern: name for start, mark in ((_SHORT, ""), (_LONG, "long ")) for pattern, name in {
        f"{start}input": f"{mark}input",
        f"{start}cached input": f"{mark}cache_read",
        f"{start}cache writes": f"{mark}cache_write",
        f"{start}output(?: / cost)?": f"{mark}output",
    }.items()},
    "cost": "cost",
    "batch cost": "batch cost",
    "estimated cost": "estimated cost",
}  # fmt: skip
OUT_OF_SCOPE = ("training", "quality", "price per second", "tool", "usage meter", "memory")
COMPONENTS = ("input", "cache_read", "cache_write", "output")
MODALITIES = {"text": "text", "audio": "audio", "image": "image", "video": "video"}
UNITS = (
    ("/ minute", "minute", "1 minute"),
    ("/ 1M characters", "character", "1e6 characters"),
    ("", "input", "1e6 tokens"),
)
_OF_COST = tuple(component for _, component, _ in UNITS)
_USE_CASE = re.compile(
    r"(?:Live |Speech )?(?:[Tt]ranslation|[Tt]ranscription|[Gg]eneration)(?: \+ diarization)?"
)
_BOUND = re.compile(r"\s*\((?:<|≤|<=|up to)\s*[\d.,]+[KM](?: tokens?)? context(?: length)?\)", re.I)


def addresses(capture: Capture) -> list[str]:
    """The price page, by its title."""
    return titled(capture, r"(api )?pricing")


def parse(capture: Capture) -> list[Row]:
    """The prices per 1e6 tokens, minute or 1e6 characters of every tier, as ListPrice rows in USD, and
    leftovers.
    """
    text = no_challenge(capture.text(), capture)
    page = Page(capture)
    for sheet in sheets(text, page):
        titles = [folded(title) for title in sheet.header]
        priced = any(
            word in title
            for title in titles
            for word in ("model", "context", "input", "cached", "output", "cost")
        )
        if not priced or any(word in title for title in titles for word in OUT_OF_SCOPE):
            continue
        place = " / ".join(part for part in (sheet.section, sheet.tier) if part)
        with page.part(place, [" | ".join(row) for row in (sheet.header, *sheet.rows)]):
            page.rows += _rows(sheet, page, place)
    if not page.rows:
        raise EmptyPage(capture, expected="tables of models and prices", found=text[:200])
    promotions(page, text)
    return checked_page(page)


def _one_unit(lines: Lines) -> None:
    """Sets the models aside that are sold by the token and by the minute in one sheet.

    Conversions drop a merged cell that names the model. Were the first line of the next model lost, its other
    lines would fall to the model above: this and two prices at one key are how it shows.
    """
    units: dict[str, set[str]] = {}
    for row in lines.rows:
        units.setdefault(row.listed_model, set()).add(row.per)
    for model, pers in units.items():
        if len(pers) > 1:
            lines.spoil(model, f"expected one unit for a model in a table; found {sorted(pers)}")


def _rows(sheet: Sheet, page: Page, place: str) -> list[ListPrice]:
    found = columns(sheet.header, KNOWN, page, place, sheet.rows)
    require(found, ["model"], page.capture)
    if not {"input", "cost"} & found.keys():
        require(found, ["input", "output"], page.capture)
    lines = Lines(page, place)
    for cells in sheet.rows:
        with lines.line(cells) as line:
            if len(cells) != len(sheet.header) or not cells[found["model"]]:
                raise UnknownValue(
                    page.capture, expected=f"a cell for each of {list(sheet.header)}", found=str(cells)
                )
            model = named(_BOUND.sub("", cells[found["model"]]), NAME, page.capture)
            line.models = [model.name]
            _fits(model.name, cells, found, page.capture)
            if not model.over(page.capture):
                _line(line, model, cells, found, sheet, page.capture)
    _one_unit(lines)
    return lines.kept(LADDER, LADDER_ONE_WRITE)


def _dated(row: ListPrice, model: Named, capture: Capture) -> ListPrice:
    """A row with what the model's cell says of when its price holds."""
    kind = kind_of_dates(model.since, model.until, capture)
    if row.price_kind != "list":
        return row
    kind = "promotional" if model.sale else kind
    return row._replace(price_kind=kind, effective_from=model.since, effective_to=model.until)


def _fits(model: str, cells: Sequence[str], found: Mapping[str, int], capture: Capture) -> None:
    """UnknownValue where a line's other cells do not fit a model's name in the first."""
    if "use case" in found and not _USE_CASE.fullmatch(cells[found["use case"]]):
        raise UnknownValue(capture, expected=f"a use case such as {_USE_CASE.pattern}", found=str(cells))
    if model.casefold() in MODALITIES:
        raise UnknownValue(capture, expected="a model's name before its modality", found=str(cells))
    if "category" in found and not re.fullmatch(r"[a-z0-9]+-[a-z0-9.-]+", model):
        raise UnknownValue(capture, expected="a model's API id beside its category", found=str(cells))
    if "estimated cost" in found and any("/" in cells[found[name]] for name in ("input", "output")):
        raise UnknownValue(capture, expected="prices per token beside the estimated cost", found=str(cells))


def _line(
    line: Line, model: Named, cells: Sequence[str], found: Mapping[str, int], sheet: Sheet, capture: Capture
) -> None:
    """Adds the prices of a sheet's line to it, cell by cell."""
    cell = cells[found["modality"]] if "modality" in found else ""
    modality = _modality(sheet, cell, model.name, capture)
    for name, index in found.items():
        component, text = name.removeprefix("long "), cells[index]
        if component in COMPONENTS:
            start = LONG_CONTEXT_FROM if name.startswith("long ") else 0
            priced = _price(model.name, component, text, sheet.tier, modality, start, capture)
        elif name in ("cost", "batch cost"):
            tier = "batch" if name == "batch cost" else "standard"
            priced = _cost(model.name, text, tier, modality, capture)
        elif name == "estimated cost" and all(cells[found[n]] in NOTHING for n in ("input", "output")):
            priced = _cost(model.name, text, sheet.tier, "audio", capture)
        else:
            continue
        with line.cell(text, *([component] if component in COMPONENTS else _OF_COST)):
            line.rows += [_dated(row, model, capture) for row in priced]


def _price(
    model: str, component: str, text: str, tier: str, modality: str, start: int, capture: Capture
) -> Iterator[ListPrice]:
    base = ListPrice("openai", model, component, Decimal(0), "USD", service_tier=tier, modality=modality)
    struck = re.fullmatch(r"(?P<charged>[^~]+?) ~~(?P<old>[^~]+)~~", text)
    if folded(text) == "free":
        yield base._replace(price_kind="free", printed=text)
    elif "/" in text and text not in NOTHING and not on_request(text):
        yield from _cost(model, text, tier, modality, capture)
    elif (value := amount(struck["charged"] if struck else text, capture, unit="")) is not None:
        base = base._replace(context_from_tokens=start, printed=text)
        yield base._replace(amount=value, price_kind="promotional" if struck else "list")
        if struck and (old := amount(struck["old"], capture, unit="")) is not None:
            yield base._replace(amount=promoted_from(old, value))


def _cost(model: str, text: str, tier: str, modality: str, capture: Capture) -> Iterator[ListPrice]:
    """A price that is not per token (`$0.006 / minute`, `$15.00 / 1M characters`), or an embedding's one
    price.
    """
    for unit, component, per in UNITS:
        if unit in text:
            value = amount(text, capture, unit=re.escape(unit))
            if value is not None:
                kind = "audio" if unit else modality
                yield ListPrice(
                    "openai",
                    model,
                    component,
                    value,
                    "USD",
                    per,
                    service_tier=tier,
                    modality=kind,
                    printed=text,
                )
            return


def _modality(sheet: Sheet, cell: str, model: str, capture: Capture) -> str:
    if cell:
        if cell.casefold() not in MODALITIES:
            raise UnknownValue(capture, expected=f"a modality among {list(MODALITIES)}", found=cell)
        return MODALITIES[cell.casefold()]
    section = folded(sheet.section)
    for word in ("image", "audio"):
        if section == f"{word} tokens":
            return word
    return "embedding" if "embedding" in model else "text"
