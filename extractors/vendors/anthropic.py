"""Anthropic's price page in its Markdown form (pricing.md), the only source of Anthropic's prices.

`## Model pricing` holds a pipe table `Model | Base Input Tokens | 5m Cache Writes | 1h Cache Writes | Cache
Hits & Refreshes | Output Tokens` with cells `$5 / MTok`; `### Batch processing`, `### Fast mode pricing` and
(until March 2026) `### Long context pricing` have tables of their own. About eight other tables hold dollars
too (consumption units, tools, worked examples): a table is chosen by its header, and any other table that
prices tokens per MTok is an error.

Traps: dollars were written `\\$3` until late 2025; a model's cell carries links, `(deprecated)`, `(retired,
except on ...)`, dates (`through August 31, 2026`, `starting September 1, 2026`: two rows for one model) or
`(for prompts over 100,000 tokens)`. The fast and the long-context table named their models only in the
paragraph above them in some months; the latter also left the model's cell empty on the line of its output
price. A model of a cell with several (`Claude Sonnet 4.5 / 4`) gets a row each.

Not read: the multiplier for US-only inference (no price is printed) and the prices of server-side tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.html import Cell, Grid, filled, soup_of_markdown, tables, text_of
from extractors.lists import titled
from extractors.price_order import LADDER, LADDER_ONE_WRITE
from extractors.source import Ignored, Listing, Source
from extractors.vendors._amount_words import promoted_from
from extractors.vendors._anthropic_cells import IN_PROSE, Listed, listed_models, named_in, threshold
from extractors.vendors._cells import MTOK, amount, columns, folded, kind_of_dates, no_challenge, require
from extractors.vendors._lines import Lines, checked_page, table_words
from extractors.vendors._wording import names_models, plain, singular, units
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="anthropic",
    title="Anthropic: pricing",
    kind="vendors",
    addresses=("https://platform.claude.com/docs/en/about-claude/pricing.md",),
    matches=(
        r"https://platform\.claude\.com/docs/en/about-claude/pricing\.md",
        r"https://docs\.(claude|anthropic)\.com/en/docs/about-claude/pricing\.md",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"managed agents|web search|code execution|session|/ (?:pricing )?examples?\b|"
            r"worked example|tool use",
            "server-side tools and worked examples",
        ),
        Ignored(r"per CCU\b|CCUs at", "a marketplace's unit of account, into which the prices are converted"),
    ),
    first_party=("anthropic",),
    expects=Expects(
        sisters=("claude_com", "anthropic_overview"),
        rows={"list_prices": (40, 400)},
        models=("Claude Opus 4.1", "Claude Opus 4.8", "Claude Opus 5", "Claude Haiku 4.5"),
        amounts=(0.01, 500),
    ),
    required=True,
    listing=Listing(at=("https://platform.claude.com/llms.txt",), most=0, replaces=True),
    forms={
        "https://platform.claude.com/docs/en/about-claude/pricing.md": (
            "https://docs.claude.com/en/docs/about-claude/pricing.md",
        )
    },
)
STANDARD = {
    "model": "model",
    "base input tokens": "input",
    "5m cache writes": "cache_write_5m",
    "1h cache writes": "cache_write_1h",
    "cache hits and refreshes": "cache_read",
    "output tokens": "output",
}
BATCH = {"model": "model", "batch input": "input", "batch output": "output"}
FAST = {"model": "model", "context window": "context", "input": "input", "output": "output"}


def addresses(capture: Capture) -> list[str]:
    """The price page, by its title."""
    return titled(capture, r"pricing")


def parse(capture: Capture) -> list[Row]:
    """The prices per 1e6 tokens: standard, batch, fast mode and long context, as ListPrice rows in USD, and
    leftovers.
    """
    tree = soup_of_markdown(no_challenge(capture.text(), capture))
    page = Page(capture)
    seen: dict[str, list[str]] = {}
    for headings, table in tables(tree):
        above = table.find_previous("h3")
        first = above.find_next("p") if above is not None else None
        prose = text_of(first)[0] if first is not None else ""
        with page.part(
            headings, " ".join([*(f"Claude {name}" for name in IN_PROSE.findall(prose)), table_words(table)])
        ):
            cells = filled(table, capture)
            header = [folded(singular(plain(c.text))) for c in cells[0]]
            kind = _kind(header, folded(headings[-1]) if headings else "")
            if kind is None:
                if any("/mtok" in units(c.text) for row in cells for c in row):
                    raise UnknownValue(
                        capture, expected="prices per MTok in known tables only", found=f"{header}"
                    )
                continue
            if seen.get(kind, header) != header:
                raise LayoutChanged(capture, expected=f"one {kind} table", found=f"another under {headings}")
            page.rows += _read(kind, cells, prose, page, " / ".join(headings))
            seen[kind] = header
    if "standard" not in seen:
        raise WrongPage(capture, expected="the tables of Anthropic's price page", found=capture.text()[:200])
    wanted = {"batch"} | ({"fast"} if re.search(r"^### Fast mode pricing", capture.text(), re.M) else set())
    if (missing := wanted - set(seen)) and not page.leftovers:
        raise LayoutChanged(capture, expected=f"tables {sorted(wanted)}", found=f"no {sorted(missing)} table")
    return checked_page(page)


def _kind(header: list[str], section: str) -> str | None:
    if "base input tokens" in header or section == "model pricing":
        return "standard"
    if section == "batch processing":
        return "batch"
    return {"fast mode pricing": "fast", "long context pricing": "long"}.get(section)


def _read(kind: str, cells: Grid, prose: str, page: Page, place: str) -> list[ListPrice]:
    capture = page.capture
    if kind == "long":
        return _long_context(cells, prose, page, place)
    tier = "standard" if kind == "standard" else kind
    known = {"standard": STANDARD, "batch": BATCH, "fast": FAST}[kind]
    texts = [[c.text for c in row] for row in cells]
    found = columns(texts[0], known, page, place, texts[1:])
    require(found, ["model", "input", "output"] if kind == "standard" else ["input", "output"], capture)
    lines = Lines(page, place)
    for row in cells[1:]:
        with lines.line(row) as line:
            listed = (
                listed_models(row[found["model"]].text, capture)
                if "model" in found
                else named_in(prose, capture, most=1)
            )
            line.models = [each.model for each in listed]
            start = threshold(row[found["context"]].text, capture) if "context" in found else 0
            if len(row) > len(cells[0]):
                raise LayoutChanged(capture, expected=f"{len(cells[0])} cells", found=line.words)
            for component, index in found.items():
                if component in ("model", "context"):
                    continue
                if index >= len(row):
                    raise LayoutChanged(capture, expected=f"a {component} cell", found=line.words)
                with line.cell(row[index], component):
                    for each in listed:
                        conditions = each._replace(context_from_tokens=start or each.context_from_tokens)
                        line.rows += _cell(conditions, component, row[index], tier, capture)
    return lines.kept(LADDER, LADDER_ONE_WRITE)


def _cell(listed: Listed, component: str, cell: Cell, tier: str, capture: Capture) -> Iterator[ListPrice]:
    """The price of a cell; beside a struck-out list price it is a promotion's."""
    if len(cell.struck) > 1:
        raise UnknownValue(
            capture, expected="one price, and at most one struck out", found=f"{cell.text!r}, {cell.struck}"
        )
    charged = list(_price(listed, component, cell.text, tier, capture))
    for row in charged:
        sale = cell.struck or (listed.sale and row.price_kind == "list")
        yield row._replace(price_kind="promotional") if sale else row
    if cell.struck:
        for row in _price(listed, component, cell.struck[0], tier, capture):
            promoted_from(row.amount, charged[0].amount)
            yield row


