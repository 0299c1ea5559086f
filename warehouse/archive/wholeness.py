"""Whether a capture is a whole answer that may be read: one set of rules for import, live fetches and
mementos.

A part of a page must never prove that something is gone, an error page is no page, and a date outside the
time that this archive speaks about is a slip of who wrote it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from warehouse.archive.decoding import DECODED, coding_of
from warehouse.clock import utc_now

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)  # no price or board that is read here is older
AHEAD = timedelta(days=1)  # of clocks that are not ours
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class PartError(ValueError):
    """A body of which a part is missing; the message says which."""


def unfit(status: int, captured_at: datetime, now: datetime | None = None) -> str:
    """Why an answer of that status and time is not read; empty where it is."""
    if status == 206:
        return "HTTP 206: a part of a body"
    if status != 200:
        return f"HTTP {status}"
    latest = (now or utc_now()) + AHEAD
    if not EARLIEST <= captured_at <= latest:
        return f"a date outside {EARLIEST:%Y-%m-%d} to {latest:%Y-%m-%d}"
    return ""


def payload(wire: bytes, transfer_coding: str, length: str, truncated: str) -> bytes:
    """The bytes of an answer without their transfer coding. PartError where the record says that it was cut,
    where a chunk or the last one is missing, or where Content-Length promised more.
    """
    if truncated:
        raise PartError(f"cut when it was recorded (WARC-Truncated: {truncated[:40]})")
    if transfer_coding.strip().lower() == "chunked" and _CHUNK.match(wire):
        return _unchunked(wire)
    if length.strip().isdecimal() and int(length) > len(wire):
        raise PartError(f"{len(wire)} bytes where Content-Length says {int(length)}")
    return wire


def _unchunked(wire: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while True:
        head = _CHUNK.match(wire, at)
        if head is None:
            raise PartError(f"chunks that end after {at} bytes, without the last one")
        size, begin = int(head[1], 16), head.end()
        if not size:
            return b"".join(parts)
        part = wire[begin : begin + size]
        if len(part) < size or wire[begin + size : begin + size + 2] != b"\r\n":
            raise PartError(f"a chunk of {size} bytes of which {len(part)} are there")
        parts.append(part)
        at = begin + size + 2


def not_undone(header: str | None, wire: bytes) -> str:
    """The content coding that cannot be undone here; empty where there is none, or where the archive kept the
    header and not the coding (the bytes are plain text).
    """
    coding = coding_of(header)
    if not coding or coding in DECODED or _is_text(wire):
        return ""
    return coding


def _is_text(wire: bytes) -> bool:
    try:
        text = wire.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text)
