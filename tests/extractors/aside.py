"""Whether a page of which something was changed is refused, or leaves what was changed unread and says
nothing that the unchanged page does not.
"""

from __future__ import annotations

from dataclasses import replace

from extractors.errors import ParseError
from extractors.source import discover
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row, Unread


def statements(rows: list[Row]) -> set[tuple[object, ...]]:
    """What rows say of prices: each without the words it was read from."""
    return {tuple(row._replace(printed=None)) for row in rows if isinstance(row, ListPrice)}


def changed(capture: Capture, *changes: tuple[str, str]) -> Capture:
    """The capture with words replaced, each of which it must hold."""
    text = capture.text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return replace(capture, body=text.encode(), sha256="")


def put_aside(capture: Capture, after: Capture) -> bool:
    """Whether `after` is refused; or some of the prices of `capture` are gone, no other price has come, and
    leftovers say so.
    """
    parse = discover()[capture.source_id].parse
    try:
        rows = parse(after)
    except ParseError:
        return True
    before, now = statements(parse(capture)), statements(rows)
    return now < before and any(isinstance(row, Unread) for row in rows)
