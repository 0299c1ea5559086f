"""The thin shell of Prefect around the runs: a task run a job of a pool, artifacts that a person reads,
events that an automation hears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from prefect import flow, get_run_logger, task
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.events import emit_event
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner

if TYPE_CHECKING:
    from flows.pools import Pool, Progress
    from flows.summary import Summary
    from warehouse.alerts import Alert

J = TypeVar("J")
R = TypeVar("R")
RETRY_SECONDS: list[float] = [20, 90]


class JobFailedError(Exception):
    """A job whose result says that it failed: its task run is shown as failed, the run goes on with its
    result.
    """

    def __init__(self, result: Any) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        return str(self.result.problems[0])


class Call:
    """A job with its pool. Prefect walks through parameters that are collections; this is none."""

    def __init__(self, pool: Pool, work: Callable[[J], R], job: J) -> None:
        self._run: Callable[[], R] = lambda: next(iter(pool(work, [job])))[1]
        self._label = str(job)

    def __call__(self) -> Any:
        """Runs the job; gives its result."""
        return self._run()

    def __str__(self) -> str:
        return self._label


def _retryable(_task: object, _run: object, state: Any) -> bool:
    """Retries what can pass (a server that was down); a changed layout or a missing key stays as it is."""
    try:
        state.result()
    except JobFailedError as failed:
        return bool(failed.result.retryable)
    except Exception:
        return False
    return False


@task(
    task_run_name="{call}",
    retries=len(RETRY_SECONDS),
    retry_delay_seconds=RETRY_SECONDS,
    retry_jitter_factor=0.5,
    retry_condition_fn=_retryable,
    persist_result=False,
    cache_policy=NO_CACHE,
)
def job(call: Call) -> Any:
    """Runs one job in its pool. Where the result can tell of problems (`SourceRead`), they go to the log, and
    one that says it failed fails the task run.
    """
    result = call()
    if getattr(result, "failed", False):
        raise JobFailedError(result)
    for problem in getattr(result, "problems", ()):
        get_run_logger().warning("%s", problem)
    return result


def as_tasks(pool: Pool) -> Pool:
    """The pool with a task run a job, named by `str(job)`, in the threads of the flow's task runner."""

    def tasks(work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        context = FlowRunContext.get()
        assert context is not None
        futures = {context.task_runner.submit(job, {"call": Call(pool, work, one)}): one for one in jobs}
        for future in as_completed(list(futures)):
            try:
                yield futures[future], future.result()
            except JobFailedError as failed:
                yield futures[future], cast(R, failed.result)

    return tasks


@cache
def as_flow(name: str, work: Callable[..., R], run_name: Callable[[], str], at_once: int) -> Any:
    """The function as a Prefect flow; `at_once` of its task runs go on at a time."""
    runner: Any = ThreadPoolTaskRunner(max_workers=at_once)
    return flow(name=name, flow_run_name=run_name, task_runner=runner)(work)


def stages(what: str, done: int, of: int) -> None:
    """Progress as lines of the run's log: its stages, not the single jobs, which have their task runs."""
    if not of or not done:
        get_run_logger().info("%s", what)


@contextmanager
def shown_progress(key: str) -> Iterator[Progress]:
    """`stages`, and an artifact with the share done: reading is the first half, deriving the second."""
    artifact = cast(UUID, create_progress_artifact(progress=0.0, key=key, description="jobs done"))

    def progress(what: str, done: int, of: int) -> None:
        stages(what, done, of)
        if of and (done == of or done % max(1, of // 20) == 0):
            share = 50.0 * done / of + 50.0 * what.startswith("deriving")
            update_progress_artifact(artifact_id=artifact, progress=share, description=what)

    yield progress


def tell(summary: Summary, kind: str, page: str, alerts: Sequence[Alert]) -> None:
    """Writes a run's artifacts (what each source did, the headline, a link to the page), and emits an event
    for each alert.
    """
    rows = [
        {
            "source": source_id,
            "days": summary.published.days.get(source_id, 0),
            "rows": summary.published.rows.get(source_id, 0),
            "unread": summary.published.unread.get(source_id, 0),
            "error": summary.failed.get(source_id, ""),
        }
        for source_id in sorted({*summary.published.rows, *summary.failed})
    ]
    create_table_artifact(
        key=f"{kind}-outcomes", table=rows, description=f"What each source did, as of {summary.as_of}"
    )
    lines = "\n".join(f"- {line}" for line in summary.headline if not line.endswith(":"))
    laps = "\n".join(f"| {name} | {seconds:.1f} |" for name, seconds in summary.seconds.items())
    text = f"# As of {summary.as_of}\n{lines}\n\n| part | seconds |\n|---|---|\n{laps}"
    create_markdown_artifact(key=f"{kind}-headline", markdown=text, description="Headline numbers")
    create_link_artifact(
        key=f"{kind}-page", link=page, link_text="The page", description="The page as of the newest date"
    )
    for alert in alerts:
        get_run_logger().warning("%s", alert.message)
        subject = {"prefect.resource.id": f"gapledger.{alert.about}"}
        emit_event(alert.event, subject, payload={"message": alert.message})
