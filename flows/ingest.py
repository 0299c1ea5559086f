"""Capture, archive, read, check, publish: each source by itself up to reading, the checks over all sources of
a table together, and then each source's good days into the snapshots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from extractors.capturing import answers_as_before, archive, capture_source, fetcher, in_other_forms
from extractors.source import Source, discover
from extractors.source_read import SourceJob, SourceRead, code_digest, failed_read, read_source
from warehouse.archive.index import CaptureIndex
from warehouse.checks.acceptance import accepted
from warehouse.clock import utc_now
from warehouse.elsewhere import said_elsewhere
from warehouse.nearest import did_you_mean
from warehouse.outcomes import Outcomes, Step
from warehouse.publishing import (
    CheckJob,
    Published,
    Terms,
    check,
    left_unread,
    publish_leftovers,
    publish_reading,
)
from warehouse.snapshots import Snapshots
from warehouse.source_rows import SourceRows
from warehouse.tables import UNREAD

__all__ = ["SourceJob", "SourceName", "SourceRead", "chosen", "publish", "read_source", "run_source"]

if TYPE_CHECKING:
    from flows.pools import Pool, Progress
    from warehouse.publishing import Verdicts

    SourceName = str
else:
    SourceName = Literal[tuple(discover())]  # a type: Prefect's form offers the sources to choose from


def chosen(names: Sequence[str] | None) -> list[Source]:
    """The sources of those ids, all where None; ValueError names unknown ids and the nearest known."""
    readers = discover()
    unknown = sorted(set(names or ()) - readers.keys())
    if unknown:
        near = [f"{name!r}{did_you_mean(name, readers)}" for name in unknown]
        raise ValueError(f"no source is called {', '.join(near)}; gapledger status lists all {len(readers)}")
    return [r.source for r in readers.values() if names is None or r.source.id in names]


def run_source(job: SourceJob) -> SourceRead:
    """Captures one source if asked to, and reads its captures; runs in any thread or process that sees the
    home. Errors of the source are in the result, errors of the home are raised.
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


def read_sources(jobs: Sequence[SourceJob], pool: Pool, progress: Progress) -> Iterator[SourceRead]:
    """`run_source` of every job (spread by `pool`), as results come."""
    for number, (job, read) in enumerate(pool(run_source, jobs), 1):
        progress(f"read {job.source_id}", number, len(jobs))
        yield read


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
    by_table: dict[str, list[tuple[SourceRead, SourceRows]]] = {}
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
    terms = Terms(snapshots, {s: r.source for s, r in discover().items()}, code_digest())
    for name, pairs in sorted(by_table.items()):
        for read, reading in pairs:
            done, held = publish_reading(terms, reading, verdicts[name], _held_days(read), outcomes)
            refused.setdefault(read.source_id, []).extend(held)
            for day, count in done.items():
                rows[read.source_id] = rows.get(read.source_id, 0) + count
                days.setdefault(read.source_id, set()).add(day)
    for read in reads:
        publish_leftovers(terms, read.source_id, read.readings, days.get(read.source_id, set()))
    refused = {source_id: problems for source_id, problems in refused.items() if problems}
    published = Published(rows, {k: len(v) for k, v in days.items()}, refused)
    return published | left_unread(terms, days)


def _held_days(read: SourceRead) -> dict[date, str]:
    """Days with a capture that could not be read, which holds them back; none of a `partial` source, whose
    pages are apart: a post that cannot be read is told and takes no other with it.
    """
    return {} if discover()[read.source_id].source.partial else read.failed_days


def _unread(read: SourceRead) -> dict[str, list[str]]:
    days = [f"{day}: {error}" for day, error in sorted(read.failed_days.items())]
    problems = [read.error] if read.error else days
    return {read.source_id: problems} if problems else {}


def _check_jobs(
    snapshots: Snapshots, by_table: Mapping[str, Sequence[tuple[SourceRead, SourceRows]]]
) -> list[CheckJob]:
    expects = {source_id: reader.source.expects for source_id, reader in discover().items()}
    jobs = []
    for pairs in by_table.values():
        readings = [reading for _, reading in pairs]
        others = said_elsewhere(snapshots, readings, expects)
        released = accepted(snapshots.location, readings)
        unread = frozenset((read.source_id, day) for read, _ in pairs for day in _held_days(read))
        jobs.append(CheckJob([*readings, *others], expects, released, unread))
    return sorted(jobs, key=lambda job: sum(r.distinct.num_rows for r in job.readings), reverse=True)


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
