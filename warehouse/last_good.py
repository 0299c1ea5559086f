"""What a reading is compared with: what its source published before it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.checks.jump_guard import STALE_DAYS
from warehouse.parquet import SnapshotError, leave_out
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import UNREAD

Snapshot = tuple[pa.Table, dict[str, str]]  # rows, and the addresses of their captures by digest


def against_last_good(
    snapshots: Snapshots, source_id: str, rows: RowSet, asked: Mapping[str, Collection[date]]
) -> SourceRows:
    """The rows, with what was published in the 90 days before their first day to compare with, and what was
    held since. Leftovers have nothing to compare with: an amount that is unread today may have been read
    yesterday.

    asked: by address the days of its captures. The last good snapshot is compared with whatever its age.
    """
    if rows.table is UNREAD:
        return rows.reading()
    first = min(p.day for p in rows.parts)
    good = snapshots.latest(rows.table, source_id, first)
    if good is None:
        return rows.reading(held=snapshots.held(rows.table, source_id, first))
    past = _Past(snapshots, rows.table, source_id, first, good)
    before = [good, *past.of_addresses({p.address for p in rows.parts} - set(good[1].values()), asked)]
    if "amount" in rows.table.column_names:
        before += past.of_models(_strange_models(rows.reading([good])))
    return rows.reading(before, snapshots.held(rows.table, source_id, first))


def _strange_models(reading: SourceRows) -> list[str]:
    """The models of which the reading has a key that the last good snapshot has not."""
    known = [reading.keys[part.rows] for part in reading.baseline]
    said = np.unique(np.concatenate([part.rows for part in reading.parts]))
    strange = said[~np.isin(reading.keys[said], np.concatenate([np.zeros(0, np.int64), *known]))]
    return sorted(set(reading.distinct.column("listed_model").take(pa.array(strange)).to_pylist()))


class _Past:
    """A source's snapshots of the 90 days before a day, but for the last good one; each read once."""

    def __init__(
        self, snapshots: Snapshots, table: Table, source_id: str, first: date, good: Snapshot
    ) -> None:
        self._snapshots, self._table, self._source_id = snapshots, table, source_id
        since, newest = first - timedelta(days=STALE_DAYS), _day_of(good[0])
        days = snapshots.own_days(table, source_id)
        self._days = [d for d in days if since <= d < first and d != newest]
        self._read: dict[date, Snapshot | None] = {}

    def of_addresses(
        self, addresses: Iterable[str], asked: Mapping[str, Collection[date]]
    ) -> Iterator[Snapshot]:
        """Of each address the rows of the newest snapshot that it stands in."""
        for address in sorted(addresses):
            for day in sorted(set(asked.get(address, ())) & set(self._days), reverse=True):
                rows, captures = self._on(day) or (None, {})
                mine = [sha for sha, at in captures.items() if at == address]
                if rows is not None and mine:
                    of_it = pc.is_in(rows.column("capture_sha256"), pa.array(mine, pa.string()))
                    yield rows.filter(of_it), dict.fromkeys(mine, address)
                    break

    def of_models(self, models: Collection[str]) -> Iterator[Snapshot]:
        """All rows of these models, as rows of no address."""
        wanted = pa.array(models, pa.string())
        for day in self._days if models else ():
            if (found := self._on(day)) is not None:
                rows = found[0].filter(pc.is_in(found[0].column("listed_model"), wanted))
                if rows.num_rows:
                    yield rows, {}

    def _on(self, day: date) -> Snapshot | None:
        if day not in self._read:
            self._read[day] = None
            try:
                rows = self._snapshots.read(self._snapshots.name(self._table, self._source_id, day))
            except SnapshotError as damaged:
                leave_out(damaged)
            else:
                captures = json.loads((rows.schema.metadata or {}).get(b"captures", b"{}"))
                self._read[day] = rows, {sha: address for sha, (address, _) in captures.items()}
        return self._read[day]


def known_models(
    snapshots: Snapshots, source_id: str, tables: Iterable[Table], before: date
) -> dict[str, frozenset[str]]:
    """The listed models of the source's last good snapshot before a day, by the address that listed them;
    those it left unread are among them.
    """
    known: dict[str, set[str]] = {}
    for table in (t for t in tables if "listed_model" in t.column_names):
        good = snapshots.latest(table, source_id, before)
        if good is None:
            continue
        _note_models(known, good, "listed_model")
        unread = snapshots.latest(UNREAD, source_id, before)
        if unread is not None and _day_of(unread[0]) == _day_of(good[0]):
            _note_models(known, unread, "known_model")
    return {address: frozenset(models) for address, models in known.items()}


def _note_models(known: dict[str, set[str]], snapshot: tuple[pa.Table, dict[str, str]], column: str) -> None:
    rows, addresses = snapshot
    pairs = zip(rows.column("capture_sha256").to_pylist(), rows.column(column).to_pylist(), strict=True)
    for sha, model in dict.fromkeys(pairs):
        if model:
            known.setdefault(addresses.get(sha, ""), set()).add(model)


def _day_of(rows: pa.Table) -> object:
    return rows.column("observed_on")[0].as_py() if rows.num_rows else None
