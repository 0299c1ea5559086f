"""Reads the pipe tables of a README: heading, header, rows. For two boards that live in one, a whole markdown
tree is not needed.

Some rows lack the closing bar (`| o1-preview | 87.1`), so cells are split by hand; bold and link marks are
dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.authoring import Page, without_markup
from extractors.boards._read import body_text
from extractors.errors import Truncated
from warehouse.capture import Capture

RULE = re.compile(r"\s*\|?(\s*:?-{2,}:?\s*\|)+\s*(:?-{2,}:?)?\s*")


def pipe_tables(capture: Capture, page: Page) -> Iterator[tuple[str, list[str], list[dict[str, str]]]]:
    """(heading above, lower-case header, rows) of every table; Truncated where the body ends inside one. A
    row of another length is a leftover of `page`.
    """
    lines = body_text(capture).splitlines()
    heading = ""
    at = 0
    while at < len(lines):
        if lines[at].startswith("#"):
            heading = lines[at].strip("# ").strip()
        if at + 1 < len(lines) and "|" in lines[at] and RULE.fullmatch(lines[at + 1]):
            header = [cell.lower() for cell in _cells(lines[at])]
            end = next((i for i in range(at + 2, len(lines)) if not lines[i].lstrip().startswith("|")), None)
            if end is None:
                raise Truncated(
                    capture, expected="text after the table", found=f"the body ends in it: {lines[-1][:80]}"
                )
            rows = [_row(header, line, heading, page) for line in lines[at + 2 : end]]
            yield heading, header, [row for row in rows if row]
            at = end
        else:
            at += 1


def _cells(line: str) -> list[str]:
    plain = (
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", without_markup(line))
        .replace("**", "")
        .replace("`", "")
        .strip()
    )
    return [cell.strip() for cell in plain.removeprefix("|").removesuffix("|").split("|")]


def _row(header: list[str], line: str, heading: str, page: Page) -> dict[str, str]:
    cells = _cells(line)
    if not any(cells):
        return {}
    if len(cells) != len(header):
        page.leave(heading, line, f"expected {len(header)} cells; found {len(cells)}", 1)
        return {}
    return dict(zip(header, cells, strict=True))
