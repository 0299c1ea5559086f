"""DeepSeek's price page taken apart: its tables as full grids, whatever the form, and its prose as lines.
`_deepseek.py` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from extractors.errors import LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.html import Cell, Grid, grid, one, soup, text_of
from extractors.printed import money
from extractors.vendors._cn_cells import fold, whole_html
from extractors.vendors._wording import plain, undecorated
from warehouse.capture import Capture


@dataclass(frozen=True, slots=True)
class Words:
    """One language's labels, folded (see `fold`), and its currency."""

    currency: str
    title: str
    model: str
    version: str
    pricing: str
    concurrency: str
    end: str
    components: Mapping[str, str]
    bands: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart: its tables as grids, its prose as lines; `excerpt` when the body is the table
    alone.
    """

    grids: list[Grid]
    prose: str
    excerpt: bool = False
    markdown: bool = False

    def heading(self, line: str) -> bool:
        """Whether a line of the prose may be the page's title: the first line of the article, or `# ...` in
        markdown.
        """
        return line.startswith("# ") or not self.markdown


def name_of(cell: Cell) -> str:
    """The id in a model cell, without its footnote mark."""
    return re.sub(r"\s*(?:\(\d\))+$", "", cell.text.strip().strip("`"))


def label(cell: Cell) -> str:
    """A label folded for comparing, without its footnote mark."""
    return re.sub(r"(?:\(\d\))+$", "", fold(undecorated(cell.text)))


def take_apart(capture: Capture, words: Words) -> Page:
    """The page; WrongPage where it is another one, Truncated where its last section is missing."""
    text = whole_html(capture)
    if text.lstrip().startswith("<table") and "</table>" not in text:
        raise Truncated(capture, expected="</table>", found=text[-80:])
    if excerpt := _tables_alone(text, capture):
        return Page(excerpt, "", excerpt=True)
    page = (
        _html_page(text, capture)
        if re.match(r"\s*<", text) or "<html" in text[:2000].lower()
        else _markdown_page(text, words, capture)
    )
    titles = [line for line in page.prose.split("\n") if page.heading(line)]
    if not titles or fold(titles[0].lstrip("# ")) != words.title:
        step = "ask for the address with its trailing slash"
        raise WrongPage(
            capture,
            expected=f"the page {words.title!r}",
            found=str(titles[:1] or page.prose[:80]),
            next_step=step,
        )
    if words.end not in fold(page.prose):
        raise Truncated(
            capture, expected=f"the section {words.end!r} after the table", found=page.prose[-80:]
        )
    return page


def _tables_alone(text: str, capture: Capture) -> list[Grid]:
    """The tables of a body that holds nothing else; none where it holds a page."""
    if not text.lstrip().startswith("<") or "</table>" not in text:
        return []
    tree = soup(text)
    grids = [grid(table, capture) for table in tree.find_all("table")]
    for table in tree.find_all("table"):
        table.decompose()
    return [] if text_of(tree)[0] else [g for g in grids if g]


def _html_page(text: str, capture: Capture) -> Page:
    tree = soup(text)
    if not tree.select(".theme-doc-markdown"):
        raise WrongPage(capture, expected="a page of the docs", found=text_of(tree)[0][:80])
    article = one(tree, ".theme-doc-markdown", capture)  # the served page's, or the article alone as copied
    grids = [grid(t, capture) for t in article.find_all("table")]
    for table in article.find_all("table"):
        table.decompose()
    return Page([g for g in grids if g], text_of(article)[0])


def _markdown_page(text: str, words: Words, capture: Capture) -> Page:
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    old = re.search(r"^\*\*(\S+\|.*?)^\*\*", body, re.M | re.S)
    if old:
        return Page([_rendered(old[1], words, capture)], body.replace(old[0], ""), markdown=True)
    grids: list[Grid] = []
    block: list[list[Cell]] = []
    for line in [*body.split("\n"), ""]:
        if line.startswith("|"):
            block.append([_markdown_cell(part) for part in line.strip().strip("|").split("|")])
        elif block:
            grids.append(_carried(block, capture))
            block = []
    return Page(
        grids, "\n".join(line for line in body.split("\n") if not line.startswith("|")), markdown=True
    )


def _carried(block: list[list[Cell]], capture: Capture) -> Grid:
    """A pipe table whose short rows miss the cells on the left that a span above them covers."""
    rows = [row for row in block if not all(re.fullmatch(r":?-+:?|", cell.text) for cell in row)]
    out: Grid = []
    for row in rows:
        missing = len(rows[0]) - len(row)
        if missing < 0 or (missing and not out):
            raise LayoutChanged(
                capture, expected=f"at most {len(rows[0])} cells", found=str([c.text for c in row])
            )
        out.append(
            [Cell(c.text, c.struck, spanned=True) for c in out[-1][:missing]] + row if missing else row
        )
    return [
        [row[i - 1] if i and not c.text and _blank_left(row, i) else c for i, c in enumerate(row)]
        for row in out
    ]


def _blank_left(row: list[Cell], index: int) -> bool:
    """Whether an empty cell stands for the label left of it (a span over the label columns), not for an empty
    value.
    """
    return all(not cell.text for cell in row[1 : index + 1])


def _markdown_cell(text: str) -> Cell:
    said = unescape(plain(re.sub(r"</?(?:del|s)>", "~~", text.replace("\\$", "$"))))
    return Cell(
        re.sub(r"~~.*?~~", "", said).strip(), tuple(s.strip() for s in re.findall(r"~~(.*?)~~", said))
    )


def _rendered(text: str, words: Words, capture: Capture) -> Grid:
    """The rendering of 2025-12: rows of `label| price`, labels once, one price for all models."""
    lines = [
        [_markdown_cell(p) for p in line.split("|")]
        for line in text.split("\n")
        if line.strip() and not line.startswith("---|")
    ]
    models = lines[0][1:]
    table: Grid = [[lines[0][0], lines[0][0], *models]]
    for line in lines[1:]:
        inner = line[1:] if label(line[0]) == words.pricing else line
        if label(inner[0]) in words.components:
            prices = inner[1:] * len(models) if len(inner) == 2 else inner[1:]
            table.append([Cell(words.pricing), inner[0], *prices])
        elif any(money(cell.text) for cell in line):
            raise UnknownValue(
                capture, expected=f"a label of {sorted(words.components)}", found=str([c.text for c in line])
            )
    return table
