"""A home in an object store keeps the promises of a folder: tried on a real S3 server (moto) on the loopback
address.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
import threading
import time

import pytest

from tests.flows.servers import REPOSITORY, s3
from warehouse import leases
from warehouse.location import HomeBusyError, Location

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def _store(tmp_path_factory):
    with s3(tmp_path_factory.mktemp("s3")):
        yield


@pytest.fixture
def home(_store, request):
    return Location(f"s3://gapledger/{request.node.name}")


def published(location, text, drop=()):
    bodies = {f"marts/t{i}.parquet": text.encode() for i in range(4)}
    described = {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()}
    location.publish({**bodies, "datapackage.json": json.dumps(described).encode()}, drop)


def outside(location, name):
    """What a reader sees who knows nothing of us but the address."""
    return location.filesystem.cat_file(location.full(name))


def test_what_is_written_is_read_listed_and_removed(home):
    home.write("raw/a/1.parquet", b"one")
    home.write("raw/a/2.parquet", b"two")
    home.write("raw/b/3.csv", b"three")
    assert home.names("raw", ".parquet") == ["raw/a/1.parquet", "raw/a/2.parquet"]
    assert home.names("nothing") == []
    assert home.read("raw/a/2.parquet", 1, 3) == b"wo"
    assert home.read_many(["raw/b/3.csv", "raw/a/1.parquet"]) == [b"three", b"one"]
    home.remove("raw/a/1.parquet")
    home.remove("raw/a/1.parquet")
    assert not home.exists("raw/a/1.parquet")
    with pytest.raises(FileNotFoundError):
        home.read("raw/a/1.parquet")


def test_a_file_written_by_another_process_is_seen_at_once(home):
    assert home.names("raw") == []
    script = f"from warehouse.location import Location\nLocation({home.root!r}).write('raw/new', b'x')"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=REPOSITORY)
    assert home.names("raw") == ["raw/new"]
    assert pickle.loads(pickle.dumps(home)).read("raw/new") == b"x"


def test_a_set_appears_whole_and_outside_readers_find_the_same_bytes(home):
    published(home, "old")
    published(home, "new", drop=("marts/t3.parquet",))
    assert home.names("marts") == [f"marts/t{i}.parquet" for i in range(4)]
    home.publish({"report/index.html": b"page"}, drop=("marts/t3.parquet",))
    assert home.names("marts") == [f"marts/t{i}.parquet" for i in range(3)]
    assert [home.read(f"marts/t{i}.parquet") for i in range(3)] == [b"new"] * 3
    assert [outside(home, f"marts/t{i}.parquet") for i in range(3)] == [b"new"] * 3
    assert not home.filesystem.exists(home.full("marts/t3.parquet"))


def test_a_publication_killed_before_the_pointer_shows_nothing_and_one_killed_after_it_is_made_good(
    home, monkeypatch
):
    published(home, "old")

    def killed(*_args, **_kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(home.filesystem, "pipe_file", killed)
        with pytest.raises(RuntimeError):
            published(home, "lost")
    fresh = Location(home.root)
    assert {fresh.read(f"marts/t{i}.parquet") for i in range(4)} == {b"old"}
    with monkeypatch.context() as patched:
        patched.setattr(home.filesystem, "copy", killed)
        with pytest.raises(RuntimeError):
            published(home, "half")
    assert {Location(home.root).read(f"marts/t{i}.parquet") for i in range(4)} == {b"half"}
    assert outside(home, "marts/t0.parquet") == b"old"
    home.publish({"report/index.html": b"page"})
    assert outside(home, "marts/t0.parquet") == b"half"


def test_old_sets_are_cleared_away_and_what_the_newest_uses_stays(home):
    home.publish({"marts/kept.parquet": b"from the first"})
    for number in range(6):
        published(home, str(number))
    generations = {
        name.split("/")[1] for name in home.names("published") if not name.endswith("current.json")
    }
    assert len(generations) == 4  # three newest, and the first for the file that is still its
    assert home.read("marts/kept.parquet") == b"from the first"


def test_a_second_writer_waits_or_is_told_who_holds_the_home(home):
    second = Location(home.root).writing("backfill 8", wait_seconds=0.2)
    with home.writing("nightly 7"), pytest.raises(HomeBusyError, match="nightly 7"), second:
        pass
    with home.writing("next"):
        assert home.exists(".writer.lock")
    assert not home.exists(".writer.lock")


def test_of_many_that_want_the_home_at_once_one_has_it_at_a_time(home):
    at_once, most, done = [], [], []

    def write(number):
        with Location(home.root).writing(f"run {number}", wait_seconds=60):
            at_once.append(number)
            most.append(len(at_once))
            time.sleep(0.05)
            at_once.remove(number)
            done.append(number)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1, 2, 3]
    assert max(most) == 1


def test_the_hold_of_a_killed_writer_lapses(home, monkeypatch):
    monkeypatch.setattr(leases, "LEASE_SECONDS", 2.0)
    script = (
        "import os\nfrom warehouse.location import Location\nwith"
        f" Location({home.root!r}).writing('killed'):\n    os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=REPOSITORY).returncode == -9
    with pytest.raises(HomeBusyError, match="killed"), home.writing("too early"):
        pass
    with home.writing("next", wait_seconds=30):
        assert b"next" in home.read(".writer.lock")


def test_a_writer_whose_hold_was_taken_over_writes_no_more(home, monkeypatch):
    monkeypatch.setattr(leases, "LEASE_SECONDS", 1.2)
    with home.writing("asleep"):
        home.filesystem.pipe_file(home.full(".writer.lock"), b'{"who": "the next"}')
        end = time.monotonic() + 20
        while not home.__dict__["_lease"].lost and time.monotonic() < end:
            time.sleep(0.1)
        with pytest.raises(HomeBusyError, match="was lost"):
            home.publish({"marts/t.parquet": b"x"})
    assert b"the next" in home.read(".writer.lock")
