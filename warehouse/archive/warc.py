"""The raw archive: WARC 1.1, one record per response, an unchanged body as a `revisit`. The one door to
warcio.

A batch of records (one source's fetch of one night, one source-day of an import) is one file, written whole
and never changed afterwards: no torn tails of our own, and the same on disk and on S3. Where each record lies
is kept in the
`captures` table, which is the archive's index; it can be rebuilt from the files.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from warehouse.capture import Capture
from warehouse.location import Location

MAX_RECORD = 128 * 2**20
MAX_LINE, MAX_LINES = 64 * 2**10, 10_000
RECORD_TYPES = frozenset({"response", "resource", "revisit"})
_NAMESPACE = uuid.UUID("6f3f2c62-0d6a-5b0e-9d6a-7c1f0a6d4b11")


class ArchiveError(Exception):
    """A record or file that cannot be read as WARC; the message names file, record and what is wrong."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record read from a WARC file: the capture, the gzip member that holds it, and what is wrong with
    it, if anything.
    """

    capture: Capture
    member: bytes
    record_type: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What a fetch brought: the body as sent (`wire`, still content-encoded) and decoded (`body`)."""

    source_id: str
    address: str
    captured_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    wire: bytes
    body: bytes
    origin: str = "live"

    @property
    def content_type(self) -> str:
        """The Content-Type header; empty where none was sent."""
        return next((v for k, v in self.headers if k.lower() == "content-type"), "")


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


def read_warc(path: Path, source_id: str = "") -> Iterator[Capture]:
    """The captures of a WARC file, in order, bodies decoded; ArchiveError at the first record that is torn or
    fails its digest.
    """
    with path.open("rb") as stream:
        for record in read_records(stream, path.name):
            if record.problem:
                raise ArchiveError(f"{path.name}: {record.capture}: {record.problem}")
            if record.record_type != "revisit":
                yield replace(record.capture, source_id=source_id)


def read_records(stream: IO[bytes], name: str, max_record: int = MAX_RECORD) -> Iterator[Record]:
    """The response, resource and revisit records of a WARC file, plain or gzip per record.

    A record that is torn, too large, or fails its digests comes with `problem` set and must not be used.
    ArchiveError where the file is no WARC from some point on.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    members = _open_again(stream)
    size = members.seek(0, io.SEEK_END)
    try:
        iterator = ArchiveIterator(stream, check_digests=True)
        for parser in (iterator.loader.warc_parser, iterator.loader.http_parser):
            parser.parse = _bounded(parser.parse)
        end = 0
        for record in iterator:
            if record.rec_type not in RECORD_TYPES:
                record.content_stream().read()
                end = iterator.get_record_offset() + iterator.get_record_length()
                continue
            body, problem = _body(record, max_record)
            offset, length = iterator.get_record_offset(), iterator.get_record_length()
            end = offset + length
            if problem:
                member = b""
            else:
                members.seek(offset)
                member = members.read(length)
                if member[:2] != b"\x1f\x8b":
                    member = gzip.compress(member, mtime=0)
                elif offset + length >= size and not _complete(
                    member
                ):  # the last one: before it, the next one began where it ended
                    problem = "the file ends inside this record"
            try:
                capture = _capture(record, body, name, offset, length)
            except (ValueError, TypeError) as odd:
                yield Record(
                    Capture("", "urn:unreadable", datetime(1970, 1, 1, tzinfo=UTC), b""),
                    b"",
                    record.rec_type,
                    f"headers: {odd}",
                )
                continue
            yield Record(capture, member, record.rec_type, problem)
        members.seek(end)
        if members.read(4096).strip():  # warcio ends quietly where a record's own headers are torn
            raise ArchiveError(
                f"{name}: the file ends inside a record, after {end} bytes of whole ones; the records before"
                " it were read"
            )
    except (ArchiveLoadFailed, EOFError, OSError, zlib.error, UnicodeDecodeError) as bad:
        said = (
            f"no readable WARC record where one was expected ({str(bad)[:200]}); the records before it were"
            " read"
        )
        raise ArchiveError(f"{name}: {said}") from bad
    finally:
        members.close()


def _bounded(parse: Callable[..., Any]) -> Callable[..., Any]:
    """warcio's reading of headers, with a limit on lines: it reads a line of any length into memory."""
    from warcio.exceptions import ArchiveLoadFailed

    class Lines:
        def __init__(self, stream: Any) -> None:
            self.stream, self.left = stream, MAX_LINES

        def readline(self) -> bytes:
            line = bytes(self.stream.readline(MAX_LINE))
            self.left -= 1
            if len(line) >= MAX_LINE or not self.left:
                raise ArchiveLoadFailed(f"headers of over {MAX_LINE} bytes a line or {MAX_LINES} lines")
            return line

    return lambda stream, full_statusline=None: parse(Lines(stream), full_statusline)


def _open_again(stream: IO[bytes]) -> IO[bytes]:
    file_name = getattr(stream, "name", None)
    return Path(file_name).open("rb") if isinstance(file_name, str) else io.BytesIO(stream.getvalue())  # type: ignore[attr-defined]


def _complete(member: bytes) -> bool:
    inflate = zlib.decompressobj(31)
    data = member
    while data and not inflate.eof:
        inflate.decompress(data, 2**20)
        data = inflate.unconsumed_tail
    return inflate.eof


