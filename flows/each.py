"""How the jobs of a run are spread: one after the other, over threads, over local processes, over a Dask
cluster.

Every spreader takes a function and its jobs and yields (job, result) as results come; results are sorted by
the caller, so that who ran them, and in which order, changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from typing import Protocol, TypeVar

J = TypeVar("J")
R = TypeVar("R")
log = logging.getLogger("gapledger.each")


class Each(Protocol):
    """A spreader: calls `work` on every job."""

    def __call__(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        """Yields (job, result) as they come."""
        ...


def in_turn(work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
    """One after the other, in this process."""
    for job in jobs:
        yield job, work(job)


def over_threads(count: int) -> Each:
    """Over threads: for work that waits."""
    return _over(lambda: ThreadPoolExecutor(count))


def over_processes(count: int) -> Each:
    """Over processes of this machine: for work that computes."""
    return _over(lambda: processes(count))


class Standing:
    """A spreader over processes that are there already. Where they cannot be had (a script without `if
    __name__ == "__main__"`, a process killed for its memory), what is not done is done here.
    """

    def __init__(self, pool: Executor) -> None:
        self._pool = pool

    def __call__(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        """Yields (job, result) as they come."""
        done: set[int] = set()
        try:
            futures = {self._pool.submit(work, job): number for number, job in enumerate(jobs)}
            for future in as_completed(futures):
                result = future.result()
                done.add(futures[future])
                yield jobs[futures[future]], result
        except BrokenExecutor as broken:
            log.warning("the processes of this run ended (%s); it goes on without them", broken)
            yield from in_turn(work, [job for number, job in enumerate(jobs) if number not in done])

    def last(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        """As a call, and the last: the processes end (which takes most of a second) while this one goes
        on.
        """
        yield from self(work, jobs)
        self._pool.shutdown(wait=False)

    def prepare(self, work: Callable[..., object], *given: object, times: int) -> None:
        """Starts what nobody waits for and what changes nothing but the speed of what follows; what is asked
        for next comes after it.
        """
        with suppress(BrokenExecutor):
            for _ in range(times):
                self._pool.submit(work, *given)


@contextmanager
def standing(count: int, warm: Callable[[], object]) -> Iterator[Standing]:
    """Over processes that are started at once and call `warm` (which imports what they will need) while other
    work waits.
    """
    with processes(count) as pool:
        spread = Standing(pool)
        spread.prepare(warm, times=count)
        yield spread


def processes(count: int) -> Executor:
    """A pool of processes. They are spawned clean (a fork of a process with threads can hang), and end when
    this process is killed.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """A pool's process waits for work for ever when its parent is killed: both ends of the queue are its
    own.
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


def _over(pool: Callable[[], Executor]) -> Each:
    def each(work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        with pool() as executor:
            futures = {executor.submit(work, job): job for job in jobs}
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            finally:
                for future in futures:
                    future.cancel()

    return each


def over_dask(address: str) -> Each:
    """Over the workers of a Dask cluster, which must see the home and have gapledger installed."""

    def each(work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[tuple[J, R]]:
        from distributed import Client
        from distributed import as_completed as as_done

        with Client(address) as client:  # type: ignore[no-untyped-call]
            futures = {client.submit(work, job, pure=False): job for job in jobs}
            for future in as_done(list(futures)):  # type: ignore[no-untyped-call]
                yield futures[future], future.result()

    return each
