"""A home of several times the history is what a home of so many years would be: whole, indexed, readable, and
the same whenever it is made.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from studies.ten_years import lengthen, shifts_of
from tests.flows.homes import golden_home
from warehouse.archive.index import CaptureIndex
from warehouse.bookkeeping import CAPTURES
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES
from warehouse.verify import verify

SOURCES = ("deepseek_en", "ecb", "metr_time_horizon")
TIMES, DATES = 3, 4


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home, and the same of three times the history."""
    from flows.backfill import backfill

    folder = tmp_path_factory.mktemp("homes")
    once = golden_home(str(folder / "once"), SOURCES, days=2)
    backfill(once, date(2026, 9, 1), date(2026, 9, 8), "week", [*SOURCES])
    shutil.copytree(folder / "once", folder / "thrice", symlinks=True)
    lengthen(Location(str(folder / "thrice")), TIMES, 0, DATES, processes=1)
    return folder / "once", folder / "thrice"


def test_every_file_is_whole_and_every_record_is_in_the_index(homes: tuple[Path, Path]) -> None:
    done = verify(Location(str(homes[1])))
    assert (done.problems, done.unsealed) == ({}, 0)


def test_captures_rows_and_kept_dates_are_so_many_times_as_many(homes: tuple[Path, Path]) -> None:
    once, thrice = (Snapshots(Location(str(home))) for home in homes)
    for table in (CAPTURES, LIST_PRICES):
        assert thrice.table(table).num_rows == TIMES * once.table(table).num_rows
    assert len(thrice.days(LIST_PRICES, "deepseek_en")) == TIMES * len(once.days(LIST_PRICES, "deepseek_en"))
    digests = thrice.table(CAPTURES).column("capture_sha256").to_pylist()
    assert len(set(digests)) == TIMES * len(set(once.table(CAPTURES).column("capture_sha256").to_pylist()))
    kept = Marts(Location(str(homes[1]))).as_ofs()
    assert DATES * TIMES - TIMES < len(kept) <= DATES * TIMES  # two copies of a date may fall into one week


def test_a_copied_page_is_read_as_the_page_it_is_a_copy_of(homes: tuple[Path, Path]) -> None:
    index = CaptureIndex(Snapshots(Location(str(homes[1]))), ["deepseek_en"])
    first = index.of("deepseek_en")[0]
    mine = [capture for capture in index.of("deepseek_en") if capture.address == first.address]
    assert first.sha256 == hashlib.sha256(index.load(first).body).hexdigest()
    others = {index.load(capture).body.rstrip(b"\n") for capture in mine if capture is not first}
    assert index.load(first).body.rstrip(b"\n") in others


def test_days_never_meet_and_the_same_seed_gives_the_same_days() -> None:
    days = [date(2026, 1, day) for day in range(1, 31)]
    shifts = shifts_of(days, 5, 3)
    assert shifts == shifts_of(days, 5, 3) != shifts_of(days, 5, 4)
    every = [day for shift in shifts for day in shift.values()] + days
    assert len(set(every)) == 5 * len(days)
