"""From archived captures to published snapshots: read each source by itself, check all of them together,
publish what is good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import pyarrow as pa

from extractors.reading import Failure, read_captures
from extractors.source import Source, discover
from flows.each import Each, in_turn
from warehouse.archive.index import CaptureIndex
from warehouse.checks.acceptance import accepted
from warehouse.expects import Expects
from warehouse.location import Location
from warehouse.outcomes import Outcomes, Step
from warehouse.snapshots import Snapshots
from warehouse.source_rows import Reading
from warehouse.tables import UNREAD

if TYPE_CHECKING:
    from warehouse.checks.validation import Verdict

    Verdicts = Mapping[tuple[str, date], Verdict]


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


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What one source said in those captures."""

    source_id: str
    readings: tuple[Reading, ...] = ()
    failures: tuple[Failure, ...] = ()
    captures: int = 0
    rows: int = 0
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    error: str | None = None
    outcomes: tuple[dict[str, object], ...] = ()
    passing: bool = False

    @property
    def failed_days(self) -> dict[date, str]:
        """The days on which a capture could not be read."""
        return {f.day: f.error for f in reversed(self.failures)}


def run_source(job: SourceJob) -> SourceRead:
    """Captures one source if asked to, and reads its captures; runs in any thread or process that sees the
    home.
    """
    if job.capture == "no":
        return read_source(job)
    from flows.capturing import archive, capture_source, fetcher

    source = discover()[job.source_id].source
    snapshots, outcomes = Snapshots(job.location), Outcomes(job.run_id)
    index = CaptureIndex(snapshots, [job.source_id])
    captured = capture_source(
        source, index, fetcher() if job.capture == "live" else None, job.moment or datetime.now(UTC)
    )
    archive(snapshots, index, captured, outcomes, job.until)
    if not captured.responses:
        return SourceRead(job.source_id, outcomes=tuple(outcomes.rows), passing=captured.passing)
    since = min(r.captured_at.date() for r in captured.responses)
    return replace(
        read_source(replace(job, since=since)), outcomes=tuple(outcomes.rows), passing=captured.passing
    )


def read_source(job: SourceJob) -> SourceRead:
    """Reads one source's archived captures against its last good snapshot before them."""
    started = datetime.now(UTC)
    reader = discover()[job.source_id]
    snapshots = Snapshots(job.location)
    index = CaptureIndex(snapshots, [job.source_id])
    light = index.of(job.source_id, job.until, job.since)
    beside = [
        c
        for c in index.of(job.source_id, job.until)
        if reader.source.accompanies(c.address) and not reader.source.reads(c.address)
    ]
    try:
        known = known_models(
            snapshots, reader.source, min((c.captured_at.date() for c in light), default=job.until)
        )
        read = read_captures(reader, index.loaded(light), list(index.loaded(beside)), known)
        readings = []
        for rows in read.rows.values():
            if (
                rows.table is UNREAD
            ):  # compared with nothing: what is unread today need not have been yesterday
                readings.append(rows.reading())
                continue
            first = min(p.day for p in rows.parts)
            before = snapshots.latest(rows.table, job.source_id, first)
            held = snapshots.held(rows.table, job.source_id, first)
            good, addresses = before or (None, None)
            unheld = snapshots.latest(rows.table, job.source_id, held[0][0].date()) if held else None
            readings.append(rows.reading(good, addresses, held, unheld[0] if unheld else None))
    except (
        Exception
    ) as defect:  # one source that cannot be read must not stop the others; it is named in the outcome
        return SourceRead(
            job.source_id, error=f"{job.source_id}: {type(defect).__name__}: {defect}", started_at=started
        )
    seconds = (datetime.now(UTC) - started).total_seconds()
    total = sum(len(p.rows) for r in readings for p in r.parts)
    return SourceRead(job.source_id, tuple(readings), read.failures, read.captures, total, started, seconds)


def known_models(snapshots: Snapshots, source: Source, before: date) -> dict[str, frozenset[str]]:
    """The listed models of the source's last good snapshot before a day, by the address that listed them;
    those it left unread are among them.
    """
    known: dict[str, set[str]] = {}
    for table in (t for t in source.tables if "listed_model" in t.column_names):
        good = snapshots.latest(table, source.id, before)
        if good is None:
            continue
        _note_models(known, good, "listed_model")
        unread = snapshots.latest(UNREAD, source.id, before)
        if unread is not None and _day_of(unread[0]) == _day_of(good[0]):
            _note_models(known, unread, "known_model")
    return {address: frozenset(models) for address, models in known.items()}


def _note_models(known: dict[str, set[str]], snapshot: tuple[pa.Table, dict[str, str]], column: str) -> None:
    rows, addresses = snapshot
    pairs = zip(rows.column("capture_sha256").to_pylist(), rows.column(column).to_pylist(), strict=True)
    for sha, model in dict.fromkeys(pairs):
        if model:
            known.setdefault(addresses.get(sha, ""), set()).add(model)


