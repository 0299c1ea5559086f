"""Changes of HTML and Markdown pages: in the cells of their tables, in their sections, in what surrounds
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from extractors.html import soup
from tests.extractors.page_tables import AMOUNT, cells_of, is_html, line_of, pipe_tables
from tests.extractors.tomorrow.kinds import ODD_NAME, Change, Tomorrow
from tests.extractors.tomorrow.price_rows import PRICED, rows_of


def name_at(cells: list[str]) -> int:
    """The first cell that has letters and no price."""
    return next((i for i, c in enumerate(cells) if re.search(r"[A-Za-z]{2}", c) and not PRICED.search(c)), 0)


def price_at(cells: list[str]) -> int:
    return next(i for i, cell in enumerate(cells) if i and PRICED.search(shown(cell)))


def shown(cell: str) -> str:
    """What is seen of a cell's markup."""
    return re.sub(r"<!--.*?-->|<[^>]*>", "", cell)


def changed(
    text: str,
    random: Random,
    change: Callable[[list[str]], list[list[str]]],
    spanned: bool = False,
    vague: bool = False,
    **said: bool,
) -> Iterator[Tomorrow]:
    """Pages with one row changed, two at most. `vague`: the row's first price is no price any more."""
    rows = rows_of(text, spanned)
    for row in random.sample(rows, min(2, len(rows))):
        page = Tomorrow(row.write(change(list(row.cells))).encode(), " | ".join(row.cells), **said)
        if vague:
            at = price_at(row.cells)
            without = row.write([[*row.cells[:at], "Contact sales", *row.cells[at + 1 :]]])
            page = page._replace(without=without.encode())
        yield page


def in_name(form: str, **said: bool) -> Change:
    """A kind that writes the name of one row otherwise."""

    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        def renamed(cells: list[str]) -> list[list[str]]:
            at = name_at(cells)
            if not cells[at].strip(" \ufeff\u200b"):  # the row goes on with the model above it
                return [cells]
            return [[*cells[:at], form.format(cells[at].strip()), *cells[at + 1 :]]]

        yield from changed(body.decode(), random, renamed, spanned=True, **said)

    return change


def in_price(form: str, vague: bool = False) -> Change:
    """A kind that writes one price otherwise."""

    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        def priced(cells: list[str]) -> list[list[str]]:
            at = price_at(cells)
            sign = next((sign for sign in "$¥￥€" if sign in cells[at]), "$")
            said = form.replace("$", sign).format(cells[at].strip())
            return [[*cells[:at], said, *cells[at + 1 :]]]

        yield from changed(body.decode(), random, priced, spanned=True, vague=vague)

    return change


