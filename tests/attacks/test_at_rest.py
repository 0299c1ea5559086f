"""Kinds 2, 8 and 10 of what attacks broke: a changed bit is found, a damaged file is named and the rest goes
on, the archive's index is built again from the archive.
"""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from flows.derive import derive
from flows.pools import serial
from tests.attacks.flips import files_of, flipped
from tests.attacks.poisoned import DAY, OTHERS
from tests.faults.homes import night
from tests.flows.homes import golden_home
from warehouse.archive.index import CaptureIndex
from warehouse.archive.reindexing import ORIGIN, reindex
from warehouse.checks.acceptance import accept, accepted
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.parquet import SnapshotError
from warehouse.query import query
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES
from warehouse.verify import verify


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home: two sources, an acceptance, derived tables, a page."""
    from flows.backfill import backfill

    location = golden_home(str(tmp_path_factory.mktemp("whole")), OTHERS, days=2)
    backfill(location, DAY, DAY, "week", [*OTHERS])
    accept(location, "deepseek_en", date(2026, 8, 17), ["a"], ["b"], "looked at", "2026-11-28T00:00:00+00:00")
    return Path(location.root)


@pytest.fixture
def home(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("warehouse.parquet._told", set())  # each home tells its own damage
    return shutil.copytree(whole, tmp_path / "home", symlinks=True)


def test_a_home_that_nobody_touched_is_whole(home: Path) -> None:
    done = verify(Location(str(home)))
    assert (done.problems, done.unsealed, done.files) == ({}, 0, len(files_of(home)))


def test_a_flipped_bit_in_any_file_is_found(home: Path) -> None:
    chance = random.Random(7)
    names = files_of(home)
    tops = {name.split("/")[0] for name in names}
    assert tops >= {"snapshots", "raw", "marts", "report", "accepted", "datapackage.json"}
    silent = []
    for number in range(300):
        name = names[number % len(names)]
        bit = chance.randrange((home / name).stat().st_size * 8)
        if not flipped(home, name, bit):
            silent.append((name, bit))
    assert silent == []


def test_a_sample_ends_in_its_time_and_another_seed_takes_other_files(home: Path) -> None:
    done = verify(Location(str(home)), seconds=0.0)
    assert (done.files, done.problems) == (0, {})
    (home / "accepted/deepseek_en/2026-08-17.json").write_bytes(b"{}")
    named = verify(Location(str(home)), seconds=60.0, seed=3).problems
    assert named == {}  # an object that says no digest is one of before digests were kept


def damaged(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 8
    path.resolve().write_bytes(bytes(body))


KINDS = {
    "a snapshot": "snapshots/list_prices_v1/deepseek_en/*.parquet",
    "an outcome": "snapshots/outcomes_v1/deepseek_en/*.parquet",
    "the index of captures": "snapshots/captures_v1/deepseek_en/*.parquet",
    "an acceptance": "accepted/deepseek_en/*.json",
    "a derived table of a day": "marts/as_of/*/model_prices.parquet",
    "a derived table": "marts/models.parquet",
    "the descriptor": "datapackage.json",
    "the history's descriptor": "marts/datapackage.json",
    "a page": "report/index.html",
    "an archive file": "raw/deepseek_en/*/*.warc.gz",
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_damaged_file_is_named_with_what_to_do(kind: str, home: Path) -> None:
    path = min(home.glob(KINDS[kind]))
    damaged(path)
    done = verify(Location(str(home)))
    name = path.relative_to(home).as_posix()
    assert name in done.problems
    assert any(line.startswith(f"DAMAGED {name}: ") for line in done.lines())


STATED = ("a snapshot", "a derived table", "a page", "an archive file")


@pytest.mark.parametrize("kind", STATED)
def test_a_file_that_is_gone_is_named_with_what_to_do(kind: str, home: Path) -> None:
    path = min(home.glob(KINDS[kind]))
    path.resolve().unlink()
    name = path.relative_to(home).as_posix()
    [line] = [line for line in verify(Location(str(home))).lines() if line.startswith(f"DAMAGED {name}: ")]
    assert "delete it" not in line


@pytest.mark.parametrize(
    "kind",
    [
        "a snapshot",
        "an outcome",
        "the index of captures",
        "an acceptance",
        "a derived table of a day",
        "the descriptor",
        "a page",
    ],
)
def test_a_run_goes_on_without_a_damaged_file_and_names_it(
    kind: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    location = Location(str(home))
    path = min(home.glob(KINDS[kind]))
    damaged(path)
    published, _, _ = night(location, ["ecb"], DAY)
    assert published.refused.keys() <= {"deepseek_en"}
    if kind == "an acceptance":
        assert accepted(location, []) == {}
    if kind == "an outcome":
        Outcomes("next").write(Snapshots(location), DAY)
        Snapshots(location).table(_outcomes())
    rows, _ = derive(location, [DAY], serial, lambda *_: None)
    assert rows["attributions"] > 0
    if kind in {"a snapshot", "an acceptance", "an outcome", "the index of captures"}:
        assert path.relative_to(home).as_posix() in caplog.text


def _outcomes() -> object:
    from warehouse.bookkeeping import OUTCOMES

    return OUTCOMES


def test_a_query_shows_no_cell_of_a_damaged_file(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    location = Location(str(home))
    before = query(location, "SELECT count(*) AS n FROM list_prices")["n"][0].as_py()
    damaged(min(home.glob(KINDS["a snapshot"])))
    after = query(location, "SELECT count(*) AS n FROM list_prices")["n"][0].as_py()
    assert 0 < after < before
    damaged(home / f"marts/as_of/{DAY}/models.parquet")
    with pytest.raises(SnapshotError, match=r"models\.parquet cannot be read"):
        query(location, "SELECT * FROM models")
    damaged(home / "marts/models.parquet")
    with pytest.raises(SnapshotError, match=r"marts/models\.parquet cannot be read"):
        query(location, "SELECT * FROM models_all")


def test_the_index_is_built_again_from_the_archive(home: Path) -> None:
    location = Location(str(home))
    before = CaptureIndex(Snapshots(location)).rows
    for path in home.glob("snapshots/captures_v1/deepseek_en/*.parquet"):
        path.unlink()
    done = reindex(location, lambda *_: None)
    after = CaptureIndex(Snapshots(location)).rows
    assert [{**row, "origin": ""} for row in after] == [{**row, "origin": ""} for row in before]
    assert {row["origin"] for row in after if row["source_id"] == "deepseek_en"} == {ORIGIN}
    assert {row["origin"] for row in after if row["source_id"] == "deepseek_news"} == {"test"}
    assert done.orphan_records == sum(row["source_id"] == "deepseek_en" for row in before)
    assert verify(location).problems == {}


def test_a_damaged_index_says_how_it_is_built_again(home: Path) -> None:
    location = Location(str(home))
    path = min(home.glob(KINDS["the index of captures"]))
    damaged(path)
    with pytest.raises(SnapshotError, match="run: gapledger reindex"):
        CaptureIndex(Snapshots(location))
    _, reads, _ = night(location, ["ecb", "deepseek_en"], DAY)
    assert ["gapledger reindex" in (read.error or "") for read in reads] == [False, True]
    done = reindex(location, lambda *_: None)
    assert done.damaged == [path.relative_to(home).as_posix()]
    assert CaptureIndex(Snapshots(location)).rows


def test_a_record_that_is_gone_keeps_its_row_and_is_named(home: Path) -> None:
    location = Location(str(home))
    min(home.glob(KINDS["an archive file"])).unlink()
    rows = len(CaptureIndex(Snapshots(location)).rows)
    done = reindex(location, lambda *_: None)
    assert len(done.lost) >= 1
    assert len(CaptureIndex(Snapshots(location)).rows) == rows


def test_a_home_copied_with_its_links_resolved_is_published_into_and_keeps_what_is_its_owners(
    home: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(home, tmp_path / "copy")
    (copy / "marts/a person's.txt").write_text("mine")
    location = Location(str(copy))
    assert not (copy / "marts").is_symlink()
    derive(location, [DAY], serial, lambda *_: None)
    assert (copy / "marts").is_symlink()
    assert [p.read_text() for p in copy.glob("set-aside/marts-*/a person's.txt")] == ["mine"]
    assert verify(location).problems == {}


def test_files_of_before_digests_are_read_and_counted(home: Path) -> None:
    import pyarrow.parquet as pq

    location = Location(str(home))
    path = min(home.glob(KINDS["a snapshot"]))
    pq.write_table(Snapshots(location).read(path.relative_to(home).as_posix()), path, compression="zstd")
    assert verify(location).unsealed == 1
    assert Snapshots(location).table(LIST_PRICES).num_rows > 0
