"""What a body may cost its reader: memory, values, and decoded bytes. A bomb ends here."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from extractors.errors import WrongPage
from warehouse.capture import Capture

PARSE_BYTES = 640 * 2**20
MOST_VALUES = 4_000_000
DECODED_BYTES = 96 * 2**20
_SEPARATORS = (b",", b"[", b"{", b"<", b"\n")
_held = 0
_lock = threading.Lock()


@contextmanager
def bounded_memory(most: int = PARSE_BYTES) -> Iterator[None]:
    """Lets this process take `most` bytes beyond what it has (MemoryError after that), and lifts the limit
    at the end; where the system has no such limit, without one. Of blocks at the same time the first
    decides.
    """
    global _held
    with _lock:
        _held += 1
        if _held == 1:
            _limit(most)
    try:
        yield
    finally:
        with _lock:
            _held -= 1
            if not _held:
                _limit(None)


def _limit(most: int | None) -> None:
    if sys.platform != "linux":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = hard
    if most is not None:
        status = Path("/proc/self/status").read_text()
        has = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:")), 0)
        soft = has * 1024 + most if hard == resource.RLIM_INFINITY else min(hard, has * 1024 + most)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def in_bounds(capture: Capture) -> None:
    """Raises WrongPage where a body, or a companion of it, has more values or marks than any page has."""
    for one in (capture, *capture.companions.values()):
        values_within(one.body, one)


def values_within(body: bytes, capture: Capture) -> None:
    """WrongPage where a text holds more than `MOST_VALUES` values or marks: a value of one byte takes some
    hundred once it is read.
    """
    if len(body) <= MOST_VALUES:
        return
    found = sum(map(body.count, _SEPARATORS))
    if found > MOST_VALUES:
        raise WrongPage(capture, expected=f"at most {MOST_VALUES} values", found=str(found))
