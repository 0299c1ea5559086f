"""Records of a WARC file, written: one gzip member a response, and the file that a batch of them makes."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import struct
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from warehouse.archive.decoding import GZIP
from warehouse.capture import Capture

DIGEST = "gapledger-sha256-of-records"
FIRST_BYTES = 64 * 2**10
HEADER = b"\x1f\x8b\x08\0\0\0\0\0\x04\xff"  # gzip's, of no time and no system
_NAMESPACE = uuid.UUID("6f3f2c62-0d6a-5b0e-9d6a-7c1f0a6d4b11")


@dataclass(frozen=True, slots=True)
class Response:
    """What a fetch brought: the body as sent (`wire`, still content-encoded) and decoded (`body`), and the
    address that answered in the end (empty: the one asked for).
    """

    source_id: str
    address: str
    captured_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    wire: bytes
    body: bytes
    origin: str = "live"
    final_address: str = ""

    @property
    def content_type(self) -> str:
        """The Content-Type header; empty where none was sent."""
        return next((v for k, v in self.headers if k.lower() == "content-type"), "")


def archive_file(
    source_id: str, day: date, members: Sequence[tuple[bytes, str]]
) -> tuple[str, bytes, list[tuple[int, int]]]:
    """An archive file of these members (with the digests of their bodies): its name, its bytes, and (offset,
    length) of each member.
    """
    digest = hashlib.sha256(
        "".join(sha for _, sha in members).encode() + b"".join(m[-8:] for m, _ in members)
    ).hexdigest()[:12]
    name = f"raw/{source_id}/{day.isoformat()}/{source_id}-{day:%Y%m%d}-{digest}.warc.gz"
    rest = b"".join(member for member, _ in members)
    head = warcinfo(name, day, hashlib.sha256(rest).hexdigest())
    places, at = [], len(head)
    for member, _ in members:
        places.append((at, len(member)))
        at += len(member)
    return name, head + rest, places


def member_of(response: Response, sha: str, before: Capture | None, kind: str) -> bytes:
    """The gzip member of one response, whose body has the digest `sha`: a `revisit` of `before`, where that
    is an earlier capture of the same body, else a record of that kind.
    """
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    when = response.captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    record_id = uuid.uuid5(_NAMESPACE, f"{response.address} {when} {sha}")
    headers = {"WARC-Date": when, "WARC-Record-ID": f"<urn:uuid:{record_id}>"}
    record = (
        _revisit(writer, response, sha, before, headers)
        if before
        else _whole(writer, response, kind, headers)
    )
    writer.write_record(record)
    record.raw_stream.close()  # warcio spools it to compute the digests, and leaves it open
    return out.getvalue()


def _revisit(writer: Any, response: Response, sha: str, before: Capture, headers: dict[str, str]) -> Any:
    refers = before.captured_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return writer.create_revisit_record(
        response.address,
        f"sha256:{sha}",
        before.address,
        refers,
        http_headers=_http(response, list(response.headers)),
        warc_headers_dict=headers,
    )


def _whole(writer: Any, response: Response, kind: str, headers: dict[str, str]) -> Any:
    if kind == "resource":
        return writer.create_warc_record(
            response.address,
            "resource",
            io.BytesIO(response.body),
            len(response.body),
            warc_content_type=response.content_type,
            warc_headers_dict={**headers, "Content-Type": response.content_type},
        )
    return writer.create_warc_record(
        response.address,
        "response",
        io.BytesIO(response.wire),
        len(response.wire),
        http_headers=_http(response, _as_kept(response)),
        warc_headers_dict=headers,
    )


def _http(response: Response, headers: list[tuple[str, str]]) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    return StatusAndHeaders(str(response.status), headers, protocol="HTTP/1.1")


def _as_kept(response: Response) -> list[tuple[str, str]]:
    """The headers that are true of the bytes in the record. The transfer coding is undone when the bytes
    reach us: a reader told of it would take a body that looks like chunks apart a second time. `x-gzip` is
    gzip's old name, which not every reader of archives knows.
    """
    kept = []
    for name, value in response.headers:
        if name.lower() == "transfer-encoding":
            continue
        told = value.strip().lower() in GZIP and name.lower() == "content-encoding"
        length = name.lower() == "content-length"
        kept.append((name, "gzip" if told else str(len(response.wire)) if length else value))
    return kept


def warcinfo(name: str, day: date, digest: str = "") -> bytes:
    """The file's first record, which says who wrote it and the SHA-256 of all records after it. Made here:
    warcio's writer takes longer for it than for the file's captures.
    """
    payload = b"software: gapledger\r\nformat: WARC File Format 1.1\r\n"
    payload += f"{DIGEST}: {digest}\r\n".encode() if digest else b""
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
    record = f"WARC/1.1\r\n{head}\r\n".encode() + payload + b"\r\n\r\n"
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = packer.compress(record) + packer.flush()
    return HEADER + packed + struct.pack("<II", zlib.crc32(record), len(record))


def stated_digest(body: bytes) -> tuple[str, bytes]:
    """The digest that an archive file's first record states of the records after it, and those; an empty one
    where the file is of before 2026-12. ValueError where that record is damaged.
    """
    inflate = zlib.decompressobj(31)
    try:
        record = inflate.decompress(body, FIRST_BYTES)
    except zlib.error as bad:
        raise ValueError(f"its first record is damaged ({bad})") from bad
    if not inflate.eof:
        raise ValueError("its first record is damaged")
    found = re.search(rb"\r\n" + DIGEST.encode() + rb": ([0-9a-f]{64})\r\n", record)
    if found is None:
        return "", inflate.unused_data
    if body[: len(HEADER)] != HEADER:
        raise ValueError("its first bytes are damaged")
    return found[1].decode(), inflate.unused_data
