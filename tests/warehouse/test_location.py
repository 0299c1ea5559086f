"""A home is written whole: readers see the old set or the new one, and one writer at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from warehouse.location import HomeBusyError, HomeError, Location


def sets_of(home: Path) -> set[str]:
    return {p.read_text() for p in sorted((home / "marts").glob("*.parquet"))} | {
        (home / "datapackage.json").read_text()
    }


def published(location: Location, text: str) -> None:
    body = text.encode()
    location.publish(
        {
            **{f"marts/t{i}.parquet": body for i in range(8)},
            "report/index.html": body,
            "datapackage.json": body,
        }
    )


def test_a_reader_that_holds_one_generation_never_sees_two_sets_mixed(tmp_path: Path) -> None:
    location = Location(str(tmp_path))
    published(location, "0")
    stop, seen = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            held = (tmp_path / "current").resolve()
            try:
                seen.append({p.read_text() for p in held.rglob("*") if p.is_file()})
            except FileNotFoundError:
                continue  # a reader slower than three generations starts over

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 40):
        published(location, str(number))
    stop.set()
    reader.join()
    assert seen
    assert all(len(texts) == 1 for texts in seen)
    assert sets_of(tmp_path) == {"39"}


def test_what_a_publication_does_not_name_stays_as_it_was(tmp_path: Path) -> None:
    location = Location(str(tmp_path))
    published(location, "old")
    location.publish({"marts/t0.parquet": b"new", "datapackage.json": b"{}"})
    assert (tmp_path / "marts/t0.parquet").read_bytes() == b"new"
    assert (tmp_path / "marts/t1.parquet").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "a\nb"])
def test_a_name_that_leaves_the_home_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(HomeError, match="no name inside the home"):
        Location(str(tmp_path)).write(name, b"x")


def test_only_the_published_folders_are_published(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="only"):
        Location(str(tmp_path)).publish({"raw/x": b"1"})


def test_a_second_writer_is_told_who_holds_the_home(tmp_path: Path) -> None:
    location = Location(str(tmp_path))
    with (
        location.writing("nightly 7"),
        pytest.raises(HomeBusyError, match="nightly 7"),
        location.writing("backfill 8", wait_seconds=0.05),
    ):
        pass


def test_a_killed_writer_frees_the_home(tmp_path: Path) -> None:
    script = (
        "import os\nfrom warehouse.location import Location\n"
        f"with Location({str(tmp_path)!r}).writing('killed'):\n    os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2], env={**os.environ}
    )
    assert killed.returncode == -9
    with Location(str(tmp_path)).writing("next"):
        assert (tmp_path / ".writer.lock.holder").read_text().startswith("next")


def test_a_home_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(HomeError, match="cannot be written"), Location(str(tmp_path / "file")).writing("run"):
        pass


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = Location(str(tmp_path))
    location.write("marts.json", json.dumps({"v": 1}).encode())

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        location.write("marts.json", b"new")
    assert json.loads(location.read("marts.json")) == {"v": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["marts.json"]
