"""What the author of a parser uses: rows and leftovers of one page.

A parser gives rows, and *leftovers* for what no rule of it reads: a cell, a row, a section, a key. Nothing is
guessed and nothing is hidden: leftovers are published in the table `unread`, counted, and take only
themselves. A page is refused whole (raise an ExtractError, as ever) only where its identity, a header, a
unit, a currency, a footnote on a read cell or a row that was read is in doubt. The core refuses a page of
which more than a fifth of the amounts, or more than a third of the last good snapshot's models, are unread
(extractors/reading.py), and keeps the last prices of a known model that is unread. It also finds by itself
the amounts on a vendor's page that were neither read nor left nor covered by `Source.ignores`
(extractors/accounting.py).

    def parse(capture: Capture) -> list[Row]:
        page = Page(capture)
        for heading, grid in ...:
            columns = ...                                # a header in doubt refuses the page: outside `part`
            for line in grid[1:]:
                with page.part(heading, line):           # what is raised inside becomes one leftover, and
                    page.rows += _prices(line, columns)  # the rows added inside are taken back
        page.leave("Fine-tuning", text, "a section that this parser does not know")
        return page.finished(check_price_order(page.rows, capture))

`with page.part(...)` may be nested: a cell inside a row takes only its cell. `capture` alone is enough for a
helper that returns rows: it may also return `leftover(place, text, why)` among them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from extractors.errors import EmptyPage, LayoutChanged, ParseError, UnknownValue
from extractors.html import INVISIBLE
from extractors.printed import count_amounts
from warehouse.capture import Capture
from warehouse.tables import Row, Unread

# What an odd part of a page raises. WrongPage, Truncated and EmptyPage speak of the page and are never set
# aside.
ODD = (UnknownValue, LayoutChanged, ValueError, KeyError, TypeError, IndexError, ArithmeticError)
Text = str | Iterable[object]


class Page:
    """The rows and leftovers of one capture, as its parser gathers them. `unread_cells` are the prices
    (model, component) that are among the leftovers while others of their model may be read.
    """

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.rows: list[Row] = []
        self.leftovers: list[Unread] = []
        self.unread_cells: set[tuple[str, str]] = set()

    def leave(self, place: Text, text: Text, why: str, amounts: int | None = None) -> None:
        """Leaves one thing unread. `place` and `text` may be cells, which are joined; `amounts` counts the
        prices in it (default: those printed in `text` with a currency).
        """
        self.leftovers.append(leftover(place, text, why, amounts))

    @contextmanager
    def part(self, place: Text, text: Text, amounts: int | None = None) -> Iterator[None]:
        """A part of the page that may be odd: what is raised inside makes it one leftover, and the rows and
        leftovers added inside are taken back.
        """
        rows, leftovers = len(self.rows), len(self.leftovers)
        try:
            yield
        except ODD as odd:
            if isinstance(odd, EmptyPage):
                raise
            del self.rows[rows:], self.leftovers[leftovers:]
            self.leave(place, text, reason_of(odd), amounts)

    def finished(self, rows: Iterable[Row] | None = None) -> list[Row]:
        """What `parse` returns: the rows (`rows` where they were checked or changed since) and the leftovers;
        EmptyPage where there are leftovers and no row.
        """
        kept = list(self.rows if rows is None else rows)
        if self.leftovers and not kept:
            first = self.leftovers[0]
            raise EmptyPage(
                self.capture,
                expected="at least one row that is understood",
                found=f"{len(self.leftovers)} leftovers, the first: {first.leftover!r} ({first.why_unread})",
            )
        return [*kept, *self.leftovers]


def leftover(place: Text, text: Text, why: str, amounts: int | None = None) -> Unread:
    """One leftover as a row, for parsers that return rows; arguments as `Page.leave`."""
    said = _joined(text, " | ")
    return Unread(_joined(place, " / "), said, why, count_amounts(said) if amounts is None else amounts)


_MARKS = re.compile(
    r"<!--.*?-->|<sup\b[^>]*>.*?</sup\s*>|\[\^\w+\]|<(\w+)\b[^<>]*\brole=[\"']?tooltip\b[^<>]*>[^<>]*</\1\s*>",
    re.I | re.S,
)
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>")
_BADGE = (
    r"(?:new!?|sale(?: price)?|hot|popular|recommended|featured|limited[- ]time(?: offer)?|promo(?:tion)?)"
)
_NOTE = (
    r"[(\[（][^()（）\[\]]*\b(?:deprecat|retir|sunset|discontinu|legacy price|until|limited|promo|new\b)"
    r"[^()（）\[\]]*[)\]）]|[(（【](?:推荐|新品?|热门|最新|旗舰|即将下线|已下线)[)）】]"
)
_BEHIND = re.compile(rf"(?:\s+{_BADGE}|\s*{_NOTE})$", re.I)
_BEFORE = re.compile(rf"^(?:{_BADGE}\s+)(?=\S)", re.I)


def without_markup(text: str) -> str:
    """A cell of text without HTML tags, comments, footnote marks and tooltips; ValueError where it holds a
    table of its own.
    """
    if re.search(r"<table\b", text, re.I):
        raise ValueError(f"a table inside a cell: {text[:80]!r}")
    return _TAGS.sub(" ", _MARKS.sub("", text))


def plain_name(text: str) -> str:
    """A model's name without what pages hang on it: markup, footnote marks, arrows and other signs, badges
    (`NEW`, `Sale price`), notes in brackets that speak of its end or price. White space made single.

    What may be part of a name stays: `(Preview)`, `beta`, `(high)`.
    """
    name = " ".join(without_markup(text).translate(INVISIBLE).split())
    while True:
        bare = _BEFORE.sub("", _BEHIND.sub("", _without_signs(name))).strip()
        if bare == name or not bare:
            return name
        name = bare


def _without_signs(name: str) -> str:
    """Without arrows and other symbols (Unicode's So, Sm, Sk) at its ends."""
    signs = {c for c in name if unicodedata.category(c) in ("So", "Sm", "Sk") and c not in "+<>=|~^`"}
    return name.strip("".join(signs) + " ") if signs else name


def reason_of(odd: Exception) -> str:
    """An error as the reason of a leftover: what was expected and found, without the capture's address."""
    if isinstance(odd, ParseError):
        return f"expected {odd.expected}; found {odd.found}"
    return f"{type(odd).__name__}: {odd}"


def _joined(text: Text, between: str) -> str:
    parts = [text] if isinstance(text, str) else [str(part) for part in text]
    return between.join(part for part in parts if part)
