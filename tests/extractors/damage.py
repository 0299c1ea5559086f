"""Nine kinds of damage to a page, made generically: for HTML and Markdown tables, for data in scripts, for
JSON and for plain text.

Each function takes a body's text and gives damaged versions of it with a word on where. `spread` bounds how
many are tried per kind: they are taken evenly over the page, so that its head, middle and end are all hit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from extractors.html import soup
from tests.extractors.page_tables import AMOUNT, PRICED, cells_of, is_html, line_of, pipe_tables, spread

STRANGE = "Qzx"


SIGNS = {"$": "¥", "¥": "$", "￥": "$", "元": "USD", "€": "$"}


UNITS = (
    ("MTok", "KTok"),
    ("1M ", "1K "),
    ("/M ", "/K "),
    ("per M ", "per K "),
    ("1,000,000", "1,000"),
    ("illion", "housand"),
    ("百万", "千"),
    ("千 Token", "百万 Token"),
    ("/千", "/百万"),
    ("1K ", "1M "),
    ("1k ", "1M "),
    ("1M", "1K"),
    ("per 1,000 ", "per 1,000,000 "),
)


LABELS = (
    "Input",
    "Output",
    "input",
    "output",
    "Cached",
    "cached",
    "Cache",
    "Batch",
    "输入",
    "输出",
    "缓存命中",
    "缓存",
    "命中",
    "Price",
    "PRICING",
    "price",
    "languageModels",
    "pricing",
    "价格",
    "单价",
)


PAIRS = (
    ("Input", "Output"),
    ("input", "output"),
    ("输入", "输出"),
    ("CACHE HIT", "CACHE MISS"),
    ("缓存命中", "缓存未命中"),
    ("Read", "Write"),
)


class Damaged(NamedTuple):
    """A damaged text, and what was done to it."""

    where: str
    text: str


def _with_line(lines: list[str], at: int, line: str | None) -> str:
    return "\n".join([*lines[:at], *([] if line is None else [line]), *lines[at + 1 :]])


def _html_variants(
    text: str, find: Callable[[Any], list[Any]], change: Callable[[Any], object], what: str
) -> Iterator[Damaged]:
    """One damaged version per element found (a sample of them), each on a fresh tree."""
    if not is_html(text):
        return
    count = len(find(soup(text)))
    for at in spread(list(range(count))):
        tree = soup(text)
        element = find(tree)[at]
        where = f"{what}: {' '.join(element.get_text(' ').split())[:60]!r}"
        change(element)
        yield Damaged(where, str(tree))


def _header_cells(tree: Any) -> list[Any]:
    rows = [table.select("tr")[0] for table in tree.select("table") if table.select("tr")]
    return [cell for row in rows for cell in row.find_all(["td", "th"], recursive=False)]


def columns_swapped(text: str) -> Iterator[Damaged]:
    """Two neighbouring header cells exchanged (the cells below stay), whole columns exchanged, or two words
    exchanged everywhere.
    """
    lines = text.split("\n")
    for start, end in spread(pipe_tables(lines), 3):
        head = cells_of(lines[start])
        for at in range(len(head) - 1):
            swapped = [*head[:at], head[at + 1], head[at], *head[at + 2 :]]
            yield Damaged(
                f"headers {head[at]!r} and {head[at + 1]!r}", _with_line(lines, start, line_of(swapped))
            )
            table = [cells_of(line) for line in lines[start:end]]
            if len({len(row) for row in table}) == 1:
                moved = [line_of([*row[:at], row[at + 1], row[at], *row[at + 2 :]]) for row in table]
                yield Damaged(
                    f"whole columns {at} and {at + 1}", "\n".join([*lines[:start], *moved, *lines[end:]])
                )

    def swap(cell: Any) -> None:
        cell.find_next_sibling(["td", "th"]).insert_after(cell.extract())

    def first_of_pairs(tree: Any) -> list[Any]:
        return [cell for cell in _header_cells(tree) if cell.find_next_sibling(["td", "th"]) is not None]

    yield from _html_variants(text, first_of_pairs, swap, "header moved right")
    for one, other in PAIRS:
        if one in text and other in text:
            yield Damaged(
                f"words {one} and {other}", text.replace(one, "\0").replace(other, one).replace("\0", other)
            )


def signs_changed(text: str) -> Iterator[Damaged]:
    """A currency sign replaced by another currency's: at one amount, and everywhere."""
    found = list(AMOUNT.finditer(text))
    for match in spread(found):
        sign = next(s for s in SIGNS if s in match[0])
        changed = match[0].replace(sign, SIGNS[sign])
        yield Damaged(
            f"{match[0]!r} at {match.start()}", text[: match.start()] + changed + text[match.end() :]
        )
    if found:
        yield Damaged(
            "every sign", AMOUNT.sub(lambda m: re.sub(r"[$¥￥€元]", lambda s: SIGNS[s[0]], m[0]), text)
        )


def units_changed(text: str) -> Iterator[Damaged]:
    """The quantity that a price is for, made a thousand times smaller (or greater): in one place, and
    everywhere.
    """
    for unit, other in UNITS:
        places = [m.start() for m in re.finditer(re.escape(unit), text)]
        for at in spread(places, 3):
            yield Damaged(f"{unit!r} at {at}", text[:at] + other + text[at + len(unit) :])
        if places:
            yield Damaged(f"every {unit!r}", text.replace(unit, other))


