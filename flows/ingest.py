"""Capture, archive, read, check, publish: each source by itself up to reading, the checks over all sources of
a table together, and then each source's good days into the snapshots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from extractors.capturing import answers_as_before, archive, capture_source, fetcher, in_other_forms
from extractors.source import Source, discover
from extractors.source_read import SourceJob, SourceRead, code_digest, failed_read, read_source
from warehouse.archive.index import CaptureIndex
from warehouse.checks.acceptance import accepted
from warehouse.clock import utc_now
from warehouse.elsewhere import said_elsewhere
from warehouse.expects import Expects
from warehouse.nearest import did_you_mean
from warehouse.outcomes import Outcomes, Step
from warehouse.snapshots import Snapshots
from warehouse.source_rows import Reading
from warehouse.source_state import unread_before, unread_on
from warehouse.tables import UNREAD

__all__ = [
    "CheckJob",
    "Published",
    "SourceJob",
    "SourceName",
    "SourceRead",
    "check",
    "chosen",
    "code_digest",
    "publish",
    "read_source",
    "run_source",
]

if TYPE_CHECKING:
    from flows.pools import Pool
    from warehouse.checks.validation import Verdict

    Verdicts = Mapping[tuple[str, date], Verdict]
    SourceName = str
else:
    SourceName = Literal[tuple(discover())]  # a type: Prefect's form offers the sources to choose from


def chosen(names: Sequence[str] | None) -> list[Source]:
    """The sources of those ids, all where None; ValueError names an unknown id, and the known ones."""
    readers = discover()
    unknown = sorted(set(names or ()) - readers.keys())
    if unknown:
        near = [f"{name!r}{did_you_mean(name, readers)}" for name in unknown]
        raise ValueError(f"no source is called {', '.join(near)}; gapledger status lists all {len(readers)}")
    return [r.source for r in readers.values() if names is None or r.source.id in names]


def run_source(job: SourceJob) -> SourceRead:
    """Captures one source if asked to, and reads its captures; runs in any thread or process that sees the
    home. Whatever is wrong with the source is its own error; what is wrong with the home is raised.
    """
    if job.capture == "no":
        return read_source(job)
    started, outcomes = utc_now(), Outcomes(job.run_id)
    read, retryable = SourceRead(job.source_id, started_at=started), False
    try:
        source = discover()[job.source_id].source
        snapshots = Snapshots(job.location)
        index = CaptureIndex(snapshots, [job.source_id])
        client = fetcher() if job.capture == "live" else None
        captured = capture_source(source, index, client, job.moment or utc_now())
        retryable = captured.retryable
        archive(snapshots, index, captured, outcomes, job.until)
        left = job.only_changed and answers_as_before(index, captured)
        while captured.responses and not left:
            since = min(r.captured_at.date() for r in captured.responses)
            read = read_source(replace(job, since=since))
            again = in_other_forms(captured, read.failures)
            if again is None:
                break
            archive(snapshots, CaptureIndex(snapshots, [job.source_id]), again, outcomes, job.until)
            captured = again
    except Exception as defect:
        read = failed_read(job.source_id, started, defect)
    return replace(read, outcomes=tuple(outcomes.rows), captured=True, retryable=retryable)


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
        """Both, which are of different sources."""
        return Published(
            {**self.rows, **other.rows},
            {**self.days, **other.days},
            {**self.refused, **other.refused},
            {**self.unread, **other.unread},
            self.newly | other.newly,
        )


class CheckJob(NamedTuple):
    """What all sources said for one table, to be checked; `released` are the days that a person accepted."""

    readings: Sequence[Reading]
    expects: Mapping[str, Expects]
    released: Mapping[tuple[str, date], str]

    def __str__(self) -> str:
        return f"check {self.readings[0].table.name}"


def check(job: CheckJob) -> Verdicts:
    """A verdict for each source and day; runs in any process. Where rows of one source stop the checks of the
    table, each source is checked by itself, and that one is refused.
    """
    from warehouse.checks.validation import Verdict, validate

    try:
        return validate(job.readings[0].table, job.readings, job.expects, job.released)
    except Exception as defect:
        if len(job.readings) > 1:
            alone = [check(job._replace(readings=[reading])) for reading in job.readings]
            return {at: verdict for verdicts in alone for at, verdict in verdicts.items()}
        [reading] = job.readings
        why = (f"its rows cannot be checked ({type(defect).__name__}: {str(defect)[:300]})",)
        return {
            (reading.source_id, day): Verdict(reading.source_id, day, problems=why) for day in reading.days
        }


def publish(
    snapshots: Snapshots,
    reads: Sequence[SourceRead],
    outcomes: Outcomes,
    pool: Pool,
    progress: Callable[[str], None] = lambda _: None,
) -> Published:
    """Checks what was read, table by table (spread by `pool`) over all sources at once, and publishes each
    source's good days.
    """
    reads = sorted(reads, key=lambda r: r.source_id)
    by_table: dict[str, list[tuple[SourceRead, Reading]]] = {}
    refused: dict[str, list[str]] = {}
    for read in reads:
        _note_read(read, outcomes)
        refused |= _unread(read)
        for reading in read.readings:
            if reading.table is not UNREAD:
                by_table.setdefault(reading.table.name, []).append((read, reading))
    verdicts: dict[str, Verdicts] = {}
    for job, found in pool(check, _check_jobs(snapshots, by_table)):
        verdicts[job.readings[0].table.name] = found
        progress(job.readings[0].table.name)
    rows: dict[str, int] = {}
    days: dict[str, set[date]] = {}
    for name, pairs in sorted(by_table.items()):
        for source_id, day, count in _publish_table(snapshots, pairs, verdicts[name], outcomes, refused):
            rows[source_id] = rows.get(source_id, 0) + count
            days.setdefault(source_id, set()).add(day)
    for read in reads:
        _publish_unread(snapshots, read, days.get(read.source_id, set()))
    published = Published(rows, {k: len(v) for k, v in days.items()}, refused)
    return published | _left_unread(snapshots, days)


def _left_unread(snapshots: Snapshots, days: Mapping[str, set[date]]) -> Published:
    """The amounts that the newest published day of each source left unread."""
    unread: dict[str, int] = {}
    newly = set()
    for source_id, published in days.items():
        newest = max(published)
        if left := unread_on(snapshots, source_id, newest):
            unread[source_id] = left
            if left > unread_before(snapshots, source_id, newest, discover()[source_id].source.tables):
                newly.add(source_id)
    return Published(unread=unread, newly=frozenset(newly))


def _unread(read: SourceRead) -> dict[str, list[str]]:
    days = [f"{day}: {error}" for day, error in sorted(read.failed_days.items())]
    problems = [read.error] if read.error else days
    return {read.source_id: problems} if problems else {}


def _check_jobs(
    snapshots: Snapshots, by_table: Mapping[str, Sequence[tuple[SourceRead, Reading]]]
) -> list[CheckJob]:
    expects = {source_id: reader.source.expects for source_id, reader in discover().items()}
    jobs = []
    for pairs in by_table.values():
        readings = [reading for _, reading in pairs]
        others = said_elsewhere(snapshots, readings, expects)
        jobs.append(CheckJob([*readings, *others], expects, accepted(snapshots.location, readings)))
    return sorted(jobs, key=lambda job: sum(r.distinct.num_rows for r in job.readings), reverse=True)


def _publish_table(
    snapshots: Snapshots,
    pairs: Sequence[tuple[SourceRead, Reading]],
    verdicts: Verdicts,
    outcomes: Outcomes,
    refused: dict[str, list[str]],
) -> list[tuple[str, date, int]]:
    """Publishes the good days of one table's sources; gives (source, day, rows) of each. A capture that could
    not be read holds its day back, but for a `partial` source: its pages are apart, and a post that cannot be
    read is told and takes no other with it.
    """
    done = []
    for read, reading in pairs:
        source_id, licence = reading.source_id, discover()[reading.source_id].source.licence
        for day in reading.days:
            verdict = verdicts[source_id, day]
            with outcomes.step(source_id, day, "check") as step:
                step.rows_in = sum(len(p.rows) for p in reading.parts_on(day))
                step.rows_quarantined = len(verdict.quarantined)
                if day in read.failed_days and not discover()[source_id].source.partial:
                    why = read.failed_days[day]
                    step.error = f"not published: another capture of the day could not be read: {why}"
                elif not verdict.good:
                    why = f"{reading.table.name} of {day}: {'; '.join(verdict.problems)}"
                    step.error = f"{source_id}: {why}; the last good snapshot stays"
                    refused.setdefault(source_id, []).append(f"{day}: {step.error}")
                else:
                    step.rows_out = snapshots.publish(reading, verdict, licence, code_digest())
                    done.append((source_id, day, step.rows_out))
    return done


def _publish_unread(snapshots: Snapshots, read: SourceRead, published: set[date]) -> None:
    """The leftovers of each day of a source that was published; a day that now has none loses those that an
    earlier reading of it left.
    """
    from warehouse.checks.validation import Verdict

    leftovers = next((r for r in read.readings if r.table is UNREAD), None)
    left_on = set(leftovers.days) if leftovers else set()
    for day in published - left_on:
        snapshots.location.remove(snapshots.name(UNREAD, read.source_id, day))
    if leftovers is None:
        return
    licence = discover()[read.source_id].source.licence
    for day in sorted(published & left_on):
        snapshots.publish(leftovers, Verdict(read.source_id, day), licence, code_digest())


def _note_read(read: SourceRead, outcomes: Outcomes) -> None:
    outcomes.rows.extend(read.outcomes)
    if not read.captures and not read.error:
        return
    step = Step(rows_in=read.captures, rows_out=read.rows, error=read.error)
    day = max((d for r in read.readings for d in r.days), default=read.started_at.date())
    outcomes.note(read.source_id, day, "parse", read.started_at, read.seconds, step)
    for failure in read.failures:
        failed = Step(rows_in=1, error=failure.error, capture_sha256=failure.sha256)
        outcomes.note(read.source_id, failure.day, "parse", read.started_at, 0.0, failed)
