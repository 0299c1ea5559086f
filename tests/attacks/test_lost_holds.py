"""Kind 7 of what attacks broke: a run whose hold on an S3 home lapsed publishes nothing over the next set."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.flows.servers import s3
from warehouse.location import HomeBusyError, Location

pytestmark = pytest.mark.server
TIMES = 7  # at each of three moments: 21
MOMENTS = ("before-the-bytes", "between-the-bytes-and-the-pointer", "at-the-pointer")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with s3(tmp_path_factory.mktemp("s3")):
        yield


def other_run(home: Location, number: int) -> None:
    """Another machine takes the home over and publishes."""
    home.filesystem.pipe_file(home.full(".writer.lock"), b'{"who": "the next"}')
    Location(home.root)._sets.publish({"marts/x.parquet": f"next {number}".encode()}, ())


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("moment", MOMENTS)
def test_the_set_of_the_run_that_took_over_stays(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Location(f"s3://gapledger/{moment}")
    for number in range(TIMES):
        with home.writing("first"):
            home.publish({"marts/x.parquet": f"first {number}".encode(), "marts/y.parquet": b"y"})
            with monkeypatch.context() as patched:
                _taken_over(home, moment, number, patched)
                with pytest.raises(HomeBusyError):
                    home.publish({"marts/x.parquet": b"lost"})
        fresh = Location(home.root)
        assert fresh.read("marts/x.parquet") == f"next {number}".encode()
        assert fresh.filesystem.cat_file(home.full("marts/x.parquet")) == f"next {number}".encode()
        names = json.loads(fresh.filesystem.cat_file(home.full("published/current.json")))
        assert {"marts/x.parquet", "marts/y.parquet"} <= names.keys()
        home.filesystem.rm_file(home.full(".writer.lock"))


def _taken_over(home: Location, moment: str, number: int, patched: pytest.MonkeyPatch) -> None:
    """Has another run take over at that moment of the publication that follows."""
    if moment == MOMENTS[0]:
        other_run(home, number)
    elif moment == MOMENTS[1]:
        confirm = home._confirm_hold

        def confirmed() -> None:
            other_run(home, number)
            confirm()

        patched.setitem(home.__dict__, "_confirm_hold", confirmed)
    else:
        move = home._sets._move_pointer

        def moved(body: bytes, tag: str) -> str:
            other_run(home, number)
            return move(body, tag)

        patched.setattr(home._sets, "_move_pointer", moved)
