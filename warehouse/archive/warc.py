"""The raw archive: WARC 1.1, one record per response, an unchanged body as a `revisit`.

A batch of records (one source's fetch of one night, one source-day of an import) is one file, written whole
and never changed afterwards: no torn tails of our own, and the same on disk and on S3. Where each record lies
is kept in the `captures` table, which is the archive's index; it can be rebuilt from the files.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from pathlib import Path

from warehouse.archive.members import Response, archive_file, member_of
from warehouse.archive.records import ArchiveError, Record, place_of, read_records, read_warc
from warehouse.archive.wholeness import unfit
from warehouse.capture import Capture
from warehouse.location import Location

__all__ = [
    "ArchiveError",
    "Archived",
    "Imported",
    "RawArchive",
    "Record",
    "Response",
    "read_records",
    "read_warc",
]


WITHOUT_BODY = "a revisit without its body in the files imported or in this home"


@dataclass(frozen=True, slots=True)
class Archived:
    """A capture in the archive (its body not held), with what its index row says beyond it; `size` is the
    body's, in bytes.
    """

    capture: Capture
    record_type: str
    origin: str
    size: int


@dataclass(slots=True)
class Imported:
    """What an import did with one file: records taken, those known before, addresses that no source reads,
    refused records.
    """

    file: str
    taken: list[Archived] = field(default_factory=list)
    known: int = 0
    without_source: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


class RawArchive:
    """The archive below `raw/` of a home."""

    def __init__(self, location: Location) -> None:
        self.location = location

    def write(self, responses: Sequence[Response], seen: Mapping[str, Capture]) -> list[Archived]:
        """Archives one source's responses as one file, before anything reads them; `seen` maps body digests
        to earlier captures.

        All responses are of one source and one UTC day. Bodies in `seen` become `revisit` records.
        """
        if not responses:
            return []
        members: list[tuple[bytes, Response, str, str]] = []
        earlier = dict(seen)
        for response in responses:
            sha = hashlib.sha256(response.body).hexdigest()
            before = earlier.get(sha)
            kind = "resource" if response.address.startswith("urn:") else "response"
            members.append(
                (member_of(response, sha, before, kind), response, sha, "revisit" if before else kind)
            )
            earlier.setdefault(
                sha,
                Capture(
                    response.source_id,
                    response.address,
                    response.captured_at,
                    b"",
                    response.content_type,
                    sha256=sha,
                ),
            )
        first = responses[0]
        named = [(member, sha) for member, _, sha, _ in members]
        name, whole, places = archive_file(first.source_id, first.captured_at.astimezone(UTC).date(), named)
        self.location.write(name, whole)
        archived = []
        for (_, r, sha, record_type), place in zip(members, places, strict=True):
            capture = Capture(
                r.source_id, r.address, r.captured_at, b"", r.content_type, r.status, sha, name, *place
            )
            archived.append(Archived(capture, record_type, r.origin, len(r.body)))
        return archived

    def take(
        self,
        path: Path,
        source_of: Callable[[str], str | None],
        is_known: Callable[[Capture], bool],
        seen: dict[str, Capture],
    ) -> Imported:
        """Takes a WARC file into the archive; `source_of` finds the source of an address, `is_known` tells
        captures that are there.

        Records are copied as they lie, member by member, into one file per source and day. Torn or damaged
        records are listed and left out. Memory holds the compressed members of one file at a time.
        """
        done = Imported(path.name)
        batches: dict[tuple[str, date], list[tuple[Record, int]]] = {}
        for record in _revisits_last(path, done):
            self._sort_in(record, source_of, is_known, seen, batches, done)
        files: dict[str, bytes] = {}
        for (source_id, day), batch in sorted(batches.items()):
            name, whole, places = archive_file(
                source_id, day, [(record.member, record.capture.sha256) for record, _ in batch]
            )
            files[name] = whole
            done.taken.extend(
                Archived(replace(r.capture, warc=name, offset=o, length=n), r.record_type, path.name, size)
                for (r, size), (o, n) in zip(batch, places, strict=True)
            )
        self.location.write_many(files)
        return done

    @staticmethod
    def _sort_in(
        record: Record,
        source_of: Callable[[str], str | None],
        is_known: Callable[[Capture], bool],
        seen: dict[str, Capture],
        batches: dict[tuple[str, date], list[tuple[Record, int]]],
        done: Imported,
    ) -> None:
        capture = record.capture
        problem = record.problem or unfit(capture.status, capture.captured_at)
        if problem:
            done.refused.append(f"{capture.address} of {capture.captured_at:%Y-%m-%dT%H:%M:%SZ}: {problem}")
            return
        source_id = source_of(capture.address)
        if source_id is None:
            done.without_source[capture.address] = done.without_source.get(capture.address, 0) + 1
            return
        capture = replace(capture, source_id=source_id)
        if record.record_type == "revisit":
            whole = _whole_of(record, seen)
            if whole is None:
                done.refused.append(
                    f"{capture.address} of {capture.captured_at:%Y-%m-%dT%H:%M:%SZ}: {WITHOUT_BODY}"
                )
                return
            kind_of_body = capture.content_type or whole.content_type
            capture = replace(capture, sha256=whole.sha256, content_type=kind_of_body)
        if is_known(capture):
            done.known += 1
            _remember(record, capture, seen)
            return
        kept = _kept_once(record, capture, seen)
        _remember(record, capture, seen)
        batches.setdefault((source_id, capture.observed_on), []).append((kept, len(capture.body)))

    def body(self, warc: str, offset: int, length: int) -> bytes:
        """The decoded body of the record at that place; ArchiveError where it is not a whole record."""
        member = self.location.read(warc, offset, offset + length)
        for record in read_records(io.BytesIO(member), warc):
            if record.problem:
                raise ArchiveError(
                    f"{warc} at {offset}: {record.problem}; restore the file, or import the capture again"
                )
            return record.capture.body
        raise ArchiveError(
            f"{warc} at {offset}: no record of {length} bytes; restore the file, or import the capture again"
        )


def _remember(record: Record, capture: Capture, seen: dict[str, Capture]) -> None:
    """Notes a whole record under what a revisit may call it by: its payload digest, its address and time."""
    if record.record_type != "revisit":
        light = replace(capture, body=b"")
        place = place_of(capture.address, capture.captured_at.isoformat())
        for name in (record.digest, place):
            if name:
                seen.setdefault(f"whole {name}", light)


def _whole_of(record: Record, seen: Mapping[str, Capture]) -> Capture | None:
    """The capture whose body a revisit repeats: by digest, else by address and time; None where it is not
    known.
    """
    by_digest = seen.get(record.digest.removeprefix("sha256:")) or seen.get(f"whole {record.digest}")
    if record.digest:
        return by_digest
    return seen.get(f"whole {record.refers}")


def _revisits_last(path: Path, done: Imported) -> Iterator[Record]:
    """The records of a WARC file, revisits after every whole record; a torn end is noted in `done`."""
    waiting: list[Record] = []
    with path.open("rb") as stream:
        records = read_records(stream, path.name)
        while True:
            try:
                record = next(records, None)
            except ArchiveError as bad:
                done.refused.append(str(bad))
                break
            if record is None:
                break
            if record.record_type == "revisit" and not record.problem:
                waiting.append(record)
            else:
                yield record
    yield from waiting


def _kept_once(record: Record, capture: Capture, seen: dict[str, Capture]) -> Record:
    """The record as it is kept: a body that was seen before becomes a revisit of the first."""
    light, before = replace(capture, body=b""), seen.get(capture.sha256)
    if before is None:
        seen[capture.sha256] = light
        return Record(light, record.member, record.record_type)
    at = capture.source_id, capture.address, capture.captured_at, capture.status
    plain = Response(*at, (("Content-Type", capture.content_type),), b"", b"")
    return Record(light, member_of(plain, capture.sha256, before, "revisit"), "revisit")
