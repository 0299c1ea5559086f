"""Small homes for the tests of faults: one source, one good night, and the next night to go wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from extractors.source import Reader, discover
from flows.ingest import SourceJob, SourceRead, publish, run_source
from flows.pools import serial
from warehouse.archive.index import CaptureIndex, index_rows
from warehouse.archive.warc import Response
from warehouse.bookkeeping import CAPTURES
from warehouse.capture import Capture
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.publishing import Published
from warehouse.snapshots import Snapshots


@contextmanager
def source_with(source_id: str, **changes: Any) -> Iterator[Reader]:
    """A source as it is found, with other addresses or limits, for the length of a test."""
    readers: Any = discover()
    before = readers[source_id]
    readers[source_id] = replace(before, source=replace(before.source, **changes))
    try:
        yield readers[source_id]
    finally:
        readers[source_id] = before


def put(
    location: Location,
    source_id: str,
    address: str,
    when: datetime,
    body: bytes,
    content_type: str = "text/markdown",
) -> None:
    """Archives a body as if it had been captured then."""
    snapshots = Snapshots(location)
    answer = Response(source_id, address, when, 200, (("Content-Type", content_type),), body, body, "test")
    index = CaptureIndex(snapshots, [source_id])
    if Capture(source_id, address, when, body) in index:
        return
    kept = snapshots.archive.write([answer], index.whole())
    snapshots.append(CAPTURES, index_rows(kept, {}), when.date())


def night(
    location: Location, sources: Sequence[str], day: date, how: Any = "no"
) -> tuple[Published, list[SourceRead], Outcomes]:
    """What a nightly run does with these sources up to the snapshots: capture (if `how` says so), read,
    check, publish.
    """
    outcomes = Outcomes(f"test-{day}")
    reads = [
        run_source(SourceJob(location, source_id, day, day, outcomes.run_id, how)) for source_id in sources
    ]
    published = publish(Snapshots(location), reads, outcomes, serial)
    outcomes.write(Snapshots(location), day)
    return published, reads, outcomes


def kept(home: Path) -> dict[str, str]:
    """What a home has kept: the digests of its snapshots and archive files, and the rows of the archive's
    index, which only grows.
    """
    index = Snapshots(Location(str(home))).table(CAPTURES).to_pylist()
    files = {
        name: sha for name, sha in digests(home, "snapshots", "raw").items() if CAPTURES.directory not in name
    }
    return files | {f"{row['address']} {row['captured_at']}": str(row) for row in index}


def digests(home: Path, *folders: str) -> dict[str, str]:
    """The files below folders of a home, with their digests."""
    files = sorted(p for folder in folders for p in (home / folder).rglob("*") if p.is_file())
    return {p.relative_to(home).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
