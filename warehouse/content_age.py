"""How old what a source says is: the day on which its content last changed, beside that of its last capture.

Content is compared by the digest of the captured bytes, address by address. What was captured again unchanged
is no newer for that. A source's rhythm is the longest pause between two changes, and a board that was found
unchanged for three times as long has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from warehouse.bookkeeping import CAPTURES
from warehouse.snapshots import Snapshots

COLUMNS = ("source_id", "address", "observed_on", "captured_at", "capture_sha256")
LEAST_PAUSES = 3  # pauses of which the longest is a rhythm
QUIET_DAYS = 90  # after which a source whose rhythm is not known is named
SHORTEST = 7  # a rhythm of days has weekends and holidays in it
ENDED_TIMES, ENDED_LEAST = 3, 90  # rhythms, and days, that a board must have been found unchanged


@dataclass(frozen=True)
class ContentAge:
    """What is known of a source, or of one of its addresses: the days on which its content changed, in order
    (the first capture is the first of them), the day of its newest capture, and how many captures there are.
    """

    changed_on: tuple[date, ...]
    captured_on: date
    captures: int

    @property
    def content_on(self) -> date:
        """The day of the newest content."""
        return self.changed_on[-1]

    @cached_property
    def rhythm_days(self) -> int | None:
        """The longest pause between two changes, in days; None where fewer than `LEAST_PAUSES` are known."""
        pauses = [(later - earlier).days for earlier, later in pairwise(self.changed_on)]
        return max(pauses) if len(pauses) >= LEAST_PAUSES else None

    @property
    def ended(self) -> bool:
        """Whether it was captured unchanged for `ENDED_TIMES` its rhythm."""
        unchanged = (self.captured_on - self.content_on).days
        return self.rhythm_days is not None and unchanged > max(ENDED_TIMES * self.rhythm_days, ENDED_LEAST)

    def quiet(self, today: date) -> bool:
        """Whether nothing new is known for longer than the rhythm, and a week at least."""
        return (today - self.content_on).days > max(self.rhythm_days or QUIET_DAYS, SHORTEST)


Ages = Mapping[str, Mapping[str, ContentAge]]  # by source and address


def captured(snapshots: Snapshots, until: date) -> list[dict[str, Any]]:
    """The captures of a home up to a day (`COLUMNS`), in order of time; those of its history pack among
    them.
    """
    rows: list[dict[str, Any]] = snapshots.table(CAPTURES, until, columns=COLUMNS).to_pylist()
    return sorted(rows, key=lambda row: (row["captured_at"], row["address"]))


def ages(rows: Iterable[Mapping[str, Any]], until: date) -> Ages:
    """The age of every address among captures in order of time, as of the end of a day."""
    changed: dict[tuple[str, str], list[date]] = {}
    newest: dict[tuple[str, str], tuple[str, date, int]] = {}  # digest, day, and how many captures
    for row in rows:
        day, at = row["observed_on"], (row["source_id"], row["address"])
        if day > until:
            continue
        before, _, count = newest.get(at, ("", day, 0))
        days = changed.setdefault(at, [])
        if before != row["capture_sha256"] and days[-1:] != [day]:
            days.append(day)
        newest[at] = row["capture_sha256"], day, count + 1
    found: dict[str, dict[str, ContentAge]] = {}
    for (source_id, address), (_, day, count) in newest.items():
        age = ContentAge(tuple(changed[source_id, address]), day, count)
        found.setdefault(source_id, {})[address] = age
    return found


def together(ages: Iterable[ContentAge]) -> ContentAge | None:
    """The age of a source over its addresses: what is new at any of them is new."""
    mine = list(ages)
    if not mine:
        return None
    changed = sorted({day for age in mine for day in age.changed_on})
    return ContentAge(tuple(changed), max(a.captured_on for a in mine), sum(a.captures for a in mine))
