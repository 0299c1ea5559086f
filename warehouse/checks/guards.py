"""What is held back of each source's day, decided day after day: the same by night as in a backfill.

A day is judged by what was published before it: by what its own source said of the same key (jump_guard.py),
and by what the other sources' newest snapshots before the day say of the same model (slips.py). What is held
teaches nothing, nor does a day that is not published.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from warehouse.checks.jump_guard import Held, Jumps
from warehouse.checks.slips import Slips
from warehouse.expects import Expects
from warehouse.source_rows import Numbers, SourceRows

Day = tuple[str, date]


def held_back_rows(
    readings: Sequence[SourceRows],
    expects: Mapping[str, Expects],
    aside: Mapping[Day, Mapping[int, str]],
    unpublished: Collection[Day],
    released: Collection[Day],
    slips: Slips,
) -> Held:
    """By source and day the rows held, with the reason.

    readings: of one table, with captures. aside: by source and day the rows that are wrong by themselves.
    unpublished: days that teach nothing; released: days on which a person lets everything pass.
    """
    readings = [r for r in readings if "amount" in r.distinct.column_names]
    jumps = {r.source_id: Jumps(r, expects[r.source_id].jump) for r in readings}
    slips.begin()
    found: Held = {}
    for day in sorted({day for reading in readings for day in reading.days}):
        told: list[tuple[str, Numbers, Numbers]] = []
        for reading in (r for r in readings if day in set(r.days)):
            where = reading.source_id, day
            numbers = np.unique(np.concatenate([part.rows for part in reading.parts_on(day)]))
            numbers = numbers[~np.isin(numbers, list(aside.get(where, {})))]
            held: dict[int, str] = {}
            if where not in released:
                held = {**slips.held(*where, numbers), **jumps[reading.source_id].held(day, numbers)}
            if held:
                found[where] = held
            if where not in unpublished:
                waits = np.isin(numbers, list(held))
                told.append((reading.source_id, numbers[~waits], numbers[waits]))
        for source_id, published, waiting in told:  # after all: no source hears another of the same day
            jumps[source_id].learn(day, published, waiting)
            slips.learn(source_id, day, published)
    return found
