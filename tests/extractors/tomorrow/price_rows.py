"""The rows with prices of a page's tables, and the document that a JSON body wraps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from extractors.html import soup
from tests.extractors.page_tables import AMOUNT, cells_of, is_html, line_of, pipe_tables

PRICED = re.compile(rf"{AMOUNT.pattern}|^\s*\d+\.\d+\s*$")


def document(body: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    """The document that a JSON body wraps (its longest text with a table) and how to wrap another; any other
    body is its own document.
    """
    text = body.decode("utf-8", "replace")
    try:
        whole = json.loads(text) if text.lstrip().startswith("{") else None
    except ValueError:
        whole = None
    inner = max(_texts(whole), key=len, default="")
    if not inner:
        return body, lambda changed: changed

    def wrap(changed: bytes) -> bytes:
        return json.dumps(_put(whole, inner, changed.decode()), ensure_ascii=False).encode()

    return inner.encode(), wrap


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and ("<table" in value or re.search(r"^\|[ :|-]+\|\s*$", value, re.M)):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _put(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _put(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [_put(inner, old, new) for inner in value]
    return new if value == old else value


class Row(NamedTuple):
    """A row of prices: its cells' texts, and how to write it again with other cells, several times or not."""

    cells: list[str]
    write: Callable[[list[list[str]]], str]


def rows_of(text: str, spanned: bool = False) -> list[Row]:
    """The rows with prices of a page's tables; with `spanned` those too that a cell of another row spans."""
    return _html_rows(text, spanned) if "<table" in text and is_html(text) else _pipe_rows(text)


def _pipe_rows(text: str) -> list[Row]:
    lines = text.split("\n")
    found = []
    for start, end in pipe_tables(lines):
        for at in range(start + 2, end):
            cells = cells_of(lines[at])

            def write(rows: list[list[str]], at: int = at) -> str:
                return "\n".join([*lines[:at], *map(line_of, rows), *lines[at + 1 :]])

            if len(cells) > 1 and any(PRICED.search(cell) for cell in cells[1:]):
                found.append(Row(cells, write))
    return found


def _html_rows(text: str, spanned: bool) -> list[Row]:
    rows: list[Row] = []
    for block in re.finditer(r"<table\b.*?</table>", text, re.S):
        markup = block[0].replace("\\<", "&lt;")  # MDX: for a tree of HTML it would open a tag
        table = soup(markup).select_one("table")
        held = table is not None and bool(table.select("[rowspan], [rowSpan]")) and not spanned
        for number, tr in enumerate(table.select("tr") if table is not None and not held else ()):
            cells = tr.find_all(["td", "th"], recursive=False)
            spans = any(cell.get("rowspan") or cell.get("colspan") or cell.get("rowSpan") for cell in cells)
            texts = [cell.decode_contents() for cell in cells]
            if spans or len(cells) < 2 or not any(PRICED.search(cell.get_text()) for cell in cells[1:]):
                continue

            def write(
                rows: list[list[str]],
                number: int = number,
                at: tuple[int, int] = block.span(),
                markup: str = markup,
            ) -> str:
                tree = soup(markup)
                old = tree.select("table tr")[number]
                for cells in reversed(rows):
                    old.insert_after(_copied(old, cells))
                old.decompose()
                return text[: at[0]] + written(tree.select_one("table"), markup) + text[at[1] :]

            rows.append(Row(texts, write))
    return rows


def written(table: Any, before: str) -> str:
    """A changed table as markup; `> ` of a remark in MDX stays as it was."""
    return str(table).replace("&gt;", ">") if re.search(r"^\s*> ", before, re.M) else str(table)


def _copied(old: Any, cells: list[str]) -> Any:
    new = soup(f"<table>{old}</table>").select_one("tr")
    assert new is not None
    for cell, inner in zip(new.find_all(["td", "th"], recursive=False), cells, strict=True):
        cell.clear()
        for part in list((soup(f"<div>{inner}</div>").select_one("div") or cell).contents):
            cell.append(part)
    return new
