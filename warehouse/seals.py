"""Digests kept inside the files: a file says its own SHA-256, taken with 64 zeros where the digest stands.

So a file and its digest are written at once, are copied and renamed together, and are checked without
another file. A flipped bit anywhere is seen, in the digest too. Files of before 2026-12 have none: they are
read as they are, and `gapledger verify` counts them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

KEY = "gapledger.digest"
ZEROS = "0" * 64
PLACE = f"sha256:{ZEROS}:kept"
_KEY = KEY.encode()
_HELD = re.compile(rb"sha256:([0-9a-f]{64}):kept")


class DamagedError(ValueError):
    """A file whose bytes are not those that were written; the message says what was expected and found."""


def sealed(body: bytes) -> bytes:
    """The file with its digest in the place that was left for it (`KEY` and `PLACE`, once each)."""
    at = body.rfind(PLACE.encode())
    if at < 0 or body.rfind(_KEY, 0, at) < 0:
        raise ValueError(f"no place for a digest: {KEY} and {PLACE} are not in the file")
    digest = hashlib.sha256(body).hexdigest().encode()
    start = at + len("sha256:")
    return b"".join([body[:start], digest, body[start + 64 :]])


def is_whole(body: bytes) -> bool:
    """True where the file says its digest and has it, False where it says none; DamagedError where it has
    another.
    """
    at = body.rfind(_KEY)
    held = _HELD.search(body, at) if at >= 0 else None
    if held is None:
        if at >= 0 or _HELD.search(body):
            raise DamagedError("the digest that the file states is damaged")
        return False
    start, end = held.span(1)
    found = hashlib.sha256(memoryview(body)[:start])
    found.update(ZEROS.encode())
    found.update(memoryview(body)[end:])
    if found.hexdigest() != held[1].decode():
        raise DamagedError(
            f"its bytes have sha256 {found.hexdigest()[:12]}, and it states {held[1].decode()[:12]}"
        )
    return True


def sealed_json(said: Mapping[str, Any]) -> bytes:
    """A JSON object that states its digest, a line a key."""
    body = json.dumps({**said, KEY: PLACE}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return sealed(body.encode())


def read_json(body: bytes) -> dict[str, Any]:
    """The object of a JSON file, compared with the digest that it states; DamagedError or ValueError where
    it is not what was written.
    """
    is_whole(body)
    said = json.loads(body)
    if not isinstance(said, dict):
        raise DamagedError("no object")
    said.pop(KEY, None)
    return said
