"""Reading in processes of its own: whatever a body does to its reader, its source alone is without it.

Parsers are Python over C libraries, and a body can end them (a crash), hold them (a pattern or a nesting that
multiplies) or fill the memory. So captures are read in children of this process, each with limits
(extractors/watching.py). A child that ends or holds is replaced, the capture that it was reading is
remembered (warehouse/passed_over.py), and the source is read again without it.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from typing import Any, TypeVar

from extractors.source import Reader
from warehouse.capture import Capture

R = TypeVar("R")
HELD_SECONDS = 90.0  # of one capture, by the clock: for what waits instead of computing
MOST_ENDED = 12  # captures that end their reader, in one source and one run
log = logging.getLogger("gapledger.isolation")
PATHS = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
START = PATHS + "from extractors.isolated import main; main(*sys.argv[2:])"


class ReaderEndedError(Exception):
    """A child that ended, or was ended, while it read `capture` (None: outside of any); the message says
    how.
    """

    def __init__(self, capture: Capture | None, why: str) -> None:
        super().__init__(why)
        self.capture, self.why = capture, why


class NotIsolatedError(Exception):
    """Work that no child can do: this process alone knows its code."""


@dataclass
class Child:
    """A process that reads, one piece of work at a time."""

    process: subprocess.Popen[bytes]
    wire: Connection

    @classmethod
    def start(cls) -> Child:
        """Starts a process; it imports what it needs while this one goes on."""
        here, there = Pipe()
        with there:
            process = subprocess.Popen(  # noqa: S603 - this interpreter, and code of ours
                [sys.executable, "-c", START, json.dumps(sys.path), str(there.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno() if _real(sys.stderr) else subprocess.DEVNULL,
                pass_fds=[there.fileno()],
            )
        return cls(process, here)

    def run(self, request: bytes) -> Any:
        """The result of a request; ReaderEndedError where the child ends, NotIsolatedError where it cannot do
        it.
        """
        capture: Capture | None = None
        try:
            self.wire.send_bytes(request)
            while True:
                if not self.wire.poll(HELD_SECONDS if capture is not None else None):
                    self.end()
                    raise ReaderEndedError(capture, f"held its reader for over {HELD_SECONDS:.0f} s")
                kind, said = self.wire.recv()
                if kind == "at":
                    capture = said
                elif kind == "done":
                    return said
                else:
                    raise NotIsolatedError(str(said))
        except (EOFError, OSError) as ended:
            raise ReaderEndedError(capture, self._how()) from ended

    def _how(self) -> str:
        try:
            status = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.end()
            return "closed its reader's connection"
        if status == -signal.SIGXCPU:
            return "took its reader longer than any page does (GAPLEDGER_PARSE_SECONDS of a processor)"
        name = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return f"ended its reader ({name})"

    def end(self) -> None:
        """Ends the process."""
        with suppress(OSError):
            self.wire.close()
        self.process.kill()
        self.process.wait()


@dataclass
class Children:
    """The children of this process: as many as it has cores, started when there is work for them."""

    most: int = field(default_factory=lambda: os.cpu_count() or 1)
    _idle: list[Child] = field(default_factory=list)
    _started: int = 0
    _free: threading.Condition = field(default_factory=threading.Condition)

    def prepare(self) -> None:
        """Starts them now, for work that comes soon."""
        with self._free:
            while self._started < self.most:
                self._idle.append(Child.start())
                self._started += 1

    def run(self, request: bytes) -> Any:
        """Has a child do a piece of work; as Child.run. A child that ended is replaced by the next work."""
        child = self._take()
        try:
            result = child.run(request)
        except NotIsolatedError:
            self._give_back(child)
            raise
        except BaseException:
            child.end()
            with self._free:
                self._started -= 1
                self._free.notify()
            raise
        self._give_back(child)
        return result

    def _give_back(self, child: Child) -> None:
        with self._free:
            self._idle.append(child)
            self._free.notify()

    def _take(self) -> Child:
        with self._free:
            while not self._idle and self._started >= self.most:
                self._free.wait()
            if self._idle:
                return self._idle.pop()
            self._started += 1
        try:
            return Child.start()
        except BaseException:
            with self._free:
                self._started -= 1
                self._free.notify()
            raise

    def close(self) -> None:
        """Ends those that have no work."""
        with self._free:
            for child in self._idle:
                child.end()
            self._started -= len(self._idle)
            self._idle.clear()
            self._free.notify_all()


CHILDREN = Children()
atexit.register(CHILDREN.close)


def in_child(work: Callable[[Any], R], job: Any, reader: Reader) -> R:
    """`work(job)` in a child that knows the source as `reader`. Where no child can do it (code that only this
    process knows, a system that starts no process), it is done here.

    ReaderEndedError where a capture ended the child.
    """
    try:
        request = pickle.dumps((work, job, reader))
    except (pickle.PicklingError, AttributeError, TypeError) as known_here:
        log.debug("%s is read in this process: %s", reader.source.id, known_here)
        return work(job)
    try:
        result: R = CHILDREN.run(request)
        return result
    except (NotIsolatedError, BlockingIOError, FileNotFoundError) as alone:
        log.debug("%s is read in this process: %s", reader.source.id, alone)
        return work(job)


def _real(stream: Any) -> bool:
    try:
        return stream.fileno() >= 0
    except (AttributeError, OSError, ValueError):
        return False
