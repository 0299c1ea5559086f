"""The sections of the page, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from reports.cadence import cadence_section
from reports.claims import claims_section
from reports.components import Section
from reports.flagships import flagship_section
from reports.freshness import freshness_section
from reports.frontiers import frontier_section
from reports.hosting import hosting_section
from reports.lags import lag_section
from reports.premium import premium_section
from reports.prices import price_section
from reports.selectors import Tables
from reports.then_and_now import known_section

IN_ORDER = (
    frontier_section,
    lag_section,
    known_section,
    price_section,
    premium_section,
    flagship_section,
    cadence_section,
    hosting_section,
    claims_section,
    freshness_section,
)
# Two halves of about the same work, for two processes: drawing the boards' charts is most of it.
HALVES = ((0, 2, 3), (1, 4, 5, 6, 7, 8, 9))


class Half(NamedTuple):
    """Some of the sections, by their number, to be made of the same tables."""

    numbers: tuple[int, ...]
    tables: Tables
    as_of: date

    def __str__(self) -> str:
        return "page: " + ", ".join(IN_ORDER[n].__name__.removesuffix("_section") for n in self.numbers)


Spread = Callable[[Callable[[Half], list[Section]], Sequence[Half]], Iterable[tuple[Half, list[Section]]]]


def sections(tables: Tables, as_of: date, spread: Spread | None = None) -> list[Section]:
    """All sections; one whose tables are not there says what is missing. `spread` makes the halves elsewhere,
    and may give them in any order.
    """
    if spread is None:
        return made(Half(tuple(range(len(IN_ORDER))), tables, as_of))
    by_number: dict[int, Section] = {}
    for half, some in spread(made, [Half(numbers, tables, as_of) for numbers in HALVES]):
        by_number |= zip(half.numbers, some, strict=True)
    return [by_number[number] for number in range(len(IN_ORDER))]


def made(half: Half) -> list[Section]:
    """The sections of a half, in its order."""
    return [IN_ORDER[number](half.tables, half.as_of) for number in half.numbers]
