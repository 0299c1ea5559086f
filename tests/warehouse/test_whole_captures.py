"""Whole captures only: what an import, a live fetch and a memento are held to alike."""

from __future__ import annotations

import base64
import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.capturing import import_files
from extractors.wayback import is_of, served_at
from warehouse.archive.index import CaptureIndex
from warehouse.archive.members import Response
from warehouse.archive.warc import Imported
from warehouse.location import Location
from warehouse.snapshots import Snapshots

ADDRESS = "https://docs.x.ai/developers/pricing.md"
BODY = b"# xAI pricing\n\n| Model | Input |\n| --- | --- |\n| grok-4.7 | $2.00 |\n"


def record(
    wire: bytes = BODY,
    http: str = "",
    status: str = "200 OK",
    when: str = "2026-10-05T05:00:00Z",
    kind: str = "response",
    warc: str = "",
) -> bytes:
    """A WARC record of one answer, gzipped; `http` and `warc` are further header lines, with CRLF."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/markdown\r\n{http}\r\n".encode() + wire
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: {when}\r\nWARC-Target-URI: {ADDRESS}\r\n"
        f"WARC-Record-ID: <urn:uuid:{hashlib.sha256(block + when.encode()).hexdigest()[:32]}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\n{warc}Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def taken(folder: Path, *records: bytes, home: str = "home") -> tuple[Imported, CaptureIndex]:
    path = folder / "made.warc.gz"
    path.write_bytes(b"".join(records))
    snapshots = Snapshots(Location(str(folder / home)))
    return import_files(snapshots, [path])[0], CaptureIndex(snapshots)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (record(b"%x\r\n" % (len(BODY) + 99) + BODY, "Transfer-Encoding: chunked\r\n"), "a chunk of"),
        (
            record(b"%x\r\n" % len(BODY) + BODY + b"\r\n", "Transfer-Encoding: chunked\r\n"),
            "without the last",
        ),
        (record(BODY, f"Content-Length: {len(BODY) + 82}\r\n"), "where Content-Length says"),
        (record(gzip.compress(BODY)[:-12], "Content-Encoding: gzip\r\n"), "ends early"),
        (record(warc="WARC-Truncated: length\r\n"), "WARC-Truncated: length"),
        (record(status="206 Partial Content"), "HTTP 206: a part of a body"),
        (record(status="404 Not Found"), "HTTP 404"),
        (record(status="503 Service Unavailable"), "HTTP 503"),
        (record(when="1114-12-26T20:15:00Z"), "a date outside 2020-01-01"),
        (record(when="2199-01-01T00:00:00Z"), "a date outside 2020-01-01"),
        (record(b"\x1b\x8f\x00\xfe\x01", "Content-Encoding: br\r\n"), "'br' is not undone"),
        (record(b"\x28\xb5\x2f\xfd\x00", "Content-Encoding: zstd\r\n"), "'zstd' is not undone"),
        (record(b"\x1b\x8f\x00\xfe\x01", "Content-Encoding: gzip, br\r\n"), "'gzip, br' is not undone"),
    ],
)
def test_what_is_no_whole_answer_is_refused_with_its_address_and_the_reason(
    tmp_path: Path, made: bytes, why: str
) -> None:
    done, index = taken(tmp_path, record(when="2026-10-01T05:00:00Z"), made)
    assert len(done.taken) == len(index.rows) == 1
    assert [ADDRESS in said and why in said for said in done.refused] == [True]


@pytest.mark.parametrize(
    "made",
    [
        record(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), "Transfer-Encoding: chunked\r\n"),
        record(BODY, "Transfer-Encoding: chunked\r\n"),  # undone before it was recorded
        record(BODY, "Content-Encoding: br\r\n"),
        record(gzip.compress(BODY[:20]) + gzip.compress(BODY[20:]), "Content-Encoding: gzip\r\n"),
        record(BODY, f"Content-Length: {len(BODY) - 9}\r\n"),  # of the body as it was sent, compressed
    ],
)
def test_whole_answers_are_taken_with_every_coding_undone(tmp_path: Path, made: bytes) -> None:
    done, index = taken(tmp_path, made)
    assert done.refused == []
    assert index.load(index.of("xai")[0]).body == BODY


def test_a_revisit_finds_its_body_in_its_own_file_by_digest_or_by_time(tmp_path: Path) -> None:
    digest = "sha1:" + base64.b32encode(hashlib.sha1(BODY, usedforsecurity=False).digest()).decode()
    by_digest = record(
        b"", when="2026-10-12T05:00:00Z", kind="revisit", warc=f"WARC-Payload-Digest: {digest}\r\n"
    )
    refers = f"WARC-Refers-To-Target-URI: {ADDRESS}\r\nWARC-Refers-To-Date: 2026-10-05T05:00:00Z\r\n"
    by_time = record(b"", when="2026-10-19T05:00:00Z", kind="revisit", warc=refers)
    unknown = record(
        b"", when="2026-10-20T05:00:00Z", kind="revisit", warc=f"WARC-Payload-Digest: sha1:{'A' * 32}\r\n"
    )
    whole = record(warc=f"WARC-Payload-Digest: {digest}\r\n")
    done, index = taken(tmp_path, by_digest, whole, by_time, unknown)
    assert [c.observed_on.day for c in index.of("xai")] == [5, 12, 19]
    assert {index.load(c).body for c in index.of("xai")} == {BODY}
    assert ["a revisit without its body" in said for said in done.refused] == [True]


def test_a_homes_own_archive_is_imported_elsewhere_whole_and_only_once(tmp_path: Path) -> None:
    nights = [record(when=f"2026-10-0{day}T05:00:00Z") for day in (3, 5, 7)]
    _, index = taken(tmp_path, *nights)
    files = sorted((tmp_path / "home" / "raw").rglob("*.warc.gz"))
    other = Snapshots(Location(str(tmp_path / "other")))
    first = import_files(other, files[::-1])
    assert [said for done in first for said in done.refused] == []
    assert [c.captured_at for c in CaptureIndex(other).of("xai")] == [c.captured_at for c in index.of("xai")]
    again = import_files(other, files)
    assert [len(done.taken) for done in again] == [0] * len(files)


def _served(at: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    final = f"https://web.archive.org/web/{at}id_/{ADDRESS}"
    when = datetime(2026, 4, 24, 6, tzinfo=UTC)
    return Response("xai", ADDRESS, when, 200, headers, b"", b"", "live", final)


def test_a_memento_has_the_day_that_was_served_and_not_the_day_that_was_asked_for() -> None:
    asked, served = datetime(2026, 4, 24, 6, tzinfo=UTC), datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    header = (("Memento-Datetime", "Mon, 02 Mar 2026 09:15:00 GMT"),)
    assert served_at(_served("20260302091500"), asked) == served
    assert served_at(_served("20260302091500", header), asked) == served
    assert served_at(_served("20260424060000", header), asked) is None
    assert is_of(_served("20260302091500"), "http://www.docs.x.ai/developers/pricing.md")
    assert not is_of(_served("20260302091500"), "https://docs.x.ai/developers/models.md")
