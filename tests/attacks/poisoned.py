"""Captures that end their reader, ten kinds, and what a nightly, a reparse and a backfill make of a home
that holds them: `python -m tests.attacks.poisoned`.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from extractors import isolation
from extractors.source import Reader, discover
from tests.faults.homes import put
from tests.flows.homes import golden_home
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.location import Location
from warehouse.tables import LIST_PRICES, ListPrice

SOURCE = "poisoned"
ADDRESS = "https://poisoned.example/prices"
DAY = date(2026, 11, 28)
OTHERS = ("deepseek_en", "deepseek_news")
SECONDS = "GAPLEDGER_PARSE_SECONDS"


def _crash() -> None:
    ctypes.string_at(0)


def _loop() -> None:
    while True:
        pass


def _pattern() -> None:
    re.match(r"(a|aa)+$", "a" * 200 + "b")


def _wait() -> None:
    threading.Event().wait()


def _fill() -> None:
    held = []
    while True:
        held.append(bytearray(2**24))


def _deep() -> None:
    def down(depth: int) -> int:
        return down(depth + 1) + 1

    sys.setrecursionlimit(10**9)
    down(0)


KINDS: dict[str, Callable[[], object]] = {
    "a crash in a C library": _crash,
    "an abort": os.abort,
    "a kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "a loop": _loop,
    "a pattern that multiplies": _pattern,
    "a wait for ever": _wait,
    "memory without end": _fill,
    "a recursion without end": _deep,
    "an exit": lambda: sys.exit(3),
    "an exit without farewell": lambda: os._exit(0),
}


def parse(capture: Capture) -> list[ListPrice]:
    """Does what the body says, or gives one price."""
    said = capture.body.decode()
    if said in KINDS:
        KINDS[said]()
    from decimal import Decimal

    return [ListPrice("acme", f"model-{n}", "input", Decimal(n + 1), "USD") for n in range(12)]


@contextmanager
def poisoned_source(seconds: int = 2, held: float = 4.0) -> Iterator[None]:
    """A source whose captures may be poison, and children that lose patience soon."""
    readers: Any = discover()
    plain = readers["deepseek_en"].source
    tables = {
        "addresses": (ADDRESS,),
        "matches": (re.escape(ADDRESS),),
        "tables": (LIST_PRICES,),
        "first_party": (),
        "expects": Expects(),  # of the models on the page nothing is expected
    }
    before, patience = os.environ.get(SECONDS), isolation.HELD_SECONDS
    readers[SOURCE] = Reader(replace(plain, id=SOURCE, **tables), parse)
    os.environ[SECONDS], isolation.HELD_SECONDS = str(seconds), held
    isolation.CHILDREN.close()
    try:
        yield
    finally:
        del readers[SOURCE]
        isolation.HELD_SECONDS = patience
        isolation.CHILDREN.close()
        os.environ.pop(SECONDS)
        if before is not None:
            os.environ[SECONDS] = before


def poisoned_home(root: Path, kinds: Sequence[str]) -> Location:
    """A home with whole captures of other sources, and of the poisoned one a good capture and poison after
    it.
    """
    location = golden_home(str(root), OTHERS, days=1)
    put(location, SOURCE, ADDRESS, datetime(2026, 10, 1, 3, tzinfo=UTC), b"good")
    for number, kind in enumerate(kinds):
        put(location, SOURCE, ADDRESS, datetime(2026, 10, 2 + number, 3, tzinfo=UTC), kind.encode())
    return location


def backfilled(location: Location) -> Any:
    """A backfill of the home, in turn, up to DAY."""
    from flows.backfill import backfill

    return backfill(location, DAY, DAY, "week", [SOURCE, *OTHERS])


def told(what: str, began: float, rows: Sequence[str], refused: Sequence[str]) -> None:
    """Prints a line of a run: its seconds, what it published, how many captures it refused."""
    seconds = time.monotonic() - began
    sys.stdout.write(f"{what:12} {seconds:5.1f} s  published {', '.join(rows)}; refused {len(refused)}\n")
    sys.stdout.flush()


def main() -> None:
    """Prints what a backfill, a night and a reparse make of a home with all kinds, and each capture's end."""
    from extractors.source_read import SourceJob, read_source
    from tests.faults.homes import night
    from warehouse.differences import differences
    from warehouse.snapshots import Snapshots

    with tempfile.TemporaryDirectory() as folder, poisoned_source():
        location, sources = poisoned_home(Path(folder), list(KINDS)), [SOURCE, *OTHERS]
        began = time.monotonic()
        summary = backfilled(location)
        told("backfill", began, sorted(summary.published.rows), summary.published.refused[SOURCE])
        began = time.monotonic()
        published, reads, _ = night(location, sources, date(2026, 10, 2), "no")
        told("night", began, [r.source_id for r in reads if not r.error], published.refused.get(SOURCE, []))
        began = time.monotonic()
        reads = [read_source(SourceJob(location, s, None, DAY, "study")) for s in sources]
        expects = {source_id: reader.source.expects for source_id, reader in discover().items()}
        readings = [reading for read in reads for reading in read.readings]
        found = list(differences(Snapshots(location), readings, expects))
        told("reparse", began, sorted({d.source_id for d in found}), [f.error for f in reads[0].failures])
        for kind, failure in zip(KINDS, reads[0].failures, strict=True):
            sys.stdout.write(f"  {kind:28} {failure.error.split('found ')[1].split('; in ')[0]}\n")


if __name__ == "__main__":
    from tests.attacks import poisoned  # noqa: PLW0406 - by its name: a child knows no __main__ of this one

    poisoned.main()
