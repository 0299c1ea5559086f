"""One source's captures, read in a process of its own, whatever they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from extractors.isolation import MOST_ENDED, ReaderEndedError, in_child
from extractors.keys import hidden, keys_in_use
from extractors.reading import Failure, loaded_companions, read_captures
from extractors.source import discover
from warehouse.archive.index import CaptureIndex
from warehouse.clock import utc_now
from warehouse.holding import DISK_FAULTS
from warehouse.last_good import against_last_good, known_models
from warehouse.location import HomeError, Location
from warehouse.outcomes import DISCOVER
from warehouse.passed_over import passed_over, remember
from warehouse.snapshots import Snapshots
from warehouse.source_rows import SourceRows


@dataclass(frozen=True, slots=True)
class SourceJob:
    """One source's part of a run: capture it first, if `capture` says how, then read its captures of the days
    from `since` (None: from the first) to `until`, without those of the digests in `passed_over`, for the
    reasons that it gives. `only_changed`: a source that answers as it did before is captured and not read.
    """

    location: Location
    source_id: str
    since: date | None
    until: date
    run_id: str
    capture: Literal["no", "live", "embedded"] = "no"
    moment: datetime | None = None
    passed_over: Mapping[str, str] = field(default_factory=dict, hash=False)
    only_changed: bool = False

    def __str__(self) -> str:
        return f"source {self.source_id}"


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What one source said in those captures. `error`: it could not be read at all; `retryable`: trying its
    capture again can help.
    """

    source_id: str
    readings: tuple[SourceRows, ...] = ()
    failures: tuple[Failure, ...] = ()
    captures: int = 0
    rows: int = 0
    started_at: datetime = field(default_factory=utc_now)
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
        failed = [o["error"] for o in self.outcomes if o["error"] and o["step"] != DISCOVER]
        told = [f"{self.source_id}: {error}" for error in failed]
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


def failed_read(source_id: str, started: datetime, defect: Exception) -> SourceRead:
    """The reading of a source that could not be read, which stops no other: its outcome names it. Raises
    what stops the run: a home that is lost, full or read-only.
    """
    if isinstance(defect, HomeError) or (isinstance(defect, OSError) and defect.errno in DISK_FAULTS):
        raise defect
    error = hidden(f"{source_id}: {type(defect).__name__}: {defect}", keys_in_use())
    return SourceRead(source_id, error=error, started_at=started)


def read_source(job: SourceJob) -> SourceRead:
    """Reads one source's archived captures against its last good snapshot before them, in a child. A capture
    that ends the child is remembered, and the source is read again without it.
    """
    started = utc_now()
    try:
        over = passed_over(job.location, job.source_id, code_digest())
        for _ in range(MOST_ENDED):
            try:
                read = in_child(read_here, replace(job, passed_over=over), discover()[job.source_id])
                return replace(read, started_at=started)  # by this process' clock, not the child's
            except ReaderEndedError as ended:
                if ended.capture is None:
                    raise
                over[ended.capture.sha256] = ended.why
                remember(job.location, ended.capture, ended.why, code_digest())
        raise ReaderEndedError(None, f"{MOST_ENDED} captures of one run; the next one passes them over")
    except Exception as defect:
        return failed_read(job.source_id, started, defect)


def read_here(job: SourceJob) -> SourceRead:
    """Reads one source's archived captures, in this process."""
    started = utc_now()
    reader, snapshots = discover()[job.source_id], Snapshots(job.location)
    try:
        index = CaptureIndex(snapshots, [job.source_id])
        captures = index.of(job.source_id, job.until, job.since)
        beside = [
            c
            for c in index.of(job.source_id, job.until)
            if reader.source.accompanies(c.address) and not reader.source.reads(c.address)
        ]
        companions, lost = loaded_companions(beside, index.load)
        first = min((c.captured_at.date() for c in captures), default=job.until)
        known = known_models(snapshots, job.source_id, reader.source.tables, first)
        read = read_captures(reader, captures, companions, known, index.load, job.passed_over)
        asked: dict[str, set[date]] = {}
        for row in index.rows:
            asked.setdefault(row["address"], set()).add(row["observed_on"])
        readings = [against_last_good(snapshots, job.source_id, rows, asked) for rows in read.rows.values()]
    except Exception as defect:
        return failed_read(job.source_id, started, defect)
    seconds = (utc_now() - started).total_seconds()
    total = sum(len(p.rows) for r in readings for p in r.parts)
    failures = (*read.failures, *(f for f in lost if job.since is None or f.day >= job.since))
    return SourceRead(job.source_id, tuple(readings), failures, read.captures, total, started, seconds)


@cache
def code_digest() -> str:
    """A digest of the code that reads and checks: a snapshot says by which it was made."""
    top = Path(__file__).parents[1]
    files = sorted([*top.glob("extractors/**/*.py"), *top.glob("warehouse/**/*.py")])
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:16]
