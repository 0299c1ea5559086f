"""The thin shell of Prefect around the jobs: a task run a source, artifacts that a person reads, events that
an automation hears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from prefect import get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.context import FlowRunContext
from prefect.events import emit_event
from prefect.futures import as_completed
from prefect.task_runners import TaskRunner

from flows.each import Each, processes
from flows.marts import MartJob, build_share
from flows.page_server import page_address
from flows.snapshotting import SourceJob, SourceRead, run_source
from flows.sources import resting
from warehouse.location import Location

if TYPE_CHECKING:
    from flows.jobs import Summary

J = TypeVar("J")
R = TypeVar("R")
RETRY_SECONDS: list[float] = [20, 90]
_POOL: list[Executor] = []


class SourceFailedError(Exception):
    """A source that could not be captured or read: its task run is shown as failed, the run goes on with the
    others.
    """

    def __init__(self, read: SourceRead, why: str) -> None:
        super().__init__(read, why)
        self.read, self.why = read, why

    def __str__(self) -> str:
        return self.why


def _may_pass(_task: object, _run: object, state: Any) -> bool:
    """Tries again what can pass (a server that was down); a changed layout or a missing key stays as it
    is.
    """
    try:
        state.result()
    except SourceFailedError as failed:
        return failed.read.passing
    except Exception:
        return False
    return False


@task(
    name="source",
    task_run_name="source {job.source_id}",
    retries=len(RETRY_SECONDS),
    retry_delay_seconds=RETRY_SECONDS,
    retry_jitter_factor=0.5,
    retry_condition_fn=_may_pass,
    persist_result=False,
)
def source(job: SourceJob) -> SourceRead:
    """Captures (if asked to) and reads one source."""
    read = _through_pool(run_source, job)
    logger = get_run_logger()
    problems = [f"{read.source_id}: {o['error']}" for o in read.outcomes if o["error"]] + [
        f.error for f in read.failures
    ]
    if read.error or (problems and job.capture != "no" and not resting(job.source_id)):
        raise SourceFailedError(read, read.error or problems[0])
    for problem in problems:
        logger.warning("%s", problem)
    logger.info("%s: %d captures, %d rows", read.source_id, read.captures, read.rows)
    return read


def _span() -> str:
    from prefect.runtime import task_run

    dates = task_run.parameters["job"].dates
    return f"derive {dates[0]} to {dates[-1]}"


@task(name="derive", task_run_name=_span, persist_result=False)
def derive(job: MartJob) -> Any:
    """Builds the derived tables of some dates."""
    built = _through_pool(build_share, job)
    get_run_logger().info("derived tables of %d dates", len(built))
    return built


TASKS: dict[Callable[..., Any], Any] = {run_source: source, build_share: derive}


def _through_pool(work: Callable[[J], R], job: J) -> R:
    return _POOL[0].submit(work, job).result() if _POOL else work(job)


@contextmanager
def over_tasks(count: int = 0, dask_address: str | None = None) -> Iterator[Each]:
    """The spreader of Prefect: each job a task run, over the threads of the flow's own task runner (the work
    itself over `count` local processes, if any), or over the workers of a Dask cluster by Prefect's task
    runner for it.
    """
    if dask_address:
        try:
            from prefect_dask.task_runners import DaskTaskRunner
        except ImportError as missing:
            raise ValueError(
                f"a Dask cluster needs a package that is not installed ({missing}); pip install"
                " 'gapledger[dask]'"
            ) from missing

        with DaskTaskRunner(address=dask_address) as runner:
            yield _over(runner)
        return
    context = FlowRunContext.get()
    assert context is not None
    if not count:
        yield _over(context.task_runner)
        return
    with processes(count) as pool:
        _POOL.append(pool)
        try:
            yield _over(context.task_runner)
        finally:
            _POOL.clear()


def _over(runner: TaskRunner[Any]) -> Each:
    def each(work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        futures = {runner.submit(TASKS[work], parameters={"job": job}): job for job in jobs}
        for future in as_completed(list(futures)):
            try:
                yield futures[future], future.result()
            except SourceFailedError as failed:
                yield futures[future], cast(R, failed.read)

    return each


def stages(what: str, done: int, of: int) -> None:
    """Progress as lines of the run's log: its stages, not the single jobs, which have task runs of their
    own.
    """
    if not of or not done:
        get_run_logger().info("%s", what)


def tell(summary: Summary, location: Location, kind: str) -> None:
    """Artifacts of a run: what each source did, the headline, where the page lies; and events for what an
    operator must know.
    """
    from flows.alerts import alerts

    rows = [
        {
            "source": source_id,
            "days": summary.published.days.get(source_id, 0),
            "rows": summary.published.rows.get(source_id, 0),
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
        key=f"{kind}-page",
        link=page_address(location),
        link_text="The page",
        description="The page as of the newest date",
    )
    failed = [source_id for source_id in summary.failed if not resting(source_id)]
    for alert in alerts(location, summary.as_of, failed, datetime.now(UTC).date()):
        get_run_logger().warning("%s", alert.message)
        emit_event(
            alert.event,
            {"prefect.resource.id": f"gapledger.{alert.about}"},
            payload={"message": alert.message},
        )