def new_row(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A model that nobody has heard of, at another's prices."""

    def added(cells: list[str]) -> list[list[str]]:
        at = name_at(cells)
        return [cells, [*cells[:at], ODD_NAME, *cells[at + 1 :]]]

    yield from changed(body.decode(), random, added, new=True)


def row_gone(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A model less."""
    yield from changed(body.decode(), random, lambda _: [], gone=True)


def empty_row(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A row of empty cells, as editors leave them."""
    yield from changed(body.decode(), random, lambda cells: [cells, ["" for _ in cells]])


def order_changed(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Two neighbouring rows of one table exchanged, where no cell spans them."""
    text = body.decode()
    lines = text.split("\n")
    for start, end in pipe_tables(lines):
        if end - start > 3 and all(cells_of(line)[0].strip() for line in lines[start + 2 : end]):
            at = random.randrange(start + 2, end - 1)
            swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
            yield Tomorrow("\n".join(swapped).encode(), lines[at] + lines[at + 1])
            return
    if is_html(text):
        tree = soup(text)
        for table in tree.select("table"):
            rows = [tr for tr in table.select("tr") if tr.find("td")]
            if len(rows) > 1 and not table.select("[rowspan], [rowSpan]"):
                touched = rows[0].get_text(" ") + rows[1].get_text(" ")
                rows[0].insert_before(rows[1].extract())
                yield Tomorrow(str(tree).encode(), touched)
                return


def _column(header: str, cell: str) -> Change:
    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        text = body.decode()
        lines = text.split("\n")
        tables = [t for t in pipe_tables(lines) if PRICED.search("\n".join(lines[t[0] : t[1]]))]
        for start, end in random.sample(tables, min(1, len(tables))):
            extra = [header, "---", *[cell] * (end - start - 2)]
            wide = [line_of([*cells_of(line), e]) for line, e in zip(lines[start:end], extra, strict=True)]
            touched = "\n".join(lines[start:end])
            yield Tomorrow("\n".join([*lines[:start], *wide, *lines[end:]]).encode(), touched)
        if not tables and is_html(text):
            yield from _html_column(text, random, header, cell)

    return change


def _html_column(text: str, random: Random, header: str, cell: str) -> Iterator[Tomorrow]:
    tree = soup(text)
    tables = [t for t in tree.select("table") if AMOUNT.search(t.get_text()) and not t.select("[colspan]")]
    for table in random.sample(tables, min(1, len(tables))):
        touched = table.get_text(" ")
        for number, tr in enumerate(table.select("tr")):
            tag = tree.new_tag("th" if not number else "td")
            tag.string = cell if number else header
            tr.append(tag)
        yield Tomorrow(str(tree).encode(), touched)


def _appended(markdown: str, html: str) -> Change:
    """A text after the first price table."""

    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        text = body.decode()
        lines = text.split("\n")
        tables = pipe_tables(lines)
        if tables:
            at = tables[random.randrange(len(tables))][1]
            yield Tomorrow(
                "\n".join([*lines[:at], "", *markdown.split("\n"), "", *lines[at:]]).encode(), new=True
            )
        elif "</table>" in text:
            yield Tomorrow(text.replace("</table>", "</table>" + html, 1).encode(), new=True)

    return change


def same_table_for_a_new_model(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A second table of the same form under a heading of its own, with one new model."""
    text = body.decode()
    lines = text.split("\n")
    for start, end in pipe_tables(lines):
        row = cells_of(lines[end - 1])
        if any(PRICED.search(cell) for cell in row[1:]):
            at = name_at(row)
            extra = [
                "",
                "### Dream models",
                "",
                *lines[start : start + 2],
                line_of([*row[:at], ODD_NAME, *row[at + 1 :]]),
                "",
            ]
            yield Tomorrow("\n".join([*lines[:end], *extra, *lines[end:]]).encode(), new=True)
            return


def unit_respelled(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """The same unit in other words, everywhere."""
    text = body.decode()
    for old, new in (
        ("/ MTok", "per MTok"), ("1M tokens", "1 million tokens"), ("1M Tokens", "1M  tokens"),
        ("million tokens", "1M tokens"), ("百万tokens", "百万 Tokens"), ("百万 tokens", "百万 token"),
        ("/M Tokens", "/ M tokens"), ("MTok", "Mtok"), ("1M tokens", "(per 1M tokens)"),
    ):  # fmt: skip
        if old in text:
            yield Tomorrow(text.replace(old, new).encode(), text)
            return


def template(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """The site around the page: another navigation, a banner, a footer, a cookie notice."""
    text = body.decode()
    if is_html(text) and "<body" in text:
        top = "<div class='n9'><nav><ul><li>Dreams<li>Docs</ul></nav><p>We use cookies.</p></div>"
        changed = re.sub(r"(<body[^>]*>)", lambda m: m[1] + top, text, count=1)
        yield Tomorrow(changed.replace("</body>", "<footer>© Dreams Inc.</footer></body>").encode())
    elif not text.lstrip().startswith(("{", "[", "---")):
        yield Tomorrow(
            (
                "> ## Documentation index\n> Fetch the index at /llms.txt\n\n"
                + text
                + "\n\nWas this page helpful?\n"
            ).encode()
        )


def spaces(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Blanks that do not break and characters of no width in a row's cells."""
    yield from changed(body.decode(), random, lambda cells: [[f"\u00a0{c.strip()}\u200b " for c in cells]])


def byte_order_mark(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A byte order mark."""
    yield Tomorrow(b"\xef\xbb\xbf" + body)


KINDS: dict[str, Change] = {
    "a new model": new_row,
    "a model gone": row_gone,
    "an empty row": empty_row,
    "two rows exchanged": order_changed,
    "a badge behind a name": in_name("{} <span>NEW</span>"),
    "a badge before a name": in_name("<span>Sale price</span> {}"),
    "an arrow behind a name": in_name("{} ↗"),
    "a note in brackets behind a name": in_name("{} (to be deprecated)"),
    "a link around a name": in_name('<a href="/models/x">{}</a>'),
    "a footnote mark at a name": in_name("{}<sup>7</sup>"),
    "a note in brackets behind a price": in_price("{} (until further notice)"),
    "a footnote mark at a price": in_price("{}<sup>7</sup>"),
    "a second price in a cell": in_price("{} / $77.77 (nights)"),
    "a price on request": in_price("Contact sales"),
    "free for a while": in_price("Free (limited time)"),
    "an old price struck out": in_price("<del>$777.70</del> {}"),
    "a column of words": _column("Dream state", "vivid"),
    "a column of prices": _column("Dream price", "$77.77"),
    "a section of another kind": _appended(
        "## Dream weaving\n\n| Dream | Cost |\n| --- | --- |\n| Short | $77.77 per dream |",
        "<h3>Dream weaving</h3><table><tr><th>Dream</th><th>Cost</th></tr>"
        "<tr><td>Short</td><td>$77.77 per dream</td></tr></table>",
    ),
    "a sentence with a price": _appended(
        "From 2031-01-01 on dreams cost $77.77 per night.",
        "<p>From 2031-01-01 on dreams cost $77.77 per night.</p>",
    ),
    "the same table for a new model": same_table_for_a_new_model,
    "a unit spelled otherwise": unit_respelled,
    "another template": template,
    "blanks and characters of no width": spaces,
    "a byte order mark": byte_order_mark,
}  # fmt: skip
