"""Changes inside a price cell, its neighbours and its header: what sites do to one amount."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random

from extractors.html import soup, text_of
from tests.extractors.page_tables import AMOUNT, cells_of, is_html, line_of, pipe_tables
from tests.extractors.tomorrow.kinds import ODD_NAME, Change, Tomorrow
from tests.extractors.tomorrow.pages import changed, in_name, in_price, name_at, price_at

DIGITS = re.compile(r"\d+(?:\.\d+)?")
TIMES = ("88880", "88880000")  # the page may price a thousand tokens
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _amount(form: Callable[[str], str], *says: str, vague: bool = False) -> Change:
    """A kind that writes the digits of one price otherwise; `says` are amounts that they say."""

    def change(body: bytes, random: Random) -> Iterator[Tomorrow]:
        def priced(cells: list[str]) -> list[list[str]]:
            at = price_at(cells)
            return [[*cells[:at], DIGITS.sub(lambda m: form(m[0]), cells[at], count=1), *cells[at + 1 :]]]

        for page in changed(body.decode(), random, priced, spanned=True, vague=vague):
            yield page._replace(says=frozenset(map(Decimal, says)))

    return change


def _with_a_point_too_many(digits: str) -> str:
    return f"{digits}.5" if "." in digits else f"{digits}.0.5"


def _with_a_comma(digits: str) -> str:
    whole, _, rest = digits.partition(".")
    return f"{whole},{rest or '5'}"


def another_currency(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A price in euros among dollars or yuan."""

    def priced(cells: list[str]) -> list[list[str]]:
        at = price_at(cells)
        said = re.sub(r"\\?[$¥￥]", "€", cells[at]).replace("元", "€")
        return [[*cells[:at], said if "€" in said else f"{said} €", *cells[at + 1 :]]]

    yield from changed(body.decode(), random, priced, spanned=True, vague=True)


