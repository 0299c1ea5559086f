"""Attacks that are counted: `python -m tests.attacks.counted holds --times 20`, `reads --times 2000`,
`damaged`.

    holds     publications on S3 whose hold another run takes over, at three moments in turn
    reads     tables read together by queries, and by the resolved pointer, while sets change
    damaged   a damaged file of each kind of a home, in three ways: named by verify, and a run that goes on
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.attacks import test_at_rest, test_lost_holds, test_not_tried, test_readers
from warehouse.location import HomeBusyError, Location
from warehouse.query import QueryError, query
from warehouse.verify import verify

# A file of another table is whole by its digest: it is named by whoever reads it (test_strangers.py).
WAYS = {way: damage for way, damage in test_not_tried.WAYS.items() if way != "another table"}


def holds(times: int, folder: Path) -> str:
    """How many holds were lost, and what became of the sets."""
    from tests.flows.servers import s3

    said: Counter[str] = Counter()
    with s3(folder), pytest.MonkeyPatch.context() as patch:
        home = Location("s3://gapledger/counted")
        for number in range(times):
            with home.writing("first"):
                home.publish({"marts/x.parquet": f"first {number}".encode(), "marts/y.parquet": b"y"})
                with patch.context() as patched:
                    moment = test_lost_holds.MOMENTS[number % len(test_lost_holds.MOMENTS)]
                    test_lost_holds._taken_over(home, moment, number, patched)
                    try:
                        home.publish({"marts/x.parquet": b"lost"})
                    except HomeBusyError:
                        said["told"] += 1
            there = Location(home.root)
            both = [there.read("marts/x.parquet"), there.filesystem.cat_file(there.full("marts/x.parquet"))]
            said["whole"] += both == [f"next {number}".encode()] * 2 and there.read("marts/y.parquet") == b"y"
            home.filesystem.rm_file(home.full(".writer.lock"))
    return f"{times} lost holds: {said['told']} told, {said['whole']} times the next run's set stands whole"


def reads(times: int, folder: Path) -> str:
    """How many readings were of two sets."""
    location, mixed, again = Location(str(folder)), Counter[str](), 0
    with test_readers.changing(location) as numbers:
        for _ in range(times):
            try:
                [pair] = query(location, test_readers.NUMBERS).to_pylist()
                mixed["queries"] += pair["one"] != pair["other"]
            except QueryError:
                again += 1
            held = (folder / "current").resolve()
            try:
                names = ("models", "lag", "price_intervals")
                seen = {pq.read_table(held / f"marts/{n}.parquet")["number"][0].as_py() for n in names}
                mixed["by the pointer"] += len(seen) != 1
            except FileNotFoundError:
                again += 1  # a reader slower than the sets that are kept begins again
        sets = len(numbers)
    return (
        f"{times} readings of each kind while {sets} sets were published: of two sets {mixed['queries']} by"
        f" queries, {mixed['by the pointer']} by the resolved pointer ({again} began again)"
    )


def damaged(_: int, folder: Path) -> str:
    """How many damaged files were named, and how many runs went on."""
    from flows.backfill import backfill
    from flows.derive import derive
    from flows.pools import serial
    from tests.faults.homes import night
    from tests.flows.homes import golden_home

    location = golden_home(str(folder / "whole"), test_at_rest.OTHERS, days=2)
    backfill(location, test_at_rest.DAY, test_at_rest.DAY, "week", [*test_at_rest.OTHERS])
    kinds = {**test_at_rest.KINDS, "what is kept between runs": "kept/**/*.parquet"}
    kinds.pop("an acceptance")  # this home has none; tests/attacks/test_at_rest.py
    named = runs = 0
    for kind, places in kinds.items():
        for number, (way, damage) in enumerate(WAYS.items()):
            copy = shutil.copytree(location.root, folder / "copy", symlinks=True)
            path = min(copy.glob(places))
            path.resolve().write_bytes(damage(path.read_bytes()))
            here = Location(str(copy))
            name = path.relative_to(copy).as_posix()
            found = name in verify(here).problems
            named += found
            if not found:
                sys.stdout.write(f"not named: {kind}, {way}\n")
            if number == 1:
                night(here, ["ecb"], test_at_rest.DAY)
                rows, _ = derive(here, [test_at_rest.DAY], serial, lambda *_: None)
                runs += rows["attributions"] > 0
            shutil.rmtree(copy)
    tried = len(kinds) * len(WAYS)
    return f"{tried} damaged files of {len(kinds)} kinds: {named} named; {runs} of {len(kinds)} runs went on"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.counted")
    what = {"holds": holds, "reads": reads, "damaged": damaged}
    parser.add_argument("what", choices=what)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(what[given.what](given.times, Path(folder)) + "\n")


if __name__ == "__main__":
    main()
