"""SQL over the warehouse's published tables. The one door to DuckDB."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.bookkeeping import BOOKKEEPING_TABLES
from warehouse.folded import files_of
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.parquet import SnapshotError, leave_out, opened, unreadable
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.tables import SNAPSHOT_TABLES
from warehouse.view_files import is_there, listed, literal, quoted

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

NEAREST = 3  # dates that an error names
READERS = 8
TRIES = 5
ALL = "_all"  # behind a derived table's name: every as-of date that is kept


class QueryError(Exception):
    """A query that DuckDB refuses; the message is DuckDB's, with the tables that there are."""


class SupersededError(QueryError):
    """Files of the set were cleared away while they were read: later sets were published."""


def connect(
    location: Location, as_of: date | None = None, only: Collection[str] | None = None
) -> DuckDBPyConnection:
    """A connection with a view for each published table (or for those in `only`): of each derived table
    `<name>`, its newest state or that known on `as_of`, and `<name>_all`, every as-of date that its file
    keeps; snapshots by name (all sources and days).

    A file that is not what was written is no part of a view: a snapshot is left out with a warning, a
    derived table is a SnapshotError that names it.
    """
    return _connected(location, as_of, only)[0]


def _connected(
    location: Location, as_of: date | None, only: Collection[str] | None
) -> tuple[DuckDBPyConnection, list[str]]:
    """A connection as `connect` has it, and the files that its views read."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    if location.remote:
        connection.register_filesystem(location.filesystem)
    files = _derived_views(connection, location, as_of, only)
    for declared in (*SNAPSHOT_TABLES, *BOOKKEEPING_TABLES):
        if only is None or declared.name in only:
            files += _snapshot_view(connection, location, declared)
    return connection, files


def _snapshot_view(connection: DuckDBPyConnection, location: Location, declared: Table) -> list[str]:
    """A view over a snapshot table's files and what the history pack has beside them; gives the files."""
    files = _whole(location, files_of(location, declared.directory))
    packed = Snapshots(location).packed(declared)
    parts = [f"SELECT * FROM read_parquet({listed(files)})"] if files else []  # noqa: S608
    if packed.num_rows:
        connection.register(f"packed_{declared.name}", packed)
        parts.append(f"SELECT * FROM packed_{declared.name}")  # noqa: S608
    if parts:
        _create(connection, f"CREATE VIEW {declared.name} AS {' UNION ALL BY NAME '.join(parts)}", files)
    return files


def as_of_views(
    connection: DuckDBPyConnection,
    location: Location,
    as_of: date | None,
    only: Collection[str] | None = None,
) -> list[str]:
    """Makes a view for each derived table (or for those in `only`), as published (`as_of` None) or as known
    on that date; gives their names.
    """
    _derived_views(connection, location, as_of, only)
    folder = _folder(as_of)
    return [
        n for n in mart_tables() if (only is None or n in only) and location.exists(f"{folder}/{n}.parquet")
    ]


def derived_dates(location: Location, wanted: date) -> str:
    """`; derived: 2026-11-08, 2026-11-15 (of 75 from 2025-06-08); run: ...`: those next to `wanted`."""
    dates = Marts(location).as_ofs()
    near = sorted(sorted(dates, key=lambda day: abs((day - wanted).days))[:NEAREST])
    span = f" (of {len(dates)} from {dates[0]} to {dates[-1]})" if len(dates) > NEAREST else ""
    words = f"; derived: {', '.join(map(str, near))}{span}" if dates else ""
    return f"{words}; run: gapledger marts --as-of {wanted}"


def _derived_views(
    connection: DuckDBPyConnection, location: Location, as_of: date | None, only: Collection[str] | None
) -> list[str]:
    """Makes those views, all of the set that is current now; gives the files."""
    address, files = location.of_one_set(), []
    newest = as_of or max(Marts(location).as_ofs(), default=None)
    for name in mart_tables():
        composed, state = f"marts/{name}.parquet", f"marts/as_of/{newest}/{name}.parquet"
        there = {name: state, f"{name}{ALL}": composed}
        if as_of is None and not location.exists(state):
            there[name] = composed
        for view, file in there.items():
            wanted = (view == name or as_of is None) if only is None else view in only
            if wanted and location.exists(file):
                if not location.remote:
                    opened(Path(address(file)).read_bytes(), file)
                files.append(address(file))
                rows = f"read_parquet({listed(files[-1:])})"
                newest_only = view == name and file == composed
                last = f" WHERE as_of = (SELECT max(as_of) FROM {rows})" if newest_only else ""  # noqa: S608
                _create(connection, f"CREATE VIEW {view} AS SELECT * FROM {rows}{last}", files[-1:])  # noqa: S608
    return files


