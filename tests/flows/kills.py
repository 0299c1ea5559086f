"""kill -9 at random moments of a backfill: readers see one whole published set, and a rerun gives what an
undisturbed run gives.

    python -m tests.flows.kills --times 50

Each time starts from a home in which an earlier span was published, so that two sets could be mixed up. A run
is a process of its own, from a server that has imported everything, so that the kill hits the run and not the
imports; every second kill falls late in the run, where it publishes.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pandas as pd

from tests.flows.homes import check_published, digests, golden_home, recorded_home
from warehouse.location import Location

BEFORE = (date(2026, 6, 1), date(2026, 8, 1))
AFTER = (date(2026, 7, 1), date(2026, 10, 1))
PRELOAD = [
    "tests.flows.kills",
    "flows.backfill",
    "transforms.build",
    "reports.page",
    "reports.headline",
    "warehouse.checks.validation",
    "great_expectations",
]


def run(root: str, start: date, end: date, light: bool) -> None:
    """One backfill of a home; it waits for another that is under way. A light one leaves out the arithmetic
    on boards and prices, which takes most of the time and writes nothing: all tables are published, those of
    boards and prices are empty.
    """
    os.setsid()
    from flows.backfill import backfill
    from transforms import build

    if light:
        build.lag_part = build._prices = lambda *_: {}
        build.capability_as_known = lambda *_: None
        build.epochs_index = build.audit = build.cadence = lambda *_: pd.DataFrame()
    backfill(Location(root), start, end, "month", wait_seconds=600)


def few_sources(root: str) -> Location:
    """A home whose runs are over in seconds: every suite of checks costs one."""
    return golden_home(root, ("deepseek_en", "deepseek_news"))


def context() -> ForkServerContext:
    it = get_context("forkserver")
    it.set_forkserver_preload(PRELOAD)
    return it


def started(make: ForkServerContext, home: Path, span: tuple[date, date], light: bool = True) -> Any:
    process = make.Process(target=run, args=(str(home), *span, light))
    process.start()
    return process


def whole(make: ForkServerContext, home: Path, span: tuple[date, date], light: bool = True) -> float:
    """Runs undisturbed; gives the seconds it took."""
    began = time.monotonic()
    process = started(make, home, span, light)
    process.join()
    assert process.exitcode == 0, f"the backfill of {home} ended with {process.exitcode}"
    return time.monotonic() - began


@dataclass(frozen=True)
class Ground:
    """A home to start from, what an undisturbed run makes of it, and how long that takes."""

    base: Path
    right: dict[str, str]
    seconds: float
    light: bool


def ground(
    make: ForkServerContext, folder: Path, light: bool = True, filled: Callable[[str], Location] = few_sources
) -> Ground:
    base, undisturbed = folder / "base", folder / "undisturbed"
    filled(str(base))
    whole(make, base, BEFORE, light)
    shutil.copytree(base, undisturbed, symlinks=True)
    seconds = whole(make, undisturbed, AFTER, light)
    right = digests(Location(str(undisturbed)))
    assert check_published(Location(str(undisturbed)))
    assert right != digests(Location(str(base)))
    return Ground(base, right, seconds, light)


def kill_once(make: ForkServerContext, on: Ground, home: Path, after: float) -> bool:
    """Kills a run `after` seconds from its start, looks at what readers find, runs again and compares; gives
    whether the kill hit it.
    """
    shutil.copytree(on.base, home, symlinks=True)
    process = started(make, home, AFTER, on.light)
    process.join(after)
    in_time = process.exitcode is None
    process.kill()
    process.join()
    assert check_published(Location(str(home))), "nothing is published any more"
    whole(make, home, AFTER, on.light)
    found = digests(Location(str(home)))
    differing = sorted(n for n in found.keys() | on.right.keys() if found.get(n) != on.right.get(n))
    assert not differing, f"killed after {after:.3f} s, a rerun gives other files: {differing[:5]}"
    left = list(home.rglob(".tmp-*"))
    assert not left, f"a rerun leaves {left[:3]}"
    shutil.rmtree(home)
    return in_time


def kills(
    times: int,
    folder: Path,
    seed: int,
    light: bool,
    filled: Callable[[str], Location],
    tell: Callable[[str], Any] = lambda _: None,
) -> int:
    """Kills `times` runs; gives how many of the kills came before the run's own end."""
    make = context()
    on = ground(make, folder, light, filled)
    tell(f"an undisturbed run takes {on.seconds:.1f} s and gives {len(on.right)} files")
    moments = random.Random(seed)
    hits = 0
    for number in range(times):
        after = moments.uniform(0.6 * on.seconds * (number % 2), on.seconds)
        in_time = kill_once(make, on, folder / f"killed-{number}", after)
        hits += in_time
        tell(
            f"{number + 1:3} killed after {after:6.3f} s{'' if in_time else ' (it had ended)'}: whole; the"
            " rerun gives the same"
        )
    return hits


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument(
        "--arithmetic", action="store_true", help="with all derived tables: half a minute a run on two cores"
    )
    parser.add_argument(
        "--recorded", action="store_true", help="a home of recordings, not of the golden captures"
    )
    given = parser.parse_args()
    filled = recorded_home if given.recorded else few_sources
    with tempfile.TemporaryDirectory() as folder:
        hits = kills(
            given.times,
            Path(folder),
            given.seed,
            not given.arithmetic,
            filled,
            lambda line: (sys.stdout.write(line + "\n"), sys.stdout.flush()),
        )
    sys.stdout.write(
        f"{hits} of {given.times} kills hit a run under way; every set was whole, every rerun gave the same\n"
    )


if __name__ == "__main__":
    main()
