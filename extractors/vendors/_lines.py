"""The lines of a price table, each read or left by itself, with the rule on what a leftover takes along.

An odd price cell takes only the prices of its model and component; whatever else is odd takes its line. What
holds together goes together: a model's ranges of the prompt, or its hours, stand in several lines of a table,
and one price of two, published alone, would be said to hold for all. So a line takes the other lines of its
model along, and a cell those of its model and component. An unknown column is left over where it is a column
of amounts or of plain words; where its words bear on prices (a unit, a tier, a condition, a discount) the
table's other amounts are in doubt, and the table is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from extractors.authoring import ODD, Page, reason_of
from extractors.errors import EmptyPage, LayoutChanged, Truncated, WrongPage
from extractors.html import Cell, text_of
from extractors.price_order import alone_out_of_order, check_price_order
from extractors.printed import count_amounts
from extractors.vendors import _order
from extractors.vendors._amount_words import on_request
from extractors.vendors._wording import flat, plain
from warehouse.tables import ListPrice, Row

if TYPE_CHECKING:
    from bs4.element import Tag

_BEARS = re.compile(
    r"\bper\b|/\s*(?:1|m|k)|tok(?:en)?s?\b.*[<>≤≥]|[<>≤≥%]|\boff\b|discount|tier|batch|flex|priority|peak|currency|"
    r"usd|cny|eur|unit\b|surcharge|uplift|multipl|region|thinking|condition|effective|valid|"
    r"单位|折|优惠|促销|时段|档|批量|地域|条件|币|倍|生效|思考|范围",
    re.I,
)


_CHANGES = re.compile(r"discount|\boff\b|surcharge|uplift|multipl|factor|promo|%|折|优惠|倍|加价", re.I)


class OddCell(NamedTuple):
    """A price cell that no rule reads: the components that it prices, its words, and why."""

    components: tuple[str, ...]
    words: str
    why: str


@dataclass(slots=True)
class Line:
    """One line of a table while it is read: its words, the models it turned out to price, its rows."""

    words: str
    amounts: int = 0
    models: list[str] = field(default_factory=list)
    rows: list[ListPrice] = field(default_factory=list)
    odd: str = ""
    odd_cells: list[OddCell] = field(default_factory=list)

    @contextmanager
    def cell(self, cell: Cell | str, *components: str) -> Iterator[None]:
        """A price cell of the line, for these components: what is raised inside makes it odd, and the rows
        added inside are taken back. Where the cell prints no amount the whole line is odd: its cells may have
        shifted.
        """
        before = len(self.rows)
        try:
            yield
        except ODD as odd:
            words = " ".join(str(cell).split())
            if isinstance(odd, _OF_THE_PAGE) or not self.models or not prints_an_amount(words):
                raise
            del self.rows[before:]
            self.odd_cells.append(OddCell(components, words, reason_of(odd)))


class Lines:
    """The lines of one table under a heading, gathered one by one, then given out by `kept`."""

    def __init__(self, page: Page, place: str) -> None:
        self.page, self.place = page, place
        self.lines: list[Line] = []

    @contextmanager
    def line(self, cells: Sequence[Cell | str]) -> Iterator[Line]:
        """A line of the table; what is raised inside makes it odd. The reader names `models` as soon as it
        knows them.
        """
        texts = [" ".join(str(cell).split()) for cell in cells]
        struck = [" ".join(cell.struck) if isinstance(cell, Cell) and not cell.text else "" for cell in cells]
        words = [text or (f"~~{old}~~" if old else "") for text, old in zip(texts, struck, strict=True)]
        line = Line(" | ".join(words), sum(map(amounts_in, texts[1:])))
        self.lines.append(line)
        try:
            yield line
        except ODD as odd:
            if isinstance(odd, _OF_THE_PAGE):
                raise
            line.odd, line.rows = reason_of(odd), []

    @property
    def rows(self) -> list[ListPrice]:
        """The rows of all lines read so far, whether they are kept or not."""
        return [row for line in self.lines for row in line.rows]

    def spoil(self, model: str, why: str) -> None:
        """Sets every line of a model aside, for a reason that shows when all are seen."""
        for line in self.lines:
            if model in line.models and not line.odd:
                line.odd = why

    @property
    def unread_cells(self) -> set[tuple[str, str]]:
        """(model, component) of the odd cells."""
        return {
            (model, component)
            for line in self.lines
            for cell in line.odd_cells
            for component in cell.components
            for model in line.models
        }

    def kept(self, *ladders: Sequence[str]) -> list[ListPrice]:
        """The rows of the lines and cells that were read; the others become leftovers of the page.

        ladders: components in the order of their prices, where the vendor's keep one without exception: a
        model that alone breaks it is left over (`alone_out_of_order`).
        """
        for model, why in alone_out_of_order(self.rows, ladders).items():
            self.spoil(model, why)
        spoiled = {model for line in self.lines if line.odd for model in line.models}
        unread = self.unread_cells
        for line in self.lines:
            beside = spoiled & set(line.models)
            if line.odd or beside:
                why = line.odd or f"another line of {sorted(beside)[0]} in the same table is unread"
                unnamed = [model for model in line.models if model not in line.words]
                self.page.leave(self.place, " | ".join([*unnamed, line.words]), why, line.amounts)
                line.rows = []
            else:
                self._leave_cells(line, unread)
        self.page.unread_cells |= unread
        return [row for line in self.lines for row in line.rows]

    def _leave_cells(self, line: Line, unread: set[tuple[str, str]]) -> None:
        """Leaves the odd cells of a line over, and its prices of the same model and component as one."""
        for cell in line.odd_cells:
            words = " | ".join([*line.models, cell.words])
            self.page.leave(self.place, words, cell.why, max(1, count_amounts(cell.words)))
        beside = [row for row in line.rows if any((model, row.component) in unread for model in line.models)]
        if beside:
            words = " | ".join([*line.models, *dict.fromkeys(row.printed or "" for row in beside)])
            why = f"another price of {beside[0].component} of the model in the same table is unread"
            self.page.leave(self.place, words, why, len(beside))
            line.rows = [row for row in line.rows if row not in beside]


def known_columns(
    names: Sequence[str],
    values: Sequence[Sequence[str]],
    known: Mapping[int, object],
    page: Page,
    place: str,
    *,
    amounts_may_be_new: bool = True,
) -> None:
    """Leaves the columns that are not `known` (by index) over; LayoutChanged where one might bear on the
    amounts of the others.

    names: the headers; values: the lines below, as texts. amounts_may_be_new: False where a column of amounts
    that is not known may be one of those that are missing, renamed.
    """
    for index, name in enumerate(names):
        if index in known:
            continue
        below = [row[index] for row in values if index < len(row)]
        amounts = [text for text in below if amount_alone(text)]
        words = [text for text in below if text.strip() and not amount_alone(text) and not on_request(text)]
        words = [text for text in words if flat(text) not in _DASHES]
        if _CHANGES.search(name) or (
            words
            and (_BEARS.search(name) or any(_BEARS.search(text) or count_amounts(text) for text in words))
        ):
            raise LayoutChanged(
                page.capture,
                expected=f"columns among those known, not {name!r}",
                found=f"{name!r} with {sorted(set(words))[:4]}, which may bear on the amounts beside it",
            )
        # A line with a cell too many is moved against its header; a column without a header is full.
        moved = not name.strip() and len(amounts) + len(words) < len(below)
        if amounts and (moved or not amounts_may_be_new):
            expected = "lines as long as their header" if moved else "columns of input and output"
            raise LayoutChanged(page.capture, expected=expected, found=f"{amounts[:4]} under {name!r}")
        if amounts or words or name.strip():
            text = " | ".join([name, *dict.fromkeys([*amounts, *words])])
            why = "a column of amounts that no rule reads" if amounts else "a column that no rule reads"
            page.leave(place, text, why, len(amounts))


_OF_THE_PAGE = (WrongPage, Truncated, EmptyPage)
# A cell of a column whose header has currency and unit: a number, and perhaps what is written around it.
_BARE = re.compile(
    r"(?:(?:from|up to|about|approx\.?|ca\.?|starting at|低至|约|最高|不超过)\s*)?[~≈<>≤≥+-]?\s*"
    r"\d[\d.,]*\s*(?:$|[-–—~/(（\[*†‡¹²³⁴⁵,;+起]|\d|(?:per|or|to|until|each)\b)",
    re.I,
)
_DAY = re.compile(r"\s*20\d\d[-/.]\d")


_SIGNED = re.compile(r"[$¥￥€]\s*[-−–+~]?\s*\d|\d\s*(?:[$¥￥€]|元|USD\b|CNY\b)")


def prints_an_amount(text: str) -> bool:
    """Whether a cell prints an amount, readable or not, whatever stands around it, and is no date."""
    bare = plain(text)
    return bool(_SIGNED.search(bare) or (_BARE.match(bare) and not _DAY.match(bare)))


_DASHES = frozenset({"-", "–", "—", "--", "——", "/", "\\", "\\-", ""})


def amounts_in(text: str) -> int:
    """How many prices a cell prints; a bare number is one (the header has its currency)."""
    return count_amounts(text) or amount_alone(text)


def amount_alone(text: str) -> bool:
    """Whether a cell is one amount and no words: `$0.25`, `0.25`, `3 元`, `$2 / MTok`."""
    return (
        re.fullmatch(r"\\?[$¥￥]?\s*\d[\d.,]*\s*元?(?:\s*/\s*m\w*(?: tokens)?)?", text.strip(), re.I)
        is not None
    )


def unambiguous(rows: Sequence[ListPrice], page: Page, place: str = "") -> list[ListPrice]:
    """The rows of a page without the models that have two amounts at one key: which holds would be a
    guess."""
    amounts: dict[tuple[object, ...], ListPrice] = {}
    torn: dict[tuple[str, str], str] = {}
    for row in rows:
        key = tuple(row._replace(amount=0, printed=None, canonical_model=None))  # type: ignore[arg-type]
        first = amounts.setdefault(key, row)
        if first.amount != row.amount:
            torn[row.provider_id, row.listed_model] = f"{row.component} {first.amount} and {row.amount}"
    for (provider, model), what in torn.items():
        lost = [row for row in rows if (row.provider_id, row.listed_model) == (provider, model)]
        page.leave(place or "the page", f"{model}: {what}", "two amounts for one price of a model", len(lost))
    return [row for row in rows if (row.provider_id, row.listed_model) not in torn]


def table_words(table: Tag) -> str:
    """A table's visible words in one line, for a table that is left over as a whole."""
    return " ".join(text_of(table)[0].split())


def finished(page: Page) -> list[Row]:
    """What a page of many tables gives: rows that hang together (_order.py), and leftovers."""
    prices = unambiguous([row for row in page.rows if isinstance(row, ListPrice)], page)
    others = [row for row in page.rows if not isinstance(row, ListPrice)]
    return page.finished([*_order.settled(prices, page.capture), *others])


def checked_page(page: Page, **limits: bool) -> list[Row]:
    """The rows of one lab's page, whose prices must be in order (price_order.py), and its leftovers.
    `limits` are passed on to `check_price_order`.
    """
    prices = unambiguous([row for row in page.rows if isinstance(row, ListPrice)], page)
    return page.finished(check_price_order(prices, page.capture, **limits))  # type: ignore[arg-type]
