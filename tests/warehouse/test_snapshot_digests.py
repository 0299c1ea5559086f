"""The descriptor keeps digests with the files they are of: it says what reading every file would give,
and it reads only what is new.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.warehouse.noted_reads import noted_reads
from tests.warehouse.test_folding import DAYS, day_body, fill
from warehouse.catalog import descriptors
from warehouse.folding import fold
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.snapshot_digests import KEPT
from warehouse.tables import LIST_PRICES


@pytest.fixture
def home(tmp_path: Path) -> Location:
    return fill(Location(str(tmp_path / "home")))


def described(location: Location, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, list[str]]:
    """The descriptor, and the snapshots that were read for it."""
    with noted_reads(monkeypatch) as read:
        body = descriptors(location, {}, mart_tables())["datapackage.json"]
    return body, sorted(name for name in read if name.startswith(("snapshots/", "folded/")))


def name_of(day: object) -> str:
    return f"snapshots/{LIST_PRICES.directory}/made/{day}.parquet"


def anew(location: Location, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The descriptor with nothing kept."""
    location.remove(KEPT)
    return described(location, monkeypatch)[0]


def test_what_was_described_before_is_not_read_again(home: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    first, read = described(home, monkeypatch)
    assert read == home.names("snapshots")
    again, read = described(home, monkeypatch)
    assert (again, read) == (first, [])
    new = name_of(DAYS[-1] + timedelta(days=1))
    home.write(new, day_body("made", DAYS[-1] + timedelta(days=1)))
    more, read = described(home, monkeypatch)
    assert read == [new]
    assert more == anew(home, monkeypatch) != first


def test_a_file_that_was_written_again_is_read_again_and_one_that_went_is_not_described(
    home: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    described(home, monkeypatch)
    home.write(name_of(DAYS[2]), day_body("made", DAYS[2], salt=1))
    home.remove(name_of(DAYS[3]))
    changed, read = described(home, monkeypatch)
    assert read == [name_of(DAYS[2])]
    assert changed == anew(home, monkeypatch)


def test_after_a_folding_only_the_months_are_read(home: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    described(home, monkeypatch)
    fold(home)
    folded, read = described(home, monkeypatch)
    assert read == home.names("folded")
    assert described(home, monkeypatch) == (folded, [])


def test_digests_that_are_damaged_are_made_anew(home: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = described(home, monkeypatch)
    home.write(KEPT, home.read(KEPT)[:-9])
    assert described(home, monkeypatch) == (first, home.names("snapshots"))
