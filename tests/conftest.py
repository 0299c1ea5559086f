"""What every test runs under: no telemetry, one thread of linear algebra, no home and no server of the person
who runs them.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import settings

from flows.cli import QUIET

for name, value in QUIET.items():
    os.environ.setdefault(name, value)
os.environ["GAPLEDGER_HISTORY"] = "none"  # a home of a test holds what the test put there
for name in (
    "GAPLEDGER_HOME",
    "PREFECT_API_URL",
    "PREFECT_PROFILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
):
    os.environ.pop(name, None)

# No test asserts an absolute time: a busy machine is no counterexample. The same examples on every run.
settings.register_profile("gapledger", deadline=None, derandomize=True, database=None)
settings.load_profile("gapledger")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a slow test come first: what begins last is short, and all workers end together."""
    slow = {item.path for item in items if "slow" in item.keywords}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the offline nightly made from the embedded sources, one for all workers: read it, do not
    write it.
    """
    from flows.nightly import nightly
    from warehouse.location import Location

    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small_home"
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "datapackage.json").exists():
            nightly(Location(str(home)), offline=True)
    return home
