"""Every published row is walked to bytes whose digest holds; a broken chain is named."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from studies.provenance import fastwarc_records, warcio_check
from tests.faults.good_nights import FIRST, SECOND
from tests.faults.planting import nights
from warehouse.lineage.claim_rows import references, rows_named
from warehouse.lineage.declared import DEPENDENCIES, SNAPSHOTS
from warehouse.lineage.proof import prove
from warehouse.lineage.walk import explain
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.query import QueryError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    nights(tmp_path, "prices", lambda rows: rows, {FIRST: b"plain", SECOND: b"more"})
    return tmp_path


def test_every_derived_table_says_what_it_rests_on() -> None:
    assert set(DEPENDENCIES) == set(mart_tables())
    known = {
        *DEPENDENCIES,
        *SNAPSHOTS,
        "captures",
        "said",
        "named",
        "seed_models",
        "seed_model_dates",
        "seed_claims",
    }
    assert {rest.on.removeprefix("named_") for rests in DEPENDENCIES.values() for rest in rests} <= known


def test_a_row_is_walked_to_its_bytes(home: Path) -> None:
    lines, whole = explain(
        Location(str(home)),
        "list_prices",
        {"listed_model": "model-3", "component": "input", "observed_on": "2026-06-02"},
    )
    assert whole
    assert any("https://acme.example/page at 2026-06-02T03:00:00Z" in line for line in lines)
    assert any("raw/made/2026-06-02/" in line and "from byte" in line for line in lines)
    assert lines[-1].endswith("holds, computed from the bytes")


def test_no_cell_is_an_orphan_and_other_tools_read_the_archive(home: Path) -> None:
    proof = prove(Location(str(home)))
    assert (proof.problems, proof.captures) == ([], 2)
    assert proof.cells > 2 * 180 * 15
    assert warcio_check(home) == (2, [])
    assert fastwarc_records(home) == 4


def test_a_number_is_found_however_it_is_written(home: Path) -> None:
    for written in ("0", "0.0", "0e0"):
        assert explain(
            Location(str(home)), "list_prices", {"context_from_tokens": written, "observed_on": "2026-06-02"}
        )[1]


def test_a_changed_byte_in_the_archive_breaks_the_chain_by_name(home: Path) -> None:
    [file] = home.glob("raw/made/2026-06-02/*.warc.gz")
    body = bytearray(file.read_bytes())
    body[-20] ^= 0xFF
    file.write_bytes(bytes(body))
    assert any("2026-06-02" in problem for problem in prove(Location(str(home))).problems)
    lines, whole = explain(Location(str(home)), "list_prices", {"observed_on": "2026-06-02"})
    assert not whole
    assert any("BROKEN" in line for line in lines)


def test_a_lost_index_makes_orphans(home: Path) -> None:
    next(iter(home.glob("snapshots/captures_v1/made/2026-06-01.parquet"))).unlink()
    assert any(
        "360 rows have nothing in captures" in problem for problem in prove(Location(str(home))).problems
    )


@pytest.mark.parametrize(
    ("table", "keys", "error"),
    [
        ("no_table", {}, ValueError),
        ("list_prices", {"no_column": "1"}, ValueError),
        ("list_prices", {"listed_model": "nobody"}, QueryError),
    ],
)
def test_a_wrong_question_is_answered_with_what_there_is(
    table: str, keys: dict[str, str], error: type[Exception], home: Path
) -> None:
    with pytest.raises(error):
        explain(Location(str(home)), table, keys)


def test_a_verdicts_rows_are_found_by_a_frontiers_group_on_a_day_between_its_steps() -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE frontier AS SELECT * FROM (VALUES ('b', 'US', DATE '2026-01-01'), ('b', 'CN', DATE"
        " '2026-02-01'), ('b', 'CN', DATE '2026-05-01'), ('b', 'FR', DATE '2026-01-01')) AS t(board_id,"
        ' "group", valid_on)'
    )
    [named] = references("frontier board_id=b group=US,CN day=2026-03-01")
    assert rows_named(connection, named, 9)[1] == 2
