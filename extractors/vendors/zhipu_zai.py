"""Z.ai's price page, USD (docs.z.ai/guides/overview/pricing): tables under headings, `Model | Input | Cached
Input | ... Storage | Output`.

Forms: Mintlify HTML (`.mdx-content`), its markdown (dollars as `\\$`), and a rendering of 2026-05 with the
whole navigation in front. The sentence "Prices per 1M tokens." stands over each table of token prices. `Free`
is a price; `Limited-time Free`, `-` and `\\` are none. A promotion prints the struck-out list price before
the charged one (`~~$0.15~~ $0.075`). Tables of images, videos, audio and agents (`Model | Price`, `Agent |
Price`) are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from extractors.authoring import Page
from extractors.errors import EmptyPage, Truncated, UnknownValue, WrongPage
from extractors.html import Grid, grid, one, soup, soup_of_markdown, text_of
from extractors.lists import titled
from extractors.printed import money
from extractors.source import Ignored, Listing, Source
from extractors.vendors._cn_cells import (
    LADDERS,
    Model,
    Printed,
    cells_of,
    checked,
    component_columns,
    fold,
    price_rows,
    whole_html,
)
from extractors.vendors._lines import Lines
from extractors.vendors._wording import header_forms, named, plain, units
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

SOURCE = Source(
    id="zhipu_zai",
    title="Z.ai developer documentation, pricing (USD)",
    kind="vendors",
    addresses=("https://docs.z.ai/guides/overview/pricing.md",),
    matches=(r"https://docs\.z\.ai/guides/overview/pricing(\.md)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"image|video|audio|agent|asr|translation|slide|cogvideo|vidu|tts",
            "images, videos, audio and agents",
        ),
    ),
    first_party=("zhipu",),
    expects=Expects(
        sisters=("zhipu_bigmodel", "zhipu_docs_zh"),
        rows={"list_prices": (20, 300)},
        models=("GLM-4.5", "GLM-4.6", "GLM-4.7", "GLM-5", "GLM-5.2", "GLM-5.3"),
        currencies=frozenset({"USD"}),
        amounts=(0.001, 30),
    ),
    listing=Listing(at=("https://docs.z.ai/llms.txt",), most=0, replaces=True),
    forms={"https://docs.z.ai/guides/overview/pricing.md": ("https://docs.z.ai/guides/overview/pricing",)},
)

HEADERS: Mapping[str, str | None] = {
    "model": "model",
    "input": "input",
    "cachedinput": "cache_read",
    "cachedinputstorage": "cache_storage",
    "output": "output",
    "context": None,
    "contextlength": None,
    "contextwindow": None,
}
IGNORED = (["model", "price"], ["agent", "price"])
TOOLS = ["tool", "cost"]


def addresses(capture: Capture) -> list[str]:
    """The price page, by its title."""
    return titled(capture, r"pricing")


def parse(capture: Capture) -> list[Row]:
    """Token prices of the text and vision models, and the price of a web search."""
    text = whole_html(capture)
    html = "<html" in text[:2000].lower()
    tree = soup(text) if html else soup_of_markdown(text)
    if html and not tree.select(".mdx-content"):
        raise WrongPage(capture, expected="a docs page (.mdx-content)", found=text_of(tree)[0][:80])
    page = one(tree, ".mdx-content", capture) if html else tree
    titles = [text_of(h)[0] for h in tree.find_all("h1")]
    if not any(title.startswith("Pricing") for title in titles):
        raise WrongPage(capture, expected="the page 'Pricing'", found=str(titles))
    found = Page(capture)
    above: list[str] = []
    for said, cells in _sections(page, capture):
        place = " ".join(said.split())[-80:]
        above.append(said[-200:].lower())
        with found.part(place, " ".join(cell.text for row in cells for cell in row)):
            found.rows += _table(said, cells, found, place)
    if not found.rows:
        raise EmptyPage(capture, expected="tables of token prices", found=f"{len(above)} tables without any")
    if not any("tool" in a or "image" in a for a in above[1:]) or not any("vision" in a for a in above[1:]):
        raise Truncated(
            capture,
            expected="tables of vision models, then of tools or images",
            found=str([a[-60:] for a in above]),
        )
    return found.finished(checked([row for row in found.rows if isinstance(row, ListPrice)], found))


def _sections(page: BeautifulSoup | Tag, capture: Capture) -> list[tuple[str, Grid]]:
    """Each table with the text between it and the table before."""
    grids: list[Grid] = []
    for table in page.find_all("table"):
        grids.append(grid(table, capture))
        table.replace_with("\n\0\n")
    return list(zip("\n".join(page.strings).split("\0"), grids, strict=False))


def _table(said: str, cells: Grid, page: Page, place: str) -> list[ListPrice]:
    header = [_title(cell.text) for cell in cells[0]]
    if header in IGNORED or not header:
        return []
    if header == TOOLS:
        lines = Lines(page, place)
        for row in cells[1:]:
            with lines.line(row) as line:
                if len(row) != len(TOOLS):
                    raise UnknownValue(page.capture, expected="a tool and its cost", found=line.words)
                line.rows.append(_tool(row[0].text, row[1].text, page.capture))
        return lines.kept()
    if not {"input", "output"} <= set(header):
        if any(money(cell.text) for row in cells for cell in row):
            raise UnknownValue(
                page.capture, expected=f"input and output, or {TOOLS} or {IGNORED}", found=str(header)
            )
        return []
    if "/mtok" not in units(said[-300:]):
        raise UnknownValue(page.capture, expected="'Prices per 1M tokens.' over the table", found=said[-80:])
    return _models(cells, page, place)


def _title(text: str) -> str:
    """A header's words, folded, in their barest form."""
    return fold(header_forms(" ".join(plain(text).split()))[-1]) if plain(text) else ""


def _models(cells: Grid, page: Page, place: str) -> list[ListPrice]:
    columns = component_columns(cells, HEADERS, page, place, ("model", "input", "output"))
    lines = Lines(page, place)
    for row in cells[1:]:
        with lines.line(row) as line:
            by_name = cells_of(row, columns, len(cells[0]), page.capture)
            model = named(by_name.pop("model").text, r"(?=.*GLM)[A-Za-z][A-Za-z0-9._-]+", page.capture)
            line.models = [model.name]
            if not model.over(page.capture):
                of = Model("zhipu", model.name).dated(model)
                for component, cell in by_name.items():
                    with line.cell(cell, component):
                        line.rows += price_rows(of, component, cell, Printed("USD"), page.capture)
    return lines.kept(*LADDERS)


def _tool(name: str, cost: str, capture: Capture) -> ListPrice:
    found = money(cost)
    if (
        fold(name) != "websearch"
        or len(found) != 1
        or found[0].before
        or found[0].currency != "USD"
        or fold(found[0].after) != "/use"
    ):
        raise UnknownValue(capture, expected="'Web Search' at an amount '/ use'", found=f"{name!r} {cost!r}")
    return ListPrice("zhipu", name, "web_search", found[0].amount, "USD", per="1 request", printed=cost)
