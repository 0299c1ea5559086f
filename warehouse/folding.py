"""Folding old days into months (warehouse/folded.py), and taking a month apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from warehouse.clock import utc_today
from warehouse.folded import DAYS, FOLDED, FOLDER, Folded, Month, day_name, day_of, month_name
from warehouse.location import Location
from warehouse.parquet import SnapshotError, leave_out, parquet_bytes, read
from warehouse.schema import Table

SETTLED = timedelta(days=62)  # from its end until a month is folded: days come in late, and are corrected


def fold(location: Location, until: date | None = None) -> int:
    """Folds the months that have ended `SETTLED` before the newest day of the home (`until`), and removes the
    day files of what was folded before; gives the number of months written. A source keeps its newest day.
    """
    names = {table: location.names(f"snapshots/{table.directory}", ".parquet") for table in FOLDED}
    newest = until or max((day_of(n) for some in names.values() for n in some), default=date.min)
    written = 0
    for table, some in names.items():
        for source_id, days in _by_source(some).items():
            old = [day for day in days[:-1] if _end(day) + SETTLED <= newest]
            if old:
                written += _fold_source(location, table, source_id, old)
    return written


def _fold_source(location: Location, table: Table, source_id: str, old: Sequence[date]) -> int:
    months = {month.first: month for month in Folded(location).months(table.directory, source_id)}
    written = 0
    for first in dict.fromkeys(day.replace(day=1) for day in old):
        days = [day for day in old if day.replace(day=1) == first]
        there = months.get(first)
        if there is not None and set(days) <= set(there.days):
            for day in days:
                location.remove(day_name(table, source_id, day))
        else:
            written += _fold_month(location, table, source_id, days, there)
        for name in location.names(f"{FOLDER}/{table.directory}/{source_id}", ".parquet"):
            if there is not None and _older(Month.at(name), there):
                location.remove(name)  # of before the file that stood when this folding began
    return written


def _fold_month(
    location: Location, table: Table, source_id: str, days: Sequence[date], there: Month | None
) -> int:
    """Writes the file of a month's days, with those that are folded already; a damaged day, or a month of
    several licences, stays as it is.
    """
    try:
        parts: dict[date, tuple[pa.Table, str]] = {}
        if there is not None:
            before = Folded(location).read(there)
            parts = {d: (before.day(d), before.said[d.isoformat()]["hash"]) for d in there.days}
        for day in days:
            name = day_name(table, source_id, day)
            body = location.read(name)
            parts[day] = (read(body, name), hashlib.sha256(body).hexdigest())
        rows, metadata = _together(table, parts)
    except SnapshotError as damaged:
        leave_out(damaged)
        return 0
    if rows is None:
        return 0
    location.write(
        month_name(table, source_id, sorted(parts)), parquet_bytes(rows.replace_schema_metadata(metadata))
    )
    return 1


def _together(
    table: Table, parts: Mapping[date, tuple[pa.Table, str]]
) -> tuple[pa.Table | None, dict[str, str]]:
    """The rows of some days as one table, and its metadata; None for days of several licences or other
    columns than today's.
    """
    said: dict[str, dict[str, Any]] = {}
    pieces, first = [], 0
    schema = table.arrow_schema()
    kinds = {(rows.schema.metadata or {}).get(b"licence") for rows, _ in parts.values()}
    if len(kinds) > 1 or any(rows.schema.names != schema.names for rows, _ in parts.values()):
        return None, {}
    for day in sorted(parts):
        rows, digest = parts[day]
        about = {k.decode(): v.decode() for k, v in (rows.schema.metadata or {}).items()}
        said[day.isoformat()] = {"first": first, "rows": rows.num_rows, "metadata": about, "hash": digest}
        first += rows.num_rows
        pieces.append(rows.cast(schema))
    last = said[max(said)]["metadata"]
    kept = {k: v for k, v in last.items() if k not in {"observed_on", "captures", "code"}}
    return pa.concat_tables(pieces), {**kept, DAYS: json.dumps(said, sort_keys=True)}


def write_day(location: Location, table: Table, source_id: str, day: date, body: bytes) -> None:
    """Writes a day's file. A month's file that holds the day with other rows is taken apart: each of its
    other days gets a file of its own first, and the month's file is removed last. One that holds the same
    rows stays.
    """
    name, folded = day_name(table, source_id, day), Folded(location)
    may_be_folded = table in FOLDED and utc_today() - day > SETTLED
    month = folded.of_day(name) if may_be_folded else None
    if month is None:
        location.write(name, body)
        return
    rows = folded.read(month)
    if rows.said[day.isoformat()]["hash"] == hashlib.sha256(body).hexdigest():
        return
    own = {other: day_name(table, source_id, other) for other in month.days if other != day}
    location.write_many(
        {file: parquet_bytes(rows.day(other)) for other, file in own.items() if not location.exists(file)}
    )
    location.write(name, body)
    for file in location.names(f"{FOLDER}/{table.directory}/{source_id}", ".parquet"):
        if Month.at(file).first == month.first:
            location.remove(file)


def _older(month: Month, there: Month) -> bool:
    """Whether a month's file is what the one that is there was made of."""
    return month.first == there.first and month.bits.bit_count() < there.bits.bit_count()


def _by_source(names: Iterable[str]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for name in names:
        found.setdefault(name.split("/")[2], []).append(day_of(name))
    return found


def _end(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
