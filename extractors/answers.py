"""What a server answered, and how long and how much it may: sizes, times, and the content coding undone."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

GRACE_SECONDS = 0.5


class PassingFaultError(Exception):
    """A fault that may pass; `wait` is what Retry-After asked for, in seconds."""

    def __init__(self, found: str, wait: float | None = None) -> None:
        super().__init__(found)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, its headers (names in any case, through `get`), and its bytes as they were
    sent; `cut` where it is larger than was asked for and these are its first bytes.
    """

    status: int
    headers: Any
    wire: bytes
    cut: bool = False


@contextmanager
def ended(seconds: float) -> Iterator[Callable[[str, Mapping[str, Any]], None]]:
    """Ends a request whose whole time is up, also while it hands over headers byte by byte, which no read
    timeout sees. Gives what the client is to tell of its connections.
    """
    sockets: list[socket.socket] = []

    def trace(event: str, said: Mapping[str, Any]) -> None:
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            sockets.append(said["return_value"].get_extra_info("socket"))

    def end() -> None:
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds + GRACE_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield trace
    finally:
        timer.cancel()


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks to wait; None where it says neither a number nor a date."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def length_of(value: str | None) -> int | None:
    """What a Content-Length header says, in bytes; None where it says no number."""
    said = (value or "").strip()
    return int(said) if re.fullmatch(r"[0-9]{1,18}", said) else None
