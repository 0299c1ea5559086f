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
import pyarrow.compute as pc

from warehouse.holding import HomeError
from warehouse.location import DESCRIPTOR, Location
from warehouse.parquet import SnapshotError, read
from warehouse.seals import DamagedError, is_whole

WEB = ("http://", "https://")
SECONDS = 60.0
MOST_BYTES = 512 * 2**20  # no file of a set is larger
PULLED_FROM = (
    "gapledger.pulled_from"  # in the metadata of a derived table that was pulled: from which address
)
Stated = tuple[str, int | None]  # a digest `sha256:...` and a size in bytes


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

    def _bytes(self, name: str) -> bytes:
        if not is_web(self.address):
            return self._location.read(name)
        from urllib.parse import quote
        from urllib.request import urlopen

        with urlopen(f"{self.address.rstrip('/')}/{quote(name)}", timeout=SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(MOST_BYTES + 1))

    def _fetched(self, name: str) -> bytes:
        from http.client import HTTPException

        try:
            return self._bytes(name)
        except (OSError, ValueError, HTTPException) as lost:  # most of urllib's errors are OSErrors
            raise HomeError(f"{self.address}: {name} cannot be read ({lost}); nothing was taken") from lost

    @cached_property
    def descriptor(self) -> bytes:
        """The descriptor's bytes, compared with the digest that it states of itself."""
        body = self._fetched(DESCRIPTOR)
        try:
            if json.loads(body).get("name") != "gapledger":
                raise ValueError("it is no descriptor of a ledger's set")
            if not is_whole(body):
                raise ValueError(
                    "it states no digest of its own, as sets of before 2026-12; publish it again"
                )
        except (DamagedError, ValueError, AttributeError) as bad:
            raise HomeError(f"{self.address}: {DESCRIPTOR} is refused ({bad}); nothing was taken") from bad
        return body

    @cached_property
    def package(self) -> Mapping[str, Any]:
        """The descriptor's content."""
        said: dict[str, Any] = json.loads(self.descriptor)
        return said

    @cached_property
    def stated(self) -> Mapping[str, Stated]:
        """What the descriptor states of each derived table's file and each file of the page, by name."""
        try:
            files = [r for r in self.package["resources"] if str(r["path"]).startswith("marts/")]
            files += self.package.get("report", [])
            return {str(f["path"]): (str(f["hash"]), f.get("byte_count")) for f in files}
        except (KeyError, TypeError, AttributeError) as bad:
            raise HomeError(
                f"{self.address}: {DESCRIPTOR} does not state its files ({bad!r}); nothing was taken"
            ) from bad

    def read(self, name: str) -> bytes:
        """A file of the set; HomeError names it where its digest is not the stated one (it is torn, or the
        set was replaced meanwhile) or the descriptor does not state it.
        """
        if name not in self.stated:
            raise HomeError(f"{self.address}: {DESCRIPTOR} states no {name}")
        body = self._fetched(name)
        digest, size = self.stated[name]
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
        return date.fromisoformat(max(said))

    def states(self, table: str) -> dict[date, pa.Table]:
        """The rows of a derived table by as-of date, as far as its file keeps them; of the newest date even
        where there are none.
        """
        try:
            rows = read(self.read(f"marts/{table}.parquet"), f"marts/{table}.parquet")
        except SnapshotError as damaged:
            raise HomeError(f"{self.address}: {damaged}") from damaged
        column = rows.column("as_of")
        days = sorted({*pc.unique(column).to_pylist(), self.newest})
        return {day: rows.filter(pc.equal(column, day)) for day in days}
