"""From rows to the rows that they depend on: what lies behind one row, which rows of a table lack any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warehouse.lineage.connected import records, tables_of
from warehouse.lineage.declared import Dependency, dependencies_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def orphans(connection: DuckDBPyConnection, table: str) -> Iterator[tuple[str, int]]:
    """What a table's rows lack: (the dependency, how many rows have nothing there). Nothing is yielded where
    every row rests on something.
    """
    there = set(tables_of(connection))
    groups: dict[str, list[Dependency]] = {}
    for number, one_of in enumerate(dependencies_of(table)):
        groups.setdefault(one_of.group or str(number), []).append(one_of)
    for some in groups.values():
        lacking = " AND ".join(
            (
                f"NOT EXISTS (SELECT 1 FROM {r.on} t WHERE {r.condition or 'true'})"  # noqa: S608
                if r.on in there
                else "true"
            )
            for r in some
        )
        [(count,)] = connection.execute(
            f"SELECT count(*) FROM {table} m WHERE {some[0].when} AND {lacking}"  # noqa: S608
        ).fetchall()
        if count:
            yield " or ".join(r.on for r in some), int(count)


def behind(
    connection: DuckDBPyConnection, table: str, row: Mapping[str, Any], limit: int
) -> list[tuple[str, Sequence[dict[str, Any]], int]]:
    """The rows behind one row of a table: (table, at most `limit` rows, how many there are), one entry a
    dependency that applies.
    """
    there = set(tables_of(connection))
    found: list[tuple[str, Sequence[dict[str, Any]], int]] = []
    names = list(row)
    one = "SELECT " + ", ".join(f"? AS {name}" for name in names)
    for one_of in dependencies_of(table):
        if one_of.on not in there:
            continue
        source = f"FROM {one_of.on} t, ({one}) m WHERE {one_of.when} AND {one_of.condition or 'true'}"
        values = [row[name] for name in names]
        [(count,)] = connection.execute(f"SELECT count(*) {source}", values).fetchall()
        if count:
            rows = records(connection, f"SELECT t.* {source} LIMIT {limit}", values)
            found.append((one_of.on, rows, int(count)))
    return found
