"""Three hostile names (markup, a formula, 5,000 characters) through everything that is published and
everything that is printed.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from reports.page import render
from tests.reports.made import made
from tests.reports.made_names import AS_OF, FORMULA, LONG, SCRIPT
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts

NAMES = "SELECT DISTINCT name FROM models ORDER BY name"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    built = {AS_OF: {name: _parquet(name, table) for name, table in made().items()}}
    Marts(Location(str(home))).publish(built, render(made(), AS_OF), mart_tables())
    return home


def _parquet(name: str, rows: pa.Table) -> bytes:
    """The rows of the set's own day: a derived table has one."""
    known = rows.filter(pc.equal(rows.column("as_of"), pa.scalar(AS_OF)))
    sink = io.BytesIO()
    pq.write_table(known.cast(mart_tables()[name].arrow_schema()), sink)
    return sink.getvalue()


def test_the_names_are_kept_letter_by_letter_in_the_tables(home: Path):
    rows = duckdb.connect().sql(NAMES.replace("models", f"'{home}/marts/models.parquet'")).fetchall()
    assert {name for (name,) in rows} == {SCRIPT, FORMULA, LONG}


def test_on_a_terminal_they_are_short_lines_of_text(home: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["query", "--home", str(home), NAMES]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.strip() for line in lines} >= {SCRIPT, FORMULA}
    assert max(map(len, lines)) <= 110


def test_a_spreadsheet_does_not_run_them(home: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    assert main(["query", "--home", str(home), "--csv", NAMES]) == 0
    cells = [
        row["name"] for row in csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode(), newline=""))
    ]
    assert set(cells) == {SCRIPT, "'" + FORMULA, LONG}


def test_the_validator_accepts_the_package_with_them(home: Path):
    from frictionless import Package

    assert json.loads((home / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    report = Package(str(home / "datapackage.json")).validate(limit_rows=60)
    assert report.flatten(["title", "message"]) == []


def test_no_file_of_the_report_has_markup_or_the_whole_length_of_a_name(home: Path):
    files = [p for p in (home / "report").iterdir() if p.suffix in {".html", ".svg", ".xml"}]
    assert len(files) > 10
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert SCRIPT not in text, file.name
        assert "L" * 200 not in text, file.name
