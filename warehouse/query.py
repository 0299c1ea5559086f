"""SQL over the warehouse's published tables. The one door to DuckDB."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.tables import BOOKKEEPING_TABLES, SNAPSHOT_TABLES

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

WIDEST = 100
NEAREST = 3  # dates that an error names
FORMULA = r"\A([=+\-@\t\r])"


class QueryError(Exception):
    """A query that DuckDB refuses; the message is DuckDB's, with the tables that there are."""


def connect(
    location: Location, as_of: date | None = None, only: Collection[str] | None = None
) -> DuckDBPyConnection:
    """A connection with a view for each published table (or for those in `only`): marts by name (as
    published, or as known on `as_of` alone), snapshots by name (all sources and days).
    """
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    if location.remote:
        connection.register_filesystem(location.filesystem)
    as_of_views(connection, location, as_of, only)
    for declared in (*SNAPSHOT_TABLES, *BOOKKEEPING_TABLES):
        if only is None or declared.name in only:
            _snapshot_view(connection, location, declared)
    return connection


def _snapshot_view(connection: DuckDBPyConnection, location: Location, declared: Table) -> None:
    """A view over a snapshot table's files, and over what the history pack has beside them."""
    folder = f"snapshots/{declared.directory}"
    there = bool(location.names(folder, ".parquet"))
    packed = Snapshots(location).packed(declared)
    if not packed.num_rows:
        if there:
            _view(connection, declared.name, f"{location.full(folder)}/*/*.parquet")
        return
    connection.register(f"packed_{declared.name}", packed)
    own = f"SELECT * FROM read_parquet('{_quoted(location.full(folder))}/*/*.parquet') UNION ALL BY NAME"  # noqa: S608
    connection.execute(
        f"CREATE VIEW {declared.name} AS {own if there else ''} SELECT * FROM packed_{declared.name}"  # noqa: S608
    )


def as_of_views(
    connection: DuckDBPyConnection,
    location: Location,
    as_of: date | None,
    only: Collection[str] | None = None,
) -> list[str]:
    """Makes a view for each derived table (or for those in `only`), as published (`as_of` None) or as known
    on that date; gives their names.
    """
    folder = "marts" if as_of is None else f"marts/as_of/{as_of}"
    made = [
        n for n in mart_tables() if (only is None or n in only) and location.exists(f"{folder}/{n}.parquet")
    ]
    for name in made:
        _view(connection, name, location.full(f"{folder}/{name}.parquet"))
    return made


def derived_dates(location: Location, wanted: date) -> str:
    """`; derived: 2026-11-08, 2026-11-15 (of 75 from 2025-06-08); run: ...`: those next to `wanted`."""
    dates = Marts(location).as_ofs()
    near = sorted(sorted(dates, key=lambda day: abs((day - wanted).days))[:NEAREST])
    span = f" (of {len(dates)} from {dates[0]} to {dates[-1]})" if len(dates) > NEAREST else ""
    words = f"; derived: {', '.join(map(str, near))}{span}" if dates else ""
    return f"{words}; run: gapledger marts --as-of {wanted}"


def _view(connection: DuckDBPyConnection, name: str, files: str) -> None:
    connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(files)}')")  # noqa: S608


def query(location: Location, sql: str, as_of: date | None = None) -> pa.Table:
    """The rows of one SQL statement, as Arrow (decimals stay decimals); derived tables as published, or as
    known on `as_of` alone.

    QueryError where DuckDB refuses it, or nothing was derived as of that date.
    """
    import duckdb

    if as_of is not None and not location.names(f"marts/as_of/{as_of}", ".parquet"):
        raise QueryError(f"nothing was derived as of {as_of}{derived_dates(location, as_of)}")
    # DuckDB reads the footer of every file that a view names: only the tables that the statement names get
    # one, all where it names none.
    named = set(re.findall(r"\w+", sql.lower())) & {
        *mart_tables(),
        *(t.name for t in (*SNAPSHOT_TABLES, *BOOKKEEPING_TABLES)),
    }
    try:
        return connect(location, as_of, named or None).sql(sql).to_arrow_table()
    except duckdb.Error as refused:
        there = connect(location, as_of).execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        )
        names = [row[0] for row in there.fetchall()]
        raise QueryError(
            f"{refused}\ntables here: {', '.join(names) or 'none; run: gapledger run'}"
        ) from refused


def shown(value: object) -> str:
    """A value as a person reads it: days and UTC minutes in ISO 8601, decimals without trailing zeros, text
    cut at `WIDEST`.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1e6 else f"{value:.6g}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC) if value.tzinfo else value:%Y-%m-%dT%H:%M:%S}".removesuffix(":00") + (
            "Z" if value.tzinfo else ""
        )
    text = str(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def csv_bytes(rows: pa.Table) -> bytes:
    """All rows as CSV (UTF-8, header first). Text that a spreadsheet would run as a formula gets an
    apostrophe before it.
    """
    import pyarrow as arrow
    import pyarrow.compute as pc
    import pyarrow.csv

    safe = []
    for column in rows.columns:
        text = column.cast(arrow.string()) if arrow.types.is_dictionary(column.type) else column
        if arrow.types.is_nested(text.type):
            text = arrow.chunked_array(
                [[None if v is None else str(v) for v in text.to_pylist()]], arrow.string()
            )
        if arrow.types.is_string(text.type) or arrow.types.is_large_string(text.type):
            text = pc.replace_substring_regex(text, pattern=FORMULA, replacement=r"'\1")
        safe.append(text)
    sink = arrow.BufferOutputStream()
    pyarrow.csv.write_csv(arrow.table(safe, names=rows.column_names), sink)
    return bytes(sink.getvalue().to_pybytes())


def _quoted(path: str) -> str:
    return path.replace("'", "''")