def _body(record: Any, max_record: int) -> tuple[bytes, str]:
    try:
        body = record.content_stream().read(max_record + 1)
        if len(body) > max_record:
            return b"", f"a body over {max_record} bytes"
        while record.raw_stream.read(65536):  # digests are complete only once everything was read
            pass
    except (zlib.error, OSError, EOFError, MemoryError, ValueError) as bad:
        return b"", f"a body that cannot be decoded ({bad})"
    checker = getattr(record, "digest_checker", None)
    if checker is not None and checker.passed is False and record.rec_type != "revisit":
        return body, f"digest does not hold ({'; '.join(checker.problems)})"
    if record.raw_stream.limit > 0:
        return body, f"the record ends {record.raw_stream.limit} bytes early"
    return body, ""


def _capture(record: Any, body: bytes, name: str, offset: int, length: int) -> Capture:
    headers = record.rec_headers
    http = record.http_headers
    status = (
        int(http.get_statuscode()) if http is not None and (http.get_statuscode() or "").isdigit() else 200
    )
    content_type = (http or headers).get_header("Content-Type") or ""
    when = datetime.fromisoformat(str(headers.get_header("WARC-Date")))
    address = headers.get_header("WARC-Target-URI")
    if not address:
        raise ValueError("no WARC-Target-URI")
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return Capture(
        "", address.strip("<>"), when, body, content_type, status, warc=name, offset=offset, length=length
    )


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
                (_member(response, sha, before, kind), response, sha, "revisit" if before else kind)
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
        name, whole, places = _file(first.source_id, first.captured_at.astimezone(UTC).date(), named)
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
                self._sort_in(record, source_of, is_known, seen, batches, done)
        files: dict[str, bytes] = {}
        for (source_id, day), batch in sorted(batches.items()):
            name, whole, places = _file(
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
        if record.problem:
            done.refused.append(
                f"{capture.address} of {capture.captured_at:%Y-%m-%dT%H:%M:%SZ}: {record.problem}"
            )
            return
        source_id = source_of(capture.address)
        if source_id is None:
            done.without_source[capture.address] = done.without_source.get(capture.address, 0) + 1
            return
        capture = replace(capture, source_id=source_id)
        if record.record_type == "revisit":
            done.refused.append(
                f"{capture.address} of {capture.captured_at:%Y-%m-%dT%H:%M:%SZ}: a revisit without its body"
                " in this home"
            )
            return
        if is_known(capture):
            done.known += 1
            return
        kind, member, before = record.record_type, record.member, seen.get(capture.sha256)
        if before is not None:
            kind = "revisit"
            plain = Response(
                source_id,
                capture.address,
                capture.captured_at,
                capture.status,
                (("Content-Type", capture.content_type),),
                b"",
                b"",
            )
            member = _member(plain, capture.sha256, before, kind)
        else:
            seen[capture.sha256] = replace(capture, body=b"")
        key = (source_id, capture.observed_on)
        light = replace(capture, body=b"")
        batches.setdefault(key, []).append((Record(light, member, kind), len(capture.body)))

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


def _file(
    source_id: str, day: date, members: Sequence[tuple[bytes, str]]
) -> tuple[str, bytes, list[tuple[int, int]]]:
    """An archive file of these members (with the digests of their bodies): its name, its bytes, and (offset,
    length) of each member.
    """
    digest = hashlib.sha256(
        "".join(sha for _, sha in members).encode() + b"".join(m[-8:] for m, _ in members)
    ).hexdigest()[:12]
    name = f"raw/{source_id}/{day.isoformat()}/{source_id}-{day:%Y%m%d}-{digest}.warc.gz"
    out = io.BytesIO()
    out.write(_warcinfo(name, day))
    places = []
    for member, _ in members:
        places.append((out.tell(), len(member)))
        out.write(member)
    return name, out.getvalue(), places


def _member(response: Response, sha: str, before: Capture | None, kind: str) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    when = response.captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    record_id = uuid.uuid5(_NAMESPACE, f"{response.address} {when} {sha}")
    headers = {"WARC-Date": when, "WARC-Record-ID": f"<urn:uuid:{record_id}>"}
    http = StatusAndHeaders(str(response.status), list(response.headers), protocol="HTTP/1.1")
    if before is not None:
        refers = before.captured_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record = writer.create_revisit_record(
            response.address,
            f"sha256:{sha}",
            before.address,
            refers,
            http_headers=http,
            warc_headers_dict=headers,
        )
    elif kind == "resource":
        headers["Content-Type"] = response.content_type
        record = writer.create_warc_record(
            response.address,
            "resource",
            io.BytesIO(response.body),
            len(response.body),
            warc_content_type=response.content_type,
            warc_headers_dict=headers,
        )
    else:
        record = writer.create_warc_record(
            response.address,
            "response",
            io.BytesIO(response.wire),
            len(response.wire),
            http_headers=http,
            warc_headers_dict=headers,
        )
    writer.write_record(record)
    record.raw_stream.close()  # warcio spools it to compute the digests, and leaves it open
    return out.getvalue()


def _warcinfo(name: str, day: date) -> bytes:
    """The file's first record, which says who wrote it. Made here: warcio's writer takes longer for it than
    for the file's captures.
    """
    payload = b"software: gapledger\r\nformat: WARC File Format 1.1\r\n"
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Date": f"{day.isoformat()}T00:00:00Z",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(_NAMESPACE, name)}>",
        "WARC-Filename": name.rsplit("/", 1)[-1],
        "Content-Type": "application/warc-fields",
        "WARC-Block-Digest": (
            "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()
        ),
        "Content-Length": str(len(payload)),
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    return gzip.compress(f"WARC/1.1\r\n{head}\r\n".encode() + payload + b"\r\n\r\n", 1, mtime=0)
