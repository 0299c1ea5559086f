"""Pages of one lab that list the same models: whether another page bears out the new names of a page.

A page on which no name of before stands may be another page, and is held. Where a lab renames its models, its
page in the other language or form has the new names too, and the old ones no longer: then both say the same,
and the page is believed. The other page counts as it was published before the day, or as it is that same day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from warehouse.expects import Expects
from warehouse.source_rows import Part, SourceRows

NOBODY: frozenset[str] = frozenset()


class Sisters:
    """By source and day the names that its sister pages list.

    readings: of one table; those without captures are what a source that is not read said before.
    """

    def __init__(
        self,
        readings: Sequence[SourceRows],
        expects: Mapping[str, Expects],
        unpublished: Collection[tuple[str, date]],
    ) -> None:
        self._expects = expects
        asked = {s for r in readings if r.parts for s in expects[r.source_id].sisters}
        self._listed: dict[str, dict[date, frozenset[str]]] = {}
        for reading in readings:
            if reading.source_id in asked and "listed_model" in reading.distinct.column_names:
                self._listed[reading.source_id] = _names_by_day(reading)
        self._unpublished = unpublished

    def bear_out(self, source_id: str, day: date, before: frozenset[str], now: frozenset[str]) -> bool:
        """Whether a page has none of its names of before, and a sister lists every one that it has now, and
        none of those. A page that kept some may be cut: a sister with fewer models says nothing of the rest.
        """
        return (
            bool(now and before)
            and before.isdisjoint(now)
            and any(
                now <= names and before.isdisjoint(names)
                for sister in self._expects[source_id].sisters
                if (names := self._names(sister, day))
            )
        )

    def _names(self, sister: str, day: date) -> frozenset[str]:
        """The names of the sister's newest published day before a day, or of the day itself."""
        listed = self._listed.get(sister, {})
        days = sorted(d for d in listed if d == day or (sister, d) not in self._unpublished)
        at = bisect_right(days, day)
        return listed[days[at - 1]] if at else NOBODY


def _names_by_day(reading: SourceRows) -> dict[date, frozenset[str]]:
    names = np.asarray(reading.distinct.column("listed_model").to_pylist(), dtype=object)
    last_good = max((p.day for p in reading.baseline), default=date.min)
    by_day: dict[date, list[Part]] = {}
    for part in reading.baseline:
        if part.day == last_good or not reading.parts:
            by_day.setdefault(part.day, []).append(part)
    by_day |= {day: reading.parts_on(day) for day in reading.days}
    return {
        day: frozenset(str(n) for part in parts for n in (*names[part.rows], *part.unread))
        for day, parts in by_day.items()
    }
