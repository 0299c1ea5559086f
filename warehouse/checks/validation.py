"""The checks between reading and publishing.

Two suites a table. The row suite comes from the table's declaration and the sources' `Expects`, and runs once
over the distinct rows of all sources: a row that fails goes to quarantine with its reasons. The day suite
judges each source's day as a whole, against its `Expects` and the last good snapshot: a day that fails is not
published. Great Expectations costs some 0.15 s a batch whatever its size, so a nightly run makes two batches
a table, not two a source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from warehouse.checks.days import LIMITS, day_rows
from warehouse.checks.guards import held_back_rows
from warehouse.checks.rows import believable_from, check_rows, duplicates
from warehouse.checks.slips import Slips
from warehouse.checks.suites import run_suite
from warehouse.expects import Expects
from warehouse.schema import Table
from warehouse.source_rows import Numbers, SourceRows

AHEAD = "a date that lies ahead of the day of the capture"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of one source's day: publishable or not, why not, and which rows are set aside with
    their reasons.
    """

    source_id: str
    day: date
    problems: tuple[str, ...] = ()
    quarantined: Mapping[int, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the day may be published."""
        return not self.problems

    @property
    def numbers(self) -> Numbers:
        """The quarantined rows' numbers in the reading."""
        return np.fromiter(self.quarantined, np.int64, len(self.quarantined))


def validate(
    table: Table,
    readings: Sequence[SourceRows],
    expects: Mapping[str, Expects],
    accepted: Mapping[tuple[str, date], str] | None = None,
    unread: Collection[tuple[str, date]] = frozenset(),
) -> dict[tuple[str, date], Verdict]:
    """A verdict for every (source, day) of the readings, all of `table`. CheckError where an expectation
    could not be evaluated. Readings without captures are what other sources say, to compare with.

    `accepted` are days that a person released: the checks against the last good snapshot do not hold them.
    `unread` are days that are not published because another of their captures could not be read: they are
    judged, and the days after them are not compared with them.
    """
    beside, readings = readings, [r for r in readings if r.parts]
    if not readings:
        return {}
    released = accepted or {}
    aside = _aside(readings, check_rows(table, readings, expects))
    failed: dict[tuple[str, date], tuple[str, ...]] = {}
    slips = Slips(beside, expects)
    while True:  # until the days that fail are those that the days were compared without
        unpublished = failed.keys() | unread
        held = held_back_rows(readings, expects, aside, unpublished, released, slips)
        days = day_rows([*readings, *(r for r in beside if not r.parts)], expects, aside, unpublished, held)
        without, failed = (
            failed.keys(),
            {w: problems for w, problems in _check_days(days).items() if w not in released},
        )
        if failed.keys() == without:
            break
    return {
        where: Verdict(*where, failed.get(where, ()), {**held.get(where, {}), **mine})
        for where, mine in aside.items()
    }


def _aside(
    readings: Sequence[SourceRows], reasons: Mapping[str, Mapping[int, str]]
) -> dict[tuple[str, date], dict[int, str]]:
    """For every source and day the rows that are wrong by themselves, with the reasons."""
    aside = {}
    for reading in readings:
        mine, since = reasons[reading.source_id], believable_from(reading)
        for day in reading.days:
            rows = {int(i) for p in reading.parts_on(day) for i in p.rows}
            early = [i for i in rows if since[i] > day.toordinal()]
            whole = {i: mine[i] for i in sorted(rows & mine.keys())}
            aside[reading.source_id, day] = {
                **dict.fromkeys(early, AHEAD),
                **duplicates(reading, day),
                **whole,
            }
    return aside


def _check_days(days: list[dict[str, Any]]) -> dict[tuple[str, date], tuple[str, ...]]:
    """What is wrong with each day. One expectation for all limits of all days: each further one would cost
    more than all their rows.
    """
    import great_expectations.expectations as gxe

    frame = pd.DataFrame(days)
    pairs = pd.concat(
        [pd.DataFrame({"larger": frame[a], "smaller": frame[b]}) for a, b in LIMITS], ignore_index=True
    )
    kept = gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="larger", column_B="smaller", or_equal=True)
    failed: dict[tuple[str, date], tuple[str, ...]] = {}
    for number in sorted(run_suite("days", [kept], pairs)):
        limit, at = divmod(number, len(days))
        where = days[at]["source_id"], days[at]["day"]
        failed[where] = (*failed.get(where, ()), list(LIMITS.values())[limit].format(**days[at]))
    return failed
