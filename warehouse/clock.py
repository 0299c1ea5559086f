"""What time it is: the one place that reads the wall clock.

A replay says another time with `clock_is`, and everything that a run decides follows: which day it is, what
may be asked again, how old a snapshot is. How long something took is measured by `time.monotonic`, which no
replay changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

Now = Callable[[], datetime]


def _wall() -> datetime:
    return datetime.now(UTC)


_now: Now = _wall


def utc_now() -> datetime:
    """The time, with its zone (UTC)."""
    return _now()


def utc_today() -> date:
    """The day, UTC."""
    return _now().date()


@contextmanager
def clock_is(now: Now) -> Iterator[None]:
    """Within the block `now` tells the time, in every thread of this process; jobs for other processes carry
    their own moment.
    """
    global _now
    before, _now = _now, now
    try:
        yield
    finally:
        _now = before
