"""Changes that a site's own software makes: how tables, headers and names are dressed, and how they are
encoded. The prices are what they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from extractors.html import soup
from tests.extractors.page_tables import AMOUNT, cells_of, is_html, line_of, pipe_tables
from tests.extractors.tomorrow.kinds import Change, Tomorrow
from tests.extractors.tomorrow.pages import changed, in_name, in_price
from tests.extractors.tomorrow.price_rows import PRICED, written


def _headers(form: Callable[[str], str]) -> Change:
    """A kind that writes the header cells of every price table otherwise."""

    def headed(table: re.Match[str]) -> str:
        tree = soup(table[0].replace("\\<", "&lt;"))
        for cell in tree.select("table tr:first-of-type th"):
            for string in list(cell.find_all(string=True)):
                string.replace_with(form(str(string)))
        return written(tree.select_one("table"), table[0])

    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        text = body.decode()
        lines = text.split("\n")
        tables = [t for t in pipe_tables(lines) if PRICED.search("\n".join(lines[t[0] : t[1]]))]
        for start, _ in tables:
            lines[start] = line_of([form(cell) for cell in cells_of(lines[start])])
        if tables:
            yield Tomorrow("\n".join(lines).encode(), text)
        elif is_html(text) and "<table" in text:
            yield Tomorrow(re.sub(r"<table\b.*?</table>", headed, text, flags=re.S).encode(), text)

    return change


def _plural(cell: str) -> str:
    return re.sub(r"\b(Input|Output|Model)(?=\s*$|\s*\()", r"\1s", cell)


PRICES = r"(?:Cached )?Input|Output"


def _with(cell: str, wanted: str, form: str) -> str:
    """A header cell that is one of some words alone, in a form."""
    return f" {form.format(cell.strip())} " if re.fullmatch(wanted, cell.strip()) else cell


def front_matter(body: bytes) -> Iterator[Tomorrow]:
    """What a docs site writes over its Markdown."""
    if not is_html(body.decode()) and not body.startswith((b"---", b"{")):
        yield Tomorrow(b"---\ntitle: Pricing\nsource: docs\n---\n\n" + body, body.decode())


def deeper(body: bytes) -> Iterator[Tomorrow]:
    """Every heading below the title one level deeper."""
    text = body.decode()
    said = re.sub(r"^(#{2,5}) ", r"#\1 ", text, flags=re.M)
    said = re.sub(r"(</?h)([2-5])\b", lambda m: f"{m[1]}{int(m[2]) + 1}", said)
    if said != text:
        yield Tomorrow(said.encode(), text)


def _respelled(*pairs: tuple[str, str]) -> Change:
    """A kind that writes the first of some spellings that the page has otherwise, everywhere."""

    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        text = body.decode()
        for pattern, new in pairs:
            said = re.sub(pattern, new, text)
            if said != text:
                yield Tomorrow(said.encode(), text)
                return

    return change


def _every_amount(form: str) -> Change:
    """A kind that writes the sign of every dollar amount in the tables otherwise."""

    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        text = body.decode()
        rows = [line for line in text.split("\n") if line.lstrip().startswith("|")]
        if any("$" in row for row in rows):
            said = "\n".join(
                re.sub(r"\\?\$(?=\d)", form.replace("\\", "\\\\"), line)
                if line.lstrip().startswith("|")
                else line
                for line in text.split("\n")
            )
            yield Tomorrow(said.encode(), text)

    return change


def split_in_two(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A table as two of the same header, one after the other."""
    text = body.decode()
    lines = text.split("\n")
    for start, end in pipe_tables(lines):
        whole = all(cells_of(line)[0].strip() for line in lines[start + 2 : end])
        if end - start > 4 and whole and AMOUNT.search(lines[start + 2].replace("\\", "")):
            half = (start + 2 + end) // 2
            again = ["", *lines[start : start + 2]]
            yield Tomorrow("\n".join([*lines[:half], *again, *lines[half:]]).encode(), text)
            return


