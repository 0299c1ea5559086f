"""Old days of a source, folded into one file a month: a store that charges by the file keeps few.

    folded/<table>_v<N>/<source_id>/<YYYY-MM>-<days>.parquet

holds the rows of the month's days, in their order; `<days>` is a bit a day (hexadecimal, the 1st of the month
the lowest), so that a listing says which days there are. What each day's own file said (its captures, code
and digest) stands in the file's metadata. A day that has a file of its own and is in a month's file is the
same in both: days are folded first and lose their own files by the next folding, so that a reader who listed
them finds them, and a run that is killed in between has lost nothing. A day that is published again takes its
month apart first (`folding.write_day`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import pyarrow as pa

from warehouse.location import Location
from warehouse.parquet import read
from warehouse.schema import Table
from warehouse.tables import LIST_PRICES, OFFERS, RELEASES, SCORES

FOLDER, DAYS = "folded", "gapledger.days"
FOLDED = (LIST_PRICES, SCORES, RELEASES, OFFERS)
DAY_FOLDERS = tuple(f"snapshots/{table.directory}/" for table in FOLDED)


@dataclass(frozen=True)
class Month:
    """A month's file: its name, source, first day and the bits of its days."""

    name: str
    source_id: str
    first: date
    bits: int

    @classmethod
    def at(cls, name: str) -> Month:
        """The month that a file's name says."""
        *_, source_id, file = name.split("/")
        return cls(name, source_id, date.fromisoformat(file[:7] + "-01"), int(file[8:16], 16))

    @cached_property
    def days(self) -> list[date]:
        """Its days, in order."""
        return [self.first + timedelta(days=n) for n in range(31) if self.bits >> n & 1]


def month_name(table: Table, source_id: str, days: Sequence[date]) -> str:
    """The name of the file of these days, which are of one month."""
    bits = sum(1 << (day.day - 1) for day in days)
    return f"{FOLDER}/{table.directory}/{source_id}/{days[0]:%Y-%m}-{bits:08x}.parquet"


def day_name(table: Table, source_id: str, day: date) -> str:
    """The name of a day's own file."""
    return f"snapshots/{table.directory}/{source_id}/{day.isoformat()}.parquet"


class Folded:
    """The folded months of a home."""

    def __init__(self, location: Location) -> None:
        self.location = location

    def months(self, directory: str, source_id: str = "") -> list[Month]:
        """The months of a table's folder, by source and time; of two files of a month the one of more days:
        the other is what it was made of.
        """
        below = f"{FOLDER}/{directory}" + (f"/{source_id}" if source_id else "")
        best: dict[tuple[str, date], Month] = {}
        for month in map(Month.at, self.location.names(below, ".parquet")):
            there = best.get((month.source_id, month.first))
            if there is None or there.bits.bit_count() < month.bits.bit_count():
                best[month.source_id, month.first] = month
        return [best[key] for key in sorted(best)]

    def of_day(self, name: str) -> Month | None:
        """The month that holds the day of this day file's name; None where none does."""
        _, directory, source_id, file = name.split("/")
        day = date.fromisoformat(file.removesuffix(".parquet"))
        return next((m for m in self.months(directory, source_id) if day in m.days), None)

    def read(self, month: Month, **how: Any) -> FoldedRows:
        """The rows of a month's file (`how`: see warehouse.parquet.read)."""
        return FoldedRows.of(read(self.location.read(month.name), month.name, **how))

    def day(self, name: str, columns: Sequence[str] | None = None, **how: Any) -> pa.Table | None:
        """The rows of a day as its own file had them; None where no month has the day."""
        month = self.of_day(name)
        if month is None:
            return None
        return self.read(month, columns=columns, **how).day(date.fromisoformat(name[-18:-8]))


@dataclass(frozen=True)
class FoldedRows:
    """A month's rows, and what its days' files said: by day the first row, the count, metadata and digest."""

    rows: pa.Table
    said: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, rows: pa.Table) -> FoldedRows:
        """The rows of a month's file, as `warehouse.parquet.read` gives them."""
        return cls(rows, json.loads((rows.schema.metadata or {})[DAYS.encode()]))

    def day(self, day: date) -> pa.Table:
        """A day's rows, with the metadata of its own file."""
        said = self.said[day.isoformat()]
        return self.rows.slice(said["first"], said["rows"]).replace_schema_metadata(said["metadata"])

    def some(self, days: Sequence[date]) -> list[pa.Table]:
        """The rows of these days, in one piece where they are all."""
        if len(days) == len(self.said):
            return [self.rows]
        return [self.rows.slice(s["first"], s["rows"]) for s in (self.said[d.isoformat()] for d in days)]


def may_be_folded(name: str) -> bool:
    """Whether a file's name is that of a day which a month's file may hold."""
    return name.startswith(DAY_FOLDERS)


def files_of(location: Location, directory: str) -> list[str]:
    """The files in which each row of a snapshot folder stands once: months, and days that no month has."""
    months = Folded(location).months(directory)
    folded = {
        f"snapshots/{directory}/{m.source_id}/{day.isoformat()}.parquet" for m in months for day in m.days
    }
    own = [name for name in location.names(f"snapshots/{directory}", ".parquet") if name not in folded]
    return [*(month.name for month in months), *own]


def day_names(location: Location) -> list[str]:
    """The names of all days of all snapshot folders, sorted; of a folded day the one that its file had."""
    names = set(location.names("snapshots", ".parquet"))
    for table in FOLDED:
        for month in Folded(location).months(table.directory):
            names |= {day_name(table, month.source_id, day) for day in month.days}
    return sorted(names)


class Piece(NamedTuple):
    """A file to be read, and which days of it: all where there is none."""

    name: str
    source_id: str
    days: tuple[date, ...] = ()


def pieces(
    location: Location,
    table: Table,
    until: date | None = None,
    sources: Collection[str] | None = None,
    newest_only: bool = False,
) -> list[Piece]:
    """What holds the days of a table up to `until`, by source and day; of each source only the newest day,
    with `newest_only`. A day with a file of its own is read there.
    """
    holders: dict[str, dict[date, str]] = {}
    for month in Folded(location).months(table.directory) if table in FOLDED else ():
        holders.setdefault(month.source_id, {}).update(dict.fromkeys(month.days, month.name))
    for name in location.names(f"snapshots/{table.directory}", ".parquet"):
        holders.setdefault(name.split("/")[2], {})[day_of(name)] = name
    found: list[Piece] = []
    for source_id in sorted(holders, key=lambda s: f"{s}/"):
        if sources is not None and source_id not in sources:
            continue
        held = holders[source_id]
        days = [day for day in sorted(held) if until is None or day <= until]
        for name, some in groupby(days[-1:] if newest_only else days, key=held.__getitem__):
            found.append(Piece(name, source_id, tuple(some) if name.startswith(FOLDER) else ()))
    return found


def day_of(name: str) -> date:
    """The day of a day file's name."""
    return date.fromisoformat(name[-18:-8])
