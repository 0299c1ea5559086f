"""Amazon Nova on Bedrock: the price page and the price file that it is filled from. Not proven: written from
a description of the page, no capture of it has been read yet.

The page (aws.amazon.com/bedrock/pricing/) carries its tables HTML-escaped in `data-pricing-markup`
attributes. A price cell is a template,
`{priceOf!bedrock/bedrock!CODE!*!1000!opt}`: look CODE up in the price file
(b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/bedrock/USD/ current/bedrock.json, gzip always), and multiply
as the template says. The file is the page's companion: without it nothing can be read. Its shape:
`{"manifest": {"currencyCode": "USD"}, "regions": {"US East (N. Virginia)": {"CODE": {"price":
"0.0000008"}}}}`, a price per single token; the template's factor 1000 gives the price per 1,000 tokens that
the header promises, x1000 again gives 1e6.

Tables: `Amazon Nova models | Price per 1,000 input tokens | Price per 1,000 output tokens` with optional
columns for batch and cache read (`Price per 1,000 input tokens (Cache Read)`, a table of its own on some
days), under headings that name the inference scope: `Global Cross-region Inference` and `Geo ...` become the
region of the rows, next to the AWS region. Only rows whose model starts with `Amazon Nova` are read: other
labs' models are those labs' to price.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from extractors._sanity import orderly, per_million
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import Grid, filled, soup, tables
from extractors.source import Source
from extractors.vendors._cells import NOTHING, columns, folded, no_challenge, require
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
_UNIT = r"price per 1,?000 "
KNOWN = {
    r"amazon nova models|amazon models|model": "model",
    rf"{_UNIT}input tokens": "standard input",
    rf"{_UNIT}input tokens \(batch\)": "batch input",
    rf"{_UNIT}input tokens \(cache read\)|{_UNIT}cache read input tokens": "standard cache_read",
    rf"{_UNIT}input tokens \(cache write\)|{_UNIT}cache write input tokens": "standard cache_write",
    rf"{_UNIT}output tokens": "standard output",
    rf"{_UNIT}output tokens \(batch\)": "batch output",
}
_SCOPE = re.compile(r"global cross-region inference|geo\b.*", re.I)


def parse(capture: Capture) -> list[Row]:
    """The Nova models' prices per 1e6 tokens in US East (N. Virginia), by tier and inference scope, as
    ListPrice rows in USD.
    """
    text = no_challenge(capture.text(), capture)
    prices = _price_file(capture)
    marked = soup(text).select("[data-pricing-markup]")
    if not marked:
        raise WrongPage(capture, expected="tables in data-pricing-markup", found=text[:200])
    rows: list[ListPrice] = []
    for element in marked:
        for headings, table in tables(soup(str(element["data-pricing-markup"]))):
            rows.extend(_table(headings, filled(table, capture), prices, capture))
    if not rows:
        raise EmptyPage(
            capture, expected="rows of Amazon Nova models", found=f"{len(marked)} marked elements"
        )
    return list(orderly(rows, capture))


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
    if (
        not isinstance(value, dict)
        or value.get("manifest", {}).get("currencyCode") != "USD"
        or REGION not in value.get("regions", {})
    ):
        raise LayoutChanged(companion, expected=f"prices in USD for {REGION}", found=str(value)[:200])
    region: Mapping[str, Any] = value["regions"][REGION]
    return region


def _table(
    headings: tuple[str, ...], cells: Grid, prices: Mapping[str, Any], capture: Capture
) -> Iterator[ListPrice]:
    nova = [row for row in cells[1:] if row[0].text.startswith("Amazon Nova")]
    if not nova:
        return
    found = columns([c.text for c in cells[0]], KNOWN, capture)
    require(found, ["model"], capture)
    scope = next((heading for heading in reversed(headings) if _SCOPE.fullmatch(folded(heading))), "")
    region = f"{REGION}; {scope}" if scope else REGION
    for row in nova:
        if len(row) != len(cells[0]):
            raise LayoutChanged(capture, expected=f"{len(cells[0])} cells", found=str([c.text for c in row]))
        model = " ".join(row[found["model"]].text.split())
        for name, index in found.items():
            if name == "model" or row[index].text in NOTHING:
                continue
            tier, component = name.split()
            value, printed = _looked_up(row[index].text, prices, capture)
            yield ListPrice(
                "amazon_bedrock",
                model,
                component,
                value,
                "USD",
                service_tier=tier,
                region=region,
                printed=printed,
            )


def _looked_up(text: str, prices: Mapping[str, Any], capture: Capture) -> tuple[Decimal, str]:
    """A template's price per 1e6 tokens, and the words it was read from."""
    match = _TEMPLATE.fullmatch(text.strip())
    if match is None or match["factor"] != "1000":
        raise UnknownValue(
            capture, expected="a template {priceOf!bedrock/bedrock!CODE!*!1000!opt}", found=text
        )
    entry = prices.get(match["code"])
    if not isinstance(entry, dict) or not re.fullmatch(r"\d*\.?\d+", str(entry.get("price"))):
        raise UnknownValue(
            capture, expected=f"a price of {match['code']} in the price file", found=str(entry)
        )
    per_thousand = Decimal(str(entry["price"])) * int(match["factor"])
    return per_million(per_thousand, 1000), f"{match['code']}: {entry['price']} x 1000 per 1,000 tokens"
