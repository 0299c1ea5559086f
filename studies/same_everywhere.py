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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from flows.backfill import Every, backfill, pool_of
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


def everywhere(
    base: Path,
    folder: Path,
    start: date,
    end: date,
    every: Every,
    tell: Callable[[str], Any] = lambda _: None,
) -> list[Way]:
    """Runs the backfill every way, each on a copy of `base`."""
    done = []

    def one(name: str, root: str, open_pool: OpenPool) -> None:
        location = copied(root, base)
        began = time.monotonic()
        backfill(location, start, end, every, open_pool=open_pool)
        seconds = time.monotonic() - began
        assert check_published(location)
        done.append(Way(name, seconds, digest(location), len(digests(location))))
        tell(f"{name:28} {seconds:8.1f} s  {done[-1].files:5} files  {done[-1].digest}")

    one("disk, one after the other", str(folder / "disk"), open_serial)
    one("disk, two processes", str(folder / "processes"), pool_of(2, None))
    with s3(folder):
        one("S3, two processes", "s3://gapledger/processes", pool_of(2, None))
        with dask() as address:
            one("disk, Dask of two workers", str(folder / "dask"), pool_of(0, address))
            one("S3, Dask of two workers", "s3://gapledger/dask", pool_of(0, address))
    return done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="start", type=date.fromisoformat, default=date(2026, 2, 1))
    parser.add_argument("--to", dest="end", type=date.fromisoformat, default=date(2026, 10, 1))
    parser.add_argument("--every", choices=("day", "week", "month"), default="month")
    parser.add_argument("--all", action="store_true", help="every recording, not a few")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (whole_home if given.all else some_home)(str(folder / "base"))
        ways = everywhere(
            folder / "base",
            folder,
            given.start,
            given.end,
            given.every,
            lambda line: (sys.stdout.write(line + "\n"), sys.stdout.flush()),
        )
    same = len({way.digest for way in ways}) == 1
    sys.stdout.write("identical tables\n" if same else "THE TABLES DIFFER\n")
    raise SystemExit(not same)


if __name__ == "__main__":
    main()
