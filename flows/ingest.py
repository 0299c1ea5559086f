"""Capture, archive, read, check, publish: each source by itself up to reading, the checks over all sources of
a table together, and then each source's good days into the snapshots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from extractors.capturing import archive, capture_source, fetcher
from extractors.reading import Failure, read_captures
from extractors.source import Source, discover
from warehouse.archive.index import CaptureIndex
from warehouse.checks.acceptance import accepted
from warehouse.expects import Expects
from warehouse.last_good import against_last_good, known_models
from warehouse.location import Location
from warehouse.outcomes import Outcomes, Step
from warehouse.snapshots import Snapshots
from warehouse.source_rows import Reading
from warehouse.source_state import unread_before, unread_on
from warehouse.tables import UNREAD

if TYPE_CHECKING:
    from flows.pools import Pool
    from warehouse.checks.validation import Verdict

    Verdicts = Mapping[tuple[str, date], Verdict]
    SourceName = str
else:
    SourceName = Literal[
        tuple(discover())
    ]  # the sources as a type: Prefect's form offers them to choose from


def chosen(names: Sequence[str] | None) -> list[Source]:
    """The sources of those ids, all where None; ValueError names an unknown id, and the known ones."""
    readers = discover()
    unknown = sorted(set(names or ()) - readers.keys())
    if unknown:
        raise ValueError(f"no source is called {', '.join(unknown)}; sources: {', '.join(readers)}")
    return [r.source for r in readers.values() if names is None or r.source.id in names]


@dataclass(frozen=True, slots=True)
class SourceJob:
    """One source's part of a run: capture it first, if `capture` says how, then read its captures of the days
    from `since` (None: from the first) to `until`.
    """

    location: Location
    source_id: str
    since: date | None
    until: date
    run_id: str
    capture: Literal["no", "live", "embedded"] = "no"
    moment: datetime | None = None

    def __str__(self) -> str:
        return f"source {self.source_id}"


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What one source said in those captures. `error`: it could not be read at all; `retryable`: trying its
    capture again can help.
    """

    source_id: str
    readings: tuple[Reading, ...] = ()
    failures: tuple[Failure, ...] = ()
    captures: int = 0
    rows: int = 0
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    error: str | None = None
    outcomes: tuple[dict[str, object], ...] = ()
    captured: bool = False
    retryable: bool = False

    @property
    def failed_days(self) -> dict[date, str]:
        """The days on which a capture could not be read."""
        return {f.day: f.error for f in reversed(self.failures)}

    @property
    def problems(self) -> list[str]:
        """What went wrong, in words."""
        told = [f"{self.source_id}: {o['error']}" for o in self.outcomes if o["error"]]
        return [*([self.error] if self.error else []), *told, *(f.error for f in self.failures)]

    @property
    def failed(self) -> bool:
        """Whether an operator should see the source as failed: unreadable, or captured now and with a
        problem. An old capture that no parser reads is none, nor is a source without its key.
        """
        unexpected = self.captured and not discover()[self.source_id].source.lacks_key
        return bool(self.error or (unexpected and self.problems))

    def __str__(self) -> str:
        return f"{self.source_id}: {self.captures} captures, {self.rows} rows"


def run_source(job: SourceJob) -> SourceRead:
    """Captures one source if asked to, and reads its captures; runs in any thread or process that sees the
    home.
    """
    if job.capture == "no":
        return read_source(job)
    source = discover()[job.source_id].source
    snapshots, outcomes = Snapshots(job.location), Outcomes(job.run_id)
    index = CaptureIndex(snapshots, [job.source_id])
    client = fetcher() if job.capture == "live" else None
    captured = capture_source(source, index, client, job.moment or datetime.now(UTC))
    archive(snapshots, index, captured, outcomes, job.until)
    read = SourceRead(job.source_id)
    if captured.responses:
        read = read_source(replace(job, since=min(r.captured_at.date() for r in captured.responses)))
    return replace(read, outcomes=tuple(outcomes.rows), captured=True, retryable=captured.retryable)