def header_again(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """The header once more in the middle of a table."""
    text = body.decode()
    lines = text.split("\n")
    for start, end in pipe_tables(lines):
        if end - start > 3 and PRICED.search("\n".join(lines[start:end])):
            yield Tomorrow("\n".join([*lines[: end - 1], lines[start], *lines[end - 1 :]]).encode(), text)
            return


def wrapped(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Every table in new elements."""
    text = body.decode()
    if is_html(text) and "<table" in text:
        said = re.sub(r"<table\b", '<div class="x9"><div role="tabpanel"><table', text)
        yield Tomorrow(said.replace("</table>", "</table></div></div>").encode(), text)
        return
    lines = text.split("\n")
    for start, end in reversed(pipe_tables(lines)):
        lines[start:end] = ['<div class="x9">', "", *lines[start:end], "", "</div>"]
    if lines != text.split("\n"):
        yield Tomorrow("\n".join(lines).encode(), text)


def attributes(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Attributes on every cell, and no element around a table's rows."""
    text = body.decode()
    if is_html(text) and "<table" in text:
        said = re.sub(r"<(td|th)\b", r'<\1 data-x9="1" style="text-align:left"', text)
        yield Tomorrow(re.sub(r"</?(?:thead|tbody)\b[^>]*>", "", said).encode(), text)


def line_ends(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Lines that end as on Windows."""
    if b"\r" not in body:
        yield Tomorrow(body.replace(b"\n", b"\r\n"), body.decode())


def padded(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Pipe tables with their cells filled up with blanks, and columns aligned."""
    text = body.decode()
    lines = text.split("\n")
    for start, end in pipe_tables(lines):
        for at in range(start, end):
            cells = cells_of(lines[at])
            lines[at] = (
                "|" + "|".join(" :---: " for _ in cells) + "|"
                if at == start + 1
                else line_of([f"  {cell.strip()}   " for cell in cells])
            )
    if lines != text.split("\n"):
        yield Tomorrow("\n".join(lines).encode(), text)


def row_struck_out(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A row struck out as a whole."""
    yield from changed(
        body.decode(),
        random,
        lambda cells: [[f"<del>{c.strip()}</del>" if c.strip() else c for c in cells]],
        vague=True,
    )


def zeros(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """One price with more decimals than before."""

    def priced(cells: list[str]) -> list[list[str]]:
        at = next(i for i, cell in enumerate(cells) if i and AMOUNT.search(cell))
        more = re.sub(
            r"\d+(?:\.\d+)?", lambda m: f"{m[0]}00" if "." in m[0] else f"{m[0]}.000", cells[at], count=1
        )
        return [[*cells[:at], more, *cells[at + 1 :]]]

    text = body.decode()
    if AMOUNT.search(text):
        yield from changed(text, random, _where_an_amount_is(priced), spanned=True)


def _where_an_amount_is(
    change: Callable[[list[str]], list[list[str]]],
) -> Callable[[list[str]], list[list[str]]]:
    return lambda cells: change(cells) if any(AMOUNT.search(c) for c in cells[1:]) else [cells]


SITES: dict[str, Change] = {
    "headers in capitals": _headers(str.upper),
    "headers in the plural": _headers(_plural),
    "blanks that do not break in headers": _headers(lambda cell: cell.replace(" ", "\u00a0")),
    "a header with its unit": _headers(lambda cell: _with(cell, PRICES, "{} / 1M tokens")),
    "a header with the word price": _headers(lambda cell: _with(cell, PRICES, "{} price")),
    "another word for the models' column": _headers(
        lambda cell: _with(_with(cell, "Model", "{} name"), "模型", "{}名称")
    ),
    "and for an ampersand in headers": _headers(
        lambda cell: cell.replace(" & ", " and ") if " & " in cell else cell.replace(" and ", " & ")
    ),
    "signs with a backslash": _every_amount("\\$"),
    "a front matter": lambda body, random: front_matter(body),
    "headings a level deeper": lambda body, random: deeper(body),
    "a price in bold": in_price("**{}**"),
    "a price as code": in_price("`{}`"),
    "a name in bold": in_name("**{}**"),
    "a name as code": in_name("`{}`"),
    "a pictogram before a name": in_name("🔥 {}"),
    "a badge in brackets behind a name": in_name("{} [NEW]"),
    "a badge in Chinese behind a name": in_name("{}（推荐）"),
    "a comment in a name's cell": in_name("{}<!-- x9 -->"),
    "a price with a plus": in_price("{}+", vague=True),
    "a price in Chinese, from": in_price("{}起", vague=True),
    "a price starting at": in_price("Starting at {}", vague=True),
    "a price an hour": in_price("{} / hour", vague=True),
    "USD before every amount": _every_amount("USD "),
    "US$ before every amount": _every_amount("US$"),
    "an entity for every sign": _every_amount("&#36;"),
    "a blank behind every sign": _every_amount("$ "),
    "a unit in the other language": _respelled(
        (r"元 ?/ ?百万 ?[Tt]okens?", "元/M tokens"), (r"/ MTok\b", "/ 百万 tokens")
    ),
    "a table split in two": split_in_two,
    "a header again inside a table": header_again,
    "tables in new elements": wrapped,
    "attributes on every cell": attributes,
    "lines that end otherwise": line_ends,
    "tables filled with blanks": padded,
    "a row struck out": row_struck_out,
    "a price with more decimals": zeros,
}  # fmt: skip
