"""Amazon Nova on Bedrock: the price page and the price file that it is filled from. Not proven: written from
a description of the page, no capture of it has been read yet.

The page (aws.amazon.com/bedrock/pricing/) carries its tables HTML-escaped in `data-pricing-markup`
attributes. A price cell is a template, `{priceOf!bedrock/bedrock!CODE!*!1000!opt}`: look CODE up in the price
file (b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/bedrock/USD/ current/bedrock.json, gzip always), and
multiply as the template says. The file is the page's companion: without it nothing can be read. Its shape:
`{"manifest": {"currencyCode": "USD"}, "regions": {"US East (N. Virginia)": {"CODE": {"price":
"0.0000008"}}}}`. The page shows the file's price times the template's factor, for the quantity that the
header of the column names: the file was per token under `Price per 1,000 input tokens`, and is per 1,000
tokens under `Price per 1M input tokens` (October 2026).

Tables: `Amazon Nova models | Price per 1,000 input tokens | Price per 1,000 output tokens` with optional
columns for batch and cache read (`Price per 1,000 input tokens (Cache Read)`, a table of its own on some
days), under headings or buttons that name the inference scope: `Global Cross-region Inference` and `Geo ...`
become the region of the rows, next to the AWS region. A line over the header may name the tier (`Standard
Tier`, `Batch`). Only rows whose model starts with `Amazon Nova` are read: other labs' models are those labs'
to price.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import Grid, filled, soup, tables, text_of
from extractors.price_order import LADDER, LADDER_ONE_WRITE, per_million
from extractors.source import Source
from extractors.vendors._amount_words import on_request
from extractors.vendors._cells import NOTHING, columns, folded, no_challenge, require
from extractors.vendors._lines import Lines, checked_page, table_words
from extractors.vendors._wording import named
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

PRICE_FILE = "https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/bedrock/USD/current/bedrock.json"
SOURCE = Source(
    id="amazon_bedrock",
    title="Amazon: Bedrock pricing, Nova models",
    kind="vendors",
    addresses=("https://aws.amazon.com/bedrock/pricing/", PRICE_FILE),
    matches=(r"https://aws\.amazon\.com/bedrock/pricing/?",),
    companions=(re.escape(PRICE_FILE),),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("amazon_bedrock",),
    expects=Expects(
        rows={"list_prices": (6, 3000)},
        models=("Amazon Nova Pro", "Amazon Nova Lite", "Amazon Nova Micro"),
        amounts=(0.005, 200),
    ),
    proven=False,
)
REGION = "US East (N. Virginia)"
_TEMPLATE = re.compile(r"\{priceOf!bedrock/bedrock!(?P<code>[^!}]+)!\*!(?P<factor>\d+)(?:!opt)?\}")
_UNIT = re.compile(r"price per (?P<per>1,?000,?000|1,?000|1 ?m|1 million|million)\b ?", re.I)
PER = {"1000": 1_000, "1,000": 1_000}
KNOWN = {
    r"amazon nova models|amazon models|model": "model",
    r"input tokens": "standard input",
    r"input tokens \(batch\)": "batch input",
    r"input tokens \(cache read\)|cache read input tokens": "standard cache_read",
    r"input tokens \(cache write\)|cache write input tokens": "standard cache_write",
    r"output tokens": "standard output",
    r"output tokens \(batch\)": "batch output",
}
TIERS = {
    "standard tier": "standard",
    "standard": "standard",
    "on demand inference": "standard",
    "on-demand inference": "standard",
    "on-demand": "standard",
    "batch": "batch",
    "batch tier": "batch",
    "batch inference": "batch",
    "priority tier": "priority",
    "priority": "priority",
    "flex tier": "flex",
    "flex": "flex",
}
_LATENCY = re.compile(r"\s*\((?:w/|with) latency[- ]optimi[sz]ed inference\)", re.I)
_SCOPE = re.compile(r"global cross-region inference|geo\b.*", re.I)


def parse(capture: Capture) -> list[Row]:
    """The Nova models' prices per 1e6 tokens in US East (N. Virginia), by tier and inference scope, as
    ListPrice rows in USD, and leftovers.
    """
    text = no_challenge(capture.text(), capture)
    prices = _price_file(capture)
    marked = soup(text).select("[data-pricing-markup]")
    if not marked:
        raise WrongPage(capture, expected="tables in data-pricing-markup", found=text[:200])
    page = Page(capture)
    for element in marked:
        above = element.find_previous(["button", "h2", "h3", "h4"])
        outside = (text_of(above)[0],) if above is not None else ()
        for headings, table in tables(soup(str(element["data-pricing-markup"]))):
            with page.part((*outside, *headings), table_words(table), str(table).count("priceOf!")):
                page.rows += _table((*outside, *headings), filled(table, capture), prices, page)
    if not page.rows:
        raise EmptyPage(
            capture, expected="rows of Amazon Nova models", found=f"{len(marked)} marked elements"
        )
    return checked_page(page)


def _price_file(capture: Capture) -> Mapping[str, Any]:
    companion = next((c for address, c in capture.companions.items() if SOURCE.accompanies(address)), None)
    if companion is None:
        raise LayoutChanged(
            capture, expected=f"the price file {PRICE_FILE} beside the page", found="no companion"
        )
    try:
        value = json.loads(companion.text(), parse_float=Decimal)
    except ValueError as error:
        raise Truncated(companion, expected="the price file as JSON", found=str(error)) from error
    # Where the file does not say its currency, its address does (.../bedrock/USD/...).
    currency = value.get("manifest", {}).get("currencyCode", "USD") if isinstance(value, dict) else ""
    if currency != "USD" or REGION not in value.get("regions", {}):
        raise LayoutChanged(companion, expected=f"prices in USD for {REGION}", found=str(value)[:200])
    region: Mapping[str, Any] = value["regions"][REGION]
    return region


def _table(headings: tuple[str, ...], cells: Grid, prices: Mapping[str, Any], page: Page) -> list[ListPrice]:
    nova = [row for row in cells[1:] if row[0].text.startswith("Amazon Nova")]
    at = next((i for i, row in enumerate(cells) if _UNIT.match(folded(row[-1].text))), None)
    if not nova:
        return []
    if at is None:
        raise LayoutChanged(page.capture, expected="headers `Price per ...`", found=str(cells[0]))
    tier = _tier([folded(row[0].text) for row in cells[:at]], page.capture)
    texts = [[" ".join(c.text.split()) for c in row] for row in cells[at:]]
    quantities = [_quantity(title, page.capture) for title in texts[0]]
    place = " / ".join(headings)
    found = columns([_UNIT.sub("", title) for title in texts[0]], KNOWN, page, place, texts[1:])
    require(found, ["model"], page.capture)
    scope = next((heading for heading in reversed(headings) if _SCOPE.fullmatch(folded(heading))), "")
    region = f"{REGION}; {scope}" if scope else REGION
    lines = Lines(page, place)
    for row in texts[1:]:
        if not row[0].startswith("Amazon Nova"):
            continue
        with lines.line(row) as line:
            if len(row) != len(texts[0]):
                raise LayoutChanged(page.capture, expected=f"{len(texts[0])} cells", found=line.words)
            fast = _LATENCY.search(row[found["model"]])
            model = named(_LATENCY.sub("", row[found["model"]]), r"Amazon Nova[\w .-]*", page.capture)
            line.models = [model.name]
            for name, index in found.items():
                if name == "model" or row[index] in NOTHING or on_request(row[index]):
                    continue
                own, component = name.split()
                value, printed = _looked_up(row[index], quantities[index], prices, page.capture)
                price = ListPrice("amazon_bedrock", model.name, component, value, "USD", region=region)
                sold = "low_latency" if fast else tier if own == "standard" else own
                line.rows.append(price._replace(service_tier=sold, printed=printed))
    return lines.kept(LADDER, LADDER_ONE_WRITE)


def _tier(said: list[str], capture: Capture) -> str:
    """The tier that the lines above a table's header name; standard where there are none."""
    if any(words not in TIERS for words in said):
        raise UnknownValue(capture, expected=f"a tier among {sorted(TIERS)}", found=str(said))
    return TIERS[said[-1]] if said else "standard"