def read_source(job: SourceJob) -> SourceRead:
    """Reads one source's archived captures against its last good snapshot before them."""
    started = datetime.now(UTC)
    reader, snapshots = discover()[job.source_id], Snapshots(job.location)
    index = CaptureIndex(snapshots, [job.source_id])
    captures = index.of(job.source_id, job.until, job.since)
    companions = [
        c
        for c in index.of(job.source_id, job.until)
        if reader.source.accompanies(c.address) and not reader.source.reads(c.address)
    ]
    try:
        first = min((c.captured_at.date() for c in captures), default=job.until)
        known = known_models(snapshots, job.source_id, reader.source.tables, first)
        read = read_captures(reader, index.loaded(captures), list(index.loaded(companions)), known)
        readings = [against_last_good(snapshots, job.source_id, rows) for rows in read.rows.values()]
    except Exception as defect:  # a source that cannot be read stops no other: its outcome names it
        error = f"{job.source_id}: {type(defect).__name__}: {defect}"
        return SourceRead(job.source_id, error=error, started_at=started)
    seconds = (datetime.now(UTC) - started).total_seconds()
    total = sum(len(p.rows) for r in readings for p in r.parts)
    return SourceRead(job.source_id, tuple(readings), read.failures, read.captures, total, started, seconds)


@dataclass(frozen=True, slots=True)
class Published:
    """What a run put into the snapshots: days and rows by source, and what it did not publish, with the
    reason. `unread`: the amounts on each source's newest day that no rule reads, where there are any;
    `newly`: the sources whose snapshot before had none.
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
    """A verdict for each source and day; runs in any process."""
    from warehouse.checks.validation import validate

    return validate(job.readings[0].table, job.readings, job.expects, job.released)


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
    for job, found in pool(check, _check_jobs(snapshots.location, by_table)):
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
            if not unread_before(snapshots, source_id, newest, discover()[source_id].source.tables):
                newly.add(source_id)
    return Published(unread=unread, newly=frozenset(newly))


def _unread(read: SourceRead) -> dict[str, list[str]]:
    days = [f"{day}: {error}" for day, error in sorted(read.failed_days.items())]
    problems = [read.error] if read.error else days
    return {read.source_id: problems} if problems else {}


def _check_jobs(
    location: Location, by_table: Mapping[str, Sequence[tuple[SourceRead, Reading]]]
) -> list[CheckJob]:
    sources = discover()
    jobs = []
    for pairs in by_table.values():
        readings = [reading for _, reading in pairs]
        expects = {r.source_id: sources[r.source_id].source.expects for r in readings}
        jobs.append(CheckJob(readings, expects, accepted(location, readings)))
    return sorted(jobs, key=lambda job: sum(r.distinct.num_rows for r in job.readings), reverse=True)


def _publish_table(
    snapshots: Snapshots,
    pairs: Sequence[tuple[SourceRead, Reading]],
    verdicts: Verdicts,
    outcomes: Outcomes,
    refused: dict[str, list[str]],
) -> list[tuple[str, date, int]]:
    """Publishes the good days of one table's sources; gives (source, day, rows) of each."""
    done = []
    for read, reading in pairs:
        source_id, licence = reading.source_id, discover()[reading.source_id].source.licence
        for day in reading.days:
            verdict = verdicts[source_id, day]
            with outcomes.step(source_id, day, "check") as step:
                step.rows_in = sum(len(p.rows) for p in reading.parts_on(day))
                step.rows_quarantined = len(verdict.quarantined)
                if day in read.failed_days:
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


@cache
def code_digest() -> str:
    """A digest of the code that reads and checks: a snapshot says by which it was made."""
    top = Path(__file__).parents[1]
    files = sorted([*top.glob("extractors/**/*.py"), *top.glob("warehouse/**/*.py")])
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:16]
