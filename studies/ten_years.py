"""`python -m studies.ten_years OUT [--times 10] [--home HOME]`: a home of ten times the history.

Every capture, snapshot, set-aside row and outcome of a home is there again in each of the years before, on
days shifted by a year and a few days (by `--seed`), with digests of its own; so are its kept dates, of which
the home has at least `--dates` first (weeks that it lacks are copies of the nearest one). The same home and
seed give the same files. Every file states its digest: `gapledger verify` passes. Without --home the home is
made of the recordings beside the checkout.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from studies.ten_years_archive import Shifts, copy_archive
from warehouse.bookkeeping import OUTCOMES
from warehouse.location import Location
from warehouse.parquet import parquet_bytes, read
from warehouse.snapshots import Snapshots
from warehouse.tables import SNAPSHOT_TABLES

YEAR, JITTER = 365, 6
WEEKS = 76  # kept dates of the home of all recordings, built weekly
DATED = ("observed_at", "started_at")
Shift = Mapping[date, date]


class SourceWork(NamedTuple):
    """A source's share of the work, for one process."""

    location: Location
    source_id: str
    times: int
    seed: int


def shifts_of(days: Sequence[date], times: int, seed: int) -> list[dict[date, date]]:
    """By copy, the day on which each day is there again; no two days meet."""
    chance = random.Random(seed)
    taken, found = set(days), []
    for copy in range(1, times):
        back = timedelta(days=copy * YEAR + chance.randrange(JITTER))
        shift = {}
        for day in sorted(days, reverse=True):
            at = day - back
            while at in taken:
                at -= timedelta(days=1)
            taken.add(at)
            shift[day] = at
        found.append(shift)
    return found


def copy_source(work: SourceWork) -> int:
    """Puts a source's days again into the years before; gives the number of files written."""
    location, source_id = work.location, work.source_id
    names = list(_dated_files(location, source_id))
    snapshots = Snapshots(location)
    days = {_day(name) for name in names} | {
        d.as_py() for d in pc.unique(_captures(snapshots, source_id).column("observed_on").cast(pa.date32()))
    }
    shifts = shifts_of(sorted(days), work.times, work.seed)
    digests = copy_archive(snapshots, source_id, shifts)
    written = {}
    for name in names:
        written.update(_copies(location, name, shifts, digests))
    location.write_many(written)
    return len(written)


def _captures(snapshots: Snapshots, source_id: str) -> pa.Table:
    from warehouse.bookkeeping import CAPTURES

    return snapshots.table(CAPTURES, sources=[source_id])


def _dated_files(location: Location, source_id: str) -> Iterator[str]:
    for table in (*SNAPSHOT_TABLES, OUTCOMES):
        yield from location.names(f"snapshots/{table.directory}/{source_id}", ".parquet")
        yield from location.names(f"quarantine/{table.name}/{source_id}", ".parquet")


def _day(name: str) -> date:
    return date.fromisoformat(name.rsplit("/", 1)[-1].removesuffix(".parquet"))


def _copies(
    location: Location, name: str, shifts: Shifts, digests: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, bytes]]:
    """A file of a day in each of its copies."""
    rows, day = read(location.read(name), name), _day(name)
    for shift, new in zip(shifts, digests, strict=True):
        moved = _moved(rows, shift[day] - day, new)
        said = dict(moved.schema.metadata or {})
        if b"captures" in said:
            held = json.loads(said[b"captures"])
            back = shift[day] - day
            moved = moved.replace_schema_metadata(
                {
                    **said,
                    b"observed_on": shift[day].isoformat(),
                    b"captures": json.dumps(
                        {new.get(sha, sha): _then(place, back) for sha, place in held.items()}, sort_keys=True
                    ),
                }
            )
        yield f"{name.rsplit('/', 1)[0]}/{shift[day].isoformat()}.parquet", parquet_bytes(moved)


def _then(place: Sequence[str], back: timedelta) -> list[str]:
    from datetime import datetime

    return [place[0], (datetime.fromisoformat(place[1]) + back).isoformat()]


