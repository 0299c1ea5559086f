"""What readers find: a data package that the validator accepts, files that every reader opens, and nothing
that a licence withholds.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from extractors.source import discover
from warehouse.licences import licence
from warehouse.location import Location
from warehouse.mart_rows import conform, in_files
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.republication import ABOUT_SOURCES, BOARD_FIGURES, attributions, publishable, withheld_boards
from warehouse.snapshots import parquet_bytes
from warehouse.tables import LIST_PRICES, OFFERS, SNAPSHOT_TABLES

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 7, 1)
LICENCES = {reader.source.id: reader.source.licence for reader in discover().values()}


@pytest.fixture(scope="module")
def package(small_home: Path) -> dict:
    return json.loads((small_home / "datapackage.json").read_text(encoding="utf-8"))


def test_the_validator_accepts_the_package(small_home: Path):
    from frictionless import Package

    for descriptor in ("datapackage.json", "marts/datapackage.json"):
        report = Package(str(small_home / descriptor)).validate(limit_rows=60)
        assert report.flatten(["title", "message"]) == []
        assert report.valid


def test_every_table_that_was_published_is_described(small_home: Path, package: dict):
    published = {p.stem for p in (small_home / "marts").glob("*.parquet")}
    published |= {
        t.name for t in SNAPSHOT_TABLES if list((small_home / "snapshots" / t.directory).rglob("*.parquet"))
    }
    assert {r["name"] for r in package["resources"]} == published
    declared = {t.name: t for t in (*SNAPSHOT_TABLES, *mart_tables().values())}
    for resource in package["resources"]:
        table = declared[resource["name"]]
        assert [f["name"] for f in resource["schema"]["fields"]] == list(table.column_names)
        assert {f["name"]: f["unit"] for f in resource["schema"]["fields"] if "unit" in f} == {
            f.name: f.column.unit for f in table.fields if f.column.unit
        }
        assert resource["licenses"][0]["name"] == "CC-BY-4.0"
        assert resource.get("row_count") == 0 or date.fromisoformat(resource["as_of"])


def test_digests_and_counts_are_those_of_the_files(small_home: Path, package: dict):
    history = json.loads((small_home / "marts" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    pointed = {r["name"] for r in package["resources"] if r.get("history") == "marts/datapackage.json"}
    assert {r["name"] for r in history} == pointed == {n for n, t in mart_tables().items() if t.history}
    now = [r for r in package["resources"] if r["name"] not in pointed]
    for resource in (*now, *({**r, "path": f"marts/{r['path']}"} for r in history)):
        for file in resource.get("files", [resource]):
            body = (small_home / file["path"]).read_bytes()
            assert file["hash"] == "sha256:" + hashlib.sha256(body).hexdigest()
            assert (file["byte_count"], file["row_count"]) == (
                len(body),
                pq.read_metadata(small_home / file["path"]).num_rows,
            )
        if "files" in resource:
            assert resource["path"] == [f["path"] for f in resource["files"]]
            assert resource["row_count"] == sum(f["row_count"] for f in resource["files"])


def test_duckdb_polars_and_pandas_read_every_table_alike(small_home: Path, package: dict):
    for resource in package["resources"]:
        for path in [resource["path"]] if isinstance(resource["path"], str) else resource["path"]:
            file = str(small_home / path)
            names = [f["name"] for f in resource["schema"]["fields"]]
            rows = pq.read_metadata(file).num_rows
            by_polars, by_pandas = pl.read_parquet(file), pd.read_parquet(file)
            by_duckdb = duckdb.connect().sql(f"SELECT * FROM '{file}'")
            assert (by_polars.columns, list(by_pandas.columns), by_duckdb.columns) == (names, names, names)
            assert (by_polars.height, len(by_pandas), len(by_duckdb.fetchall())) == (rows, rows, rows)
            for name, kind in by_polars.schema.items():
                if isinstance(kind, pl.Datetime):
                    assert (kind.time_zone, str(by_pandas[name].dtype)) == ("UTC", "datetime64[us, UTC]")


R_READERS = (
    "q(status = !any(sapply(c('arrow', 'nanoparquet', 'reticulate'), requireNamespace, quietly = TRUE)))"
)


@pytest.mark.skipif(
    shutil.which("Rscript") is None,
    reason="R is not installed: apt-get install r-base-core r-cran-reticulate",
)
def test_the_r_example_reads_every_derived_table(small_home: Path):
    if subprocess.run(["Rscript", "-e", R_READERS], capture_output=True, check=False).returncode:
        pytest.skip("R has none of arrow, nanoparquet and reticulate: apt-get install r-cran-reticulate")
    here = {**os.environ, "RETICULATE_PYTHON": sys.executable}
    done = subprocess.run(
        ["Rscript", ROOT / "examples" / "read.R", small_home],
        capture_output=True,
        text=True,
        check=False,
        env=here,
    )
    assert (done.returncode, done.stderr) == (0, "")
    read = {line.split()[0]: int(line.split()[1]) for line in done.stdout.splitlines() if " rows " in line}
    assert read == {p.name: pq.read_metadata(p).num_rows for p in (small_home / "marts").glob("*.parquet")}
    assert "epoch_eci" in done.stdout


def test_units_and_descriptions_are_in_the_files_and_rows_lie_in_their_order(small_home: Path):
    for table in mart_tables().values():
        rows = pq.read_table(small_home / "marts" / f"{table.name}.parquet")
        for f in table.fields:
            meta = rows.schema.field(f.name).metadata
            assert meta[b"description"].decode() == f.column.description
            assert meta.get(b"unit", b"").decode() == f.column.unit
        keys = [(name, "ascending") for name in table.order]
        assert rows.num_rows == 0 or rows.take(pc.sort_indices(rows, sort_keys=keys)).select(
            table.order
        ).equals(rows.select(table.order))


def test_an_amount_in_a_derived_table_is_the_double_nearest_to_what_was_printed(small_home: Path):
    amounts = pq.read_table(small_home / "marts" / "price_intervals.parquet").column("amount").to_pylist()
    assert len(amounts) > 1000
    assert [a for a in amounts if a != float(f"{a:.9f}")] == []


# What a licence withholds.


def frame(name: str, **given) -> pa.Table:
    """One row of a derived table: `given`, and something of the right type everywhere else."""
    some = {pa.string(): "x", pa.int64(): 1, pa.float64(): 1.0, pa.bool_(): True, pa.date32(): AS_OF}
    table = mart_tables()[name]
    at = datetime(2026, 6, 1, tzinfo=UTC)
    row = {f.name: given.get(f.name, some.get(f.column.type, at)) for f in table.fields}
    return conform(table, pa.Table.from_pylist([row], schema=table.arrow_schema()), AS_OF, {})


def test_a_score_of_a_withheld_board_is_emptied_and_who_led_stays():
    assert withheld_boards() == {"artificial_analysis"}
    mine = publishable(
        mart_tables()["frontier"],
        frame("frontier", board_id="artificial_analysis", model_id="a/b", score=61.5),
        LICENCES,
    )
    (row,) = mine.to_pylist()
    assert (row["model_id"], row["score"], row["score_se"], row["valid_on"]) == ("a/b", None, None, AS_OF)
    (other,) = publishable(
        mart_tables()["frontier"], frame("frontier", board_id="epoch_eci", score=61.5), LICENCES
    ).to_pylist()
    assert other["score"] == 61.5


def test_rows_that_say_what_a_withheld_source_said_are_left_out():
    table = mart_tables()["cost_per_task"]
    assert publishable(table, frame("cost_per_task", source_id="artificial_analysis"), LICENCES).num_rows == 0
    assert publishable(table, frame("cost_per_task", source_id="arc_prize"), LICENCES).num_rows == 1


def test_what_a_name_of_a_withheld_source_means_is_ours_to_say():
    mine = frame("model_aliases", source_id="artificial_analysis", listed_model="deepseek-v4-pro")
    assert publishable(mart_tables()["model_aliases"], mine, LICENCES).equals(mine)


@pytest.mark.parametrize("name", sorted(mart_tables()))
def test_no_derived_table_can_carry_a_withheld_boards_figures(name: str):
    table = mart_tables()[name]
    if name in ABOUT_SOURCES or "board_id" not in table.column_names:
        assert not {"score", "score_se"} & set(table.column_names)
        return
    for figure in set(BOARD_FIGURES) & set(table.column_names):
        assert table.field_named(figure).nullable or "source_id" in table.column_names, (
            f"{name}.{figure} cannot be emptied"
        )


def test_a_source_whose_rows_are_withheld_feeds_no_prices():
    """Prices of several sources are reconciled and their values listed side by side; a withheld one would
    stand among them.
    """
    for reader in discover().values():
        if not licence(reader.source.licence).may_republish:
            assert not {LIST_PRICES, OFFERS} & set(reader.source.tables), reader.source.id


def test_attributions_name_every_source_and_board_with_its_terms():
    rows = attributions(LICENCES, dict.fromkeys(LICENCES, "A title")).to_pylist()
    assert {r["subject_id"] for r in rows if r["subject"] == "source"} == set(LICENCES)
    swebench = next(r for r in rows if r["subject_id"] == "swebench_bash_only")
    assert (swebench["licence_id"], swebench["commercial_use"]) == ("cc_by_nc_4_0", False)
    assert "no commercial use" in swebench["attribution"]
    assert not any(r["may_republish"] for r in rows if r["subject_id"] == "artificial_analysis")
    assert all(r["attribution"] and "{" not in r["attribution"] for r in rows)


# One model's price out of a long history.


@pytest.fixture(scope="module")
def long_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose price_intervals has 400 models with 600 prices each."""
    one = frame("price_intervals").to_pylist()[0]
    start = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [
        {**one, "model_id": f"lab/model-{m}", "amount": float(m), "valid_from": start + timedelta(days=d)}
        for d in range(600)
        for m in range(400)
    ]
    table = mart_tables()["price_intervals"]
    home = tmp_path_factory.mktemp("long")
    whole = conform(table, pa.Table.from_pylist(rows, schema=table.arrow_schema()), AS_OF, {})
    Marts(Location(str(home))).publish({AS_OF: in_files({"price_intervals": whole})}, {}, mart_tables())
    return home / "marts" / "price_intervals.parquet"


