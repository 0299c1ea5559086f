"""What was last good of the tables that a gate holds back on a date: its day, and the headline's words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from reports.headline import told_of
from reports.selectors import SHOWN_ROWS, UNSHOWN
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.parquet import read
from warehouse.snapshots import parquet_bytes

Built = dict[date, dict[str, bytes]]  # Parquet bytes by as-of date and table


def with_last_good(marts: Marts, built: Built) -> Built:
    """`built` with `last_good_on` and `last_good` in every row of `gates` that holds tables back: the newest
    earlier date, built or published, that has these tables, and what its headline says of them.
    """
    for day in sorted(built):
        if body := built[day].get("gates"):
            gates = read(body, f"marts/as_of/{day}/gates.parquet")
            if pc.any(pc.not_equal(gates.column("held"), "")).as_py():
                told = _told(gates, day, marts, built)
                built[day]["gates"] = parquet_bytes(told, mart_tables()["gates"].group_rows)
    return built


def _told(gates: pa.Table, day: date, marts: Marts, built: Built) -> pa.Table:
    rows = gates.to_pylist()
    for row in rows:
        names = [name for name in row["held"].split(", ") if name]
        on = _newest_with(names, day, marts, built) if names else None
        if on is not None:
            row |= {"last_good_on": on, "last_good": _words(names, on, marts, built)}
    return pa.Table.from_pylist(rows, schema=gates.schema)


def _newest_with(names: Collection[str], day: date, marts: Marts, built: Built) -> date | None:
    """The newest date before `day` that has as many of the tables `names` as any; None where none has one."""
    earlier = (d for d in {*marts.as_ofs(), *built} if d < day)
    counts = [(sum(_there(name, d, marts, built) for name in names), d) for d in earlier]
    most, on = max(counts, default=(0, day))
    return on if most else None


def _there(name: str, day: date, marts: Marts, built: Built) -> bool:
    return name in built[day] if day in built else marts.has(name, day)


def _words(names: Collection[str], on: date, marts: Marts, built: Built) -> str:
    return told_of(marts.shown(on, built, SHOWN_ROWS, UNSHOWN), names)
