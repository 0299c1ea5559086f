"""Checks what the sources said and writes the good days into the snapshots, with their leftovers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from warehouse.expects import Expects
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots
from warehouse.source_facts import Sources
from warehouse.source_rows import SourceRows
from warehouse.source_state import unread_before, unread_on
from warehouse.tables import UNREAD

if TYPE_CHECKING:
    from warehouse.checks.validation import Verdict

    Verdicts = Mapping[tuple[str, date], Verdict]  # by source and day


@dataclass(frozen=True, slots=True)
class Published:
    """What a run put into the snapshots: days and rows by source, and what it did not publish, with the
    reason. `unread`: the amounts on each source's newest day that no rule reads, where there are any;
    `newly`: the sources whose snapshot before had fewer.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)
    newly: frozenset[str] = frozenset()

    def __or__(self, other: Published) -> Published:
        """The union of two results; no source is in both."""
        return Published(
            {**self.rows, **other.rows},
            {**self.days, **other.days},
            {**self.refused, **other.refused},
            {**self.unread, **other.unread},
            self.newly | other.newly,
        )


class CheckJob(NamedTuple):
    """What all sources said for one table, to be checked; `released` are the days that a person accepted,
    `unread` those of which another capture could not be read.
    """

    readings: Sequence[SourceRows]
    expects: Mapping[str, Expects]
    released: Mapping[tuple[str, date], str]
    unread: frozenset[tuple[str, date]] = frozenset()

    def __str__(self) -> str:
        return f"check {self.readings[0].table.name}"


def check(job: CheckJob) -> Verdicts:
    """A verdict for each source and day; runs in any process. Where one source's rows break the checks of the
    table, each source is checked by itself and that one is refused.
    """
    from warehouse.checks.validation import Verdict, validate

    try:
        return validate(job.readings[0].table, job.readings, job.expects, job.released, job.unread)
    except Exception as defect:
        if len(job.readings) > 1:
            alone = [check(job._replace(readings=[reading])) for reading in job.readings]
            return {at: verdict for verdicts in alone for at, verdict in verdicts.items()}
        [reading] = job.readings
        why = (f"its rows cannot be checked ({type(defect).__name__}: {str(defect)[:300]})",)
        return {
            (reading.source_id, day): Verdict(reading.source_id, day, problems=why) for day in reading.days
        }


class Terms(NamedTuple):
    """Where snapshots are published, whose they are, and the digest of the code that read them."""

    snapshots: Snapshots
    sources: Sources
    code: str


def publish_reading(
    terms: Terms, reading: SourceRows, verdicts: Verdicts, failed_days: Mapping[date, str], outcomes: Outcomes
) -> tuple[dict[date, int], list[str]]:
    """Publishes the good days of one source's table; gives rows by day, and why the others were refused.

    failed_days: days of which another capture could not be read, with the error; they are not published.
    """
    source_id, done, refused = reading.source_id, {}, []
    licence = terms.sources[source_id].licence
    for day in reading.days:
        verdict = verdicts[source_id, day]
        with outcomes.step(source_id, day, "check") as step:
            step.rows_in = sum(len(part.rows) for part in reading.parts_on(day))
            step.rows_quarantined = len(verdict.quarantined)
            if day in failed_days:
                step.error = (
                    f"not published: another capture of the day could not be read: {failed_days[day]}"
                )
            elif not verdict.good:
                why = f"{reading.table.name} of {day}: {'; '.join(verdict.problems)}"
                step.error = f"{source_id}: {why}; the last good snapshot stays"
                refused.append(f"{day}: {step.error}")
            else:
                step.rows_out = terms.snapshots.publish(reading, verdict, licence, terms.code)
                done[day] = step.rows_out
    return done, refused


def publish_leftovers(
    terms: Terms, source_id: str, readings: Iterable[SourceRows], published: set[date]
) -> None:
    """The leftovers of each published day of a source; a day that now has none loses those that an earlier
    reading of it left.
    """
    from warehouse.checks.validation import Verdict

    leftovers = next((reading for reading in readings if reading.table is UNREAD), None)
    left_on = set(leftovers.days) if leftovers else set()
    for day in published - left_on:
        terms.snapshots.location.remove(terms.snapshots.name(UNREAD, source_id, day))
    if leftovers is None:
        return
    licence = terms.sources[source_id].licence
    for day in sorted(published & left_on):
        terms.snapshots.publish(leftovers, Verdict(source_id, day), licence, terms.code)


def left_unread(terms: Terms, days: Mapping[str, set[date]]) -> Published:
    """The amounts that the newest published day of each source left unread."""
    unread: dict[str, int] = {}
    newly = set()
    for source_id, published in days.items():
        newest = max(published)
        if left := unread_on(terms.snapshots, source_id, newest):
            unread[source_id] = left
            if left > unread_before(terms.snapshots, source_id, newest, terms.sources[source_id].tables):
                newly.add(source_id)
    return Published(unread=unread, newly=frozenset(newly))
