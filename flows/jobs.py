"""The jobs as plain functions: the nightly run, the backfill, the marts and the page. Prefect's flows call
these and add nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from extractors.source import Source, discover
from flows.capturing import new_run_id
from flows.each import Each, in_turn, over_threads, standing
from flows.snapshotting import Published, SourceJob, SourceRead, publish, run_source
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

Every = Literal["day", "week", "month"]
Mode = Literal["archive", "wayback", "live"]
Progress = Callable[[str, int, int], None]
FETCHERS = 12
ROUNDS, LEAST_IN_ROUNDS = (
    (7 / 8,),
    24,
)  # shares of the sources of a nightly after which what was read so far is checked
# that check, derive and draw for a nightly: the lags and the prices of a date are derived beside each other
PROCESSES = 2


class RunError(Exception):
    """A run that published nothing; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: rows by source, what was refused and why, rows by derived table, and the headline
    figures.
    """

    run_id: str
    as_of: date
    published: Published
    failed: Mapping[str, str]
    marts: Mapping[str, int]
    headline: Sequence[str] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def quiet(_what: str, _done: int, _of: int) -> None:
    """Progress that nobody sees."""


def chosen(names: Sequence[str] | None) -> list[Source]:
    """The sources of those ids, all where None; ValueError names an id that is no source, and those that
    are.
    """
    readers = discover()
    unknown = sorted(set(names or ()) - readers.keys())
    if unknown:
        raise ValueError(f"no source is called {', '.join(unknown)}; sources: {', '.join(readers)}")
    return [r.source for r in readers.values() if names is None or r.source.id in names]


def nightly(
    location: Location,
    day: date | None = None,
    sources: Sequence[str] | None = None,
    *,
    offline: bool = False,
    each: Each | None = None,
    progress: Progress = quiet,
    wait_seconds: float = 0.0,
) -> Summary:
    """The nightly job: capture, archive, read, check, publish snapshots, derive, report.

    `day` is the as-of date (default: today, UTC). Only today can be captured live: for an earlier day the
    archive is read as it was known then. RunError where nothing is known as of that day; HomeBusyError where
    another run holds the home.
    """
    now = datetime.now(UTC)
    day = day or now.date()
    if day > now.date():
        raise ValueError(f"{day} is in the future")
    moment = now if day == now.date() else datetime.combine(day, time(23, 59, 59), UTC)
    picked = chosen(sources)
    run_id = new_run_id(now)
    how: Literal["live", "embedded"] = "live" if not offline and day == now.date() else "embedded"
    able = [s for s in picked if s.embedded is not None or how == "live"]
    able.sort(
        key=lambda s: len(s.addresses), reverse=True
    )  # requests to one host wait for each other: the longest row begins first
    with location.writing(f"nightly {run_id}", wait_seconds), standing(PROCESSES, _warm) as beside:
        snapshots, outcomes, clock = Snapshots(location), Outcomes(run_id), Clock()
        jobs = [SourceJob(location, s.id, day, day, run_id, how, moment) for s in able]
        published, waiting = Published(), len(jobs)
        for reads in _in_rounds(_read(jobs, each or over_threads(FETCHERS), progress), len(jobs)):
            clock.lap("capture and read")
            published |= publish(
                snapshots, reads, outcomes, lambda table: progress(f"checked {table}", 0, 0), beside
            )
            waiting -= len(reads)
            reads.clear()  # deriving has no use for them
            if waiting:
                beside.prepare(_know_names, location, day, times=PROCESSES)
            clock.lap("check and publish")
        outcomes.write(snapshots, now.date())
        marts, headline = derive(location, [day], each=beside, drawn=beside.last, progress=progress)
        clock.lap("derive and report")
    return Summary(run_id, day, published, outcomes.failed, marts, headline, clock.laps)


def _warm() -> None:
    """What checking, deriving and drawing need: a process imports it while the sources are waited for."""
    import flows.marts  # noqa: F401
    import reports.page  # noqa: F401
    from reports.drawing import begin
    from warehouse.checks.suites import load

    load()
    begin()


def _know_names(location: Location, day: date) -> None:
    """Reads the names so far: a process keeps how a name is read, and deriving finds most of that done."""
    from flows.frames import Frames

    Frames(Snapshots(location), day, prices=False).identity(day)


def _read(jobs: Sequence[SourceJob], each: Each, progress: Progress) -> Iterator[SourceRead]:
    for number, (job, read) in enumerate(each(run_source, jobs), 1):
        progress(f"read {job.source_id}", number, len(jobs))
        yield read


def _in_rounds(reads: Iterable[SourceRead], count: int) -> Iterator[list[SourceRead]]:
    """What was read, as it comes, in lists that end at `ROUNDS`: the first are checked and published while
    the last sources, with pauses between their pages or tried again, are waited for. Each list costs the
    checks' own time once more, so few sources make one.
    """
    ends = {round(count * share) for share in ROUNDS} if count >= LEAST_IN_ROUNDS else set()
    some: list[SourceRead] = []
    for number, read in enumerate(reads, 1):
        some.append(read)
        if number in ends or number == count:
            yield some
            some = []


def backfill(
    location: Location,
    start: date,
    end: date,
    every: Every = "week",
    sources: Sequence[str] | None = None,
    mode: Mode = "archive",
    *,
    each: Each = in_turn,
    progress: Progress = quiet,
    wait_seconds: float = 0.0,
) -> Summary:
    """Rebuilds what was known on each date from `start` to `end`: snapshots of every capture up to `end`,
    derived tables for each date.

    mode `archive` reads the raw archive alone; `wayback` first asks the Wayback Machine for captures of the
    dates; `live` captures today first. Captures before `start` are read too: what was known on the first date
    includes them. The same archive gives the same files, whoever runs it and how often.
    """
    if start > end:
        raise ValueError(f"from {start} is after to {end}")
    now = datetime.now(UTC)
    dates = dates_between(start, end, every)
    picked = chosen(sources)
    run_id = new_run_id(now)
    with location.writing(f"backfill {run_id}", wait_seconds):
        snapshots, outcomes, clock = Snapshots(location), Outcomes(run_id), Clock()
        if mode == "wayback":
            from flows.wayback import capture_past

            capture_past(snapshots, picked, dates, outcomes, progress)
            clock.lap("capture")
        how: Literal["live", "no"] = "live" if mode == "live" and end == now.date() else "no"
        # A reference rate is public on its own day and never revised: a later file of the central bank tells
        # nothing too early.
        last = {s.id: now.date() if s.kind == "rates" else end for s in picked}
        reads = list(
            _read([SourceJob(location, s.id, None, last[s.id], run_id, how) for s in picked], each, progress)
        )
        clock.lap("read")
        published = publish(snapshots, reads, outcomes, lambda table: progress(f"checked {table}", 0, 0))
        clock.lap("check and publish")
        outcomes.write(snapshots, now.date())
        marts, headline = derive(location, dates, each=each, progress=progress)
        clock.lap("derive and report")
    return Summary(run_id, dates[-1], published, outcomes.failed, marts, headline, clock.laps)


def dates_between(start: date, end: date, every: Every) -> list[date]:
    """The as-of dates from `start` on, up to and including `end`; the end itself is always one."""
    dates, at = [], start
    while at <= end:
        dates.append(at)
        at = (
            at + timedelta(days=1 if every == "day" else 7)
            if every != "month"
            else _month_later(at, start.day)
        )
    return dates if dates[-1] == end else [*dates, end]


def _month_later(at: date, day: int) -> date:
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    last = (date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day, last))


def derive(
    location: Location,
    dates: Sequence[date],
    *,
    each: Each = in_turn,
    drawn: Each | None = None,
    progress: Progress = quiet,
) -> tuple[dict[str, int], list[str]]:
    """Builds the derived tables as known on each date (spread by `each`) and the page of the newest (its
    sections spread by `drawn`), and publishes them as one set.

    Gives rows by table and the headline lines. RunError where no snapshot is known as of the newest date.
    """
    from flows.marts import build_all
    from reports.headline import headline_lines
    from reports.page import render
    from reports.selectors import SHOWN_ROWS, UNSHOWN
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts

    built = build_all(location, dates, each, progress)
    if not built:
        raise RunError(
            f"nothing is known as of {dates[-1]}: no snapshot; run without --offline, import captures, or"
            " take a later date"
        )
    newest = max(built)
    progress("writing the page", 0, 0)
    marts = Marts(location)
    shown = marts.shown(newest, built, SHOWN_ROWS, UNSHOWN)
    rows = marts.publish(built, render(shown, newest, drawn), mart_tables())
    return rows, headline_lines(shown, newest)


@dataclass(slots=True)
class Clock:
    """Seconds of each part of a run, all its times together."""

    laps: dict[str, float] = field(default_factory=dict)
    _last: datetime = field(default_factory=lambda: datetime.now(UTC))

    def lap(self, name: str) -> None:
        """Ends the part `name`."""
        now = datetime.now(UTC)
        self.laps[name] = round(self.laps.get(name, 0.0) + (now - self._last).total_seconds(), 3)
        self._last = now


def report_only(location: Location, as_of: date | None) -> str:
    """Writes the page again from the derived tables of a date (built first where they were not); gives the
    page's place.
    """
    from reports.page import render
    from reports.selectors import SHOWN_ROWS, UNSHOWN
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts

    marts = Marts(location)
    day = as_of or max(marts.as_ofs(), default=datetime.now(UTC).date())
    if day not in marts.as_ofs():
        derive(location, [day])
    else:
        marts.publish({}, render(marts.shown(day, {}, SHOWN_ROWS, UNSHOWN), day), mart_tables())
    return location.full("report/index.html")
