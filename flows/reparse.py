"""Reads the raw archive again with today's parsers, and releases a day that a check holds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

from extractors.source import discover
from flows.ingest import SourceJob, SourceRead, chosen, publish, read_sources, run_source
from flows.pools import Progress, processes, serial
from warehouse.checks.acceptance import accept, held_back
from warehouse.clock import utc_now, utc_today
from warehouse.differences import Difference, differences
from warehouse.expects import Expects
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots


def read_again(
    location: Location, sources: Sequence[str] | None, since: date | None, run_id: str, progress: Progress
) -> list[SourceRead]:
    """Every chosen source's archived captures, from `since` on, read by today's parsers."""
    until = utc_today()
    jobs = [SourceJob(location, s.id, since, until, run_id) for s in chosen(sources)]
    with processes(min(len(jobs), os.cpu_count() or 1)) as pool:
        reads = list(read_sources(jobs, pool, progress))
    return sorted(reads, key=lambda r: r.source_id)


def changes(location: Location, reads: Sequence[SourceRead]) -> list[Difference]:
    """The days on which today's parsers and checks would publish something else."""
    readings = [reading for read in reads for reading in read.readings]
    return [found for found in differences(Snapshots(location), readings, _expects()) if found.differs]


def replace(location: Location, reads: Sequence[SourceRead], run_id: str) -> int:
    """Publishes what was read again; gives the number of days."""
    outcomes = Outcomes(run_id)
    published = publish(Snapshots(location), reads, outcomes, serial)
    outcomes.write(Snapshots(location), utc_today())
    return sum(published.days.values())


def release(location: Location, source_id: str, day: date, reason: str, run_id: str) -> list[str]:
    """Releases a held day for the captures that it has now, publishes it, and says what was held; ValueError
    where nothing is held.
    """
    [source] = chosen([source_id])
    read = run_source(SourceJob(location, source.id, day, day, run_id))
    problems, digests = held_back(Snapshots(location), read.readings, day, _expects())
    if not problems:
        unread = "; ".join(read.failed_days.values()) or read.error or "every check passes"
        raise ValueError(
            f"nothing is held of {source_id} on {day} ({unread}); a page that no parser reads cannot be"
            " accepted"
        )
    at = utc_now().isoformat(timespec="seconds")
    accept(location, source.id, day, digests, problems, reason, at)
    outcomes = Outcomes(run_id)
    done = publish(Snapshots(location), [read], outcomes, serial)
    outcomes.write(Snapshots(location), utc_today())
    return [
        *(f"was held: {p}" for p in sorted(problems)),
        f"published: {done.rows.get(source.id, 0)} rows of {source_id} on {day}, because: {reason}",
    ]


def _expects() -> dict[str, Expects]:
    return {source_id: reader.source.expects for source_id, reader in discover().items()}
