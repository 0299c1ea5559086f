"""The backfill: a plain function, and the same as a Prefect flow with a typed form."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal

from flows.derive import derive
from flows.ingest import SourceJob, SourceName, chosen, publish, read_sources
from flows.pools import OpenPool, Pool, Progress, dask, open_serial, processes, serial
from flows.summary import Clock, Summary, checked, quiet, run_alerts
from warehouse.clock import utc_now
from warehouse.location import Location, home
from warehouse.outcomes import Outcomes, new_run_id
from warehouse.publishing import Published
from warehouse.snapshots import Snapshots

Every = Literal["day", "week", "month"]
Mode = Literal["archive", "wayback", "live"]
AT_ONCE = (
    64  # jobs of a flow that wait at once for a place in its pool; a Dask cluster may have as many workers
)


def backfill(
    location: Location,
    start: date,
    end: date,
    every: Every = "week",
    sources: Sequence[str] | None = None,
    mode: Mode = "archive",
    *,
    open_pool: OpenPool = open_serial,
    watched: Callable[[Pool], Pool] = lambda pool: pool,
    progress: Progress = quiet,
    wait_seconds: float = 0.0,
) -> Summary:
    """Rebuilds what was known on each date from `start` to `end`. The same archive gives the same files.

    mode: `archive` reads the raw archive alone; `wayback` first asks the Wayback Machine for captures of the
    dates; `live` captures today first. Captures before `start` count too. `open_pool` starts the pool of
    reading and that of deriving; `watched` wraps each (Prefect: a task run a job).
    """
    if start > end:
        raise ValueError(f"from {start} is after to {end}")
    now = utc_now()
    if end > now.date():
        raise ValueError(f"{end} is in the future: nothing is known as of it yet")
    dates, run_id = dates_between(start, end, every), new_run_id(now)
    with location.writing(f"backfill {run_id}", wait_seconds):
        snapshots, outcomes, clock = Snapshots(location), Outcomes(run_id), Clock()
        if mode == "wayback":
            from extractors.wayback import capture_past

            capture_past(snapshots, chosen(sources), dates, outcomes, progress)
            clock.lap("capture")
        jobs = _source_jobs(location, end, sources, run_id, now, mode)
        published = _ingest(snapshots, jobs, outcomes, clock, open_pool, watched, progress)
        outcomes.write(snapshots, now.date())
        clock.lap("check and publish")
        with open_pool() as pool:  # new processes: what reading took of memory is free again
            marts, headline = derive(location, dates, watched(pool), progress)
        clock.lap("derive and report")
    return Summary(run_id, dates[-1], published, outcomes.failed, marts, headline, clock.laps)


def _source_jobs(
    location: Location, end: date, sources: Sequence[str] | None, run_id: str, now: datetime, mode: Mode
) -> list[SourceJob]:
    """One job a source. Exchange rates are read up to today: each is public on its own day and never revised,
    so a later file of the central bank reveals nothing early.
    """
    how: Literal["live", "no"] = "live" if mode == "live" and end == now.date() else "no"
    return [
        SourceJob(location, s.id, None, now.date() if s.kind == "rates" else end, run_id, how)
        for s in chosen(sources)
    ]


def _ingest(
    snapshots: Snapshots,
    jobs: Sequence[SourceJob],
    outcomes: Outcomes,
    clock: Clock,
    open_pool: OpenPool,
    watched: Callable[[Pool], Pool],
    progress: Progress,
) -> Published:
    with open_pool() as pool:
        reads = list(read_sources(jobs, watched(pool), progress))
    clock.lap("read")
    # In this process: millions of rows need not be sent to another.
    return publish(snapshots, reads, outcomes, watched(serial), checked(progress))


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


def pool_of(workers: int, dask_address: str | None) -> OpenPool:
    """The workers of a Dask cluster where there is an address, else local processes (0: one a core)."""
    return partial(dask, dask_address) if dask_address else partial(processes, workers or os.cpu_count() or 1)


def allowed_cluster(address: str | None) -> str | None:
    """The Dask address from a form, where GAPLEDGER_DASK_ADDRESSES (with commas) lists it; ValueError for
    another. A scheduler sends pickled objects, so whoever answers at an address can run code here.
    """
    allowed = [a.strip() for a in os.environ.get("GAPLEDGER_DASK_ADDRESSES", "").split(",") if a.strip()]
    if address and address.strip() not in allowed:
        raise ValueError(
            f"{address} is no Dask address of this installation; GAPLEDGER_DASK_ADDRESSES names"
            f" {', '.join(allowed) or 'none'}"
        )
    return address.strip() if address else None


def _run_name() -> str:
    from prefect.runtime import flow_run

    p = flow_run.parameters
    scope = ",".join(p["sources"]) if p.get("sources") else "all sources"
    return (
        f"backfill {p['start']}..{p['end']} every {p.get('every', 'week')} {p.get('mode', 'archive')} {scope}"
    )


def backfill_as_flow(
    start: date,
    end: date,
    every: Literal["day", "week", "month"] = "week",
    sources: list[SourceName] | None = None,
    mode: Literal["archive", "wayback", "live"] = "archive",
    processes: int = 0,
    dask_address: str | None = None,
    wait_seconds: float = 3600.0,
) -> dict[str, int]:
    """Rebuilds what was known on each date: snapshots of every archived capture, derived tables, the page.

    The home is the one that GAPLEDGER_HOME names where the run is started.

    Args:
        start: the first as-of date.
        end: the last as-of date, included; not before the first.
        every: the step between dates.
        sources: which sources to read again; empty means all.
        mode: archive reads what was captured; wayback asks the Wayback Machine before; live captures today.
        processes: local processes to spread over; 0 means one a core.
        dask_address: a Dask scheduler that GAPLEDGER_DASK_ADDRESSES lists; empty means this machine.
        wait_seconds: how long to wait for another run that is writing the home.
    """
    from flows.messages import send
    from flows.page_server import page_address
    from flows.tasks import as_tasks, shown_progress, tell

    with shown_progress("backfill-progress") as progress:
        options: dict[str, Any] = {
            "open_pool": pool_of(processes, allowed_cluster(dask_address)),
            "watched": as_tasks,
            "progress": progress,
            "wait_seconds": wait_seconds,
        }
        summary = backfill(home(), start, end, every, sources or None, mode, **options)
    raised = run_alerts(home(), summary)
    send(raised)
    tell(summary, "backfill", page_address(home()), raised)
    return dict(summary.marts)


def __getattr__(name: str) -> Any:
    """`backfill_flow`, the Prefect flow: made when asked for, so that the plain function needs no Prefect."""
    if name == "backfill_flow":
        from flows.tasks import as_flow

        return as_flow("backfill", backfill_as_flow, _run_name, AT_ONCE)
    raise AttributeError(f"module {__name__} has no attribute {name}")
