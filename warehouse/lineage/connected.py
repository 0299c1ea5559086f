"""A home's tables as known on a date in DuckDB, with the helper tables by which rows are joined to what they
depend on: printed names with their models, seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.lineage.declared import DEPENDENCIES, JOINED, NAMED, SEEDS, SNAPSHOTS
from warehouse.location import Location
from warehouse.tables import SNAPSHOT_TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def connect_as_of(location: Location, as_of: date | None) -> DuckDBPyConnection:
    """The home's tables with the derived ones as known on `as_of`, and the helpers that `DEPENDENCIES` names:
    names joined to models, seeds.
    """
    from warehouse.query import connect

    connection = connect(location, as_of)
    there = set(tables_of(connection))
    for name in SNAPSHOTS:
        if name not in there:
            connection.execute(f"CREATE VIEW {name} AS SELECT {_columns(name)} WHERE false")
    said = " UNION ".join(
        f"SELECT DISTINCT source_id, {_or_empty('provider_id', name)} AS provider_id, listed_model,"  # noqa: S608
        f" {_or_empty('listed_setting', name)} AS listed_setting FROM {name}"
        for name in NAMED
    )
    connection.execute(f"CREATE TABLE said AS {said}")
    _seeds(connection)
    _name(connection, "VIEW")
    return connection


def keep_what_joins(connection: DuckDBPyConnection) -> None:
    """Puts in place of the snapshots' views tables of their joined columns, each combination once: for a
    proof over many dates.
    """
    for name, columns in JOINED.items():
        connection.execute(f"CREATE TABLE kept_{name} AS SELECT DISTINCT {', '.join(columns)} FROM {name}")  # noqa: S608
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM kept_{name}")  # noqa: S608
        connection.execute(f"DROP VIEW IF EXISTS named_{name}")


def move_to(connection: DuckDBPyConnection, location: Location, as_of: date) -> list[str]:
    """Makes the derived tables of a connection those that were known on `as_of`; gives their names."""
    from warehouse.query import as_of_views

    for name in DEPENDENCIES:
        connection.execute(f"DROP VIEW IF EXISTS {name}")
    built = as_of_views(connection, location, as_of)
    _name(connection, "TABLE")
    return built


def _name(connection: DuckDBPyConnection, kind: str) -> None:
    """Joins the printed names of the snapshots to models, as the aliases of the date say, each within the
    days for which it holds.
    """
    if "model_aliases" not in tables_of(connection):
        return
    for name in NAMED:
        here = "".join(f" AND a.{c} = t.{c}" for c in ("provider_id", "listed_setting") if c in JOINED[name])
        connection.execute(
            f"CREATE OR REPLACE {kind} named_{name} AS SELECT t.*, a.model_id, a.revision"  # noqa: S608
            f" FROM {name} t JOIN model_aliases a"
            f" ON a.source_id = t.source_id AND a.listed_model = t.listed_model {here}"
            " AND t.observed_on >= coalesce(a.valid_from, DATE '1970-01-01') AND t.observed_on <"
            " coalesce(a.valid_to, DATE '9999-12-31')"
        )
    union = " UNION ".join(f"SELECT DISTINCT model_id FROM named_{name}" for name in NAMED)  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TABLE named AS {union}")


def _or_empty(column: str, table: str) -> str:
    return column if column in JOINED[table] else "''"


def _columns(table: str) -> str:
    declared = next(t for t in SNAPSHOT_TABLES if t.name == table)
    return ", ".join(f"NULL AS {name}" for name in declared.column_names)


def _seeds(connection: DuckDBPyConnection) -> None:
    for name in ("models", "model_dates"):
        path = str(SEEDS / f"{name}.csv").replace("'", "''")
        connection.execute(
            f"CREATE VIEW seed_{name} AS SELECT COLUMNS(*)::VARCHAR"  # noqa: S608
            f" FROM read_csv('{path}', all_varchar=true, nullstr='\\N')"
        )
    from warehouse.claims_file import seed_claims

    connection.execute("CREATE TABLE seed_claims(claim_id VARCHAR)")
    connection.executemany("INSERT INTO seed_claims VALUES (?)", [[c] for c in seed_claims()["claim_id"]])


def tables_of(connection: DuckDBPyConnection) -> list[str]:
    """The tables and views of a connection."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM information_schema.tables ORDER BY 1"
        ).fetchall()
    ]


def records(connection: DuckDBPyConnection, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a statement, each by column name."""
    done = connection.execute(sql, list(values))
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]
