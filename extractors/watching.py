"""What a parse may take of the process that it runs in, and which capture is being parsed: told to whoever
watches, so that a capture that ends its reader is known by name.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from extractors.budgets import bounded_memory
from warehouse.capture import Capture

PARSE_CPU_SECONDS = int(os.environ.get("GAPLEDGER_PARSE_SECONDS") or 20)
Tell = Callable[[Capture | None], None]
_tell: Tell | None = None


def watched_by(tell: Tell | None) -> None:
    """From now on `tell` hears of each capture before it is parsed, and of None after; and a parse that
    takes over PARSE_CPU_SECONDS ends this process (SIGXCPU), also inside a library's own code. For a process
    that only reads.
    """
    global _tell
    _tell = tell


@contextmanager
def watched(capture: Capture) -> Iterator[None]:
    """The block parses this capture, in bounded memory; in a watched process in bounded time too."""
    if _tell is None:
        with bounded_memory():
            yield
        return
    _tell(capture)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = ceil(used.ru_utime + used.ru_stime) + PARSE_CPU_SECONDS
    if hard != resource.RLIM_INFINITY:  # whoever started the run may have set a lower limit of its own
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
    try:
        with bounded_memory():
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
        _tell(None)
