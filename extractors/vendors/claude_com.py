"""claude.com/pricing: Anthropic's marketing page, a cross-check of the models that it still shows (nine in
May 2026).

A Webflow page: each model is a card `.card_pricing_api_wrap` with an `<h3>` and, per price, a label (`Input`,
`Output`, and under
`Prompt caching` `Write` and `Read`) followed by an element `[data-api-price]` whose text nodes `$`, `5` and
`/ MTok` are separate; the number stands in `data-value` too. The batch prices are computed by the page's own
script and are not in it. Write means the five-minute cache ("Prompt caching pricing reflects 5-minute TTL").
The names lack `Claude` (`Opus 4.7`). Subscriptions are other cards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.html import one, soup, text_of
from extractors.printed import number
from extractors.source import Source
from extractors.vendors._cells import MTOK, amount, no_challenge
from extractors.vendors._lines import checked_page
from extractors.vendors._wording import named
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

if TYPE_CHECKING:
    from bs4.element import Tag

SOURCE = Source(
    id="claude_com",
    title="Anthropic: claude.com pricing",
    kind="vendors",
    addresses=("https://claude.com/pricing",),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=(),
    expects=Expects(
        sisters=("anthropic", "anthropic_overview"),
        rows={"list_prices": (8, 100)},
        models=("Haiku 4.5", "Opus 4.5", "Opus 5"),
        amounts=(0.02, 200),
    ),
)
CARD = "div.card_pricing_api_wrap"
COMPONENTS = {"Input": "input", "Output": "output", "Write": "cache_write_5m", "Read": "cache_read"}


def parse(capture: Capture) -> list[Row]:
    """Input, output, five-minute cache write and cache read per 1e6 tokens of each model's card, in USD."""
    text = no_challenge(capture.text(), capture)
    page = soup(text)
    if not page.select(CARD):
        raise WrongPage(capture, expected=f"model cards {CARD!r}", found=text[:200])
    if any(
        "MTok" in text_of(price)[0] and price.find_parent(class_="card_pricing_api_wrap") is None
        for price in page.select("[data-api-price]")
    ):
        raise LayoutChanged(capture, expected=f"every price per MTok in a {CARD!r}", found="one outside")
    if "5-minute TTL" not in text:
        raise LayoutChanged(
            capture, expected="cache writes said to be of the 5-minute TTL", found="no such words"
        )
    result = Page(capture)
    for card in page.select(CARD):
        with result.part("API", " ".join(text_of(card)[0].split())):
            result.rows += _card(card, capture)
    return checked_page(result)


def _card(card: Tag, capture: Capture) -> list[ListPrice]:
    model = named(text_of(one(card, "h3", capture))[0], r"[A-Z][a-z]+ \d+(\.\d+)?", capture)
    rows: list[ListPrice] = []
    for price in card.select("[data-api-price]"):
        label = price.find_previous_sibling()
        component = COMPONENTS.get(text_of(label)[0] if label is not None else "")
        printed, struck = text_of(price)
        value = amount(printed, capture, unit=MTOK)
        stated = str(one(price, "[data-value]", capture)["data-value"])
        if component is None or value is None or struck or model.sale or number(stated) != value:
            raise UnknownValue(
                capture, expected=f"a price labelled one of {list(COMPONENTS)}", found=f"{label}: {printed!r}"
            )
        rows.append(ListPrice("anthropic", model.name, component, value, "USD", printed=printed))
    if sorted(row.component for row in rows) != sorted(COMPONENTS.values()):
        raise LayoutChanged(
            capture, expected=f"{list(COMPONENTS)} of {model.name}", found=str([r.component for r in rows])
        )
    return rows