def _quantity(title: str, capture: Capture) -> int:
    """How many tokens the prices under a header are for; 0 where it names none."""
    match = _UNIT.match(folded(title))
    if match is None and re.search(r"\bper\b", title, re.I):
        raise LayoutChanged(capture, expected="prices per 1,000 or per 1M tokens", found=title)
    return PER.get(match["per"], 1_000_000) if match else 0


def _looked_up(text: str, quantity: int, prices: Mapping[str, Any], capture: Capture) -> tuple[Decimal, str]:
    """A template's price per 1e6 tokens, and the words it was read from.

    What the page shows is the file's price times the template's factor, for the quantity that the *header*
    names: the file is per token where the header says per 1,000, and per 1,000 where it says per 1M.
    """
    match = _TEMPLATE.fullmatch(text.strip())
    if match is None or match["factor"] != "1000" or not quantity:
        raise UnknownValue(
            capture, expected="a template {priceOf!bedrock/bedrock!CODE!*!1000!opt}", found=text
        )
    entry = prices.get(match["code"])
    if not isinstance(entry, dict) or not re.fullmatch(r"\d*\.?\d+", str(entry.get("price"))):
        raise UnknownValue(
            capture, expected=f"a price of {match['code']} in the price file", found=str(entry)
        )
    shown = Decimal(str(entry["price"])) * int(match["factor"])
    return per_million(shown, quantity), f"{match['code']}: {entry['price']} x 1000 per {quantity:,} tokens"
