"""The backfill as a Prefect flow with a typed form: the job of flows/jobs.py, over local processes or a Dask
cluster.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Literal, cast
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.task_runners import ThreadPoolTaskRunner

from flows import jobs
from flows.sources import SourceName
from flows.tasks import over_tasks, stages, tell
from warehouse.location import home


def _run_name() -> str:
    from prefect.runtime import flow_run

    p = flow_run.parameters
    scope = ",".join(p["sources"]) if p.get("sources") else "all sources"
    return (
        f"backfill {p['start']}..{p['end']} every {p.get('every', 'week')} {p.get('mode', 'archive')} {scope}"
    )


@flow(name="backfill", flow_run_name=_run_name, task_runner=ThreadPoolTaskRunner(max_workers=8))  # type: ignore[arg-type]
def backfill(
    start: date,
    end: date,
    every: Literal["day", "week", "month"] = "week",
    sources: list[SourceName] | None = None,
    mode: Literal["archive", "wayback", "live"] = "archive",
    processes: int = 0,
    dask_address: str | None = None,
    wait_seconds: float = 3600.0,
) -> dict[str, int]:
    """Rebuilds what was known on each date: snapshots of every archived capture, derived tables and the page
    for each date.

    The home is the one that GAPLEDGER_HOME names where the run is started.

    Args:
        start: the first as-of date. end: the last as-of date, included; not before the first. every: the step
        between dates. sources: which sources to read again; empty means all. mode: archive reads what was
        captured; wayback asks the Wayback Machine first; live captures today first. processes: local
        processes to spread over; 0 means one a core. dask_address: the scheduler of a Dask cluster whose
        workers see the home; empty means this machine. wait_seconds: how long to wait for another run that is
        writing the home.
    """
    location = home()
    artifact = cast(
        UUID, create_progress_artifact(progress=0.0, key="backfill-progress", description="jobs done")
    )

    def progress(what: str, done: int, of: int) -> None:
        stages(what, done, of)
        if of and (done == of or done % max(1, of // 20) == 0):
            share = 50.0 * done / of  # reading is the first half, deriving the second
            update_progress_artifact(
                artifact_id=artifact, progress=share + 50.0 * what.startswith("deriving"), description=what
            )

    with over_tasks(processes or os.cpu_count() or 1, dask_address) as each:
        summary = jobs.backfill(
            location,
            start,
            end,
            every,
            sources or None,
            mode,
            each=each,
            progress=progress,
            wait_seconds=wait_seconds,
        )
    tell(summary, location, "backfill")
    return dict(summary.marts)