def _day_of(rows: pa.Table) -> object:
    return rows.column("observed_on")[0].as_py() if rows.num_rows else None


@dataclass(frozen=True, slots=True)
class Published:
    """What a run put into the snapshots: days and rows by source, and what it did not publish, with the
    reason.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __or__(self, other: Published) -> Published:
        """Both, which are of different sources."""
        return Published(
            {**self.rows, **other.rows}, {**self.days, **other.days}, {**self.refused, **other.refused}
        )


class CheckJob(NamedTuple):
    """What all sources said for one table, to be checked; `released` are the days that a person accepted."""

    readings: Sequence[Reading]
    expects: Mapping[str, Expects]
    released: Mapping[tuple[str, date], str]


def check(job: CheckJob) -> Verdicts:
    """A verdict for each source and day; runs in any process."""
    from warehouse.checks.validation import validate

    return validate(job.readings[0].table, job.readings, job.expects, job.released)


def publish(
    snapshots: Snapshots,
    reads: Sequence[SourceRead],
    outcomes: Outcomes,
    progress: Callable[[str], None] = lambda _: None,
    each: Each = in_turn,
) -> Published:
    """Checks what was read, table by table (spread by `each`) over all sources at once, and publishes each
    source's good days.
    """
    rows: dict[str, int] = {}
    days: dict[str, set[date]] = {}
    refused: dict[str, list[str]] = {}
    reads = sorted(reads, key=lambda r: r.source_id)
    for read in reads:
        _note_read(read, outcomes)
        problems = (
            [read.error]
            if read.error
            else [f"{day}: {error}" for day, error in sorted(read.failed_days.items())]
        )
        if problems:
            refused[read.source_id] = problems
    by_table: dict[str, list[tuple[SourceRead, Reading]]] = {}
    for read in reads:
        for reading in read.readings:
            if reading.table is not UNREAD:
                by_table.setdefault(reading.table.name, []).append((read, reading))
    sources = discover()
    jobs = []
    for pairs in by_table.values():
        readings = [reading for _, reading in pairs]
        expects = {r.source_id: sources[r.source_id].source.expects for r in readings}
        jobs.append(CheckJob(readings, expects, accepted(snapshots.location, readings)))
    jobs.sort(
        key=lambda job: sum(r.distinct.num_rows for r in job.readings), reverse=True
    )  # what takes longest begins first
    verdicts: dict[str, Verdicts] = {}
    for job, found in each(check, jobs):
        verdicts[job.readings[0].table.name] = found
        progress(job.readings[0].table.name)
    for name, pairs in sorted(by_table.items()):
        for source_id, day, count in _publish_table(snapshots, pairs, verdicts[name], outcomes, refused):
            rows[source_id] = rows.get(source_id, 0) + count
            days.setdefault(source_id, set()).add(day)
    for read in reads:
        _publish_unread(snapshots, read, days.get(read.source_id, set()))
    return Published(rows, {k: len(v) for k, v in days.items()}, refused)


def _publish_unread(snapshots: Snapshots, read: SourceRead, published: set[date]) -> None:
    """The leftovers of each day of a source that was published; a day that now has none loses those that an
    earlier reading of it left.
    """
    leftovers = next((r for r in read.readings if r.table is UNREAD), None)
    with_some = set(leftovers.days) if leftovers else set()
    for day in published - with_some:
        snapshots.location.remove(snapshots.name(UNREAD, read.source_id, day))
    if leftovers is None:
        return
    source = discover()[read.source_id].source
    from warehouse.checks.validation import Verdict

    for day in sorted(published & with_some):
        snapshots.publish(leftovers, Verdict(read.source_id, day), source.licence, code_digest())


def _publish_table(
    snapshots: Snapshots,
    pairs: Sequence[tuple[SourceRead, Reading]],
    verdicts: Verdicts,
    outcomes: Outcomes,
    refused: dict[str, list[str]],
) -> list[tuple[str, date, int]]:
    sources = discover()
    done = []
    for read, reading in pairs:
        source = sources[reading.source_id].source
        for day in reading.days:
            verdict = verdicts[reading.source_id, day]
            with outcomes.step(reading.source_id, day, "check") as step:
                step.rows_in = sum(len(p.rows) for p in reading.parts_on(day))
                step.rows_quarantined = len(verdict.quarantined)
                if day in read.failed_days:
                    step.error = (
                        "not published: another capture of the day could not be read:"
                        f" {read.failed_days[day]}"
                    )
                elif not verdict.good:
                    step.error = (
                        f"{source.id}: {reading.table.name} of {day}: {'; '.join(verdict.problems)}; the last"
                        " good snapshot stays"
                    )
                    refused.setdefault(source.id, []).append(f"{day}: {step.error}")
                else:
                    step.rows_out = snapshots.publish(reading, verdict, source.licence, code_digest())
                    done.append((source.id, day, step.rows_out))
    return done


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
