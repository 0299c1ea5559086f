"""The one door to beautifulsoup4 and markdown-it: strict selection, tables as grids with spans expanded,
struck-out text apart.

Markdown pages are rendered first, so that both kinds of page are read by the same code. The libraries are
imported when a page is read, not before: the command line lists sources without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.errors import LayoutChanged
from extractors.markup import MAX_MARKUP, MAX_STRUCK, bounded_tree, spend_cells, widened
from warehouse.capture import Capture

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
UNPRINTED = INVISIBLE | dict.fromkeys(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹"))
HIDDEN = "[hidden], [style*='display:none'], [style*='display: none']"
STRUCK = "del, s, strike, .line-through, [style*='line-through']"
MAX_SPAN = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid: its visible text (lines kept, struck-out text and footnote marks left out) and what
    was struck out.
    """

    text: str
    struck: tuple[str, ...] = ()
    header: bool = False
    spanned: bool = False

    def __str__(self) -> str:
        return self.text


Grid = list[list[Cell]]


def soup(markup: str | bytes) -> BeautifulSoup:
    """HTML as a tree (lxml). `markup` may be bytes or text; ValueError where it is larger than any page is: a
    tree takes some thirty times its text.
    """
    if len(markup) > MAX_MARKUP:
        raise ValueError(f"{len(markup)} bytes of markup; a page has at most {MAX_MARKUP}")
    tree: BeautifulSoup = bounded_tree()(markup, "lxml")
    return tree


def soup_of_markdown(text: str) -> BeautifulSoup:
    """Markdown (tables, strike-through, inline HTML) as a tree; a YAML front matter is dropped.

    Lines of a pipe table are taken to the left margin: inside `<Accordion>` and the like they are indented,
    which would make them code.
    """
    from markdown_it import MarkdownIt

    body = re.sub(r"^[ \t]+(?=\|)", "", re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S), flags=re.M)
    body = widened(_JSX_OBJECT.sub("", body))
    return soup(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(body))


# `<div style={{minWidth: '240px'}}>` of MDX: no HTML, and its braces would make the tag text.
_JSX_OBJECT = re.compile(r"(?<=\w)\s+\w+=\{\{[^{}]*\}\}(?=[^<>]*>)")


def one(node: BeautifulSoup | Tag, selector: str, capture: Capture) -> Tag:
    """The one element that `selector` finds; LayoutChanged where there are none or several."""
    found = node.select(selector)
    if len(found) != 1:
        names = ", ".join(_name(tag) for tag in found[:5]) or "none"
        raise LayoutChanged(capture, expected=f"exactly one {selector!r}", found=f"{len(found)}: {names}")
    return found[0]


def some(node: BeautifulSoup | Tag, selector: str, capture: Capture, at_least: int = 1) -> list[Tag]:
    """All elements that `selector` finds; LayoutChanged where there are fewer than `at_least`."""
    found = list(node.select(selector))
    if len(found) < at_least:
        raise LayoutChanged(capture, expected=f"at least {at_least} {selector!r}", found=str(len(found)))
    return found


def visible(text: str) -> str:
    """Text without invisible characters and superscript figures (footnote marks), white space folded within
    lines, empty lines dropped.
    """
    lines = (" ".join(line.split()) for line in text.translate(UNPRINTED).replace("\u00a0", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def text_of(node: Tag, *, keep_marks: bool = False) -> tuple[str, tuple[str, ...]]:
    """An element's visible text, with `<br>` and block ends as line breaks, and the texts struck out in it.

    `<sup>` is a footnote mark and is left out, unless `keep_marks`: `$15<sup>4</sup>` is no 154 dollars.
    """
    from bs4.element import NavigableString, PreformattedString, Tag

    struck = _struck(node)
    unseen = f"{STRUCK}, {HIDDEN}, script, style, template" + ("" if keep_marks else ", sup")
    dropped = {id(tag) for tag in node.select(unseen)}
    parts: list[str] = []

    def walk(parent: Tag) -> None:
        for child in parent.children:
            if isinstance(child, Tag):
                if id(child) in dropped:
                    parts.append(" ")
                elif child.name == "br":
                    parts.append("\n")
                else:
                    around = "\n" if child.name in BLOCKS else " " if child.get("role") == "tooltip" else ""
                    parts.append(around)
                    walk(child)
                    parts.append(around)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                parts.append(re.sub(r"\s+", " ", str(child)))

    walk(node)
    return visible("".join(parts)), struck


def _struck(node: Tag) -> tuple[str, ...]:
    """The texts struck out, each as often as marks lie around it; ValueError where those are longer than any
    page's.
    """
    texts, left = [], MAX_STRUCK
    for mark in node.select(STRUCK):
        text = mark.get_text(" ")
        left -= len(text)
        if left < 0:
            raise ValueError(f"over {MAX_STRUCK} characters struck out; a page has fewer")
        texts.append(visible(text))
    return tuple(texts)


HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "blockquote"}
)


