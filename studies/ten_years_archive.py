"""The archive of a home again in earlier years: the same pages, each with blank lines at its end, so that its
digest is its own and what it says is not.

A page is deflated once and its bytes are used by every copy: between two full flushes a deflate stream refers
to nothing before it.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from warehouse.archive.index import CaptureIndex, by_day, index_rows
from warehouse.archive.members import HEADER, archive_file
from warehouse.archive.warc import Archived
from warehouse.bookkeeping import CAPTURES
from warehouse.capture import Capture
from warehouse.snapshots import Snapshots

ORIGIN = "studies.ten_years"
Shifts = Sequence[Mapping[date, date]]  # by copy: an original's day, and the day of its copy


class Page(NamedTuple):
    """A body as every copy of it needs it: deflated, digested and counted up to its last byte."""

    body: bytes
    deflated: bytes
    sha256: Any
    sha1: Any

    @classmethod
    def of(cls, body: bytes) -> Page:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        deflated = packer.compress(body) + packer.flush(zlib.Z_FULL_FLUSH)
        return cls(body, deflated, hashlib.sha256(body), hashlib.sha1(body, usedforsecurity=False))


def digest_of_copy(page_sha256: Any, copy: int) -> str:
    """The digest of a page with `copy` blank lines at its end."""
    digest = page_sha256.copy()
    digest.update(b"\n" * copy)
    return str(digest.hexdigest())


def copy_archive(snapshots: Snapshots, source_id: str, shifts: Shifts) -> list[dict[str, str]]:
    """Archives a source's captures again on the days that `shifts` says; gives, by copy, the new digest of
    each old one.
    """
    index = CaptureIndex(snapshots, [source_id])
    digests: list[dict[str, str]] = [{} for _ in shifts]
    members: list[dict[date, list[tuple[bytes, Capture]]]] = [{} for _ in shifts]
    for capture in index.of(source_id):
        page = Page.of(index.load(capture).body)
        for number, days in enumerate(shifts):
            made = _copied(capture, page, number + 1, days[capture.observed_on])
            digests[number][capture.sha256] = made[1].sha256
            members[number].setdefault(made[1].observed_on, []).append(made)
    files, rows = {}, []
    for of_days in members:
        for name, body, archived in _files(source_id, of_days):
            files[name] = body
            rows += index_rows(archived, {})
    snapshots.location.write_many(files)
    snapshots.append_days(CAPTURES, by_day(rows))
    return digests


def _files(
    source_id: str, of_days: Mapping[date, Sequence[tuple[bytes, Capture]]]
) -> Iterator[tuple[str, bytes, list[Archived]]]:
    for day, made in sorted(of_days.items()):
        name, body, places = archive_file(source_id, day, [(member, c.sha256) for member, c in made])
        yield (
            name,
            body,
            [
                Archived(
                    replace(c, body=b"", warc=name, offset=at, length=length), "resource", ORIGIN, len(c.body)
                )
                for (_, c), (at, length) in zip(made, places, strict=True)
            ],
        )


def _copied(capture: Capture, page: Page, copy: int, day: date) -> tuple[bytes, Capture]:
    """The gzip member of a page as captured on another day, and its capture."""
    tail = b"\n" * copy
    when = capture.captured_at + timedelta(days=(day - capture.observed_on).days)
    sha1 = page.sha1.copy()
    sha1.update(tail)
    stated = "sha1:" + base64.b32encode(sha1.digest()).decode()
    name = hashlib.md5(f"{capture.address} {when}".encode(), usedforsecurity=False).hexdigest()
    headers = {
        "WARC-Type": "resource",
        "WARC-Target-URI": capture.address,
        "WARC-Date": when.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "WARC-Record-ID": f"<urn:uuid:{name}>",
        "Content-Type": capture.content_type,
        "WARC-Block-Digest": stated,
        "WARC-Payload-Digest": stated,
        "Content-Length": str(len(page.body) + copy),
    }
    head = ("WARC/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n").encode()
    end = tail + b"\r\n\r\n"
    crc = zlib.crc32(end, zlib.crc32(page.body, zlib.crc32(head)))
    size = len(head) + len(page.body) + len(end)
    first, last = zlib.compressobj(1, zlib.DEFLATED, -15), zlib.compressobj(1, zlib.DEFLATED, -15)
    deflated = first.compress(head) + first.flush(zlib.Z_FULL_FLUSH) + page.deflated
    member = HEADER + deflated + last.compress(end) + last.flush() + struct.pack("<II", crc, size % 2**32)
    sha256 = digest_of_copy(page.sha256, copy)
    return member, replace(capture, captured_at=when, body=page.body, sha256=sha256)