def test_the_price_of_one_model_needs_a_small_part_of_the_file(long_history: Path):
    footer = pq.read_metadata(long_history)
    place = footer.schema.names.index("model_id")
    groups = [footer.row_group(i).column(place).statistics for i in range(footer.num_row_groups)]
    assert sum(g.min <= "lab/model-77" <= g.max for g in groups) <= 2
    assert len(groups) >= 10


@pytest.mark.alone
def test_the_price_of_one_model_on_one_day_takes_a_fraction_of_reading_the_table(long_history: Path):
    def seconds(sql: str) -> float:
        took = []
        for _ in range(5):
            begun = time.perf_counter()
            connection.sql(sql).fetchall()
            took.append(time.perf_counter() - begun)
        return min(took)

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    one = (
        f"SELECT amount FROM '{long_history}' WHERE model_id = 'lab/model-77' AND valid_from <= TIMESTAMPTZ"
        " '2024-06-01' ORDER BY valid_from DESC LIMIT 1"
    )
    assert connection.sql(one).fetchall() == [(77.0,)]
    assert seconds(one) < seconds(f"SELECT max(COLUMNS(*)) FROM '{long_history}'") / 4


def test_a_day_built_before_a_column_was_added_stays_readable_beside_todays(tmp_path: Path):
    """Built by an earlier version: without `vintage`, which has no empty cells, the day is left out; without
    `score_se` it is kept.
    """
    table = mart_tables()["frontier"]
    home = Location(str(tmp_path))
    days = {date(2026, 6, 29): ["vintage"], date(2026, 6, 30): ["score_se"], AS_OF: []}
    built = {
        day: {
            "frontier": parquet_bytes(
                frame("frontier")
                .drop_columns([*missing, "as_of"])
                .append_column(table.arrow_schema().field("as_of"), pa.array([day], pa.date32()))
            )
        }
        for day, missing in days.items()
    }
    home.publish({f"marts/as_of/{day}/frontier.parquet": tables["frontier"] for day, tables in built.items()})
    Marts(home).publish({AS_OF: built[AS_OF]}, {}, mart_tables())
    rows = pq.read_table(tmp_path / "marts" / "frontier.parquet").to_pylist()
    assert [(r["as_of"], r["score_se"]) for r in rows] == [(date(2026, 6, 30), None), (AS_OF, 1.0)]
