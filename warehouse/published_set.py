"""A published set at any address, read by the digests that its descriptor states: a folder, `s3://`, or a
plain web server (`https://`), which cannot be listed. What is not what its descriptor says is refused by
name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from warehouse.foreign_tables import ForeignTableError, believed, states_of
from warehouse.holding import HomeError
from warehouse.location import DESCRIPTOR, HISTORY, Location
from warehouse.mart_tables import mart_tables
from warehouse.parquet import SnapshotError
from warehouse.plain_web import file_at
from warehouse.seals import DamagedError, is_whole

WEB = ("http://", "https://")
MOST_BYTES, MOST_OF_A_SET, MOST_FILES = 512 * 2**20, 2 * 2**30, 20_000  # of a file; of a set; in a set
PULLED_FROM = (
    "gapledger.pulled_from"  # in the metadata of a derived table that was pulled: from which address
)
Stated = tuple[str, int]  # a digest `sha256:...` and a size in bytes


def is_web(address: str) -> bool:
    """Whether an address is a web server's."""
    return address.startswith(WEB)


@dataclass(frozen=True)
class PublishedSet:
    """The set whose descriptor lies below `address`."""

    address: str

    @cached_property
    def _location(self) -> Location:
        return Location(self.address.removeprefix("file://"))

    def _bytes(self, name: str, most: int) -> bytes:
        if not is_web(self.address):
            return self._location.read(name)
        return file_at(self.address, name, most)

    def _fetched(self, name: str, most: int) -> bytes:
        from http.client import HTTPException

        try:
            return self._bytes(name, most)
        except (OSError, ValueError, HTTPException) as lost:  # most of urllib's errors are OSErrors
            raise HomeError(f"{self.address}: {name} cannot be read ({lost}); nothing was taken") from lost

    def _sealed(self, name: str) -> Mapping[str, Any]:
        """What a descriptor says, its bytes compared with the digest that it states of itself."""
        body = self._fetched(name, MOST_BYTES)
        try:
            said: Mapping[str, Any] = json.loads(body)
            if said.get("name") != "gapledger":
                raise ValueError("it is no descriptor of a ledger's set")
            if not is_whole(body):
                raise ValueError(
                    "it states no digest of its own, as sets of before 2026-12; publish it again"
                )
        except (DamagedError, ValueError, AttributeError, RecursionError) as bad:
            raise HomeError(f"{self.address}: {name} is refused ({bad}); nothing was taken") from bad
        return said

    @cached_property
    def package(self) -> Mapping[str, Any]:
        """What the descriptor says."""
        return self._sealed(DESCRIPTOR)

    @cached_property
    def _files(self) -> list[Mapping[str, Any]]:
        """The entries of the files: of the derived tables, where they hold every kept date as the history's
        descriptor states them, and of the page.
        """
        files = [r for r in self.package["resources"] if str(r["path"]).startswith("marts/")]
        pointed = [r for r in files if r.get("history") == HISTORY]
        if pointed:
            folder = HISTORY.rpartition("/")[0]
            history = [{**r, "path": f"{folder}/{r['path']}"} for r in self._sealed(HISTORY)["resources"]]
            if lost := {r["path"] for r in pointed} - {r["path"] for r in history}:
                raise ValueError(f"{HISTORY} does not state {', '.join(sorted(lost))}")
            files = [r for r in files if r not in pointed] + history
        return [*files, *self.package.get("report", [])]

    @cached_property
    def stated(self) -> Mapping[str, Stated]:
        """What the descriptors state of each derived table's file and each file of the page, by name."""
        try:
            stated = {str(f["path"]): (str(f["hash"]), int(f["byte_count"])) for f in self._files}
        except (KeyError, TypeError, ValueError, AttributeError) as bad:
            raise HomeError(
                f"{self.address}: {DESCRIPTOR} does not state its files ({bad!r}); nothing was taken"
            ) from bad
        size = sum(most for _, most in stated.values())
        if size > MOST_OF_A_SET or len(stated) > MOST_FILES:
            said = f"{len(stated)} files of {size} bytes; no set is that large"
            raise HomeError(f"{self.address}: {DESCRIPTOR} states {said}; nothing was taken")
        return stated

    def read(self, name: str) -> bytes:
        """A file of the set; HomeError names it where its digest is not the stated one (it is torn, or the
        set was replaced meanwhile) or the descriptor does not state it.
        """
        if name not in self.stated:
            raise HomeError(f"{self.address}: {DESCRIPTOR} states no {name}")
        digest, size = self.stated[name]
        body = self._fetched(name, max(0, min(size, MOST_BYTES)))
        found = f"sha256:{hashlib.sha256(body).hexdigest()}"
        if found != digest:
            raise HomeError(
                f"{self.address}: {name} is torn or was changed: its descriptor states {digest[:19]} and"
                f" {size} bytes, found {found[:19]} and {len(body)}; nothing was taken. If it was just"
                " published, try again"
            )
        return body

    @property
    def tables(self) -> list[str]:
        """The derived tables that the set has."""
        return [n.split("/")[1].removesuffix(".parquet") for n in self.stated if n.startswith("marts/")]

    @property
    def newest(self) -> date:
        """The as-of date of the newest state."""
        said = [
            r["as_of"] for r in self.package["resources"] if f"{r['path']}" in self.stated and "as_of" in r
        ]
        if not said:
            raise HomeError(f"{self.address}: {DESCRIPTOR} names no derived table; nothing was taken")
        try:
            return believed(date.fromisoformat(max(said)))
        except (ValueError, TypeError) as odd:
            raise HomeError(f"{self.address}: {DESCRIPTOR}: {odd}; nothing was taken") from odd

    def states(self, table: str) -> dict[date, pa.Table]:
        """The rows of a derived table by as-of date, as far as its file keeps them; of the newest date even
        where there are none. HomeError where the table is not what its declaration says.
        """
        name = f"marts/{table}.parquet"
        body = self.read(name)
        try:
            return states_of(body, name, mart_tables()[table], self.newest)
        except (SnapshotError, ForeignTableError) as bad:
            raise HomeError(f"{self.address}: {name} is refused ({bad}); nothing was taken") from bad
