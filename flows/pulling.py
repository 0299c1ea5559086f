"""`gapledger pull`: the published set of another address becomes the home's, whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple

from warehouse.catalog import descriptors
from warehouse.foreign_tables import plain_text
from warehouse.holding import HomeError
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.parquet import parquet_bytes
from warehouse.published_set import PULLED_FROM, PublishedSet

FETCHED_TOGETHER = 8
OWN_PAST = ("raw", "snapshots", "pack")


class Pulled(NamedTuple):
    """What was pulled: the as-of date of its newest state, how many files, their bytes, tables this code does
    not know.
    """

    as_of: date
    files: int
    size: int
    unknown: tuple[str, ...]


def pull(location: Location, address: str, wait_seconds: float = 0.0) -> Pulled:
    """Takes the set that is published at `address` (a folder, s3://, http(s)://) into a home that has no past
    of its own, in place of what was pulled before.

    Every file is compared with the digest that the set's descriptor states before the first is written.
    HomeError where one differs, or where the home has captures, snapshots or a history pack: those are never
    overruled.
    """
    with location.writing(f"pull {address}", wait_seconds):
        own = [folder for folder in OWN_PAST if location.names(folder)]
        if own:
            raise HomeError(
                f"{location.root} has {' and '.join(own)} of its own, which a pulled set does not overrule;"
                " pull into an empty home, or one that was pulled before"
            )
        there = PublishedSet(address)
        known = [t for t in there.tables if t in mart_tables()]
        names = [f"marts/{t}.parquet" for t in known] + [n for n in there.stated if n.startswith("report/")]
        with ThreadPoolExecutor(FETCHED_TOGETHER) as pool:
            files = dict(zip(names, pool.map(there.read, names), strict=True))
        for table in known:
            files |= _states(there, table)
        files |= descriptors(location, files, mart_tables())
        before = {*location.names("marts"), *location.names("report")}
        location.publish(files, drop=tuple(before - files.keys()))
    size = sum(len(body) for body in files.values())
    return Pulled(there.newest, len(files), size, tuple(sorted({*there.tables} - {*known})))


def _states(there: PublishedSet, table: str) -> dict[str, bytes]:
    """The files of a table's as-of dates, each of which says from where it was pulled."""
    found = {}
    for day, rows in there.states(table).items():
        said = {**(rows.schema.metadata or {}), PULLED_FROM.encode(): there.address.encode()}
        body = parquet_bytes(plain_text(rows).replace_schema_metadata(said), mart_tables()[table].group_rows)
        found[f"marts/as_of/{day}/{table}.parquet"] = body
    return found
