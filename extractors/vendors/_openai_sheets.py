"""OpenAI's price page as sheets: tables of texts with their section and service tier, whatever the page's
form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from extractors.authoring import Page
from extractors.errors import LayoutChanged, Truncated, UnknownValue
from extractors.html import Cell, Grid, filled, soup, soup_of_markdown, text_of
from extractors.vendors._cells import folded
from extractors.vendors._lines import table_words
from extractors.vendors._wording import plain
from warehouse.capture import Capture

TIERS = ("standard", "batch", "flex", "priority", "fast", "ultrafast")
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_OTHER_TIER = re.compile(
    r"(?:[a-z-]+ ){1,2}(?:tier|mode)(?: processing)?(?: pricing data)?|(?:[a-z-]+ ){1,2}pricing data"
)
_TIER_HEADING = re.compile(rf"({'|'.join(TIERS)})(?: mode| processing)?(?: pricing data)?")


class Sheet(NamedTuple):
    """One table: the heading above it, the tier it is for, its header and its rows, each as long as the
    header.
    """

    section: str
    tier: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(text: str, page: Page) -> list[Sheet]:
    """Every table of the page, in the page's order. A table of a tier that nobody knows is left over."""
    if "<astro-island" in text:
        return list(_of_islands(text, page))
    return list(_of_markdown(text, page))


def _of_markdown(text: str, page: Page) -> Iterator[Sheet]:
    section, tier, announced = "", "standard", ""
    for tag in soup_of_markdown(text).find_all([*_HEADINGS, "p", "table"]):
        words = folded(plain(text_of(tag)[0])) if tag.name != "table" else ""
        if tag.name in _HEADINGS:
            match = _TIER_HEADING.fullmatch(words)
            section, tier = (
                (section, match[1]) if match else (words, "" if _OTHER_TIER.fullmatch(words) else "standard")
            )
            announced = match[1] if match else announced
        elif words in TIERS:
            tier = announced = words
        elif tag.name == "table":
            announced = ""
            with page.part(section, table_words(tag)):
                if not tier:
                    raise UnknownValue(page.capture, expected=f"a tier among {TIERS}", found=section)
                yield _sheet(section, tier, filled(tag, page.capture), page.capture)
    if announced:
        # A part of the page: what it lacks has not vanished.
        raise Truncated(
            page.capture, expected=f"a table of {announced} prices under its title", found=text[-80:]
        )


def _sheet(section: str, tier: str, cells: Grid, capture: Capture) -> Sheet:
    """A sheet from a grid: two header rows become one; a row one cell short gets the first cell of the row
    above it.
    """
    table = [[_shown(cell) for cell in row] for row in cells]
    header = table.pop(0)
    if "" in header[:1] and table:
        groups, header = header, table.pop(0)
        groups = _spread(groups, header)
        header = [f"{group} {title}".strip() for group, title in zip(groups, header, strict=True)]
    rows: list[tuple[str, ...]] = []
    for row in table:
        if len(row) == len(header) and row[-1] == "" and all(row[:-1]) and rows:
            row = [rows[-1][0], *row[:-1]]  # noqa: PLW2901
        elif len(row) == len(header) - 1 and rows:
            row = [rows[-1][0], *row]  # noqa: PLW2901
        rows.append(tuple(row))
    return Sheet(section, tier, tuple(header), tuple(rows))


def _shown(cell: Cell) -> str:
    """A cell's text in one line; what is struck out in it follows between `~~`."""
    return " ".join(" ".join([cell.text, *(f"~~{old}~~" for old in cell.struck)]).split())


def _spread(groups: Sequence[str], header: Sequence[str]) -> list[str]:
    """`['', 'Short context', 'Long context', '', ...]` over a header of 1 + 2 n columns: each group over its
    n columns.

    Where the grid already repeats a group in the columns it spans, it is kept.
    """
    if len(groups) == len(header) and all(groups[1:]):
        return list(groups)
    named = [group for group in groups if group]
    width, rest = divmod(len(header) - 1, max(len(named), 1))
    if rest or not named:
        return [""] * len(header)
    return ["", *(group for group in named for _ in range(width))]


def _of_islands(text: str, page: Page) -> Iterator[Sheet]:
    for island in soup(text).select("astro-island[props]"):
        kind = str(island.get("component-export"))
        if kind not in ("TextTokenPricingTables", "GroupedPricingTable", "PricingTable"):
            continue
        pane = island.find_parent(attrs={"data-content-switcher-pane": True})
        tier = str(pane["data-value"]) if pane is not None else "standard"
        with page.part(f"{kind} {tier}", table_words(island), str(island["props"]).count("[0,")):
            if tier not in TIERS:
                raise UnknownValue(page.capture, expected=f"a pane among {TIERS}", found=tier)
            props = _plain(json.loads(str(island["props"]), parse_float=Decimal))
            if kind == "TextTokenPricingTables":
                yield _text_tokens(props, tier, page)
                for table in island.select("table"):
                    yield _sheet("", tier, filled(table, page.capture), page.capture)
            else:
                yield _from_props(props, tier, page.capture)


def _plain(value: Any) -> Any:
    """Astro's serialised props as plain values: `[0, x]` is x, `[1, [...]]` a list."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        if len(value) == 1:
            return None
        kind, item = value
        return [_plain(each) for each in item] if kind == 1 else _plain(item)
    return value


def _text_tokens(props: dict[str, Any], tier: str, page: Page) -> Sheet:
    if props.get("tier") != tier:
        raise LayoutChanged(
            page.capture, expected=f"the tier of its pane, {tier}", found=str(props.get("tier"))
        )
    rows: list[tuple[str, ...]] = []
    for row in props["rows"]:
        cells = [_cell(value) for value in row]
        if len(cells) not in (4, 5):
            page.leave(f"text tokens {tier}", cells, "expected 4 or 5 cells a row")
            continue
        rows.append(tuple(cells if len(cells) == 5 else [*cells[:3], "-", cells[3]]))
    return Sheet("", tier, ("Model", "Input", "Cached input", "Cache writes", "Output"), tuple(rows))


def _from_props(props: dict[str, Any], tier: str, capture: Capture) -> Sheet:
    header = tuple(_cell(title) for title in props["headings"])
    groups = props.get("groups") or [{"rows": props["rows"]}]
    rows: list[tuple[str, ...]] = []
    for group in groups:
        first = [_cell(group["model"])] if group.get("model") is not None else []
        rows.extend((*first, *(_cell(value) for value in row)) for row in group["rows"])
    return Sheet("", tier, header, tuple(rows))


def _cell(value: Any) -> str:
    """The text that the page shows for a prop: a number is dollars, null a dash."""
    if isinstance(value, int | Decimal):
        return f"${value}"
    if isinstance(value, dict):
        if "__pricingHtml" in value:
            return " ".join(text_of(soup(str(value["__pricingHtml"])))[0].split())
        return str(value["__pricingTooltipHeading"]["label"])
    return "-" if value is None else " ".join(str(value).split())
