"""A killed run leaves nothing half-published, and two runs at once give one result. `python -m
tests.flows.kills --times 50` does more.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.flows.homes import check_published, digests
from tests.flows.kills import AFTER, context, ground, kill_once, started
from tests.flows.servers import REPOSITORY, until
from warehouse.location import Location

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SHARES = (0.05, 0.3, 0.6, 0.8, 0.95)


@pytest.fixture(scope="module")
def make():
    return context()


@pytest.fixture(scope="module")
def on(make, tmp_path_factory):
    return ground(make, tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize("share", SHARES)
def test_after_a_kill_readers_see_one_whole_set_and_a_rerun_gives_the_same(make, on, tmp_path, share):
    kill_once(make, on, tmp_path / "home", share * on.seconds)


def test_two_runs_at_once_on_one_home_give_one_result(make, on, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(on.base, home, symlinks=True)
    runs = [started(make, home, AFTER) for _ in range(2)]
    for process in runs:
        process.join()
    assert [process.exitcode for process in runs] == [0, 0]
    assert digests(Location(str(home))) == on.right
    assert check_published(Location(str(home)))


def test_the_processes_of_a_killed_run_end_with_it(tmp_path):
    script = """
import os, time
from flows.pools import processes

def pid(_job):
    return os.getpid()

if __name__ == "__main__":
    with processes(2) as pool:
        print(*{found for _, found in pool(pid, range(8))}, flush=True)
        time.sleep(600)
"""
    file = tmp_path / "killed.py"
    file.write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, str(file)], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, env=environment
    ) as parent:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert children
        assert all(alive(pid) for pid in children)
        time.sleep(0.5)
        parent.send_signal(signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in children), "the pool's processes end", 30)


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie that nobody has asked after."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
