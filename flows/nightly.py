"""The nightly run: a plain function, and the same as a Prefect flow."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from threading import Thread
from typing import Any, Literal

from flows.derive import derive
from flows.ingest import SourceJob, SourceName, SourceRead, chosen, publish, read_sources
from flows.pools import Pool, Progress, processes, threads
from flows.summary import Clock, Summary, checked, quiet, run_alerts
from warehouse.clock import utc_now, utc_today
from warehouse.folding import fold
from warehouse.history_pack_making import begin_with, shipped
from warehouse.location import Location, home
from warehouse.outcomes import Outcomes, new_run_id
from warehouse.publishing import Published
from warehouse.snapshots import Snapshots
from warehouse.verify import verify

log = logging.getLogger("gapledger.verify")
FETCHERS = 12
SAMPLE_SECONDS = 2.0  # of the home's files, compared with their digests while the sources are waited for
PROCESSES = 2  # that check, derive and draw: the lags and the prices of a date are derived beside each other
# The first 7/8 of the sources are checked while the slowest still load; each round costs the checks' own time
# once more, so few sources are one round.
FIRST_ROUND, LEAST_IN_ROUNDS = 7 / 8, 24


def nightly(
    location: Location,
    day: date | None = None,
    sources: Sequence[str] | None = None,
    *,
    offline: bool = False,
    history: bool = True,
    watched: Callable[[Pool], Pool] = lambda pool: pool,
    progress: Progress = quiet,
    wait_seconds: float = 0.0,
) -> Summary:
    """Captures, archives, reads, checks and publishes all `sources`, then derives the tables of `day` and
    writes the page.

    `day` is the as-of date (default: today, UTC). Only today can be captured live: for an earlier day the
    archive is read as it was known then. `history`: an empty home begins with the package's history pack,
    where all sources are asked for. `watched` wraps each pool of the run (Prefect: a task run a job).
    RunError where nothing is known as of that day; HomeBusyError where another run holds the home.
    """
    now = utc_now()
    day = day or now.date()
    if day > now.date():
        raise ValueError(f"{day} is in the future")
    outcomes, clock = Outcomes(new_run_id(now)), Clock()
    jobs = _source_jobs(location, day, sources, outcomes.run_id, now, offline)
    with location.writing(f"nightly {outcomes.run_id}", wait_seconds), processes(PROCESSES, warm_up) as warm:
        if history and sources is None and begin_with(location, shipped()):
            progress("the home begins with the history pack", 0, 0)
        with threads(FETCHERS) as fetching, _sample_verified(location, day):
            published = captured(
                Snapshots(location), jobs, outcomes, watched(fetching), watched(warm), clock, progress
            )
        fold(location)
        marts, headline = derive(location, [day], watched(warm), progress)
        clock.lap("derive and report")
    return Summary(outcomes.run_id, day, published, outcomes.failed, marts, headline, clock.laps)


def night_without_tables(location: Location, fetching: Pool, computing: Pool) -> tuple[Published, Outcomes]:
    """A live night of all sources up to the snapshots: the tables of its date are not derived, and a source
    that answers as it did before is archived and not read again. For a replay of many nights
    (studies/replayed_web), whose clock says which night it is.
    """
    now = utc_now()
    outcomes = Outcomes(new_run_id(now))
    jobs = _source_jobs(location, now.date(), None, outcomes.run_id, now, offline=False)
    jobs = [replace(job, only_changed=True) for job in jobs]
    with location.writing(f"night {outcomes.run_id}"):
        return captured(Snapshots(location), jobs, outcomes, fetching, computing, Clock(), quiet), outcomes


def captured(
    snapshots: Snapshots,
    jobs: Sequence[SourceJob],
    outcomes: Outcomes,
    fetching: Pool,
    computing: Pool,
    clock: Clock,
    progress: Progress,
) -> Published:
    """Captures and reads the sources of the jobs, checks and publishes what they said, and writes the
    outcomes.
    """
    reads = read_sources(jobs, fetching, progress)
    published = _publish(snapshots, reads, len(jobs), outcomes, computing, clock, progress)
    outcomes.write(snapshots, utc_today())
    return published


@contextmanager
def _sample_verified(location: Location, day: date) -> Iterator[None]:
    """Verifies a random sample of files in a thread while the block runs; warns of damaged ones."""
    found: list[str] = []

    def look() -> None:
        done = verify(location, SAMPLE_SECONDS, day.toordinal())
        found.extend(done.lines()[:-1])

    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        looking.join()
        for line in found:
            log.warning("%s", line)


def _source_jobs(
    location: Location, day: date, sources: Sequence[str] | None, run_id: str, now: datetime, offline: bool
) -> list[SourceJob]:
    """One job a source, those with most requests first: requests to one host wait for each other."""
    today = day == now.date()
    how: Literal["live", "embedded"] = "live" if today and not offline else "embedded"
    moment = now if today else datetime.combine(day, time(23, 59, 59), UTC)
    able = [s for s in chosen(sources) if s.embedded is not None or how == "live"]
    able.sort(key=lambda s: len(s.addresses), reverse=True)
    return [SourceJob(location, s.id, day, day, run_id, how, moment) for s in able]


def warm_up() -> None:
    """Imports what checking, deriving and drawing need, in a pool process, while sources still load."""
    import reports.page  # noqa: F401
    import transforms.build  # noqa: F401
    from reports.drawing import begin
    from warehouse.checks.suites import load

    load()
    begin()


def _publish(
    snapshots: Snapshots,
    reads: Iterable[SourceRead],
    count: int,
    outcomes: Outcomes,
    pool: Pool,
    clock: Clock,
    progress: Progress,
) -> Published:
    published = Published()
    for some in _in_rounds(reads, count):
        clock.lap("capture and read")
        published |= publish(snapshots, some, outcomes, pool, checked(progress))
        clock.lap("check and publish")
    return published


def _in_rounds(reads: Iterable[SourceRead], count: int) -> Iterator[list[SourceRead]]:
    """The results as they come, in one list, or in two: FIRST_ROUND of the sources, then the rest."""
    first = round(count * FIRST_ROUND) if count >= LEAST_IN_ROUNDS else count
    some: list[SourceRead] = []
    for number, read in enumerate(reads, 1):
        some.append(read)
        if number in (first, count):
            yield some
            some = []


def _run_name() -> str:
    from prefect.runtime import flow_run

    given = flow_run.parameters
    day = given.get("day") or utc_today()
    scope = ",".join(given["sources"]) if given.get("sources") else "all sources"
    return f"nightly {day} {scope}{' offline' if given.get('offline') else ''}"


def nightly_as_flow(
    day: date | None = None,
    sources: list[SourceName] | None = None,
    offline: bool = False,
    wait_seconds: float = 3600.0,
) -> dict[str, int]:
    """Captures, checks and publishes all sources, then derives the metrics and writes the page.

    The home is the one that GAPLEDGER_HOME names where the run is started.

    Args:
        day: the as-of date; empty means today (UTC). Only today can be captured live.
        sources: which sources; empty means all.
        offline: use the embedded sources only.
        wait_seconds: how long to wait for another run that is writing the home.
    """
    from flows.messages import send
    from flows.page_server import page_address
    from flows.tasks import as_tasks, stages, tell

    options: dict[str, Any] = {"watched": as_tasks, "progress": stages, "wait_seconds": wait_seconds}
    summary = nightly(home(), day, sources or None, offline=offline, **options)
    raised = run_alerts(home(), summary)
    send(raised)
    tell(summary, "nightly", page_address(home()), raised)
    return dict(summary.marts)


def __getattr__(name: str) -> Any:
    """`nightly_flow`, the Prefect flow: made when asked for, so that the plain function needs no Prefect."""
    if name == "nightly_flow":
        from flows.tasks import as_flow

        return as_flow("nightly", nightly_as_flow, _run_name, FETCHERS)
    raise AttributeError(f"module {__name__} has no attribute {name}")
