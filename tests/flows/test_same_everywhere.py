"""Who runs a backfill, and where its home lies, changes nothing. `python -m studies.same_everywhere`
prints the times.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows import derive
from studies.same_everywhere import Way, run
from tests.flows.homes import golden_home

# Each place and each pool once: the study has all five of WAYS.
SERIAL, OTHERS = "disk, one after the other", ("disk, two processes", "S3, Dask of two workers")
DATES = (date(2026, 8, 1), date(2026, 11, 1), "month")
pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "home"
    golden_home(str(folder), ("deepseek_en", "metr_time_horizon", "ecb"), days=1)
    return folder


@pytest.fixture(scope="module", autouse=True)
def two_shares() -> Iterator[None]:
    """Two shares of two dates each, where a run would make one of so few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derive, "LEAST_SHARED", 2)
        yield


@pytest.fixture(scope="module")
def serial(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Way:
    return run(SERIAL, base, tmp_path_factory.mktemp("serial"), *DATES)


@pytest.mark.parametrize("name", OTHERS)
def test_processes_s3_and_dask_give_the_tables_of_one_process(name, base, serial, tmp_path):
    way = run(name, base, tmp_path, *DATES)
    assert serial.files > 20
    assert (way.digest, way.files) == (serial.digest, serial.files)
