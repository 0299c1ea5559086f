"""Processes that stand by while other work waits."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from flows.each import standing

from tests.flows.servers import until


def warm(path: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()}\n")


def doubled(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def ended_elsewhere(where: tuple[int, int]) -> int:
    """Ends its process, unless that is the one that asked."""
    number, asked_by = where
    if os.getpid() != asked_by:
        os._exit(1)
    return 2 * number


def test_jobs_run_in_warm_processes_and_come_with_what_they_gave(tmp_path):
    with standing(2, partial(warm, str(tmp_path / "warm"))) as each:
        done = dict(each(doubled, [1, 2, 3]))
        more = dict(each(doubled, [4]))
    assert {job: value for job, (value, _) in (done | more).items()} == {1: 2, 2: 4, 3: 6, 4: 8}
    used = {pid for _, pid in done.values()}
    assert os.getpid() not in used
    assert used <= set(map(int, (tmp_path / "warm").read_text().split()))


def test_what_a_killed_process_left_undone_is_done_here(tmp_path):
    with standing(2, partial(warm, str(tmp_path / "warm"))) as each:
        asked = [(n, os.getpid()) for n in range(3)]
        assert sorted(each(ended_elsewhere, asked)) == [((n, os.getpid()), 2 * n) for n in range(3)]


def test_what_is_prepared_is_done_before_what_is_asked_for_next_and_its_failure_is_nobodys(tmp_path):
    with standing(1, partial(warm, str(tmp_path / "warm"))) as each:
        each.prepare(warm, str(tmp_path / "again"), times=1)
        each.prepare(doubled, None, times=2)
        [(_, (value, pid))] = each(doubled, [2])
        assert value == 4
        assert (tmp_path / "again").read_text() == f"{pid}\n"
    with standing(1, partial(warm, str(tmp_path / "warm"))) as each:
        assert list(each(ended_elsewhere, [(1, os.getpid())])) == [((1, os.getpid()), 2)]
        each.prepare(warm, str(tmp_path / "never"), times=1)
    assert not (tmp_path / "never").exists()


def test_after_their_last_job_the_processes_end_by_themselves(tmp_path):
    with standing(2, partial(warm, str(tmp_path / "warm"))) as each:
        done = dict(each.last(doubled, [1, 2]))
        assert {job: value for job, (value, _) in done.items()} == {1: 2, 2: 4}
        until(
            lambda: not [pid for _, pid in done.values() if Path(f"/proc/{pid}").exists()],
            "the processes end",
            60,
        )