def _create(connection: DuckDBPyConnection, view: str, files: Sequence[str]) -> None:
    """Makes a view, for which DuckDB reads its files' footers. FileNotFoundError where a file was cleared
    away since it was listed.
    """
    import duckdb

    try:
        connection.execute(view)
    except duckdb.IOException as lost:
        if all(map(is_there, files)):
            raise
        raise FileNotFoundError(str(lost)) from lost


def _folder(as_of: date | None) -> str:
    return "marts" if as_of is None else f"marts/as_of/{as_of}"


def _whole(location: Location, names: Sequence[str]) -> list[str]:
    """The addresses of those files that are what was written. Those in an object store are not fetched for
    it.
    """
    if location.remote:
        return [location.full(name) for name in names]

    def check(name: str) -> str | None:
        try:
            opened(location.read(name), name)
        except FileNotFoundError:
            raise  # it was cleared away since it was listed
        except (SnapshotError, OSError) as damaged:
            leave_out(damaged if isinstance(damaged, SnapshotError) else unreadable(name, damaged))
            return None
        return location.full(name)

    with ThreadPoolExecutor(READERS) as pool:
        return [file for file in pool.map(check, names) if file is not None]


def query(location: Location, sql: str, as_of: date | None = None) -> pa.Table:
    """The rows of one SELECT statement, as Arrow (decimals stay decimals); of derived tables the newest
    state, or that known on `as_of`, and with `_all` behind the name every date. It reads the home's tables
    and nothing else, and changes nothing.

    QueryError where DuckDB refuses it, where it is another statement, or nothing was derived as of that date.
    """
    if as_of is not None and not location.names(f"marts/as_of/{as_of}", ".parquet"):
        raise QueryError(f"nothing was derived as of {as_of}{derived_dates(location, as_of)}")
    # DuckDB reads the footer of every file that a view names: only the tables that the statement names get
    # one, all where it names none.
    named = set(re.findall(r"\w+", sql.lower())) & {
        *mart_tables(),
        *(f"{name}{ALL}" for name in mart_tables()),
        *(t.name for t in (*SNAPSHOT_TABLES, *BOOKKEEPING_TABLES)),
    }
    for _ in range(TRIES - 1):
        with suppress(SupersededError):  # begin again with the set that is current now
            return _selected(location, sql, as_of, named)
    return _selected(location, sql, as_of, named)


def _selected(location: Location, sql: str, as_of: date | None, named: Collection[str]) -> pa.Table:
    """The rows of a statement over the views that it names (all, where it names none)."""
    import duckdb

    files: list[str] = []
    try:
        _only_select(sql)
        connection, files = _connected(location, as_of, named or None)
        _close(connection, files)
        return connection.sql(sql).to_arrow_table()
    except (duckdb.Error, FileNotFoundError) as refused:
        gone = isinstance(refused, FileNotFoundError) or not all(map(is_there, files))
        there = ", ".join(_tables(location, as_of)) or "none; run: gapledger run"
        error = SupersededError if gone else QueryError
        raise error(f"{refused}\ntables here: {there}") from refused


def _tables(location: Location, as_of: date | None) -> list[str]:
    """The tables that a query can name."""
    folder = _folder(as_of)
    marts = [n for n in mart_tables() if location.exists(f"{folder}/{n}.parquet")]
    kept = [
        t.name
        for t in (*SNAPSHOT_TABLES, *BOOKKEEPING_TABLES)
        if files_of(location, t.directory) or Snapshots(location).packed(t).num_rows
    ]
    return sorted([*marts, *kept])


def _only_select(sql: str) -> None:
    import duckdb

    if any("\ud800" <= c <= "\udfff" for c in sql):
        raise QueryError("the statement is no text: it has bytes that are no UTF-8")
    statements = duckdb.extract_statements(sql)
    if [s.type for s in statements] != [duckdb.StatementType.SELECT]:
        kinds = ", ".join(s.type.name for s in statements) or "nothing"
        raise QueryError(f"give one SELECT statement; found {kinds}")


def _close(connection: DuckDBPyConnection, files: Sequence[str]) -> None:
    """From now on the connection reads these files and nothing else, and cannot be told otherwise."""
    allowed = ", ".join(f"'{quoted(f)}'" for file in files for f in dict.fromkeys((file, literal(file))))
    connection.execute(f"SET allowed_paths = [{allowed}]")
    for setting in (
        "python_enable_replacements = false",
        "temp_directory = ''",
        "enable_external_access = false",
    ):
        connection.execute(f"SET {setting}")
    connection.execute("SET lock_configuration = true")
