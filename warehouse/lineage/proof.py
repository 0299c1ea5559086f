"""The proof that no row of a home is without the bytes it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from warehouse.archive.index import CaptureIndex
from warehouse.lineage.claim_rows import unfounded
from warehouse.lineage.connected import connect_as_of, keep_what_joins, move_to
from warehouse.lineage.declared import SNAPSHOTS
from warehouse.lineage.trace import orphans
from warehouse.lineage.walk import digest_problem
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.snapshots import Snapshots

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof over a home found: how much was traced, and every break in a chain."""

    tables: int
    rows: int
    cells: int
    captures: int
    problems: Sequence[str]


@dataclass
class Tally:
    """What was traced so far: tables, their rows, their filled cells, and the rows that rest on nothing."""

    connection: DuckDBPyConnection
    tables: int = 0
    rows: int = 0
    cells: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, table: str, when: str) -> None:
        """Traces every row of a table."""
        self.problems += [
            f"{table} {when}: {lost} rows have nothing in {on}"
            for on, lost in orphans(self.connection, table)
        ]
        if table == "claim_verdicts":
            self.problems += [
                f"{table} {when}: nothing is named by {what}" for what in unfounded(self.connection)
            ]
        columns = [row[0] for row in self.connection.execute(f"DESCRIBE {table}").fetchall()]
        counted = ", ".join(f'count("{name}")' for name in columns)
        [(count, *filled)] = self.connection.execute(f"SELECT count(*), {counted} FROM {table}").fetchall()  # noqa: S608
        self.tables, self.rows, self.cells = self.tables + 1, self.rows + count, self.cells + sum(filled)


def prove(location: Location, dates: Sequence[date] | None = None) -> Proof:
    """Traces every row of every derived table (of `dates`; default: all built) and of every snapshot, and
    computes every digest.
    """
    index = CaptureIndex(Snapshots(location))
    built = list(dates) if dates is not None else Marts(location).as_ofs()
    tally = Tally(connect_as_of(location, None))
    for table in SNAPSHOTS:
        tally.add(table, "as captured")
    keep_what_joins(tally.connection)
    for as_of in built:
        for table in move_to(tally.connection, location, as_of):
            tally.add(table, f"as of {as_of}")
    tally.connection.close()
    digests = sorted({row["capture_sha256"] for row in index.rows})
    problems = [*tally.problems, *(said for digest in digests if (said := digest_problem(index, digest)))]
    return Proof(tally.tables, tally.rows, tally.cells, len(digests), problems)
