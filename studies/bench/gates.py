"""What the gates cost a nightly: every rule over the derived tables of a home's newest date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studies.bench.measured import Row, seconds, skipped, typical

MOST = 3.0  # seconds of processor time


def judged(folder: str) -> Iterator[Any]:
    """[rules, rows judged, rows that fail] of the newest date of a home; its tables are read before."""
    import pandas as pd

    from warehouse.checks.marts.gated import EVERY_RULE
    from warehouse.checks.marts.judge import judge
    from warehouse.checks.suites import load
    from warehouse.location import Location
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts

    marts = Marts(Location(folder))
    day = max(marts.as_ofs())
    there = [name for name in mart_tables() if marts.has(name, day)]
    tables = {name: marts.read(name, day).to_pandas(date_as_object=False) for name in there}
    load()  # a night has loaded it for its snapshots
    yield
    found = judge(tables, EVERY_RULE, pd.Timestamp(day)).gates
    yield [len(found), int(found["rows_judged"].sum()), int(found["rows_failed"].sum())]


def gates_of_a_date(times: int, home: str) -> list[Row]:
    """One row: the rules of a date, in processor seconds."""
    what, goal = "gates of a date", f"at most {MOST:g} s"
    if not home:
        return [skipped(what, goal, "no home with derived tables was given")]
    cost = typical(times, "gates:judged", home)
    rules, rows, failed = cost.gave
    note = f"{rules} rules over {rows:,} rows, {failed} fail; processor time, the tables read before"
    return [Row(what, seconds(cost.cpu), "-", "-", goal, cost.cpu <= MOST, note)]
