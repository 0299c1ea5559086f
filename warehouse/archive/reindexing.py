"""The archive's index built again from the archive: every record of every file, and what the index still
knows beyond that.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from warehouse.archive.index import by_day
from warehouse.archive.records import ArchiveError, Record, read_records
from warehouse.bookkeeping import CAPTURES
from warehouse.location import Location
from warehouse.parquet import SnapshotError
from warehouse.snapshots import Snapshots

ORIGIN = "reindexed"  # of a record whose row was lost: where it came from is told by its row alone
Row = dict[str, Any]


@dataclass(slots=True)
class Reindexed:
    """What was found: records, archive files that the index did not know at all, records that it did not
    know, rows whose record is gone, files that cannot be read, and index files that were damaged.
    """

    records: int = 0
    orphan_files: list[str] = field(default_factory=list)
    orphan_records: int = 0
    lost: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """In words."""
        return [
            *(f"damaged, built again: {name}" for name in self.damaged),
            *(f"orphan, in the index now: {name}" for name in self.orphan_files),
            *(f"cannot be read: {why}" for why in self.unreadable),
            *(f"lost, its row is kept: {what}" for what in self.lost),
            f"{self.records} records; {len(self.orphan_files)} files and {self.orphan_records} records were"
            f" orphans, {len(self.lost)} are lost, {len(self.unreadable)} files cannot be read",
        ]


def reindex(location: Location, progress: Callable[[str, int, int], None]) -> Reindexed:
    """Writes the `captures` table anew, source by source. A row that is known stays as it is (it says more
    than the record does); one whose record is gone stays too, and is named.
    """
    snapshots, done = Snapshots(location), Reindexed()
    known = _known(snapshots, done)
    files = location.names("raw", ".warc.gz")
    by_source: dict[str, list[str]] = {}
    for name in files:
        by_source.setdefault(name.split("/")[1], []).append(name)
    sources = sorted({*by_source, *(r["source_id"] for r in known.values())})
    for number, source_id in enumerate(sources, 1):
        progress(f"indexing {source_id}", number, len(sources))
        rows = _rows_of(location, source_id, by_source.get(source_id, []), known, done)
        _replace(snapshots, source_id, rows)
    return done


def _known(snapshots: Snapshots, done: Reindexed) -> dict[tuple[str, int, int], Row]:
    """The rows of the index that can be read, by place."""
    found = {}
    for name in snapshots.location.names(f"snapshots/{CAPTURES.directory}", ".parquet"):
        try:
            rows = snapshots.read(name).to_pylist()
        except SnapshotError:
            done.damaged.append(name)
            continue
        found.update({(r["warc"], r["warc_offset"], r["warc_length"]): r for r in rows})
    return found


def _rows_of(
    location: Location, source_id: str, names: Iterable[str], known: dict[Any, Row], done: Reindexed
) -> list[Row]:
    rows, places = [], set()
    whole: dict[str, int] = {}
    for name in names:
        orphans = 0
        try:
            records = list(read_records(io.BytesIO(location.read(name)), name))
        except (ArchiveError, OSError) as bad:
            done.unreadable.append(str(bad))
            rows += [r for place, r in known.items() if place[0] == name]
            places |= {place for place in known if place[0] == name}
            continue
        for record in records:
            if record.problem:
                done.unreadable.append(f"{name} at {record.capture.offset}: {record.problem}")
                continue
            place = (name, record.capture.offset, record.capture.length)
            places.add(place)
            if record.record_type != "revisit":
                whole[record.capture.sha256] = len(record.capture.body)
            row = known.get(place)
            orphans += row is None
            rows.append(row or _row(source_id, record, whole))
        done.records += len(records)
        done.orphan_records += orphans
        if records and orphans == len(records):
            done.orphan_files.append(name)
    gone = [r for place, r in known.items() if r["source_id"] == source_id and place not in places]
    done.lost += [f"{r['address']} of {r['captured_at']:%Y-%m-%dT%H:%M:%SZ} in {r['warc']}" for r in gone]
    return [*rows, *gone]


def _row(source_id: str, record: Record, whole: dict[str, int]) -> Row:
    capture = record.capture
    return {
        "source_id": source_id,
        "observed_on": capture.observed_on,
        "captured_at": capture.captured_at,
        "address": capture.address,
        "http_status": capture.status,
        "content_type": capture.content_type,
        "body_bytes": whole.get(capture.sha256, len(capture.body)),
        "capture_sha256": capture.sha256,
        "warc": capture.warc,
        "warc_offset": capture.offset,
        "warc_length": capture.length,
        "record_type": record.record_type,
        "origin": ORIGIN,
        "etag": record.etag,
        "last_modified": record.last_modified,
    }


def _replace(snapshots: Snapshots, source_id: str, rows: list[Row]) -> None:
    """Writes the index files of a source from these rows alone."""
    days: dict[date, list[Row]] = by_day(sorted(rows, key=lambda r: (r["captured_at"], r["address"])))
    for name in snapshots.location.names(f"snapshots/{CAPTURES.directory}/{source_id}", ".parquet"):
        snapshots.location.remove(name)
    snapshots.append_days(CAPTURES, days)