def _price(
    listed: Listed, component: str, text: str, tier: str, capture: Capture, before: str = ""
) -> Iterator[ListPrice]:
    value = amount(text, capture, unit=MTOK, before=before)
    if value is not None:
        yield ListPrice(
            "anthropic",
            listed.model,
            component,
            value,
            "USD",
            service_tier=tier,
            context_from_tokens=listed.context_from_tokens,
            price_kind=kind_of_dates(listed.effective_from, listed.effective_to, capture),
            effective_from=listed.effective_from,
            effective_to=listed.effective_to,
            printed=text,
        )


def _long_context(cells: Grid, prose: str, page: Page, place: str) -> list[ListPrice]:
    """`≤ 200K` and `> 200K` columns; the component is in the header's second line or before the price in the
    cell.
    """
    capture, lines = page.capture, Lines(page, place)
    header = [" ".join(c.text.split()) for c in cells[0]]
    by_line = names_models(header[0])
    listed = [] if by_line else named_in(prose, capture)
    for row in cells[1:]:
        with lines.line(row) as line:
            if by_line and row[0].text:
                listed = []
                listed = listed_models(row[0].text, capture)
            line.models = [each.model for each in listed]
            for title, cell in zip(header, row, strict=True):
                if names_models(title):
                    continue
                component = re.search(r"\b(Input|Output)$", title) or re.match(r"(Input|Output):", cell.text)
                if component is None or not listed:
                    raise LayoutChanged(
                        capture,
                        expected="a model and Input or Output for each price",
                        found=f"{title!r}: {cell.text!r}",
                    )
                start = threshold(re.sub(r" (Input|Output)$", "", title), capture)
                name, before = component[1].lower(), r"(?:(?:In|Out)put:)?"
                with line.cell(cell, name):
                    for each in listed:
                        of = each._replace(context_from_tokens=start)
                        line.rows += _price(of, name, cell.text, "standard", capture, before)
    return lines.kept(LADDER, LADDER_ONE_WRITE)
