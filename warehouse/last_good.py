"""What a reading is compared with: a source's last good snapshots before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import UNREAD


def against_last_good(snapshots: Snapshots, source_id: str, rows: RowSet) -> SourceRows:
    """The rows, with the last good snapshot before their first day to compare with, and what was held since.
    Leftovers have nothing to compare with: an amount that is unread today may have been read yesterday.
    """
    if rows.table is UNREAD:
        return rows.reading()
    first = min(p.day for p in rows.parts)
    good, addresses = snapshots.latest(rows.table, source_id, first) or (None, None)
    held = snapshots.held(rows.table, source_id, first)
    unheld = snapshots.latest(rows.table, source_id, held[0][0].date()) if held else None
    return rows.reading(good, addresses, held, unheld[0] if unheld else None)


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
