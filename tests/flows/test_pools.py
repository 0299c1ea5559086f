"""Pools: jobs run elsewhere, and are finished here when the pool breaks."""

from __future__ import annotations

import logging
import os
from contextvars import ContextVar
from functools import partial
from pathlib import Path

import pytest

from flows.pools import dask, processes, serial, threads
from studies.same_everywhere import dask as cluster

WHERE = ContextVar("WHERE", default="nowhere")


def warm(path: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()}\n")


def fails() -> None:
    raise ValueError("nobody hears of this")


def doubled(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def where(_job: int) -> str:
    return WHERE.get()


def ended_elsewhere(job: tuple[int, int]) -> int:
    """Ends its process, unless that is the one that asked."""
    number, asked_by = job
    if os.getpid() != asked_by:
        os._exit(1)
    return 2 * number


def refused(_job: int) -> None:
    raise ValueError("no such thing")


def test_every_pool_gives_each_job_with_its_result():
    with threads(2) as over_threads, processes(2) as over_processes:
        for pool in (serial, over_threads, over_processes):
            assert {job: value for job, (value, _) in pool(doubled, [1, 2, 3])} == {1: 2, 2: 4, 3: 6}
            assert list(pool(doubled, [])) == []
            with pytest.raises(ValueError, match="no such thing"):
                list(pool(refused, [1]))


def test_processes_are_warm_before_the_first_job_and_a_warm_up_that_fails_changes_nothing(tmp_path):
    with processes(2, partial(warm, str(tmp_path / "warm")), fails) as pool:
        used = {pid for _, (_, pid) in pool(doubled, range(8))}
    assert os.getpid() not in used
    assert used <= set(map(int, (tmp_path / "warm").read_text().split()))


def test_what_a_killed_process_left_undone_is_done_here(caplog):
    with processes(2) as pool:
        asked = [(n, os.getpid()) for n in range(3)]
        for _ in range(2):  # the second time the pool is broken from the start
            assert sorted(pool(ended_elsewhere, asked)) == [(job, 2 * job[0]) for job in asked]
    assert "done in this process" in caplog.text


def test_a_thread_knows_the_context_of_its_caller():
    token = WHERE.set("in a flow run")
    with threads(1) as pool:
        assert dict(pool(where, [1])) == {1: "in a flow run"}
    WHERE.reset(token)


@pytest.mark.server
def test_jobs_run_on_the_workers_of_a_cluster_and_their_errors_come_back():
    with cluster() as address, dask(address) as pool:
        done = dict(pool(doubled, [1, 2, 3]))
        assert {job: value for job, (value, _) in done.items()} == {1: 2, 2: 4, 3: 6}
        assert os.getpid() not in {pid for _, pid in done.values()}
        with pytest.raises(ValueError, match="no such thing"):
            list(pool(refused, [1]))


@pytest.mark.server
def test_when_the_last_worker_is_gone_the_jobs_are_done_here_after_a_while(caplog):
    from distributed import LocalCluster

    quiet = {"dashboard_address": None, "host": "127.0.0.1", "silence_logs": logging.CRITICAL}
    with (
        LocalCluster(n_workers=0, processes=True, **quiet) as alone,
        dask(str(alone.scheduler_address), patience=3) as pool,
    ):
        done = dict(pool(doubled, [1, 2]))
    assert {job: value for job, (value, _) in done.items()} == {1: 2, 2: 4}
    assert {pid for _, pid in done.values()} == {os.getpid()}
    assert "no Dask worker" in caplog.text


def test_an_address_without_a_scheduler_is_refused_in_words():
    from dask import config

    with (
        config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(ValueError, match="no Dask scheduler answers"),
        dask("tcp://127.0.0.1:9"),
    ):
        pytest.fail("a client of nothing")
