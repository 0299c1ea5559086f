"""What Prefect costs: seconds that a run and a task take beyond the work itself.

python -m studies.overhead --tasks 60
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from extractors.source import discover
from tests.flows.homes import golden_home
from tests.flows.servers import REPOSITORY, Served, served
from warehouse.location import Location

PAST = date(2026, 11, 2)
NIGHT = """
if __name__ == "__main__":
    from flows.nightly import nightly_flow
    from studies.bench.night import captured_from_loopback

    with captured_from_loopback():
        nightly_flow()
"""


class Overhead(NamedTuple):
    """Seconds: from asking for a run to its start, of a run beyond its work, and of a task run beyond its
    work.
    """

    start: float
    run: float
    task: float


@contextmanager
def client_of(server: Served) -> Iterator[None]:
    """Makes this process a client of that server."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_LOGGING_LEVEL, temporary_settings

    here = {
        PREFECT_API_URL: f"http://127.0.0.1:{server.port}/api",
        PREFECT_HOME: server.home.parent / "client",
        PREFECT_LOGGING_LEVEL: "ERROR",
    }
    with temporary_settings(here):
        yield


def per_task(server: Served, location: Location, count: int) -> float:
    """Seconds of one `source` task run beyond reading the source: `count` of them on threads, as in the
    nightly.
    """
    from prefect import flow
    from prefect.task_runners import ThreadPoolTaskRunner

    from flows.ingest import SourceJob, run_source
    from flows.pools import serial, threads
    from flows.tasks import as_tasks

    jobs = [SourceJob(location, "metr_releases", None, PAST, f"overhead-{n}") for n in range(count)]
    spent: list[float] = []

    @flow(name="overhead", task_runner=ThreadPoolTaskRunner(max_workers=8))  # type: ignore[arg-type]
    def measured() -> int:
        began = time.monotonic()
        done = len(list(as_tasks(serial)(run_source, jobs)))
        spent.append(time.monotonic() - began)
        return done

    with threads(8) as pool:
        list(pool(run_source, jobs[:8]))
        began = time.monotonic()
        list(pool(run_source, jobs))
        plain = time.monotonic() - began
    with client_of(server):
        assert measured() == count
    return (spent[0] - plain) / count


def per_run(server: Served) -> tuple[float, float, float]:
    """A nightly of the served deployment: seconds until it started, of the run, and of its parts as it says
    itself.
    """
    from datetime import datetime

    asked = datetime.now().astimezone()
    run = server.finished(server.start("nightly", offline=True)["id"])
    assert run["state_type"] == "COMPLETED", server.logs(run["id"])
    text = server.artifacts(run["id"])["nightly-headline"]["data"]
    laps = [
        float(line.split("|")[2])
        for line in text.splitlines()
        if line.startswith("| ") and line.split("|")[2].strip()[0].isdigit()
    ]
    started = datetime.fromisoformat(run["start_time"])
    return (started - asked).total_seconds(), float(run["total_run_time"]), sum(laps)


def whole_night(server: Served, folder: Path) -> tuple[float, float, str]:
    """A nightly of all sources as a flow run, into a new home, from a server on the loopback address that
    answers for all of them: seconds of the run, of the longest of its sources (requests and pauses included),
    and which that is.
    """
    # A process of its own: Prefect's client wants its server until it has ended.
    api = {
        "PREFECT_API_URL": f"http://127.0.0.1:{server.port}/api",
        "PREFECT_HOME": str(folder.parent / "client"),
        "GAPLEDGER_HOME": str(folder),
    }
    subprocess.run([sys.executable, "-c", NIGHT], env=os.environ | api, check=True, cwd=REPOSITORY)
    ended = {
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}
    }  # those of the next nights are there too, scheduled
    (run,) = server.call("flow_runs/filter", ended)
    tasks = server.call("task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}, "limit": 200})
    longest = max(tasks, key=lambda t: t["total_run_time"])
    return float(run["total_run_time"]), float(longest["total_run_time"]), str(longest["name"])


def overhead(server: Served, tasks: int) -> Overhead:
    """Measured on a server that runs over a `golden_home`."""
    start, run, work = per_run(server)
    return Overhead(start, run - work, per_task(server, Location(str(server.home)), tasks))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=60)
    given = parser.parse_args()
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")  # read when Prefect is imported
    with tempfile.TemporaryDirectory() as folder:
        golden_home(f"{folder}/home")
        with served(Path(folder) / "home") as server:
            it = overhead(server, given.tasks)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "served") as server:
        took, longest, which = whole_night(server, Path(folder) / "home")
    sys.stdout.write(
        f"from asking to the start  {it.start:6.1f} s\na run beyond its work     {it.run:6.1f} s\n"
    )
    sys.stdout.write(f"a task beyond its work    {it.task * 1000:6.1f} ms\n")
    sys.stdout.write(
        f"a nightly of all sources  {took:6.1f} s, of which its longest, {which}, {longest:.1f} s:"
        f" {took - longest:.1f} s more\n"
    )
    whole = it.start + it.run + len(discover()) * it.task
    sys.stdout.write(
        f"Prefect's share of it     {whole:6.1f} s, from asking to the end, {len(discover())} sources (at"
        " most 20 s)\n"
    )


if __name__ == "__main__":
    main()
