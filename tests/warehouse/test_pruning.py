"""Published sets go when nobody reads them any more, and no sooner."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.servers import REPOSITORY, s3
from warehouse.location import Location
from warehouse.pruning import stale

HOUR = 3600.0
# A reader in another process: it takes the addresses of the current set, says so, and reads when told.
READER = """
import sys
from warehouse.location import Location
location = Location(sys.argv[1])
address = location.of_one_set()
files = [address(f"marts/t{i}.parquet") for i in range(3)]
print("holds", flush=True)
sys.stdin.readline()
read = location.filesystem.cat_file if location.remote else lambda f: open(f, "rb").read()
print({read(f) for f in files})
"""


def generation(hour: float) -> str:
    return f"{int(hour * HOUR * 1e9):020d}-abcdef01"


def publish(location: Location, text: str) -> None:
    location.publish({f"marts/t{i}.parquet": f"{text}{i}".encode() for i in range(3)})


def test_the_set_of_the_pointer_and_the_one_before_stay_however_old_they_are():
    sets = [generation(h) for h in (1, 2, 3, 4)]
    assert stale(sets, sets[3], 2, 0.0, now=10_000 * HOUR) == sets[:2]
    assert stale(sets, sets[3], 1, 0.0, now=10_000 * HOUR) == sets[:2]
    assert stale(sets, sets[3], 3, 0.0, now=10_000 * HOUR) == sets[:1]


def test_a_set_goes_by_the_time_since_it_was_superseded_and_not_since_it_was_published():
    sets = [generation(h) for h in (1, 100, 101, 102)]
    assert stale(sets, sets[3], 2, HOUR, now=100.5 * HOUR) == []
    assert stale(sets, sets[3], 2, HOUR, now=101.5 * HOUR) == sets[:1]
    assert stale(sets, sets[3], 2, HOUR, now=102.5 * HOUR) == sets[:2]


def test_a_set_that_never_came_before_readers_goes_by_its_age_and_is_no_set_before():
    sets = [generation(h) for h in (1, 2, 3, 4)]
    assert stale(sets, sets[2], 2, HOUR, now=4.5 * HOUR) == [sets[0]]
    assert stale(sets, sets[2], 2, HOUR, now=5.5 * HOUR) == [sets[0], sets[3]]


def check_a_reader_in_flight(location: Location) -> None:
    for text in ("first", "second"):
        publish(location, text)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, location.root],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    assert reader.stdout
    assert reader.stdout.readline() == "holds\n"
    publish(location, "third")
    gone = location.prune(older_than=0.0)
    assert len(gone.sets) == 1
    assert gone.files == 3 + location.remote  # in a store each set has its manifest
    assert gone.size >= len("first0") * 3
    said, _ = reader.communicate("\n", timeout=60)
    assert eval(said) == {b"second0", b"second1", b"second2"}
    assert [location.read(f"marts/t{i}.parquet") for i in range(3)] == [b"third0", b"third1", b"third2"]
    assert location.prune(older_than=0.0).sets == ()


def test_a_reader_of_the_set_before_reads_it_to_its_end_beside_a_pruning(tmp_path: Path):
    check_a_reader_in_flight(Location(str(tmp_path)))


@pytest.mark.server
def test_the_same_in_an_object_store(tmp_path: Path):
    with s3(tmp_path):
        check_a_reader_in_flight(Location("s3://gapledger/prune"))


def test_a_file_that_the_current_set_shares_with_an_old_one_stays_and_frees_nothing(tmp_path: Path):
    location = Location(str(tmp_path))
    location.publish({"marts/shared.parquet": b"as it was", "marts/t0.parquet": b"x" * 100})
    for text in ("second", "third"):
        publish(location, text)
    seen = location.prune(older_than=0.0, dry_run=True)
    assert (seen.files, seen.size) == (2, 100)
    assert location.prune(older_than=0.0) == seen
    assert location.read("marts/shared.parquet") == b"as it was"


def test_a_fresh_set_waits_for_its_readers_and_a_dry_run_removes_nothing(tmp_path: Path):
    location = Location(str(tmp_path))
    for text in ("first", "second", "third"):
        publish(location, text)
    assert location.prune().sets == ()
    assert len(location.prune(older_than=0.0, dry_run=True).sets) == 1
    assert len(list((tmp_path / "published").iterdir())) == 3
