"""What others say of the same models, for a feed's prices to be compared with: of each source that a run does
not read the newest snapshots before the feed's days, and where the home has none the pack that comes with the
package.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.expects import Expects
from warehouse.history_pack import HistoryPack, plain
from warehouse.parquet import SnapshotError, leave_out
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import LIST_PRICES

Days = dict[str, set[date]]
COMPARED = pa.array(["input", "output", "cache_read"], pa.string())


def said_elsewhere(
    snapshots: Snapshots, readings: Sequence[SourceRows], expects: Mapping[str, Expects]
) -> list[SourceRows]:
    """Readings without a capture of their own, one for each other source in `expects` that readings of one
    table are compared with: its last good list prices before each day of a second hand's list of prices, and
    what a sister last listed before each day of a vendor's page. Of a source that is read too, and of which
    the home has nothing older, what the package's history has.
    """
    of_sisters = _days_of_sisters(readings, expects)
    if not any(r.table is LIST_PRICES for r in readings):
        return _said_by_sisters(snapshots, readings, of_sisters)
    mine = {r.source_id: r for r in readings if r.days}
    days = sorted({day for r in mine.values() if expects[r.source_id].second_hand for day in r.days})
    asked = expects.keys() if days else of_sisters.keys()
    own, packed = _in_home(snapshots, asked - mine.keys())
    of_home = {source_id: {*own.get(source_id, ()), *packed.get(source_id, ())} for source_id in own | packed}
    wanted = {
        source_id: _newest_before([*days, *of_sisters.get(source_id, ())], there)
        for source_id, there in of_home.items()
    }
    shipped, pack = _beyond_the_home(days, of_home, mine, expects) if days else ({}, None)
    tables: dict[str, list[pa.Table]] = {}
    for source_id, chosen in wanted.items():
        tables[source_id] = [*_read(snapshots, LIST_PRICES, source_id, chosen & own.get(source_id, set()))]
        wanted[source_id] = chosen - own.get(source_id, set())
    for known, some in ((snapshots.pack, wanted), (pack, shipped)):
        for source_id, rows in _of_pack(known, some):
            tables.setdefault(source_id, []).append(rows)
    return [
        RowSet(source_id, LIST_PRICES).reading([(_compared(rows), {}) for rows in found])
        for source_id, found in sorted(tables.items())
        if found
    ]


def _days_of_sisters(readings: Sequence[SourceRows], expects: Mapping[str, Expects]) -> Days:
    """By sister the days of the pages that name it."""
    found: Days = {}
    for reading in readings:
        if "listed_model" in reading.table.column_names:
            for sister in expects[reading.source_id].sisters:
                found.setdefault(sister, set()).update(reading.days)
    return found


def _said_by_sisters(
    snapshots: Snapshots, readings: Sequence[SourceRows], of_sisters: Mapping[str, Collection[date]]
) -> list[SourceRows]:
    """What sisters that are not read themselves say in the home's own snapshots of the readings' table."""
    said = []
    for source_id in sorted(of_sisters.keys() - {r.source_id for r in readings}):
        table = readings[0].table
        days = _newest_before(sorted(of_sisters[source_id]), snapshots.own_days(table, source_id))
        if rows := [*_read(snapshots, table, source_id, days)]:
            said.append(RowSet(source_id, table).reading([(each, {}) for each in rows]))
    return said


def _in_home(snapshots: Snapshots, sources: Collection[str]) -> tuple[Days, Days]:
    """By source the days of which the home has list prices: of its own, and in the pack it began with."""
    own = {source_id: set(snapshots.own_days(LIST_PRICES, source_id)) for source_id in sources}
    packed = {s: set(days) for s, days in snapshots.pack.days(LIST_PRICES).items() if s in sources}
    return {s: days for s, days in own.items() if days}, packed


def _beyond_the_home(
    days: Sequence[date], of_home: Days, mine: Mapping[str, SourceRows], expects: Mapping[str, Expects]
) -> tuple[Days, HistoryPack | None]:
    """The days to take from the package's history, by source, and that history."""
    from warehouse.history_pack_making import shipped_pack

    since = {s: min(there) for s, there in of_home.items()}
    since |= {s: date.min if r.baseline else r.days[0] for s, r in mine.items()}
    pack = shipped_pack()
    found: Days = {}
    for source_id, there in (pack.days(LIST_PRICES) if pack is not None else {}).items():
        early = [day for day in days if day <= since.get(source_id, date.max)]
        if source_id in expects and (chosen := _newest_before(early, there)):
            found[source_id] = chosen
    return found, pack


def _newest_before(days: Sequence[date], there: Collection[date]) -> set[date]:
    """Of each day the newest before it that is there."""
    known = sorted(there)
    places = (bisect_left(known, day) for day in days)
    return {known[at - 1] for at in places if at}


def _read(snapshots: Snapshots, table: Table, source_id: str, days: Collection[date]) -> Iterator[pa.Table]:
    for day in sorted(days):
        try:
            yield snapshots.read(snapshots.name(table, source_id, day))
        except SnapshotError as damaged:
            leave_out(damaged)


def _of_pack(pack: HistoryPack | None, wanted: Days) -> Iterator[tuple[str, pa.Table]]:
    """A source and its rows of a day, for each day wanted."""
    wanted = {source_id: days for source_id, days in wanted.items() if days}
    if pack is None or not wanted:
        return
    rows = plain(pack.rows(LIST_PRICES, wanted)).cast(LIST_PRICES.arrow_schema())
    for source_id, days in wanted.items():
        mine = rows.filter(pc.equal(rows.column("source_id"), source_id))
        for day in sorted(days):
            yield source_id, mine.filter(pc.equal(mine.column("observed_on"), pa.scalar(day, pa.date32())))


def _compared(rows: pa.Table) -> pa.Table:
    return rows.filter(pc.is_in(rows.column("component"), COMPARED))
