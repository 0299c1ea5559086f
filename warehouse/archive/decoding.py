"""Content codings undone: all members of a gzip body, under one budget of decoded bytes."""

from __future__ import annotations

import zlib

GZIP, DEFLATE = frozenset({"gzip", "x-gzip"}), frozenset({"deflate"})
DECODED = GZIP | DEFLATE


class DecodingError(Exception):
    """A body that is not what its content coding says; the message says how."""


class TooLargeError(DecodingError):
    """A body that decodes to more bytes than its budget."""


def coding_of(header: str | None) -> str:
    """The content coding that a header names, in lower case; empty for none and for `identity`."""
    said = (header or "").strip().lower()
    return "" if said == "identity" else said


def begins_as(wire: bytes, coding: str) -> bool:
    """Whether a body has that coding at all, and not only a header that says so."""
    bits = (31,) if coding in GZIP else (15, -15)
    for some in bits:
        try:
            zlib.decompressobj(some).decompress(wire[:512], 1)
        except zlib.error:
            continue
        return bool(wire)
    return False


def decoded(wire: bytes, coding: str, most: int, *, exact: bool = True) -> bytes:
    """The body behind `wire`: at most `most` bytes over all members of a gzip body, else TooLargeError.

    DecodingError where it cannot be decoded or ends early; with `exact` also where bytes that are no further
    member come after its end (without, they are left out, as gzip does).
    """
    parts: list[bytes] = []
    left, rest = most, wire
    while True:
        part, rest = _member(rest, coding, left)
        parts.append(part)
        left -= len(part)
        if coding in GZIP and rest[:2] == b"\x1f\x8b":
            continue
        if exact and rest.strip(b"\0"):
            raise DecodingError(f"goes on for {len(rest)} bytes after its end")
        return b"".join(parts)


def first_bytes(wire: bytes, coding: str, most: int) -> bytes:
    """The first `most` bytes of the body behind `wire`, which may be cut off; DecodingError where there are
    none.
    """
    if coding not in DECODED:
        raise DecodingError("has a coding that was not asked for")
    try:
        return zlib.decompressobj(31 if coding in GZIP else 15).decompress(wire, most)
    except zlib.error as bad:
        raise DecodingError(f"cannot be decoded ({bad})") from bad


def _member(wire: bytes, coding: str, most: int) -> tuple[bytes, bytes]:
    """The bytes of one member, and what follows it in `wire`."""
    bits = 31 if coding in GZIP else 15
    try:
        return _inflated(wire, zlib.decompressobj(bits), most)
    except zlib.error as bad:
        if coding in DEFLATE:  # "deflate" is said of zlib's format, and meant of the bare one by some servers
            try:
                return _inflated(wire, zlib.decompressobj(-15), most)
            except zlib.error:
                pass
        raise DecodingError(f"cannot be decoded ({bad})") from bad


def _inflated(wire: bytes, inflate: zlib._Decompress, most: int) -> tuple[bytes, bytes]:
    body = inflate.decompress(wire, most + 1)
    if len(body) > most:
        raise TooLargeError(f"has over {most} bytes decoded")
    if not inflate.eof:
        raise DecodingError("ends early")
    return body, inflate.unused_data
