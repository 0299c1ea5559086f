"""Kind 18 of what attacks broke: what others put among a home's files is read by nobody, and stays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from tests.attacks.test_not_tried import ODD, THIRD, dearer
from tests.faults.planting import nights
from warehouse.bookkeeping import CAPTURES
from warehouse.location import HomeError, Location
from warehouse.own_names import is_generation, is_own
from warehouse.parquet import SnapshotError
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES
from warehouse.verify import verify

MADE = "snapshots/list_prices_v1/made"
FILES = (
    f"{MADE}/2026-06-01 (copy).parquet",
    f"{MADE}/2026-06-01.sync-conflict-20260601.parquet",
    f"{MADE}/._2026-06-01.parquet",
    f"{MADE}/.DS_Store",
    f"{MADE}/2026-13-45.parquet",
    f"{MADE}/0000-00-00.parquet",
    f"{MADE}/2026-02-30.parquet",
    f"{MADE}/notes.parquet",
    f"{MADE}/2026-06-01\n.parquet",
    f"{MADE}/2026-06-01'.parquet",
    f"{MADE}/\udcff\udcfe.parquet",
    f"{MADE}/deeper/2026-06-01.parquet",
    "snapshots/list_prices_v1/n\u00f6body/2026-06-01.parquet",
    "quarantine/list_prices/made/notes.parquet",
    "folded/list_prices_v1/made/notes.parquet",
    "folded/list_prices_v1/made/2026-13-ff.parquet",
    "accepted/made/notes.json",
    "accepted/notes.json",
    "passed_over/made/notes.json",
    "marts/as_of/notes/models.parquet",
    "marts/as_of/0000-00-00/models.parquet",
    "published/notes/models.parquet",
    "published/0/models.parquet",
    "published/notes.txt",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights, and two sets of a table."""
    home = tmp_path_factory.mktemp("made") / "home"
    nights(home, "prices", dearer, ODD)
    for number in range(2):
        Location(str(home)).publish({"marts/x.parquet": b"%d" % number, "datapackage.json": b"{}"})
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home", symlinks=True)


def test_files_with_others_names_change_nothing_and_stay(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in FILES:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"somebody's")
    location = Location(str(home))
    assert Snapshots(location).table(LIST_PRICES).num_rows == 180 + 179
    [(published, _)] = nights(home, "prices", dearer, {THIRD: b"odd"})
    assert (published.rows, published.refused.get("made", [])) == ({"made": 179}, [])
    for _ in range(4):  # sets that are superseded are removed; folders of others are not
        location.publish({"marts/x.parquet": b"new"})
    for command in (["status"], ["query", "SELECT count(*) FROM list_prices"], ["prune", "--dry-run"]):
        main([*command, "--home", str(home)])
        assert "Traceback" not in capsys.readouterr().err
    in_set = {"marts/as_of/notes/models.parquet", "marts/as_of/0000-00-00/models.parquet"}  # with its folder
    assert [n for n in FILES if n not in in_set and (home / n).read_bytes() != b"somebody's"] == []


@pytest.mark.parametrize("name", FILES)
def test_a_name_is_ours_or_anothers(name: str) -> None:
    stranger = not is_own(name)
    assert stranger or not is_generation(name.split("/")[1])


OWN = (
    f"{MADE}/2026-06-01.parquet",
    "snapshots/list_prices_v12/metr_releases/2024-02-29.parquet",
    "folded/list_prices_v1/made/2026-04-3fffffff.parquet",
    "quarantine/marts/2026-06-01.parquet",
    "quarantine/list_prices/made/2026-06-01.parquet",
    "accepted/made/2026-06-01.json",
    f"passed_over/made/{'0f' * 32}.json",
    "marts/models.parquet",
    "marts/datapackage.json",
    "marts/as_of/2026-06-01/models.parquet",
    "raw/made/2026-06-01/anything.warc.gz",
    "report/index.html",
    "datapackage.json",
)


@pytest.mark.parametrize("name", OWN)
def test_names_of_ours_are_ours(name: str) -> None:
    assert is_own(name)


def test_a_home_that_was_written_has_only_names_of_ours(home: Path) -> None:
    found = [os.path.relpath(p, home) for p in home.rglob("*") if p.is_file() and not p.name.startswith(".")]
    assert [name for name in found if not (is_own(name) or name.startswith("published/"))] == []


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder where a snapshot belongs": (
        lambda home: (home / MADE / f"{THIRD.date()}.parquet").mkdir(),
        "a folder stands where a file belongs",
    ),
    "a folder where the holder's note belongs": (
        lambda home: [
            (home / ".writer.lock.holder").unlink(missing_ok=True),
            (home / ".writer.lock.holder").mkdir(),
        ],
        "a folder stands at",
    ),
    "a pack's manifest that is a list": (lambda home: _pack(home, b"[]"), r"pack/manifest\.json cannot be"),
    "a pack's manifest that is deep": (lambda home: _pack(home, b"[" * 100_000), r"manifest\.json cannot be"),
    "a pack's manifest of no text": (lambda home: _pack(home, b"\xff\xfe\x00"), r"manifest\.json cannot be"),
}


def _pack(home: Path, manifest: bytes) -> None:
    (home / "pack").mkdir()
    (home / "pack/manifest.json").write_bytes(manifest)


@pytest.mark.parametrize("kind", list(DAMAGE))
def test_what_stands_in_the_way_is_named_in_one_line(kind: str, home: Path) -> None:
    damage, why = DAMAGE[kind]
    damage(home)
    with pytest.raises((HomeError, SnapshotError), match=why), Location(str(home)).writing("a test"):
        nights(home, "prices", dearer, {THIRD: b"odd"})


def test_a_link_that_leads_to_itself_is_left_out_of_a_query(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / MADE / "2026-06-05.parquet").symlink_to("2026-06-05.parquet")
    assert main(["query", "SELECT count(*) AS n FROM list_prices", "--csv", "--home", str(home)]) == 0
    assert "359" in capsys.readouterr().out


def test_a_file_of_another_table_is_left_out_by_name(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    other = next(home.glob("snapshots/outcomes_v1/made/*.parquet")).read_bytes()
    (home / MADE / "2026-06-01.parquet").write_bytes(other)
    location = Location(str(home))
    assert Snapshots(location).table(LIST_PRICES).num_rows == 179
    assert f"{MADE}/2026-06-01.parquet cannot be read" in caplog.text
    index = min(home.glob("snapshots/captures_v1/made/*.parquet"))
    index.write_bytes(other)
    name = index.relative_to(home).as_posix()
    assert [line for line in verify(location).lines() if name in line and "gapledger reindex" in line]
    with pytest.raises(SnapshotError, match="gapledger reindex"):
        Snapshots(location).table(CAPTURES)