def rows_lost(text: str) -> Iterator[Damaged]:
    """A table row, or a small object of a page's data, taken out."""
    lines = text.split("\n")
    rows = [at for start, end in pipe_tables(lines) for at in range(start + 2, end)]
    for at in spread(rows):
        yield Damaged(f"row {lines[at][:60]!r}", _with_line(lines, at, None))
    yield from _html_variants(
        text, lambda tree: tree.select("table tr")[1:], lambda tr: tr.decompose(), "row"
    )
    for match in spread(list(re.finditer(r"\{[^{}]*[Pp]rice[^{}]*\},?", text)), 4):
        yield Damaged(f"object {match[0][:60]!r}", text[: match.start()] + text[match.end() :])


def headers_renamed(text: str) -> Iterator[Damaged]:
    """A header cell, or one label somewhere on the page, in words that no parser knows."""
    lines = text.split("\n")
    heads = [(start, i) for start, _ in pipe_tables(lines) for i in range(len(cells_of(lines[start])))]
    for start, i in spread(heads):
        cells = cells_of(lines[start])
        if cells[i].strip():
            yield Damaged(
                f"header {cells[i].strip()!r}",
                _with_line(lines, start, line_of([*cells[:i], f" {STRANGE} ", *cells[i + 1 :]])),
            )

    def rename(cell: Any) -> None:
        cell.string = STRANGE

    yield from _html_variants(
        text, lambda tree: [c for c in _header_cells(tree) if c.get_text(strip=True)], rename, "header"
    )
    if not heads and "<table" not in text:
        for label in LABELS:
            if label in text:
                yield Damaged(f"every label {label!r}", text.replace(label, STRANGE))


def cells_emptied(text: str) -> Iterator[Damaged]:
    """A cell that holds an amount, emptied; in a page's data, a price made an empty text."""
    lines = text.split("\n")
    cells = [
        (at, i)
        for start, end in pipe_tables(lines)
        for at in range(start + 2, end)
        for i, cell in enumerate(cells_of(lines[at]))
        if i and PRICED.search(cell)
    ]
    for at, i in spread(cells):
        row = cells_of(lines[at])
        yield Damaged(
            f"cell {row[i].strip()!r} of {row[0].strip()!r}",
            _with_line(lines, at, line_of([*row[:i], "  ", *row[i + 1 :]])),
        )
    yield from _html_variants(
        text,
        lambda tree: [c for c in tree.select("table td") if PRICED.search(c.get_text())],
        lambda cell: cell.clear(),
        "cell",
    )
    if not cells and "<table" not in text:
        for match in spread(list(AMOUNT.finditer(text))):
            yield Damaged(
                f"amount {match[0]!r} at {match.start()}", text[: match.start()] + text[match.end() :]
            )
        for match in spread(list(re.finditer(r'([Pp]rice\w*\\?":\s*)(\\?"?[\d.]+\\?"?)', text))):
            empty = r"\"\"" if "\\" in match[1] else '""'
            yield Damaged(
                f"value {match[0]!r}", text[: match.start()] + match[1] + empty + text[match.end() :]
            )


def spans_off(text: str) -> Iterator[Damaged]:
    """A span one more or one less than it is; a cell too many or too few in a row of a table without
    spans.
    """
    lines = text.split("\n")
    rows = [at for start, end in pipe_tables(lines) for at in range(start + 2, end)]
    for at in spread(rows, 4):
        cells = cells_of(lines[at])
        yield Damaged(
            f"a cell too many in {lines[at][:60]!r}", _with_line(lines, at, line_of([cells[0], *cells]))
        )
        yield Damaged(
            f"a cell too few in {lines[at][:60]!r}", _with_line(lines, at, line_of([cells[0], *cells[2:]]))
        )

    def spanning(name: str) -> Callable[[Any], list[Any]]:
        return lambda tree: [
            c for c in tree.select(f"table [{name}]") if str(c[name]).isdecimal() and int(c[name]) > 1
        ]

    for name in ("rowspan", "colspan"):
        for step in (1, -1):

            def change(cell: Any, name: str = name, step: int = step) -> None:
                cell[name] = str(int(cell[name]) + step)

            yield from _html_variants(text, spanning(name), change, f"{name} {step:+d}")

    def widen(cell: Any) -> None:
        cell["colspan"] = "2"

    yield from _html_variants(
        text,
        lambda tree: [tr.find(["td", "th"]) for tr in tree.select("table tr")[1:]][:40],
        widen,
        "colspan 2",
    )


def halves(text: str) -> Iterator[Damaged]:
    """The body cut off after a part of it."""
    for share in (0.25, 0.5, 0.75, 0.9):
        yield Damaged(f"{share:.0%} of the body", text[: int(len(text) * share)])


KINDS: dict[str, Callable[[str], Iterator[Damaged]]] = {
    "a column swapped": columns_swapped,
    "a currency sign changed": signs_changed,
    "a unit per thousand": units_changed,
    "a row lost": rows_lost,
    "a header renamed": headers_renamed,
    "a cell emptied": cells_emptied,
    "a span off by one": spans_off,
    "half the body": halves,
}
