"""What publishing a new reading of captures would change in the snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from warehouse.checks.acceptance import accepted
from warehouse.checks.validation import Verdict, validate
from warehouse.elsewhere import said_elsewhere
from warehouse.expects import Expects
from warehouse.parquet import SnapshotError, leave_out
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_rows import SourceRows
from warehouse.tables import UNREAD

# Told by the capture, or the same words in other white space: a difference in these alone is none.
EXCLUDED = frozenset({"observed_at", "capture_sha256", "printed"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One source's table on one day: rows now published, rows as read today, and how they differ; `problem`:
    why today's are held.
    """

    source_id: str
    table: str
    day: date
    before: int
    after: int
    added: int
    removed: int
    changed: int
    problem: str = ""

    @property
    def differs(self) -> bool:
        """Whether replacing would change anything, or cannot be done."""
        return bool(self.added or self.removed or self.changed or self.problem)


def differences(
    snapshots: Snapshots, readings: Iterable[SourceRows], expects: Mapping[str, Expects]
) -> Iterator[Difference]:
    """Each day of each source and table: what is published against what today's parsers and checks would
    publish. `expects` by source.
    """
    by_table: dict[str, list[SourceRows]] = {}
    for reading in readings:
        by_table.setdefault(reading.table.name, []).append(reading)
    for of_table in by_table.values():
        beside = [*of_table, *said_elsewhere(snapshots, of_table, expects)]
        verdicts = (
            {}  # leftovers are published with what they were left beside, and not checked
            if of_table[0].table is UNREAD
            else validate(of_table[0].table, beside, expects, accepted(snapshots.location, of_table))
        )
        for reading in of_table:
            for day in reading.days:
                where = reading.source_id, day
                yield _difference(snapshots, reading, day, verdicts.get(where, Verdict(*where)))


def _difference(snapshots: Snapshots, reading: SourceRows, day: date, verdict: Verdict) -> Difference:
    old = _published(snapshots, reading.source_id, day, reading.table)
    if not verdict.good:
        return Difference(
            reading.source_id, reading.table.name, day, len(old), 0, 0, 0, 0, "; ".join(verdict.problems)
        )
    new = _content(reading.rows_on(day, without=verdict.numbers), reading.table)
    changed = sum(1 for key in old.keys() & new.keys() if old[key] != new[key])
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    return Difference(reading.source_id, reading.table.name, day, len(old), len(new), added, removed, changed)


def _published(
    snapshots: Snapshots, source_id: str, day: date, table: Table
) -> dict[tuple[object, ...], tuple[object, ...]]:
    """The content of a snapshot by key; nothing where there is none, or a damaged one."""
    if not snapshots.has(table, source_id, day):
        return {}
    try:
        return _content(snapshots.read(snapshots.name(table, source_id, day)), table)
    except SnapshotError as damaged:
        leave_out(damaged)
        return {}


def _content(rows: pa.Table, declared: Table) -> dict[tuple[object, ...], tuple[object, ...]]:
    names = [n for n in declared.column_names if n in rows.column_names]
    keys = [n for n in declared.key if n in names]
    rest = [n for n in names if n not in keys and n not in EXCLUDED]
    key_rows = zip(*(rows.column(n).to_pylist() for n in keys), strict=True)
    values = (
        zip(*(rows.column(n).to_pylist() for n in rest), strict=True) if rest else iter([()] * rows.num_rows)
    )
    return dict(zip(key_rows, values, strict=True))
