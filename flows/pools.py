"""Pools: how the jobs of a run are spread. One after the other, over threads, over local processes, over the
workers of a Dask cluster.

Every pool maps a function over jobs and yields (job, result) as results come; the caller sorts, so that who
ran a job, and in which order, changes nothing. When a pool breaks (a process killed for its memory, the last
worker of a cluster gone), its remaining jobs are finished in this process.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    as_completed,
)
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import copy_context
from typing import Any, Protocol, TypeVar

J = TypeVar("J")
R = TypeVar("R")
log = logging.getLogger("gapledger.pools")
WORKERLESS_SECONDS = 60.0  # how long a Dask cluster may be without a worker before its jobs are done here
POLL_SECONDS = 2.0


class Pool(Protocol):
    """Maps `work` over jobs. May be called from several threads at once."""

    def __call__(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        """Yields (job, result) as results come; raises what `work` raises."""
        ...


OpenPool = Callable[[], AbstractContextManager[Pool]]  # starts a pool, and ends it with the block
Progress = Callable[[str, int, int], None]  # what is done, how many jobs, of how many


class PoolBrokenError(Exception):
    """A pool that can run nothing more; no job is at fault."""


def serial(work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
    """In this process, one after the other."""
    for job in jobs:
        yield job, work(job)


def open_serial() -> AbstractContextManager[Pool]:
    """Opens `serial` as the other pools are opened."""
    return nullcontext(serial)


@contextmanager
def threads(count: int) -> Iterator[Pool]:
    """Over threads: for work that waits."""
    with ThreadPoolExecutor(count) as executor:
        yield ThreadPool(executor)


@contextmanager
def processes(count: int, *warm_up: Callable[[], object]) -> Iterator[ExecutorPool]:
    """Over processes of this machine: for work that computes. `warm_up` (imports of what jobs will need) runs
    in every process at once; its results and errors are ignored.
    """
    with _spawned(count) as executor:
        pool = ExecutorPool(executor)
        for work in warm_up:
            pool.prepare(work, times=count)
        yield pool


@contextmanager
def dask(address: str, patience: float = WORKERLESS_SECONDS) -> Iterator[Pool]:
    """Over the workers of a Dask cluster, each of which sees the home and has gapledger installed. ValueError
    where no scheduler answers at `address`.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise ValueError(
            f"a Dask cluster needs a package that is not installed ({missing}); pip install 'gapledger[dask]'"
        ) from missing
    try:
        client = Client(address)  # type: ignore[no-untyped-call]
    except OSError as silent:
        raise ValueError(f"no Dask scheduler answers at {address}: {silent}") from silent
    with client:
        yield DaskPool(client, patience)


class FallbackPool:
    """Maps over `_map`; when that breaks, runs the remaining jobs in this process."""

    def __call__(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        """Yields (job, result) as results come."""
        waiting = dict(enumerate(jobs))
        try:
            for number, result in self._map(work, jobs):
                yield waiting.pop(number), result
        except PoolBrokenError as broken:
            log.warning(
                "the pool broke (%s); its last %d jobs are done in this process", broken, len(waiting)
            )
            yield from serial(work, list(waiting.values()))

    def _map(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[int, R]]:
        """Yields (number of the job, result); PoolBrokenError when the pool can run nothing more."""
        raise PoolBrokenError("no executor")


class ExecutorPool(FallbackPool):
    """Over an executor of concurrent.futures."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def _map(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[int, R]]:
        futures: dict[Any, int] = {}
        try:
            for number, job in enumerate(jobs):
                futures[self._submit(work, job)] = number
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BrokenExecutor as broken:
            raise PoolBrokenError(str(broken)) from broken
        finally:
            for future in futures:
                future.cancel()

    def _submit(self, work: Callable[[J], R], job: J) -> Future[R]:
        return self._executor.submit(work, job)

    def prepare(self, work: Callable[..., object], *given: object, times: int) -> None:
        """Runs warm-up jobs in the pool; results and errors are ignored."""
        with suppress(BrokenExecutor):
            for _ in range(times):
                self._executor.submit(work, *given)


class ThreadPool(ExecutorPool):
    """Over threads. Each job runs in its caller's context, which tells Prefect whose log lines they are."""

    def _submit(self, work: Callable[[J], R], job: J) -> Future[R]:
        return self._executor.submit(copy_context().run, work, job)


def _spawned(count: int) -> Executor:
    """Processes that start clean (a forked process with threads can hang) and end with this one."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Ends this process when its parent is killed. It would wait for ever else: it holds both ends of the
    queue.
    """
    import multiprocessing
    import os
    import threading

    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class DaskPool(FallbackPool):
    """Over a Dask client. Breaks when the scheduler is gone, or no worker has been there for `patience` s."""

    def __init__(self, client: Any, patience: float) -> None:
        self._client, self._patience = client, patience

    def _map(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[int, R]]:
        from distributed import wait
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        waiting: dict[Any, int] = {}
        workers_seen = time.monotonic()
        try:
            for number, job in enumerate(jobs):
                waiting[self._client.submit(work, job, pure=False)] = number
            while waiting:
                with suppress(TimeoutError):
                    wait(list(waiting), timeout=POLL_SECONDS, return_when="FIRST_COMPLETED")  # type: ignore[no-untyped-call]
                done = [future for future in waiting if future.done()]
                for future in done:
                    result = future.result()
                    yield waiting.pop(future), result
                if done or self._has_worker():
                    workers_seen = time.monotonic()
                elif time.monotonic() - workers_seen > self._patience:
                    raise PoolBrokenError(f"no Dask worker for {self._patience:.0f} s")
        except (KilledWorker, CommClosedError, CancelledError) as lost:
            raise PoolBrokenError(f"{type(lost).__name__}: {lost}") from lost
        finally:
            with suppress(Exception):  # a cluster that is gone cancels nothing
                self._client.cancel(list(waiting))

    def _has_worker(self) -> bool:
        try:
            return bool(self._client.nthreads())
        except Exception:  # the scheduler is gone: its futures end, or patience does
            return False
