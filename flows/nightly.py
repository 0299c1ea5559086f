"""The nightly run as a Prefect flow: the job of flows/jobs.py, with a task run a source."""

from __future__ import annotations

from datetime import UTC, date, datetime

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows import jobs
from flows.sources import SourceName
from flows.tasks import over_tasks, stages, tell
from warehouse.location import home


def _run_name() -> str:
    from prefect.runtime import flow_run

    given = flow_run.parameters
    day = given.get("day") or datetime.now(UTC).date()
    scope = ",".join(given["sources"]) if given.get("sources") else "all sources"
    return f"nightly {day} {scope}{' offline' if given.get('offline') else ''}"


@flow(name="nightly", flow_run_name=_run_name, task_runner=ThreadPoolTaskRunner(max_workers=jobs.FETCHERS))  # type: ignore[arg-type]
def nightly(
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
    location = home()
    with over_tasks() as each:
        summary = jobs.nightly(
            location,
            day,
            sources or None,
            offline=offline,
            each=each,
            progress=stages,
            wait_seconds=wait_seconds,
        )
    tell(summary, location, "nightly")
    return dict(summary.marts)
