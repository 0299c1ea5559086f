"""Who runs a backfill, and where its home lies, changes nothing. `python -m studies.same_everywhere`
prints the times.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows import derive
from flows.pools import OpenPool
from studies.same_everywhere import Way, opened, ran
from tests.flows.homes import golden_home
from warehouse.location import Location

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
    with opened(SERIAL, base, tmp_path_factory.mktemp("serial")) as there:
        return ran(SERIAL, *there, *DATES)


@pytest.fixture(params=OTHERS)
def other(
    request: pytest.FixtureRequest, base: Path, tmp_path: Path
) -> Iterator[tuple[str, Location, OpenPool]]:
    with opened(request.param, base, tmp_path) as there:
        yield request.param, *there


def test_processes_s3_and_dask_give_the_tables_of_one_process(
    other: tuple[str, Location, OpenPool], serial: Way
) -> None:
    way = ran(*other, *DATES)
    assert serial.files > 20
    assert (way.digest, way.files) == (serial.digest, serial.files)
