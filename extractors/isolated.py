"""The child that reads for extractors/isolation.py: it takes work, says which capture it is at."""

from __future__ import annotations

import os
import pickle
import resource
import signal
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from extractors.source import discover
from extractors.watching import watched_by
from warehouse.capture import Capture


def main(descriptor: str) -> None:
    """Serves the connection of that file descriptor until it closes."""
    wire = Connection(int(descriptor))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # its signal tells of a crash
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    readers = discover()
    known = dict(readers)

    def tell(capture: Capture | None) -> None:
        wire.send(("at", None if capture is None else replace(capture, body=b"", companions={})))

    watched_by(tell)
    with suppress(EOFError, OSError):
        while True:
            request = wire.recv_bytes()
            try:
                work, job, reader = pickle.loads(request)  # noqa: S301 - from the process that started this one
            except Exception as unknown:
                wire.send(("unknown", repr(unknown)))
                continue
            readers[reader.source.id] = reader  # type: ignore[index]
            wire.send(("done", work(job)))
            if reader.source.id in known:
                readers[reader.source.id] = known[reader.source.id]  # type: ignore[index]
            else:
                del readers[reader.source.id]  # type: ignore[attr-defined]
    os._exit(0)
