"""SQL over the published tables: what a person sees, and CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.cells import WIDEST, csv_bytes, shown
from warehouse.location import Location
from warehouse.mart_rows import in_files
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.query import QueryError, query


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (Decimal("0.435000000"), "0.435"),
        (Decimal("1200.000000000"), "1200"),
        (date(2026, 4, 24), "2026-04-24"),
        (datetime(2026, 8, 16, 16, tzinfo=UTC), "2026-08-16T16:00Z"),
        (datetime(2026, 8, 16, 16, 0, 5, tzinfo=UTC), "2026-08-16T16:00:05Z"),
        (8.541666666, "8.54167"),
        (671e9, "671000000000"),
        ("x" * 5000, "x" * (WIDEST - 1) + "…"),
    ],
)
def test_a_value_is_shown_as_a_person_reads_it(value, text: str):
    assert shown(value) == text


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_that_a_spreadsheet_would_run_is_text_in_csv(name: str):
    rows = pa.table({"listed_model": pa.array([name, "gpt-5", None]), "lag_days": [-3.5, 1.0, None]})
    read = list(csv.DictReader(io.StringIO(csv_bytes(rows).decode(), newline="")))
    assert read[0]["listed_model"] == "'" + name
    assert [r["listed_model"] for r in read[1:]] == ["gpt-5", ""]
    assert read[0]["lag_days"] == "-3.5"


def test_lists_decimals_and_instants_go_into_csv_too():
    rows = pa.table(
        {
            "names": pa.array([["=1", "b"], None]),
            "amount": pa.array([Decimal("0.435"), None], pa.decimal128(18, 9)),
            "at": pa.array([datetime(2026, 8, 16, 16, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        }
    )
    first, second = csv.DictReader(io.StringIO(csv_bytes(rows).decode()))
    assert (first["names"], Decimal(first["amount"]), first["at"]) == (
        "['=1', 'b']",
        Decimal("0.435"),
        "2026-08-16 16:00:00.000000Z",
    )
    assert set(second.values()) == {""}


def test_a_refused_query_says_which_tables_there_are(tmp_path: Path):
    with pytest.raises(QueryError, match="tables here: none; run: gapledger run"):
        query(Location(str(tmp_path)), "SELECT * FROM lag")


def test_a_statement_sees_the_tables_that_it_names_and_all_where_it_names_none(tmp_path: Path):
    location = Location(str(tmp_path))
    empty = {name: mart_tables()[name].arrow_schema().empty_table() for name in ("lag", "models")}
    Marts(location).publish({date(2026, 7, 1): in_files(empty)}, {}, mart_tables())
    assert query(location, "SHOW TABLES").column("name").to_pylist() == [
        "lag",
        "lag_all",
        "models",
        "models_all",
    ]
    assert query(location, 'SELECT count(*) AS n FROM Lag JOIN "models" ON true').to_pylist() == [{"n": 0}]
    with pytest.raises(QueryError, match=r"tables here: lag, models"):
        query(location, "SELECT * FROM lag JOIN frontiers USING (board_id)")


def test_a_date_is_read_from_its_own_tables_and_one_that_was_not_derived_says_how(tmp_path: Path):
    for folder, lag in (("marts", 260.0), ("marts/as_of/2026-07-01", 78.0)):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"lag_days": [lag]}), tmp_path / folder / "lag.parquet")
    location = Location(str(tmp_path))
    assert query(location, "SELECT lag_days FROM lag_all").to_pylist() == [{"lag_days": 260.0}]
    assert query(location, "SELECT lag_days FROM lag").to_pylist() == [{"lag_days": 78.0}]
    assert query(location, "SELECT lag_days FROM lag", date(2026, 7, 1)).to_pylist() == [{"lag_days": 78.0}]
    with pytest.raises(QueryError, match="run: gapledger marts --as-of 2026-07-02"):
        query(location, "SELECT lag_days FROM lag", date(2026, 7, 2))


def test_a_derived_table_is_its_newest_state_and_all_has_every_date(tmp_path: Path):
    from tests.reports.made_published import table_rows

    location = Location(str(tmp_path))
    days = [date(2026, 7, 1), date(2026, 7, 8), date(2026, 7, 15)]
    names = {days[0]: ("lag", "cadence"), days[1]: ("lag", "cadence"), days[2]: ("lag",)}
    built = {day: in_files({name: table_rows(name, [{"as_of": day}]) for name in names[day]}) for day in days}
    Marts(location).publish(built, {}, mart_tables())
    said = "SELECT as_of FROM {} ORDER BY 1"
    assert query(location, said.format("lag"))["as_of"].to_pylist() == [days[2]]
    assert query(location, said.format("lag_all"))["as_of"].to_pylist() == days
    assert query(location, said.format("cadence"))["as_of"].to_pylist() == [days[1]]
    assert query(location, said.format("lag"), days[0])["as_of"].to_pylist() == [days[0]]
    both = query(location, "SELECT count(*) AS n FROM lag, lag_all", days[0])
    assert both["n"].to_pylist() == [3]
    with pytest.raises(
        QueryError, match="nothing was derived as of 2026-07-09; derived: 2026-07-01, 2026-07-08"
    ):
        query(location, said.format("lag"), date(2026, 7, 9))
