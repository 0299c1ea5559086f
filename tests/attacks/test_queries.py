"""Kinds 15, 16, 20 and 21 of what attacks broke: a query reads the home's tables and nothing else, and what
leaves as CSV is text.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.derive import derive
from flows.pools import serial
from tests.faults.good_nights import FIRST, SECOND
from tests.faults.planting import nights
from warehouse.cells import csv_bytes
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.query import QueryError, query
from warehouse.view_files import listed
from warehouse.whole_files import temporary_name


@pytest.fixture(scope="module", params=["home", "gl[1]", "a*b", "q?", "o'clock"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of a name that could be a pattern, and one beside it that the pattern would find."""
    top = tmp_path_factory.mktemp("homes")
    for name in (request.param, "gl1", "aXb", "qq"):
        nights(
            top / name, "prices", lambda rows: rows, {FIRST: b"plain"} if name != "gl1" else {SECOND: b"more"}
        )
    return top / request.param


def test_a_query_reads_its_own_home(home: Path) -> None:
    days = query(Location(str(home)), "SELECT DISTINCT observed_on FROM list_prices").column(0).to_pylist()
    assert days == [FIRST.date()]


@pytest.mark.parametrize("name", ["a[1]", "a[!b]", "a*", "a?", "a[1-9]*", "a'1"])
def test_the_name_of_a_file_is_no_pattern(name: str, tmp_path: Path) -> None:
    for number, stem in enumerate((name, "a1", "ac")):
        pq.write_table(pa.table({"n": [number]}), tmp_path / f"{stem}.parquet")
    names = listed([str(tmp_path / f"{name}.parquet")])
    assert duckdb.connect().execute(f"SELECT n FROM read_parquet({names})").fetchall() == [(0,)]


OUTSIDE = (
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT *, (SELECT content FROM read_text('/etc/hostname')) FROM list_prices",
    "COPY (SELECT 1) TO 'out.csv'",
    "COPY list_prices TO 'snapshots/list_prices_v1/made/2026-07-01.parquet'",
    "ATTACH 'x.db'",
    "CREATE TABLE t AS SELECT 1",
    "SET enable_external_access = true",
    "PRAGMA database_list",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SELECT 1; SELECT 2",
    "SELECT * FROM list_prices; DROP VIEW list_prices",
    "EXPORT DATABASE 'x'",
    "CALL pragma_version()",
    "",
    ";",
    "-- nothing",
    "SELECT '\udcff'",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/hostname'')')",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''/etc/hostname'')'))",
    "SELECT * FROM parquet_kv_metadata('../aXb/datapackage.json')",
    "WITH x AS (INSERT INTO list_prices SELECT * FROM list_prices RETURNING *) SELECT * FROM x",
)


@pytest.mark.parametrize("sql", OUTSIDE)
def test_nothing_but_a_select_of_the_home_is_answered(
    sql: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.parent)
    before = sorted(p.as_posix() for p in home.parent.rglob("*"))
    with pytest.raises(QueryError):
        query(Location(str(home)), sql)
    assert sorted(p.as_posix() for p in home.parent.rglob("*")) == before


def test_a_variable_of_the_program_is_no_table(home: Path) -> None:
    secret = pa.table({"a": [1]})
    assert secret.num_rows
    with pytest.raises(QueryError):
        query(Location(str(home)), "SELECT * FROM secret")


RUN = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\u200b=1",
    "\u00a0=1",
)


@pytest.mark.parametrize("text", RUN)
def test_text_that_a_spreadsheet_would_run_leaves_as_text_in_cells_and_headers(text: str) -> None:
    [head, cell] = list(
        csv.reader(io.StringIO(csv_bytes(pa.table({text: [text]})).decode("utf-8"), newline=""))
    )
    assert (head, cell) == ([f"'{text}"], [f"'{text}"])


@pytest.mark.parametrize("text", ["plain", "1=1", "a+b", "", "é=1"])
def test_other_text_leaves_as_it_is(text: str) -> None:
    assert csv_bytes(pa.table({"name": [text]})).decode().splitlines()[1].strip('"') == text


def test_no_date_of_the_future_is_derived(tmp_path: Path) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    for day in (tomorrow, date(9999, 12, 31)):
        with pytest.raises(ValueError, match="in the future"):
            derive(Location(str(tmp_path)), [day], serial, lambda *_: None)


def test_a_day_of_a_clock_that_was_ahead_waits_until_it_comes(tmp_path: Path) -> None:
    ahead = tmp_path / "marts/as_of/2999-01-01"
    ahead.mkdir(parents=True)
    (ahead / "models.parquet").write_bytes(b"x")
    assert Marts(Location(str(tmp_path))).as_ofs() == []


def test_only_our_own_temporary_files_are_removed(tmp_path: Path) -> None:
    location = Location(str(tmp_path))
    (tmp_path / ".tmp-notes").mkdir()
    for name in (".tmp-mine", ".tmp-1-2", ".tmp-gapledger-x", "raw.tmp-1"):
        (tmp_path / name).write_text("a person's")
    ours = tmp_path / temporary_name()
    ours.write_text("of a killed run")
    with location.writing("test"):
        assert not ours.exists()
    kept = {".tmp-notes", ".tmp-mine", ".tmp-1-2", ".tmp-gapledger-x", "raw.tmp-1"}
    assert {p.name for p in tmp_path.iterdir()} >= kept
