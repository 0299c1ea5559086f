"""Records of a WARC file, read: whole and with digests that hold, or named with what is wrong."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from warehouse.archive.decoding import DECODED, DecodingError, TooLargeError, begins_as, coding_of, decoded
from warehouse.archive.wholeness import PartError, not_undone, payload
from warehouse.capture import Capture

MAX_RECORD = 128 * 2**20
MAX_LINE, MAX_LINES = 64 * 2**10, 10_000
RECORD_TYPES = frozenset({"response", "resource", "revisit"})


class ArchiveError(Exception):
    """A record or file that cannot be read as WARC; the message names file, record and what is wrong."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record read from a WARC file: the capture, the gzip member that holds it, and what is wrong with
    it, if anything. `digest` is its payload digest as stated, `refers` the address and time of the record
    that a revisit refers to: by one of them the body of a revisit is found.
    """

    capture: Capture
    member: bytes
    record_type: str
    problem: str = ""
    digest: str = ""
    refers: str = ""
    etag: str | None = None
    last_modified: str | None = None


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
    try:
        iterator = ArchiveIterator(stream, check_digests=True)
        for parser in (iterator.loader.warc_parser, iterator.loader.http_parser):
            parser.parse = _bounded(parser.parse)
        end = 0
        for record in iterator:
            body, problem = _body(record, max_record) if record.rec_type in RECORD_TYPES else _passed(record)
            place = iterator.get_record_offset(), iterator.get_record_length()
            end = sum(place)
            if record.rec_type in RECORD_TYPES:
                member, problem = _member_at(members, place, problem)
                yield _record(record, body, member, problem, (name, *place))
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


def _passed(record: Any) -> tuple[bytes, str]:
    """Reads over a record that holds no capture."""
    record.content_stream().read()
    return b"", ""


def _member_at(members: IO[bytes], place: tuple[int, int], problem: str) -> tuple[bytes, str]:
    """The gzip member that holds a record (made, where the file is plain), and what is wrong with it."""
    if problem:
        return b"", problem
    offset, length = place
    size = members.seek(0, io.SEEK_END)
    members.seek(offset)
    member = members.read(length)
    if member[:2] != b"\x1f\x8b":
        return gzip.compress(member, mtime=0), ""
    if offset + length >= size and not _complete(
        member
    ):  # before the last one, the next begins where it ended
        return member, "the file ends inside this record"
    return member, ""


def _record(record: Any, body: bytes, member: bytes, problem: str, at: tuple[str, int, int]) -> Record:
    try:
        headers, http = record.rec_headers, record.http_headers
        digest = (headers.get_header("WARC-Payload-Digest") or "").strip()
        refers = [headers.get_header(f"WARC-Refers-To-{part}") for part in ("Target-URI", "Date")]
        place = place_of(*refers) if all(refers) else ""
        said = [http.get_header(name) if http is not None else None for name in ("ETag", "Last-Modified")]
        return Record(_capture(record, body, *at), member, record.rec_type, problem, digest, place, *said)
    except (ValueError, TypeError) as odd:
        nowhere = Capture("", "urn:unreadable", datetime(1970, 1, 1, tzinfo=UTC), b"")
        return Record(nowhere, b"", record.rec_type, f"headers: {odd}")


def place_of(address: str, date: str) -> str:
    """An address and a WARC date as one text, to the second."""
    when = datetime.fromisoformat(date)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return f"{address.strip('<>')} {when.astimezone(UTC):%Y%m%d%H%M%S}"


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
    """The decoded body of a record, and what is wrong with it."""
    try:
        body = _content(record, max_record)
        if len(body) > max_record:
            return b"", f"a body over {max_record} bytes"
        while record.raw_stream.read(65536):  # digests are complete only once everything was read
            pass
    except TooLargeError:
        return b"", f"a body over {max_record} bytes"
    except PartError as part:
        return b"", f"a part of a body: {part}"
    except (DecodingError, zlib.error, OSError, EOFError, MemoryError, ValueError) as bad:
        return b"", f"a body that cannot be decoded ({bad})"
    checker = getattr(record, "digest_checker", None)
    if checker is not None and checker.passed is False and record.rec_type != "revisit":
        return body, f"digest does not hold ({'; '.join(checker.problems)})"
    if record.raw_stream.limit > 0:
        return body, f"the record ends {record.raw_stream.limit} bytes early"
    return body, ""


def _content(record: Any, most: int) -> bytes:
    """The body of a record without its transfer and content codings (PartError where a part of it is
    missing). warcio's own stream knows no `x-gzip`, gives half of torn chunks as if they were all,
    takes the first member of a gzip body for all of it, and gives half a damaged one as if it were whole.
    """
    http = record.http_headers
    raw = _read(record.raw_stream, most + 1)
    truncated = record.rec_headers.get_header("WARC-Truncated") or ""
    if http is None or record.rec_type == "revisit":
        return payload(raw, "", "", truncated)
    transfer, length = http.get_header("transfer-encoding"), http.get_header("content-length")
    wire = payload(raw, transfer or "", length or "", truncated)
    coding = coding_of(http.get_header("content-encoding"))
    if odd := not_undone(coding, wire):
        raise DecodingError(f"its content coding {odd!r} is not undone here")
    if coding not in DECODED or not begins_as(wire, coding):  # the archive kept the header and not the coding
        return wire
    return decoded(wire, coding, most, exact=False)


def _read(stream: Any, most: int) -> bytes:
    """Up to `most` bytes of a stream that may give fewer at a time."""
    parts: list[bytes] = []
    left = most
    while left > 0 and (part := stream.read(min(left, 2**20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


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
    sha = _stated_sha256(headers) if record.rec_type == "revisit" else ""
    return Capture("", address.strip("<>"), when, body, content_type, status, sha, name, offset, length)


def _stated_sha256(headers: Any) -> str:
    """The digest of the body that a revisit refers to, where it states one of the kind that we write."""
    kind, _, digest = (headers.get_header("WARC-Payload-Digest") or "").partition(":")
    return digest if kind.lower() == "sha256" and len(digest) == 64 else ""
