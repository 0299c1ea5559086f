"""What a piece of work costs, in a process of its own: processor seconds (its children's too), wall seconds,
peak memory.

The machine may be shared: processor seconds are what two pieces of work are compared by; wall seconds say
what a person waits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

TOP = Path(__file__).parents[2]
RESULT = "\x01result "
TIMER = """
import resource, subprocess, sys, time
began = time.perf_counter()
status = subprocess.run(sys.argv[1:], capture_output=True).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024, status)
"""


class Cost(NamedTuple):
    """Processor and wall seconds, peak memory (MB, of the largest process), and what the work gave."""

    cpu: float
    wall: float
    peak: float
    gave: Any


class Row(NamedTuple):
    """A line of the table. `ratio` is ours over the floor's (or the peer's over ours, where the goal is `at
    least`).
    """

    what: str
    ours: str
    floor: str
    ratio: str
    goal: str
    met: bool | None
    note: str = ""

    @property
    def verdict(self) -> str:
        """met, NOT met, skipped, or floor."""
        if self.met is None:
            return "skipped" if self.ours == "-" else "floor"
        return "met" if self.met else "NOT met"


def skipped(what: str, goal: str, why: str) -> Row:
    """A row that could not be measured here."""
    return Row(what, "-", "-", "-", goal, None, why)


def stopped_by(what: str, least: float, peer: float, note: str) -> Row:
    """What stops the row before: the cost of a program that does only what cannot be avoided."""
    shown = seconds(least), seconds(peer), f"{least / peer:.2f}"
    return Row(f"what stops it: {what}", *shown, "-", None, note)


def at_most(
    what: str,
    ours: float,
    floor: float,
    goal: float,
    note: str = "",
    *,
    show: Callable[[float], str] | None = None,
) -> Row:
    """A row whose goal is a ratio of ours to the floor."""
    told = show or seconds
    return Row(
        what,
        told(ours),
        told(floor),
        f"{ours / floor:.2f}",
        f"at most {goal:g} times",
        ours <= goal * floor,
        note,
    )


def at_least(what: str, ours: float, peer: float, goal: float, note: str = "") -> Row:
    """A row whose goal is to be so many times faster than a peer."""
    return Row(
        what,
        seconds(ours),
        seconds(peer),
        f"{peer / ours:.1f}",
        f"at least {goal:g} times faster",
        peer >= goal * ours,
        note,
    )


def seconds(value: float) -> str:
    """Seconds in a unit that can be read."""
    return (
        f"{value * 1e3:.1f} ms"
        if value < 0.5
        else f"{value:.2f} s"
        if value < 60
        else f"{value / 60:.1f} min"
    )


def alone(work: str, *given: Any) -> Cost:
    """`work` (`module:function` of studies.bench) with JSON arguments in a fresh interpreter; what it imports
    first is not counted.
    """
    run = subprocess.run(
        [sys.executable, "-m", "studies.bench.child", work, json.dumps(given)],
        cwd=TOP,
        capture_output=True,
        text=True,
        env=quiet(),
        check=False,
    )
    told = [line for line in run.stdout.splitlines() if line.startswith(RESULT)]
    if run.returncode or not told:
        raise RuntimeError(f"{work}{given} ended with {run.returncode}: {run.stderr[-2000:]}")
    return Cost(**json.loads(told[-1][len(RESULT) :]))


def typical(times: int, work: str, *given: Any) -> Cost:
    """The median run of `alone`, by processor seconds."""
    runs = sorted((alone(work, *given) for _ in range(times)), key=lambda c: c.cpu)
    return runs[len(runs) // 2]


def command(times: int, *words: str) -> Cost:
    """The median of a whole command, its start included, with its modules compiled once before; its exit
    status is what it gave.
    """
    costs = []
    with tempfile.TemporaryDirectory() as compiled:
        env = {k: v for k, v in quiet().items() if k != "PYTHONDONTWRITEBYTECODE"} | {
            "PYTHONPYCACHEPREFIX": compiled
        }
        subprocess.run(words, cwd=TOP, capture_output=True, env=env, check=False)
        for _ in range(times):
            out = subprocess.run(
                [sys.executable, "-c", TIMER, *words],
                cwd=TOP,
                capture_output=True,
                text=True,
                env=env,
                check=True,
            )
            cpu, wall, peak, status = map(float, out.stdout.split())
            costs.append(Cost(cpu, wall, peak, int(status)))
    return Cost(
        median(c.cpu for c in costs),
        median(c.wall for c in costs),
        max(c.peak for c in costs),
        costs[-1].gave,
    )


def quiet() -> dict[str, str]:
    """The environment of what is measured: nothing sent home, one thread for small matrices."""
    return {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
    }
