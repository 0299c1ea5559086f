"""Bytes that deriving and publishing a night reads and writes, in a home and in one of more history, on a
disk and in an object store.

They are counted where a home's files pass: `Location` on a disk, its file system in a store (what the store
copies by itself does not pass). The work runs in one process, so that one counter sees it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studies.bench.measured import Row, alone, skipped
from warehouse.location import Location

MOST = 1.2


@dataclass
class Moved:
    """What passed: bytes and calls, read and written."""

    read: int = 0
    reads: int = 0
    written: int = 0
    writes: int = 0

    def took(self, body: bytes) -> bytes:
        self.read += len(body)
        self.reads += 1
        return body

    def gave(self, files: Mapping[str, bytes]) -> None:
        self.written += sum(map(len, files.values()))
        self.writes += len(files)


@contextmanager
def counted() -> Iterator[Moved]:
    """Counts what passes through `Location` on a disk in this process."""
    moved = Moved()
    read, write, write_many = Location.read, Location.write, Location.write_many

    def reading(self: Location, name: str, start: int | None = None, end: int | None = None) -> bytes:
        return moved.took(read(self, name, start, end))

    def writing(self: Location, name: str, body: bytes) -> None:
        moved.gave({name: body})
        write(self, name, body)

    def writing_many(self: Location, files: Mapping[str, bytes]) -> None:
        before = moved.written, moved.writes
        write_many(self, files)  # few are written one by one, and counted there
        moved.written, moved.writes = before
        moved.gave(files)

    with _put(Location, read=reading, write=writing, write_many=writing_many):
        yield moved


@contextmanager
def counted_store(location: Location) -> Iterator[Moved]:
    """Counts what passes through a home's store in this process."""
    moved, store = Moved(), location.filesystem
    cat, cat_file, pipe, pipe_file = store.cat, store.cat_file, store.pipe, store.pipe_file

    def one(*given: Any, **named: Any) -> bytes:
        return moved.took(cat_file(*given, **named))

    def many(*given: Any, **named: Any) -> dict[str, bytes]:
        found: dict[str, bytes] = cat(*given, **named)
        for body in found.values():
            moved.took(body)
        return found

    def put(files: Mapping[str, bytes]) -> Any:
        moved.gave(files)
        return pipe(files)

    def put_file(name: str, body: bytes, **named: Any) -> Any:
        moved.gave({name: body})
        return pipe_file(name, body, **named)

    with _put(store, cat_file=one, cat=many, pipe=put, pipe_file=put_file):
        yield moved


@contextmanager
def _put(where: Any, **instead: Callable[..., Any]) -> Iterator[None]:
    before = {name: getattr(where, name) for name in instead}
    for name, other in instead.items():
        setattr(where, name, other)
    try:
        yield
    finally:
        for name, own in before.items():
            setattr(where, name, own)


def derived(location: Location) -> dict[str, int]:
    """Bytes and calls of deriving and publishing the newest date of a home that was published before."""
    from flows.derive import derive
    from flows.pools import serial
    from flows.summary import quiet
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts

    day = Marts(location).as_ofs()[-1]
    Marts(location).publish({}, {}, mart_tables())  # what is kept beside the files is kept from here on
    with counted_store(location) if location.remote else counted() as moved:
        derive(location, [day], serial, quiet)
    return vars(moved)


def on_disk(folder: str) -> Iterator[Any]:
    """The bytes of a copy of a home."""
    with tempfile.TemporaryDirectory() as other:
        shutil.copytree(folder, f"{other}/home", symlinks=True)
        yield
        yield derived(Location(f"{other}/home"))


def in_a_store(folder: str) -> Iterator[Any]:
    """The bytes of a home put into a real S3 server (moto): the files that readers of it need."""
    from tests.flows.servers import s3

    with tempfile.TemporaryDirectory() as here, s3(Path(here)):
        source, home = Location(folder), Location("s3://gapledger/home")
        for top in ("snapshots", "kept"):
            names = source.names(top)
            home.write_many({name: source.read(name) for name in names})
        home.publish({name: source.read(name) for name in (*source.names("marts"), "datapackage.json")})
        yield
        yield derived(home)


def bytes_of_a_night(folder: str, longer: str) -> list[Row]:
    what = "bytes that deriving and publishing a night reads, {}, ten times the history against once"
    places = {"disk": "moved:on_disk", "S3": "moved:in_a_store"}
    if not (folder and longer and Path(folder, "marts").is_dir() and Path(longer, "marts").is_dir()):
        return [
            skipped(what.format(place), f"at most {MOST:g} times", "no homes: --home and --long")
            for place in places
        ]
    rows = []
    for place, work in places.items():
        one, ten = (alone(work, home).gave for home in (folder, longer))
        ratio = ten["read"] / one["read"]
        note = (
            f"{one['reads']:,} and {ten['reads']:,} reads; written {one['written'] / 1e6:.1f} and"
            f" {ten['written'] / 1e6:.1f} MB in {one['writes']:,} and {ten['writes']:,} files"
        )
        rows.append(
            Row(
                what.format(place),
                f"{ten['read'] / 1e6:.0f} MB",
                f"{one['read'] / 1e6:.0f} MB",
                f"{ratio:.2f}",
                f"at most {MOST:g} times",
                ratio <= MOST,
                note,
            )
        )
    return rows
