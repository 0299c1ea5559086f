"""The same backfill on local disk, over local processes, on S3 and over a Dask cluster of two worker
processes: the tables are the same.

python -m studies.same_everywhere --from 2026-02-01 --to 2026-10-01 --every month
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from flows.backfill import Every, backfill, pool_of
from flows.nightly import warm_up
from flows.pools import OpenPool, open_serial
from tests.flows.homes import check_published, digest, digests, some_home, whole_home
from tests.flows.servers import s3
from warehouse.location import Location


class Way(NamedTuple):
    """One way to run the backfill: its name, its seconds, the digest of its tables and their number."""

    name: str
    seconds: float
    digest: str
    files: int


@contextmanager
def dask() -> Iterator[str]:
    """A Dask cluster of two worker processes; gives its address."""
    from distributed import LocalCluster

    # At its end a worker's heartbeat can find the scheduler gone, and says so at length; what fails in a job
    # is raised all the same.
    options = {"dashboard_address": None, "host": "127.0.0.1", "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as cluster:
        yield str(cluster.scheduler_address)


def copied(to: str, base: Path) -> Location:
    """A copy of a home on disk, elsewhere."""
    there = Location(to)
    if not there.remote:
        shutil.copytree(base, to, symlinks=True)
        return there
    here = Location(str(base))
    there.filesystem.pipe({there.full(name): here.read(name) for name in here.names("")})
    return there


# Where the home lies, and what the jobs run over.
WAYS = {
    "disk, one after the other": ("disk", "serial"),
    "disk, two processes": ("disk", "processes"),
    "S3, two processes": ("S3", "processes"),
    "disk, Dask of two workers": ("disk", "dask"),
    "S3, Dask of two workers": ("S3", "dask"),
}


def _import_in_workers(address: str) -> None:
    """A team's workers stand for weeks: what they import once is no part of a backfill."""
    from distributed import Client

    with Client(address) as client:
        client.run(warm_up)


@contextmanager
def opened(name: str, base: Path, folder: Path) -> Iterator[tuple[Location, OpenPool]]:
    """One of the WAYS, made ready: a copy of `base` in the empty `folder` or in an S3 server, and the pool
    that the backfill runs over; the servers end with it.
    """
    place, pool = WAYS[name]
    with ExitStack() as stack:
        if place == "S3":
            stack.enter_context(s3(folder))
        address = stack.enter_context(dask()) if pool == "dask" else None
        if address is not None:
            _import_in_workers(address)
        location = copied("s3://gapledger/home" if place == "S3" else str(folder / "home"), base)
        yield location, open_serial if pool == "serial" else pool_of(2, address)


def ran(name: str, location: Location, open_pool: OpenPool, start: date, end: date, every: Every) -> Way:
    """Runs the backfill there."""
    began = time.monotonic()
    backfill(location, start, end, every, open_pool=open_pool)
    seconds = time.monotonic() - began
    assert check_published(location)
    return Way(name, seconds, digest(location), len(digests(location)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="start", type=date.fromisoformat, default=date(2026, 2, 1))
    parser.add_argument("--to", dest="end", type=date.fromisoformat, default=date(2026, 10, 1))
    parser.add_argument("--every", choices=("day", "week", "month"), default="month")
    parser.add_argument("--all", action="store_true", help="every recording, not a few")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base, ways = Path(temporary) / "base", []
        (whole_home if given.all else some_home)(str(base))
        for number, name in enumerate(WAYS):
            folder = Path(temporary) / str(number)
            folder.mkdir()
            with opened(name, base, folder) as there:
                way = ran(name, *there, given.start, given.end, given.every)
            ways.append(way)
            sys.stdout.write(f"{name:28} {way.seconds:8.1f} s  {way.files:5} files  {way.digest}\n")
            sys.stdout.flush()
    same = len({way.digest for way in ways}) == 1
    sys.stdout.write("identical tables\n" if same else "THE TABLES DIFFER\n")
    raise SystemExit(not same)


if __name__ == "__main__":
    main()
