"""From the snapshots to the derived tables of some dates and the page of the newest, published as one set."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from extractors.source import discover
from warehouse.clock import utc_today
from warehouse.location import Location
from warehouse.snapshots import Snapshots
from warehouse.source_facts import Sources

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from flows.pools import Pool, Progress

log = logging.getLogger("gapledger.home")
PAGE = "report/index.html"
BASE_DAYS = 180  # what a backfill's first date costs, counted in days of later captures
LEAST_SHARED = 8  # fewer dates are one share: a second process would prepare the same names and runs again

Built = dict[date, dict[str, bytes]]  # Parquet bytes by as-of date and table


class RunError(Exception):
    """A run that could publish nothing; the message says why and what to do."""


class ShareJob(NamedTuple):
    """Some of the as-of dates of a backfill whose last date is `until`, for one process."""

    location: Location
    dates: tuple[date, ...]
    until: date
    previous: date | None

    def __str__(self) -> str:
        return f"derive {self.dates[0]} to {self.dates[-1]}"


class PartJob(NamedTuple):
    """The lags or the prices of a single date, for one process."""

    location: Location
    day: date
    part: Literal["lags", "prices"]
    previous: date | None

    def __str__(self) -> str:
        return f"derive {self.part} of {self.day}"


class RestJob(NamedTuple):
    """What needs both parts of a single date, for a process that has the checks loaded."""

    day: date
    parts: list[dict[str, pd.DataFrame]]
    without: tuple[str, ...]

    def __str__(self) -> str:
        return f"derive what needs both parts of {self.day}"


class Part(NamedTuple):
    """One part of a date: the frames that `combined` needs, and its finished tables as Parquet bytes."""

    frames: dict[str, pd.DataFrame]
    files: dict[str, bytes]


def derive(
    location: Location, dates: Sequence[date], pool: Pool, progress: Progress
) -> tuple[dict[str, int], list[str]]:
    """Builds the derived tables as known on each date (spread by `pool`) and publishes them as one set, with
    the page of the newest. Where the home already has a later date, its page and feed stay.

    Gives rows by table and the headline lines of the newest date built. RunError where no snapshot is known
    as of the newest date.
    """
    from reports.last_good import with_last_good
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts

    if (latest := max(dates)) > utc_today():
        raise ValueError(f"{latest} is in the future: nothing is known as of it yet")
    built = with_last_good(Marts(location), _with_whole_index(location, dates, pool, progress))
    if not built:
        raise RunError(
            f"nothing is known as of {dates[-1]}: no snapshot; run without --offline, import captures, or"
            " take a later date"
        )
    marts, newest = Marts(location), max(built)
    files: dict[str, bytes] = {}
    if newest >= max(marts.as_ofs(), default=newest):
        progress("writing the page", 0, 0)
        files, headline = page(location, newest, built, pool)
    else:
        headline = headlines(location, newest, built)
    return marts.publish(built, files, mart_tables()), headline


def _with_whole_index(location: Location, dates: Sequence[date], pool: Pool, progress: Progress) -> Built:
    """`build_all`; where the archive's index is damaged, after it was built again from the archive, which has
    all that it says but the way by which a record came.
    """
    from warehouse.archive.reindexing import reindex
    from warehouse.parquet import SnapshotError, is_of_index

    try:
        return build_all(location, dates, pool, progress)
    except SnapshotError as damaged:
        if not is_of_index(damaged):
            raise
        log.warning("%s. It is built again now, and the source is read by the next run", damaged)
        for line in reindex(location, progress).lines():
            log.warning("reindex: %s", line)
        return build_all(location, dates, pool, progress)


def headlines(location: Location, day: date, built: Built) -> list[str]:
    """The headline lines of a day, without its page."""
    from reports.headline import headline_lines
    from reports.selectors import SHOWN_ROWS, UNSHOWN
    from warehouse.marts import Marts

    return headline_lines(Marts(location).shown(day, built, SHOWN_ROWS, UNSHOWN), day)


def page(location: Location, day: date, built: Built, pool: Pool) -> tuple[dict[str, bytes], list[str]]:
    """The page of a day with its pictures, feed and files for programs, by file name, and the headline
    lines. A table of `built` is taken before the published one.
    """
    from reports.api.files import ROOT
    from reports.headline import headline_lines
    from reports.page import render
    from reports.selectors import SHOWN_ROWS, UNSHOWN
    from warehouse.duckdb_file import NAME, duckdb_file
    from warehouse.marts import Marts

    shown = Marts(location).shown(day, built, SHOWN_ROWS, UNSHOWN)
    files = render(shown, day, pool)
    files[f"{ROOT}/{NAME}"] = duckdb_file(shown, day)
    return files, headline_lines(shown, day)


def report_only(
    location: Location, as_of: date | None, pool: Pool, progress: Progress, out: Path | None = None
) -> str:
    """Writes the page again from the derived tables of a date (built first where they were not); gives the
    page's place.

    out: a file for the page alone, outside the home. Without it the page becomes the current one, which only
    the newest date may: ValueError for a day before it.
    """
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts

    marts = Marts(location)
    newest = max(marts.as_ofs(), default=utc_today())
    day = as_of or newest
    if out is None and day < newest:
        raise ValueError(
            f"the page of {day} does not replace that of {newest}: give --out FILE for a page of its own"
        )
    if day not in marts.as_ofs():
        derive(location, [day], pool, progress)
        if out is None:
            return location.full(PAGE)
    files, _ = page(location, day, {}, pool)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(files[PAGE])
        return str(out)
    marts.publish({}, files, mart_tables())
    return location.full(PAGE)


def build_all(location: Location, dates: Sequence[date], pool: Pool, progress: Progress) -> Built:
    """The derived tables of each date; dates on which nothing was known are left out. One date is built in
    two parts (lags, prices), LEAST_SHARED dates and more in two shares.
    """
    progress("deriving", 0, len(dates))
    if len(dates) == 1:
        return _in_parts(location, dates[0], pool)
    shares = halves(dates) if len(dates) >= LEAST_SHARED else [list(dates)]
    before = dict(zip(dates[1:], dates, strict=False))
    jobs = [ShareJob(location, tuple(s), dates[-1], before.get(s[0])) for s in shares if s]
    built: Built = {}
    for _, share in pool(build_share, jobs):
        built.update(share)
        progress("deriving", len(built), len(dates))
    return {day: built[day] for day in sorted(built)}


def halves(dates: Sequence[date]) -> list[list[date]]:
    """The dates as two runs of about the same work. A later date knows more captures: over the 69 weeks of
    the recordings the last cost three to four times the first.
    """
    work = [(day - dates[0]).days + BASE_DAYS for day in dates]
    first = min(range(len(dates)), key=lambda n: abs(2 * sum(work[: n + 1]) - sum(work)))
    return [list(dates[: first + 1]), list(dates[first + 1 :])]


def _in_parts(location: Location, day: date, pool: Pool) -> Built:
    """The tables of a single date, compared with the newest date published before it."""
    from warehouse.marts import Marts

    before = max((d for d in Marts(location).as_ofs() if d < day), default=None)
    jobs = [PartJob(location, day, "lags", before), PartJob(location, day, "prices", before)]
    parts = {job.part: part for job, part in pool(build_part, jobs)}
    both = [parts.pop("lags"), parts.pop("prices")]
    files = {name: body for part in both for name, body in part.files.items()}
    for _, rest in pool(build_rest, [RestJob(day, [part.frames for part in both], tuple(files))]):
        files |= rest
    return {day: dict(sorted(files.items()))} if files else {}


def build_part(job: PartJob) -> Part:
    """One part of a date, with its daily series in full; empty where nothing was captured by then."""
    import pyarrow as pa

    from transforms import build
    from transforms.as_of import AsOf
    from warehouse.inputs import Inputs
    from warehouse.mart_rows import declared_files

    pa.default_memory_pool().release_unused()  # what a process took to check tables before
    prices = job.part == "prices"  # of the two parts one writes down what old days say
    known = AsOf(Inputs(Snapshots(job.location), job.day, sources(), prices=prices, keep=prices))
    part = build.lag_part if job.part == "lags" else build.price_part
    made = part(known, build.Wanted(job.day, True, job.previous))
    needed, own = build.needed_by_both(made), build.own_tables(made)
    del known, made  # what is written out next is by far the most
    return Part(needed, declared_files(own, job.day, sources()))


def build_rest(job: RestJob) -> dict[str, bytes]:
    """The tables of a date that need both its parts, as Parquet bytes."""
    from transforms.build import combined
    from warehouse.mart_rows import declared_files

    return declared_files(combined(job.parts, job.day, job.without), job.day, sources())


def build_share(job: ShareJob) -> Built:
    """The tables of one share of the dates, in order."""
    from transforms.as_of import AsOf
    from transforms.build import Wanted, build
    from warehouse.inputs import Inputs
    from warehouse.mart_rows import declared_files

    keep = job.until in job.dates  # of the shares one
    known = AsOf(Inputs(Snapshots(job.location), job.until, sources(), keep=keep))
    done: Built = {}
    previous = job.previous
    for day in job.dates:
        made = build(known, Wanted(day, day == job.until, previous))
        previous = day
        done |= {day: declared_files(made, day, sources())} if made else {}
    return done


def build_unpublished(location: Location, day: date) -> dict[str, pa.Table]:
    """The derived tables of a date, with only the last weeks of their daily series; empty where nothing was
    known.
    """
    from transforms.as_of import AsOf
    from transforms.build import Wanted, build
    from warehouse.inputs import Inputs
    from warehouse.mart_rows import declared_tables

    made = build(AsOf(Inputs(Snapshots(location), day, sources())), Wanted(day, False, None))
    return declared_tables(made, day, sources())


def sources() -> Sources:
    """Every source by id."""
    return {source_id: reader.source for source_id, reader in discover().items()}