def sign_behind(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """The currency's sign behind the number."""

    def priced(cells: list[str]) -> list[list[str]]:
        at = price_at(cells)
        return [[*cells[:at], re.sub(r"\\?([$¥￥])\s*(\d[\d.]*)", r"\2 \1", cells[at]), *cells[at + 1 :]]]

    yield from changed(body.decode(), random, priced, spanned=True)


def half_for_batch(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A row more for a model, at half its price, whose name says for what."""

    def added(cells: list[str]) -> list[list[str]]:
        at = name_at(cells)
        halved = [
            cell
            if i == at
            else DIGITS.sub(lambda m: str(Decimal(m[0]) / 2), cell)
            if AMOUNT.search(cell)
            else cell
            for i, cell in enumerate(cells)
        ]
        return [cells, [*halved[:at], f"{cells[at].strip()} ({ODD_NAME})", *halved[at + 1 :]]]

    yield from changed(body.decode(), random, added, new=True)


def title_row(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """A row of words between two others, as a title of those below."""
    yield from changed(
        body.decode(),
        random,
        lambda cells: [["<strong>Dream family</strong>", *[""] * (len(cells) - 1)], cells],
    )


def columns_swapped(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Two columns of prices change places, with their headers."""
    text = body.decode()
    lines = text.split("\n")
    for start, end in pipe_tables(lines):
        rows = [cells_of(line) for line in lines[start:end]]
        at = [i for i, cell in enumerate(rows[-1]) if AMOUNT.search(cell)]
        if len(at) > 1 and len({len(row) for row in rows}) == 1:
            for row in rows:
                row[at[0]], row[at[1]] = row[at[1]], row[at[0]]
            yield Tomorrow("\n".join([*lines[:start], *map(line_of, rows), *lines[end:]]).encode())
            return
    if is_html(text):
        yield from _html_columns_swapped(text)


def _html_columns_swapped(text: str) -> Iterator[Tomorrow]:
    tree = soup(text)
    for table in tree.select("table"):
        rows = [tr.find_all(["td", "th"], recursive=False) for tr in table.select("tr")]
        at = [i for i, cell in enumerate(rows[-1]) if AMOUNT.search(cell.get_text())] if rows else []
        if len(at) < 2 or table.select("[rowspan], [colspan], table") or len({len(row) for row in rows}) > 1:
            continue
        for row in rows:
            left, right, mark = row[at[0]], row[at[1]], tree.new_tag("i")
            left.replace_with(mark)
            right.replace_with(left)
            mark.replace_with(right)
        yield Tomorrow(str(tree).encode())
        return


def header_by_a_synonym(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """Headers in other words that mean the same."""
    text = body.decode()
    lines = text.split("\n")
    for start, _ in pipe_tables(lines):
        said = re.sub(r"\bInput\b", "Prompt", re.sub(r"\bOutput\b", "Completion", lines[start]))
        if said != lines[start]:
            yield Tomorrow("\n".join([*lines[:start], said, *lines[start + 1 :]]).encode(), text)
            return


def as_markdown(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """The page of HTML as a site writes it in Markdown."""
    text = body.decode()
    if not is_html(text) or "<table" not in text:
        return
    tree, out = soup(text), []
    for tag in tree.find_all(["h1", "h2", "h3", "h4", "p", "em", "table"]):
        if tag.name == "table":
            rows = [[_flat(cell) for cell in tr.find_all(["td", "th"])] for tr in tag.find_all("tr")]
            if not rows or tag.select("[rowspan], [colspan], table"):
                return
            out += [line_of(rows[0]), line_of(["---"] * len(rows[0])), *map(line_of, rows[1:]), ""]
        elif tag.name == "em" and tag.select("code") and not tag.find_parent("table"):
            out += ["*" + " and ".join(f"`{_flat(code)}`" for code in tag.select("code")) + "*", ""]
        elif tag.name != "em" and not tag.find_parent("table"):
            out += ["#" * int(tag.name[1]) + " " + _flat(tag) if tag.name != "p" else _flat(tag), ""]
    yield Tomorrow("\n".join(out).encode(), text)


def _flat(tag: object) -> str:
    return " ".join(text_of(tag)[0].split()).replace("|", "\\|").replace("$", "\\$")  # type: ignore[arg-type]


CELLS: dict[str, Change] = {
    "a range of prices": in_price("{} - $88.88", vague=True),
    "a range with an en dash": in_price("{}–88.88", vague=True),
    "a price from": in_price("From {}", vague=True),
    "a price up to": in_price("up to {}", vague=True),
    "about a price": in_price("~{}", vague=True),
    "a price or another": in_price("{} or $88.88", vague=True),
    "another unit in a cell": in_price("{} per 1K tokens", vague=True),
    "a price an image": in_price("{} / image", vague=True),
    "a decimal comma": _amount(_with_a_comma, vague=True),
    "a number with a point too many": _amount(_with_a_point_too_many, vague=True),
    "a thousand times dearer, with its comma": _amount(lambda _: "88,880.00", *TIMES, vague=True),
    "an amount split by a space": _amount(lambda n: f"1 {n}", vague=True),
    "a minus before a price": _amount(lambda n: f"-{n}", vague=True),
    "another currency in a cell": another_currency,
    "full-width digits": _amount(lambda n: n.translate(FULL_WIDTH)),
    "a character of no width inside a number": _amount("\u200b".join),
    "a superscript behind a price": in_price("{}¹"),
    "an asterisk behind a price": in_price("{}*"),
    "a dagger behind a price": in_price("{}†"),
    "a number in brackets behind a price": in_price("{} [1]"),
    "a tooltip at a price": in_price('{}<span class="tooltip" role="tooltip">Was $888.80 until May</span>'),
    "a hidden second price": in_price('{}<span style="display:none">$888.80</span>'),
    "an old price in words": in_price("{} (was $888.80)"),
    "a discount in words": in_price("{} (50% off)"),
    "a table inside a name's cell": in_name("{}<table><tr><td>vivid</td></tr></table>"),
    "a tooltip at a name": in_name('{}<span class="tooltip" role="tooltip">Costs $88.88 in dreams</span>'),
    "a longer name": in_name(f"{{}} {ODD_NAME}", new=True, gone=True),
    "the sign behind the number": sign_behind,
    "a row for another mode": half_for_batch,
    "a title inside a table": title_row,
    "two columns swapped": columns_swapped,
    "headers by a synonym": header_by_a_synonym,
    "the page as Markdown": as_markdown,
}  # fmt: skip
