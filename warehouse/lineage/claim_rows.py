"""The rows that a claim's verdict was read from: `rows_behind` of `claim_verdicts`, read back and looked up.

`lag board_id=epoch_eci valid_on=2026-04-24; models model_id=a/b,a/c`: tables with keys, several values of one
key with commas. A `day` that the table does not have as a column is a day within a price's validity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warehouse.lineage.connected import records

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Reference = tuple[str, Mapping[str, Sequence[str]]]


def references(rows_behind: str) -> list[Reference]:
    """The tables and keys that the text names, each once."""
    found: dict[str, Reference] = {}
    for part in filter(None, (p.strip() for p in rows_behind.split("; "))):
        table, _, said = part.partition(" ")
        keys = re.findall(r"(\w+)=(.*?)(?=\s\w+=|$)", said)
        found.setdefault(part, (table, {name: value.split(",") for name, value in keys}))
    return list(found.values())


def rows_named(
    connection: DuckDBPyConnection, reference: Reference, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """At most `limit` of the rows that a reference names, and how many there are."""
    table, keys = reference
    columns = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
    conditions: list[str] = []
    values: list[str] = []
    for name, choices in keys.items():
        if name == "day" and name not in columns and "valid_from" not in columns:
            conditions.append("valid_on <= CAST(? AS DATE)")  # a frontier's step holds until the next one
            values += choices
            continue
        if name == "day" and name not in columns:
            day = f"TIMESTAMPTZ '{choices[0]} 23:59:59+00'"
            conditions.append(
                f"valid_from <= {day} AND coalesce(valid_to, TIMESTAMPTZ '9999-12-31 00:00:00+00') > {day}"
            )
            continue
        conditions.append(f'"{name}"' + f" IN ({', '.join(f'CAST(? AS {columns[name]})' for _ in choices)})")
        values += choices
    source = f"FROM {table} WHERE {' AND '.join(conditions) or 'true'}"
    [(count,)] = connection.execute(f"SELECT count(*) {source}", values).fetchall()
    return records(connection, f"SELECT * {source} LIMIT {limit}", values), int(count)


def unfounded(connection: DuckDBPyConnection) -> list[str]:
    """What the verdicts of a date name and its tables do not have."""
    texts = connection.execute(
        "SELECT DISTINCT rows_behind FROM claim_verdicts WHERE rows_behind <> ''"
    ).fetchall()
    named = {f"{table} {keys}": (table, keys) for (text,) in texts for table, keys in references(text)}
    return [what for what, reference in named.items() if not rows_named(connection, reference, 0)[1]]
