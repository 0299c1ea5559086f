"""Runs cancelled and the server ended at five phases of a backfill, and many runs that wait at once:

    python -m tests.attacks.prefect_ends [--queued 50] [--watched 3]

After each end the home holds one whole published set, nobody holds it, and the next run goes on to the tables
of an undisturbed run. The server is ended by SIGKILL, with everything that it started, and served again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tests.flows.homes import check_published, digest, golden_home
from tests.flows.servers import Served, served, until
from warehouse.location import Location

SOURCES = ["deepseek_en", "ecb"]
SPAN = {"start": "2026-10-01", "end": "2026-11-01", "every": "month", "sources": SOURCES}
# The beginning of the name of the first task run that shows the phase; "" is the run itself.
PHASES = {
    "it begins": "",
    "sources are read": "source ",
    "tables are checked": "check ",
    "dates are derived": "derive ",
    "the set is published": "derive ",
}
OVER = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def reached(server: Served, run_id: str, phase: str) -> bool:
    """Whether a run is in a phase: its first task run is there; for the last phase, it is over."""
    if not PHASES[phase]:
        return bool(server.run(run_id)["state_type"] == "RUNNING")
    tasks = server.call("task_runs/filter", {"task_runs": {"flow_run_id": {"any_": [run_id]}}})
    states = [task["state_type"] for task in tasks if task["name"].startswith(PHASES[phase])]
    return any(s == "COMPLETED" for s in states) if phase == "the set is published" else bool(states)


def started(server: Served) -> str:
    """Starts a run, again where the server says that it is busy (503); gives its id."""
    run = until(lambda: server.start("backfill", **SPAN), "a run is taken", 120, server.process)
    return str(run["id"])


def in_phase(server: Served, phase: str) -> str:
    """A run that has reached a phase; gives its id."""
    run_id = started(server)
    until(
        lambda: reached(server, run_id, phase) or server.run(run_id)["state_type"] in OVER,
        f"{phase} of {run_id}",
        process=server.process,
    )
    return run_id


def cancelled(server: Served, phase: str) -> str:
    """Cancels a run in a phase; gives how it ended (a run that was over before stays completed)."""
    run_id = in_phase(server, phase)
    with suppress(OSError):  # one that is over takes no other state
        server.call(f"flow_runs/{run_id}/set_state", {"state": {"type": "CANCELLING"}})
    return str(server.finished(run_id)["state_type"])


def family(pid: int) -> list[int]:
    """A process and all that it started, from /proc, by their parents."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def killed(server: Served, phase: str) -> str:
    """Ends `gapledger serve`, its Prefect server and its runs by SIGKILL in a phase; gives the run's id."""
    run_id = in_phase(server, phase)
    for pid in family(server.process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.process.wait()
    return run_id


def free_and_whole(home: Path) -> None:
    """AssertionError or HomeError where a home is held, or its set is not whole."""
    location = Location(str(home))
    with location.writing("looking", 60):
        assert check_published(location)


def goes_on(server: Served, right: str) -> float:
    """Runs again and compares with the undisturbed tables; gives the seconds."""
    began = time.monotonic()
    run = server.finished(started(server))
    assert run["state_type"] == "COMPLETED", server.logs(run["id"])
    assert digest(Location(str(server.home))) == right, "the next run gave other tables"
    return time.monotonic() - began


def cancels(home: Path, right: str) -> None:
    """A cancel at each phase, one server for all."""
    with served(home) as server:
        for phase in PHASES:
            state = cancelled(server, phase)
            free_and_whole(home)
            seconds = goes_on(server, right)
            say(f"cancelled as {phase}: {state}; whole, and the next run gives the same ({seconds:.0f} s)")


def restarts(home: Path, right: str) -> None:
    """The server killed at each phase and served again."""
    for phase in PHASES:
        with served(home) as server:
            run_id = killed(server, phase)
        free_and_whole(home)
        with served(home) as server:
            seconds = goes_on(server, right)
            left = server.run(run_id)["state_type"]
            say(
                f"server killed as {phase}: its run is {left}; whole, the next run the same ({seconds:.0f} s)"
            )


def many(home: Path, right: str, queued: int, watched: int) -> None:
    """Many runs at once: one works at a time; some are watched to their end, the others are cancelled."""
    with served(home) as server:
        runs = [started(server) for _ in range(queued)]
        at_once = 0

        def some_done() -> bool:
            nonlocal at_once
            states = [server.run(run_id)["state_type"] for run_id in runs]
            at_once = max(at_once, states.count("RUNNING"))
            return states.count("COMPLETED") >= watched

        until(some_done, f"{watched} of {queued} runs end")
        waiting = [r for r in runs if server.run(r)["state_type"] not in OVER]
        for run_id in reversed(waiting):
            with suppress(OSError):
                server.call(f"flow_runs/{run_id}/set_state", {"state": {"type": "CANCELLING"}})
        ends = [server.finished(run_id)["state_type"] for run_id in runs]
        free_and_whole(home)
        seconds = goes_on(server, right)
        counts = {state: ends.count(state) for state in sorted(set(ends))}
        say(f"{queued} runs at once: {at_once} under way at most, {counts}; next the same ({seconds:.0f} s)")
        assert set(ends) <= {"COMPLETED", "CANCELLED"}


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: Any = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queued", type=int, default=50)
    parser.add_argument("--only", choices=["cancel", "restart", "many"], action="append")
    parser.add_argument(
        "--watched", type=int, default=3, help="runs that are let end before the rest is cancelled"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gapledger-ends-") as folder:
        base = Path(folder) / "base" / "home"
        base.parent.mkdir()
        golden_home(str(base), SOURCES)
        with served(base) as server:
            run = server.finished(started(server))
            assert run["state_type"] == "COMPLETED", server.logs(run["id"])
        right = digest(Location(str(base)))
        tries = {
            "cancel": cancels,
            "restart": restarts,
            "many": partial(many, queued=given.queued, watched=given.watched),
        }
        for name in given.only or tries:
            home = Path(folder) / name / "home"
            shutil.copytree(base, home, symlinks=True)
            tries[name](home, right)


if __name__ == "__main__":
    main()
