"""The list prices of the sources that a run does not read, for the checks that compare a feed with the
others: from their newest snapshots; in a home without any, from the history pack of the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import pyarrow as pa

from warehouse.expects import Expects
from warehouse.history_pack import HistoryPack, plain
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import LIST_PRICES


def said_elsewhere(
    snapshots: Snapshots, readings: Sequence[SourceRows], expects: Mapping[str, Expects]
) -> list[SourceRows]:
    """For each source of `expects` that is not among the readings, its last good list prices up to the
    readings' last day, as a reading without a capture. Empty where no reading is of a feed
    (`Expects.second_hand`).
    """
    priced = [r for r in readings if r.table is LIST_PRICES and r.days]
    if not any(expects[r.source_id].second_hand for r in priced):
        return []
    before = max(r.days[-1] for r in priced) + timedelta(days=1)
    mine = {r.source_id for r in readings}
    found = {**_packed(snapshots.pack, before, mine), **_own(snapshots, before, mine)}
    if not found:
        from warehouse.history_pack_making import shipped_pack

        pack = shipped_pack()
        found = _packed(pack, before, mine) if pack is not None else {}
    known = sorted(found.keys() & expects.keys())
    return [RowSet(source_id, LIST_PRICES).reading(found[source_id]) for source_id in known]


def _own(snapshots: Snapshots, before: date, without: set[str]) -> dict[str, pa.Table]:
    names = snapshots.location.names(f"snapshots/{LIST_PRICES.directory}", ".parquet")
    rows = {s: snapshots.latest(LIST_PRICES, s, before) for s in {n.split("/")[-2] for n in names} - without}
    return {source_id: latest[0] for source_id, latest in rows.items() if latest is not None}


def _packed(pack: HistoryPack, before: date, without: set[str]) -> dict[str, pa.Table]:
    newest = {s: max(d for d in days if d < before) for s, days in _known(pack, before) if s not in without}
    if not newest:
        return {}
    rows = plain(pack.rows(LIST_PRICES, {source_id: {day} for source_id, day in newest.items()}))
    said_by = pa.compute.equal
    return {s: rows.filter(said_by(rows.column("source_id"), s)) for s in newest}


def _known(pack: HistoryPack, before: date) -> Iterator[tuple[str, list[date]]]:
    return ((s, days) for s, days in pack.days(LIST_PRICES).items() if min(days) < before)