def _moved(rows: pa.Table, back: timedelta, digests: Mapping[str, str]) -> pa.Table:
    """The rows of a day as observed at another, from captures of other digests."""
    for number, column in enumerate(rows.schema):
        held = rows.column(column.name)
        if column.name == "observed_on":
            days = pc.add(held.cast(pa.int32()), pa.scalar(back.days, pa.int32())).cast(pa.date32())
            rows = rows.set_column(number, column, days)
        elif column.name in DATED:
            rows = rows.set_column(number, column, pc.add(held, pa.scalar(back)).cast(column.type))
        elif column.name == "capture_sha256":
            words = held.dictionary_encode().combine_chunks()
            other = pa.array([digests.get(w, w) for w in words.dictionary.to_pylist()], pa.string())
            rows = rows.set_column(number, column, other.take(words.indices))
    return rows


def keep_dates(location: Location, count: int, times: int, seed: int) -> int:
    """Keeps at least `count` dates, weeks apart, and each again in the years before; gives their number."""
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts

    there = Marts(location).as_ofs()
    if not there:
        return 0
    newest, ordinary = there[-1], there[:-1] or there
    weeks = [newest - timedelta(days=7 * n) for n in range(count)]
    near = {day: min(ordinary, key=lambda d: abs((d - day).days)) for day in weeks}
    content = {day: day for day in there} | {
        day: near[day] for day in weeks if day not in there and len(there) < count
    }
    if len(content) > count:  # of weeks beside what was kept, the newest
        content = {day: content[day] for day in sorted(content)[-max(count, len(there)) :]}
    shifts = shifts_of(sorted(content), times, seed)
    for shift in [{day: day for day in content if day not in there}, *shifts]:
        wanted = {shift[day]: content[day] for day in shift}
        location.publish(_dates(location, wanted))
    newest_files = {t: location.read(f"marts/as_of/{newest}/{t}.parquet") for t in mart_tables()
                    if location.exists(f"marts/as_of/{newest}/{t}.parquet")}  # fmt: skip
    Marts(location).publish({newest: newest_files}, {}, mart_tables())
    return len(content) * times


def _dates(location: Location, wanted: Mapping[date, date]) -> dict[str, bytes]:
    files = {}
    for day, like in wanted.items():
        for name in location.names(f"marts/as_of/{like}", ".parquet"):
            rows = read(location.read(name), name)
            at = rows.schema.get_field_index("as_of")
            if at >= 0:
                rows = rows.set_column(at, rows.schema.field(at), pa.repeat(pa.scalar(day), rows.num_rows))
            files[f"marts/as_of/{day}/{name.rsplit('/', 1)[-1]}"] = parquet_bytes(rows)
    return files


def lengthen(location: Location, times: int, seed: int, dates: int, processes: int = 2) -> None:
    """Gives a home `times` its history, in place."""
    sources = sorted({name.split("/")[2] for name in location.names("snapshots", ".parquet")})
    work = [SourceWork(location, source_id, times, seed) for source_id in sources]
    with ProcessPoolExecutor(processes) as pool:
        for done in pool.map(copy_source, work):
            _say(f"{done} files")
    _say(f"{keep_dates(location, dates, times, seed)} kept dates")


def recorded(root: Path, dates: int) -> None:
    """A home of all recordings, with two derived dates."""
    from extractors.capturing import import_files
    from flows.backfill import backfill
    from flows.pools import processes
    from tests import recordings

    location = Location(str(root))
    files = sorted(recordings.ROOT.rglob("*.warc.gz"))
    import_files(Snapshots(location), files)
    newest = max(date.fromisoformat(name.split("/")[2]) for name in location.names("raw", ".warc.gz"))
    backfill(location, newest - timedelta(days=7), newest, open_pool=partial(processes, 2))


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m studies.ten_years", description=__doc__)
    parser.add_argument("out", type=Path, help="a folder that is not there yet")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--home", type=Path, help="the home to lengthen (a copy of it)")
    parser.add_argument(
        "--dates", type=int, default=WEEKS, help="kept dates of the home before it is lengthened"
    )
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.out.exists():
        parser.error(f"{given.out} is there already")
    if given.home:
        shutil.copytree(given.home, given.out, symlinks=True)
    else:
        recorded(given.out, given.dates)
    lengthen(Location(str(given.out)), given.times, given.seed, given.dates)


if __name__ == "__main__":
    main()
