"""Google's Agent Platform (Vertex AI) price page: Gemini as sold by Google Cloud, a page of some 48 tables.

The Gemini tables have the header `Model | Type | Price (/1M tokens) <= 200K input tokens | ... > 200K ... |
... cached ...`, once per tab (`with Priority`, `with Flex/Batch` in the header words; Flex/Batch gives a row
for each tier), and an older form `Model | Type | Price | Price with Batch API` whose types carry the unit
(`1M Input tokens`). A model's cell is a row of its own (`rowspan`), its name broken over lines. Cells: `$2`,
`N/A`, or `$0.25 (Global) $0.275 (Non-global)*`: the region is kept as printed, empty where the page names
none. Cache prices are rounded to cents by the page (0.13 for 0.125): another vendor's page says it better,
this one is kept as printed. A row whose model the page's spans fail to cover is accepted only while all its
prices are N/A.

Not read, by name: partner models (their vendors' pages are the word on them), Imagen, Veo, embeddings,
grounding, tuning, cache storage, and the modality-based form of a table whose token-based form is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.html import Grid, filled, soup, tables
from extractors.printed import money, tokens
from extractors.source import Ignored, Source
from extractors.vendors._amount_words import on_request
from extractors.vendors._cells import NOTHING, checked, folded, no_challenge
from extractors.vendors._lines import Lines, checked_page, known_columns, table_words
from extractors.vendors._wording import named, plain, singular, undecorated
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="google_vertex",
    title="Google: Agent Platform (Vertex AI) pricing",
    kind="vendors",
    addresses=("https://cloud.google.com/gemini-enterprise-agent-platform/generative-ai/pricing",),
    matches=(
        r"https://cloud\.google\.com/gemini-enterprise-agent-platform/generative-ai/pricing",
        r"https://cloud\.google\.com/vertex-ai/generative-ai/pricing",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"partner models|\b(?:claude|llama|mistral|deepseek|qwen|kimi|glm|gpt-oss|jamba|minimax|grok|"
            r"gemma) ",
            "partner models: their vendors' pages are the word on them",
        ),
        Ignored(
            r"imagen|\bveo\b|lyria|chirp|embeddings?\b|grounding|tuning|training|cache storage|"
            r"modality-based|live api|provisioned|virtual try-on|per 1,000|characters?\b|vector search|"
            r"evaluation|pipelines?\b|notebooks?\b|node hour|\bvcpu|/ (?:cost|balanced|quality) \||"
            r"charges \d+ tokens per input image|code completion",
            "not the token prices of a Gemini model",
        ),
    ),
    first_party=("google_vertex",),
    expects=Expects(
        rows={"list_prices": (15, 1500)},
        models=("Gemini 2.5 Pro", "Gemini 2.5 Flash", "Gemini 3.1 Pro Preview"),
        amounts=(0.005, 500),
    ),
)
_PRICE = re.compile(
    r"price \(/ ?1 ?m(?:illion)? tokens\) (?P<sign><=|>) (?P<bound>200k) (?P<cached>cached )?input tokens"
    r"(?: with (?P<tier>priority|flex/batch))?"
)
_OLD = {"price": ("standard",), "price with batch api": ("batch",)}
_TIERS = {None: ("standard",), "priority": ("priority",), "flex/batch": ("flex", "batch")}
_TYPES = {
    r"input \((?P<of>[a-z, ]+)\)": "input",
    r"(?P<of>audio) input": "input",
    r"text output \(response and reasoning\)": "output",
    r"(?P<of>image) output": "output",
    r"1m input (?:(?P<of>[a-z/]+) )?tokens": "input",
    r"1m output (?P<of>[a-z/]+) tokens": "output",
}
_IGNORED = r"tuning for 1m training tokens"
_OTHER = r"region|description|storage.*|price \(/1m training (?:tokens|characters)\)|price per 1,000 .*"
_MODALITIES = ("text", "image", "video", "audio")


def parse(capture: Capture) -> list[Row]:
    """The Gemini models' prices per 1e6 tokens by tier, modality, context and region, as ListPrice rows in
    USD.
    """
    text = no_challenge(capture.text(), capture)
    page = soup(text)
    if "Agent Platform" not in text[:5000] and "Vertex AI" not in text[:5000]:
        raise WrongPage(capture, expected="the Agent Platform's price page", found=text[:200])
    result = Page(capture)
    partner = False
    for headings, table in tables(page):
        partner = partner or any("partner models" in folded(h) for h in headings)
        with result.part(headings, table_words(table)):
            cells = filled(table, capture)
            header = [folded(singular(plain(c.text))) for c in cells[0]]
            other = (
                any(re.fullmatch(_OTHER, title) for title in header)
                or folded(headings[-1]) == "modality-based pricing"
            )
            if partner or other or header[:2] != ["model", "type"]:
                if (
                    not partner
                    and any(_PRICE.fullmatch(title) for title in header)
                    and "context cache storage" not in folded(headings[-1])
                ):
                    raise LayoutChanged(
                        capture, expected="Model and Type before the prices", found=str(header)
                    )
                continue
            result.rows += _table(header, cells, result, " / ".join(headings))
    if not result.rows:
        raise LayoutChanged(capture, expected="tables `Model | Type | Price (/1M tokens) ...`", found="none")
    return checked_page(result)


def _table(header: Sequence[str], cells: Grid, page: Page, place: str) -> list[ListPrice]:
    known = {i: title for i, title in enumerate(header) if i < 2 or _PRICE.fullmatch(title) or title in _OLD}
    if len(known) == 2:
        raise LayoutChanged(
            page.capture, expected=f"price columns such as {_PRICE.pattern}", found=str(header)
        )
    known_columns(header, [[c.text for c in row] for row in cells[1:]], known, page, place)
    lines = Lines(page, place)
    for row in cells[1:]:
        texts = [c.text for c in row]
        first = " ".join(texts[0].split())
        if len(set(texts)) == 1 or first.startswith(("Grounding ", "Web Grounding ")):
            continue
        with lines.line(row) as line:
            if not first.startswith("Gemini ") and all(text in NOTHING for text in texts[1:]):
                continue
            model = named(first, r"Gemini [\w .-]+", page.capture)
            line.models = [f"{model.name} {texts[1]}"]  # what is priced in each line holds by itself
            if model.sale or len(row) > len(header):
                raise LayoutChanged(page.capture, expected=f"{len(header)} cells", found=line.words)
            kind = folded(undecorated(texts[1])).rstrip("*")
            if re.fullmatch(_IGNORED, kind):
                continue
            found = [(m, name) for pattern, name in _TYPES.items() if (m := re.fullmatch(pattern, kind))]
            if not found:
                raise UnknownValue(page.capture, expected=f"a type among {list(_TYPES)}", found=kind)
            modalities = _modalities(found[0][0].groupdict().get("of") or "text", page.capture)
            for index, title in list(known.items())[2:]:
                if index < len(row):
                    cell = row[index]
                    component = _component(found[0][1], title)
                    with line.cell(cell, component):
                        line.rows += _cell(model.name, component, modalities, title, cell.text, page.capture)
    return lines.kept()


def _component(component: str, title: str) -> str:
    """What a cell prices: `input` under a header of cached input is read from the cache."""
    match = _PRICE.fullmatch(title)
    return "cache_read" if match and match["cached"] and component == "input" else component


def _cell(
    model: str, component: str, modalities: Sequence[str], title: str, text: str, capture: Capture
) -> Iterator[ListPrice]:
    flat = " ".join(text.split())
    match = _PRICE.fullmatch(title)
    if flat in NOTHING or on_request(flat):
        return
    prices = money(flat)
    if not prices:
        raise UnknownValue(capture, expected="a price or N/A", found=f"{text!r} under {title!r}")
    tiers = _TIERS[match["tier"]] if match else _OLD[title]
    start = tokens(match["bound"]) if match and match["sign"] == ">" else 0
    for price in prices:
        value = checked(
            price, flat, capture, unit=r"(?:\((?:Global|Non-global)\)\*?)?", before=r"(?:\(Global\))?"
        )
        region = price.after.strip("()*")
        for tier in tiers:
            for modality in modalities:
                yield ListPrice(
                    "google_vertex",
                    model,
                    component,
                    value,
                    "USD",
                    service_tier=tier,
                    modality=modality,
                    context_from_tokens=start,
                    region=region,
                    printed=flat,
                )


def _modalities(words: str, capture: Capture) -> list[str]:
    parts = [part.strip() for part in re.split(r"[,/]", words)]
    if unknown := [part for part in parts if part not in _MODALITIES]:
        raise UnknownValue(capture, expected=f"modalities among {_MODALITIES}", found=str(unknown))
    return parts
