"""When the machine fails (a full disk, a clock that jumps, two runs, a torn snapshot, an older home), what
was published stays.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.cli import main
from flows.nightly import nightly
from tests.faults.good_nights import FIRST, SECOND
from tests.faults.homes import digests, kept, night, put
from tests.faults.planting import ADDRESS, made_source, nights
from warehouse.location import HomeBusyError, Location
from warehouse.snapshots import SnapshotError, Snapshots
from warehouse.tables import LIST_PRICES

ROOT = Path(__file__).parents[2]


def plain(rows: list) -> list:
    return rows


@pytest.fixture
def home(tmp_path: Path) -> Path:
    nights(tmp_path / "home", "prices", plain, {FIRST: b"plain"})
    return tmp_path / "home"


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_full_disk_stops_the_night_and_leaves_no_half_file(
    home: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(home)
    real, count = os.fsync, iter(range(100))

    def full(handle: int) -> None:
        if next(count) >= after:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        nights(home, "prices", plain, {SECOND: b"more"})
    left = kept(home)
    assert {name: left.get(name) for name in before} == before
    assert [path.name for path in home.rglob(".tmp-*")] == []
    monkeypatch.undo()
    [(published, _)] = nights(home, "prices", plain, {SECOND: b"more"})
    assert published.rows == {"made": 180}


def test_a_disk_that_fills_for_real_is_named(tmp_path: Path) -> None:
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from warehouse.location import Location; Location(sys.argv[1]).write('raw/x', b'x' * 5000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "File too large" in done.stderr
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_home_that_cannot_be_made_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    status = main(["run", "--offline", "--home", str(tmp_path / "file" / "home")])
    assert status == 1
    assert "cannot be written" in capsys.readouterr().err


def test_two_runs_do_not_mix(home: Path) -> None:
    location = Location(str(home))
    with (
        location.writing("nightly one"),
        pytest.raises(HomeBusyError, match=r"being written by nightly one.*--wait"),
        Location(str(home)).writing("two"),
    ):
        pytest.fail("two writers at once")
    with location.writing("three"):
        pass


def test_a_killed_run_frees_the_home_and_the_next_goes_on(home: Path) -> None:
    script = (
        "import os, signal, sys; from warehouse.location import Location\n"
        "with Location(sys.argv[1]).writing('killed'):\n"
        "    Location(sys.argv[1]).write('raw/made/x', b'1'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    before = kept(home)
    done = subprocess.run([sys.executable, "-c", script, str(home)], cwd=ROOT, check=False)
    assert done.returncode == -9
    with Location(str(home)).writing("next"):
        [(published, _)] = nights(home, "prices", plain, {SECOND: b"more"})
    assert published.rows == {"made": 180}
    assert kept(home).items() >= before.items()


def test_an_unreadable_snapshot_is_named_left_out_and_mended_from_the_archive(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = home / "snapshots/list_prices_v1/made/2026-06-01.parquet"
    right = file.read_bytes()
    file.write_bytes(right[:200])
    with pytest.raises(SnapshotError, match=r"2026-06-01.parquet cannot be read.*gapledger reparse"):
        Snapshots(Location(str(home))).read("snapshots/list_prices_v1/made/2026-06-01.parquet")
    assert Snapshots(Location(str(home))).table(LIST_PRICES).num_rows == 0
    assert "2026-06-01.parquet cannot be read" in caplog.text
    file.unlink()
    with made_source("prices", plain):
        night(Location(str(home)), ["made"], FIRST.date())
    assert file.read_bytes() == right


def test_a_home_of_an_older_contract_is_left_alone_and_built_anew_beside_it(home: Path) -> None:
    old = home / "snapshots/list_prices_v0/made/2026-06-01.parquet"
    old.parent.mkdir(parents=True)
    (home / "snapshots/list_prices_v1/made/2026-06-01.parquet").replace(old)
    before = old.read_bytes()
    assert Snapshots(Location(str(home))).table(LIST_PRICES).num_rows == 0
    with made_source("prices", plain):
        published, _, _ = night(Location(str(home)), ["made"], FIRST.date())
    assert (published.rows, old.read_bytes()) == ({"made": 180}, before)


def test_a_clock_that_jumps_back_hides_nothing(home: Path) -> None:
    nights(home, "prices", plain, {SECOND: b"more"})
    before = digests(home, "snapshots/list_prices_v1")
    nights(home, "prices", plain, {FIRST - timedelta(days=400): b"back then"})
    after = digests(home, "snapshots/list_prices_v1")
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 1
    assert max(Snapshots(Location(str(home))).days(LIST_PRICES, "made")) == SECOND.date()


def test_a_night_in_the_future_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is in the future"):
        nightly(Location(str(tmp_path)), datetime.now(UTC).date() + timedelta(days=2), offline=True)


def test_a_held_day_is_released_with_a_reason_for_the_bytes_it_was_given_for(home: Path) -> None:
    from flows.reparse import release

    def halved(rows: list) -> list:
        return [row for row in rows if int(row.listed_model.split("-")[1]) < 30]

    location = Location(str(home))
    with made_source("prices", halved):
        put(location, "made", ADDRESS, SECOND, b"odd")
        held, _, _ = night(location, ["made"], SECOND.date())
        with pytest.raises(ValueError, match="needs a reason"):
            release(location, "made", SECOND.date(), " ", "run")
        said = release(location, "made", SECOND.date(), "they retired thirty models", "run")
        again, _, _ = night(location, ["made"], SECOND.date())
        put(location, "made", ADDRESS, SECOND + timedelta(hours=1), b"odd too")
        other, _, _ = night(location, ["made"], SECOND.date())
    assert (held.rows, again.rows, other.rows) == ({}, {"made": 90}, {})
    assert "models to be gone" in said[0]
    assert (home / f"accepted/made/{date(2026, 6, 2)}.json").exists()
