"""What stands beside the page for programs: a DuckDB file, feeds, Croissant, llms.txt."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import duckdb
import feedparser
import pytest

from reports.api.files import ROOT, api_files
from tests.reports.made_published import DAY, instant, price_row, table_rows
from warehouse.duckdb_file import duckdb_file
from warehouse.location import DESCRIPTOR, Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.snapshots import parquet_bytes

CUT = date(2026, 5, 10)


def made_tables():
    prices = [
        price_row("acme/one-2.5", "input", 4.0, date(2026, 1, 1), valid_to=instant(CUT)),
        price_row("acme/one-2.5", "input", 2.0, CUT),
        price_row("acme/one-2.5", "output", 8.0, date(2026, 1, 1)),
        price_row("acme/one-2.5", "output", 9.0, date(2026, 1, 1), provider_id="host", first_party=False),
        price_row("zeta/two", "input", 1.0, date(2026, 7, 1)),
    ]
    models = [
        {"as_of": DAY, "model_id": m, "name": m.split("/")[1], "lab_id": m.split("/")[0], "country": "US",
         "released_on": day, "tier": "major", "open_weights": False}
        for m, day in (("acme/one-2.5", date(2026, 7, 30)), ("zeta/two", date(2026, 8, 10)))
    ]  # fmt: skip
    lags = [
        {"as_of": DAY, "board_id": "livebench", "board_version": "1", "definition": "trailing12",
         "leader": "US", "follower": "CN", "kind": "released", "valid_on": date(2026, 8, day),
         "tolerance": 0.0, "vintage_basis": "as_of", "lag_days": 60.0 + day, "state": "lags",
         "window_days": 365}
        for day in (1, 2)
    ]  # fmt: skip
    rows = {"price_intervals": prices, "models": models, "lag": lags}
    return {name: table_rows(name, some) for name, some in rows.items()}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    file = tmp_path_factory.mktemp("duckdb") / "gapledger.duckdb"
    file.write_bytes(duckdb_file(made_tables(), DAY))
    return duckdb.connect(str(file), read_only=True)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles"])
@pytest.mark.parametrize(
    ("day", "amounts"),
    [("2026-05-09", [4.0, 8.0]), ("2026-05-10", [2.0, 8.0]), ("2026-08-01", [2.0, 8.0]), ("2025-12-31", [])],
)
def test_price_on_gives_what_held_on_the_day_at_the_labs_own_shop_in_any_time_zone(
    opened, zone, day, amounts
):
    opened.execute(f"SET TimeZone = '{zone}'")
    for name in ("one-2.5", "acme/one-2.5"):
        rows = opened.execute(f"SELECT amount FROM price_on('{name}', DATE '{day}')").fetchall()
        assert [amount for (amount,) in rows] == amounts


def test_the_views_of_the_duckdb_file_are_the_newest_state(opened):
    assert opened.execute("SELECT lag_days FROM lag_now").fetchall() == [(62.0,)]
    now = opened.execute("SELECT model_id, amount FROM prices_now ORDER BY ALL").fetchall()
    assert now == [("acme/one-2.5", 2.0), ("acme/one-2.5", 8.0), ("zeta/two", 1.0)]
    assert {t for (t,) in opened.execute("SELECT table_name FROM duckdb_tables()").fetchall()} == {
        *made_tables()
    }


def test_each_lab_has_a_feed_of_its_own_models_and_the_whole_has_all():
    made = api_files(made_tables(), DAY)
    whole, acme = (feedparser.parse(made[f"{ROOT}/{name}"]) for name in ("feed.xml", "feed/acme.xml"))
    assert not whole.bozo
    assert not acme.bozo
    assert {e.title for e in acme.entries} == {"New model: one-2.5"}
    assert {e.id for e in acme.entries} < {e.id for e in whole.entries}
    assert acme.feed.title.endswith(", acme")
    assert acme.feed.id != whole.feed.id


def test_llms_txt_names_files_that_are_there():
    made = api_files(made_tables(), DAY)
    text = made["report/llms.txt"].decode()
    assert DAY.isoformat() in text
    named = {m for m in re.findall(r"\]\((api/v1/[^)]+)\)", text) if not m.endswith(".duckdb")}
    assert len(named) >= 7
    assert {f"report/{name}" for name in named} <= made.keys()


def published(folder: Path) -> Location:
    location = Location(str(folder))
    built = {DAY: {name: parquet_bytes(rows) for name, rows in made_tables().items()}}
    Marts(location).publish(built, {"report/index.html": b"page"}, mart_tables())
    return location


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, beneath mlcroissant
def test_the_croissant_file_is_valid_and_reads_the_tables(tmp_path: Path, monkeypatch):
    croissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    monkeypatch.setenv("CROISSANT_CACHE", str(tmp_path / "cache"))
    location = published(tmp_path / "home")
    dataset = croissant.Dataset(jsonld=str(Path(location.full("report/croissant.json")).resolve()))
    assert dataset.metadata.issues.errors == set()
    assert {r.id for r in dataset.metadata.record_sets} == {*made_tables()}
    rows = [dict(row) for row in dataset.records("models")]
    assert {row["models/model_id"] for row in rows} == {b"acme/one-2.5", b"zeta/two"}


def test_the_descriptor_says_its_version_and_when_it_was_made(tmp_path: Path):
    said = json.loads(published(tmp_path).read(DESCRIPTOR))
    assert said["version"] == "2026.08.20"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", said["created"])
    assert "report/croissant.json" in {f["path"] for f in said["report"]}