def grid(table: Tag, capture: Capture) -> Grid:
    """A table's cells with `rowspan` and `colspan` expanded, a spanned cell repeated in each place it covers.

    Placeholders of merged cells (`rowspan="0"`, class `hidden` or `table-hide`, `display: none`) are dropped
    first: they would shift every column. Nested tables are not entered. LayoutChanged where a span is no
    number or overlaps.
    """
    rows: Grid = []
    pending: dict[int, tuple[int, Cell]] = {}
    for tr in _own_rows(table):
        row: dict[int, Cell] = {}
        spend_cells(table, len(pending))
        for column, (left, cell) in list(pending.items()):
            row[column] = cell
            pending[column] = (left - 1, cell)
            if left == 1:
                del pending[column]
        at = 0
        for td in (cell for cell in tr.find_all(["td", "th"], recursive=False) if not _placeholder(cell)):
            while at in row:
                at += 1
            text, struck = text_of(td)
            high, wide = _span(td, "rowspan", capture), _span(td, "colspan", capture)
            spend_cells(table, wide)
            for dx in range(wide):
                if at + dx in row:
                    raise LayoutChanged(
                        capture, expected="cells that do not overlap", found=f"overlap at {text!r}"
                    )
                row[at + dx] = Cell(text, struck, td.name == "th", spanned=dx > 0)
                if high > 1:
                    pending[at + dx] = (high - 1, Cell(text, struck, td.name == "th", spanned=True))
            at += wide
        if any(cell.text or cell.struck for cell in row.values()):  # else a row that editors leave
            rows.append([row.get(i, Cell("")) for i in range(max(row) + 1)])
    return rows


def filled(table: Tag, capture: Capture) -> Grid:
    """A table's grid, as `grid`; LayoutChanged where it has no row (a page cut off in a table's head,
    say).
    """
    cells = grid(table, capture)
    if not cells:
        raise LayoutChanged(capture, expected="a table with rows", found="a table without any")
    return cells


def tables(node: BeautifulSoup | Tag) -> Iterator[tuple[tuple[str, ...], Tag]]:
    """Every table with the headings above it, outermost first: `(("Pricing", "Batch"), <table>)`."""
    above: dict[int, str] = {}
    for tag in node.find_all(lambda t: t.name == "table" or _level(t) > 0):
        if tag.name == "table":
            yield tuple(above[level] for level in sorted(above)), tag
        else:
            level = _level(tag)
            above = {k: v for k, v in above.items() if k < level}
            above[level] = text_of(tag)[0].replace("\n", " ")


def _level(tag: Tag) -> int:
    """1 to 6 for `<h2>` or an editor's `<div class="heading-h2">`, 0 for what is no heading."""
    names = [
        tag.name,
        *(
            str(name).removeprefix("heading-")
            for name in tag.get_attribute_list("class")
            if "heading-h" in str(name)
        ),
    ]
    return next((int(name[1]) for name in names if name in HEADINGS), 0)


def _own_rows(table: Tag) -> Iterator[Tag]:
    for tr in table.find_all("tr"):
        if tr.find_parent("table") is table:
            yield tr


def _placeholder(cell: Tag) -> bool:
    classes = set(cell.get_attribute_list("class"))
    style = str(cell.get("style") or "").replace(" ", "")
    return cell.get("rowspan") == "0" or bool({"hidden", "table-hide"} & classes) or "display:none" in style


def _span(cell: Tag, name: str, capture: Capture) -> int:
    raw = str(cell.get(name) or cell.get(name.replace("span", "Span")) or "1").strip("{}\"' ")
    if not raw.isdecimal() or not 1 <= int(raw) <= MAX_SPAN:
        raise LayoutChanged(capture, expected=f"a {name} from 1 to {MAX_SPAN}", found=raw)
    return int(raw)


def _name(tag: Tag) -> str:
    return (
        tag.name
        + (f"#{tag['id']}" if tag.get("id") else "")
        + "".join(f".{c}" for c in tag.get("class") or [])
    )
