"""What the audit had not tried: clocks, the machine's own time zone, and damage where files are kept beside
the snapshots.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pyarrow as pa
import pytest

from flows.derive import derive
from flows.pools import serial
from tests.faults.good_nights import FIRST, SECOND, Rows
from tests.faults.homes import digests
from tests.faults.planting import nights
from warehouse.clock import clock_is, utc_today
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.parquet import parquet_bytes
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES
from warehouse.verify import verify

THIRD = SECOND + timedelta(days=1)
ODD = {FIRST: b"plain", SECOND: b"odd"}


def dearer(rows: Rows) -> Rows:
    """One price ten times as high: it waits in quarantine."""
    return [row._replace(amount=row.amount * 10) if n == 0 else row for n, row in enumerate(rows)]


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield str(request.param)
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="module")
def utc_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("utc")
    nights(home, "prices", dearer, ODD)
    return digests(home, "snapshots/list_prices_v1", "raw", "quarantine")


ZONES = ["Pacific/Kiritimati", "Pacific/Marquesas", "no/zone"]


@pytest.mark.parametrize("zone", ZONES, indirect=True)
def test_the_machines_time_zone_changes_nothing(zone: str, utc_home: dict[str, str], tmp_path: Path) -> None:
    nights(tmp_path, "prices", dearer, ODD)
    assert digests(tmp_path, "snapshots/list_prices_v1", "raw", "quarantine") == utc_home, zone
    assert utc_today() == datetime.now(UTC).date()


@pytest.mark.parametrize("zone", ["America/New_York"], indirect=True)
@pytest.mark.parametrize("around", ["2026-03-29T01:00", "2026-10-25T01:00", "2026-11-01T06:00"])
def test_captures_around_a_change_of_summer_time_are_of_their_utc_day(
    zone: str, around: str, tmp_path: Path
) -> None:
    at = datetime.fromisoformat(around).replace(tzinfo=UTC)
    moments = [at - timedelta(minutes=1), at, at + timedelta(minutes=59), at + timedelta(hours=23)]
    nights(tmp_path, "prices", list, {when: str(when).encode() for when in moments})
    rows = Snapshots(Location(str(tmp_path))).table(LIST_PRICES)
    assert set(rows["observed_on"].to_pylist()) == {when.date() for when in moments}, zone
    assert {
        (r, o) for r, o in zip(rows["observed_at"].to_pylist(), rows["observed_on"].to_pylist(), strict=True)
    } <= {(when, when.date()) for when in moments}


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of two nights with a row set aside, derived as of the second."""
    home = tmp_path_factory.mktemp("derived")
    nights(home, "prices", dearer, ODD)
    derive(Location(str(home)), [SECOND.date()], serial, lambda *_: None)
    return home


@pytest.fixture
def home(derived: Path, tmp_path: Path) -> Path:
    return shutil.copytree(derived, tmp_path / "home", symlinks=True)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=-1), timedelta(0)])
def test_a_clock_that_goes_back_shows_what_has_come_and_leaves_the_rest(jump: timedelta, home: Path) -> None:
    location = Location(str(home))
    before = digests(home, "marts/as_of", "snapshots/list_prices_v1")
    with clock_is(lambda: SECOND + jump):
        assert Marts(location).as_ofs() == ([] if jump else [SECOND.date()])
        with pytest.raises(ValueError, match="in the future"):
            derive(location, [THIRD.date() + timedelta(days=1)], serial, lambda *_: None)
    assert digests(home, "marts/as_of", "snapshots/list_prices_v1") == before
    assert Marts(location).as_ofs() == [SECOND.date()]


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "a bit": lambda body: body[:90] + bytes([body[90] ^ 8]) + body[91:],
    "half": lambda body: body[: len(body) // 2],
    "empty": lambda _: b"",
    "another table": lambda _: parquet_bytes(pa.table({"odd": [1]})),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_a_damaged_row_set_aside_is_named_and_lets_no_held_price_pass(
    way: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The price waits for a week. The snapshot of its first night is without it: compared with that alone it
    would be new.
    """
    [path] = home.glob("quarantine/list_prices/made/*.parquet")
    path.write_bytes(WAYS[way](path.read_bytes()))
    [(published, _)] = nights(home, "prices", dearer, {THIRD: b"odd"})
    assert published.rows == {"made": 179}
    assert path.relative_to(home).as_posix() in caplog.text


def test_a_removed_row_set_aside_is_named_and_lets_no_held_price_pass(home: Path) -> None:
    """The snapshots of the 90 days before have the price that it was compared with."""
    [path] = home.glob("quarantine/list_prices/made/*.parquet")
    assert verify(Location(str(home))).problems == {}
    path.unlink()
    assert verify(Location(str(home))).problems.keys() == {f"quarantine/*/made/{path.name}"}
    [(published, _)] = nights(home, "prices", dearer, {THIRD: b"odd"})
    assert published.rows == {"made": 179}


def test_damage_to_what_is_kept_between_runs_changes_no_table(home: Path) -> None:
    location = Location(str(home))
    before = digests(home, "marts/as_of")
    kept = sorted(home.glob("kept/**/*.parquet"))
    assert kept
    for path, way in zip(kept, cycle(WAYS.values()), strict=False):
        path.write_bytes(way(path.read_bytes()))
    names = {path.relative_to(home).as_posix() for path in kept}
    assert verify(location).problems.keys() & names
    derive(location, [SECOND.date()], serial, lambda *_: None)
    assert digests(home, "marts/as_of") == before
    assert not verify(location).problems.keys() & names
