"""The history pack: what it says is what the snapshots said, and a home with a past of its own is not
overruled.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.source import discover
from tests.faults.homes import night, source_with
from tests.flows.homes import golden_home
from warehouse.archive.index import CaptureIndex
from warehouse.bookkeeping import CAPTURES
from warehouse.expects import Expects
from warehouse.history_pack import (
    FOLDER,
    MANIFEST,
    PACKED,
    RECORD_TYPE,
    HistoryPack,
    Stood,
    group_of,
    plain,
    spells,
)
from warehouse.history_pack_making import begin_with, make
from warehouse.lineage.walk import explain
from warehouse.loading import coded_schema
from warehouse.location import HomeError, Location
from warehouse.query import query
from warehouse.said import said, together
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES, ListPrice

SOURCES = ("deepseek_en", "metr_releases", "metr_time_horizon", "aider_polyglot")
LICENCES = {reader.source.id: reader.source.licence for reader in discover().values()}
TITLES = {reader.source.id: reader.source.title for reader in discover().values()}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """A home whose sources were captured on three days each and published."""
    location = golden_home(str(tmp_path_factory.mktemp("full")), SOURCES)
    # The written pages are shorter than the real ones: of how many rows a page has, nothing is expected.
    with source_with("aider_polyglot", expects=Expects()), source_with("metr_releases", expects=Expects()):
        for day in sorted({row["observed_on"] for row in CaptureIndex(Snapshots(location)).rows}):
            night(location, SOURCES, day)
    return location


@pytest.fixture(scope="module")
def pack(full: Location) -> dict[str, bytes]:
    """The pack of that home, everything that may be given on."""
    return make(Snapshots(full), LICENCES, TITLES, "all")


def ordered(rows: pa.Table) -> list[tuple]:
    return sorted(tuple(str(v) for v in row.values()) for row in plain(rows).to_pylist())


def test_a_home_that_begins_with_a_pack_has_the_rows_of_the_home_that_made_it(
    full: Location, pack: dict[str, bytes], tmp_path: Path
):
    location = Location(str(tmp_path))
    assert begin_with(location, pack)
    compared = 0
    for table in PACKED:
        before, after = (Snapshots(where).table(table) for where in (full, location))
        if table.name == "scores":  # of boards only the metric that frontiers are read from
            continue
        assert ordered(after) == ordered(before)
        compared += after.num_rows
    assert compared > 100


def test_of_a_board_the_pack_has_the_metric_that_frontiers_are_read_from(
    pack: dict[str, bytes], tmp_path: Path
):
    location = Location(str(tmp_path))
    begin_with(location, pack)
    rows = query(
        location, "SELECT board_id, count(DISTINCT metric) AS metrics FROM scores GROUP BY 1"
    ).to_pylist()
    assert {row["board_id"] for row in rows} >= {"aider_polyglot"}
    assert {row["metrics"] for row in rows} == {1}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), min_size=1, unique=True))
def test_spells_laid_out_again_are_the_statements_and_the_slots_in_which_each_stood(
    said: list[tuple[int, int]],
):
    rows = pa.Table.from_pylist(
        [
            {
                "source_id": "a", "observed_on": date(2026, 1, 1), "capture_sha256": "",
                "observed_at": datetime(2026, 1, 1, tzinfo=UTC),
                **ListPrice("p", f"m{model}", "input", Decimal(model), "USD")._asdict(),
            }
            for model, _ in said
        ],
        schema=LIST_PRICES.arrow_schema(),
    )  # fmt: skip
    import numpy as np

    made = spells(LIST_PRICES, rows, np.array([slot for _, slot in said], dtype=np.int64))
    first, last = (made.column(n).to_numpy().astype(np.int64) for n in ("first_slot", "last_slot"))
    stood = Stood.of(first, last, np.ones(13, dtype=bool))
    names = made.column("listed_model").to_pylist()
    again = {(int(names[spell][1:]), int(slot)) for spell, slot in zip(stood.spell, stood.slot, strict=True)}
    assert again == set(said)
    assert made.num_rows <= len(said)


@pytest.mark.parametrize(
    "columns", [None, ("source_id", "observed_on", "listed_model"), ("source_id", "listed_model")]
)
def test_what_a_pack_says_is_what_its_rows_say_written_out(
    pack: dict[str, bytes], tmp_path: Path, columns: tuple[str, ...] | None
):
    location = Location(str(tmp_path))
    begin_with(location, pack)
    snapshots = Snapshots(location)
    compared = 0
    for table in PACKED:
        for until in (None, date(2025, 1, 1), date(2026, 1, 1)):
            schema = coded_schema(table, columns)
            rows = snapshots.packed(table, until).select(schema.names).cast(schema)
            written, kept = (
                together([said(rows)], table),
                together(snapshots.packed_said(table, until, schema) or [said(rows)], table),
            )
            assert kept.rows.equals(written.rows) and kept.captures.equals(written.captures)
            assert kept.number.tolist() == written.number.tolist()
            assert kept.capture.tolist() == written.capture.tolist()
            compared += len(kept.number)
    assert compared > 100


def test_a_home_with_a_past_of_its_own_is_left_as_it_is(full: Location, pack: dict[str, bytes]):
    assert not begin_with(full, pack)
    assert not full.exists(MANIFEST)


def test_a_day_that_the_home_captured_itself_is_its_own(pack: dict[str, bytes], tmp_path: Path):
    location = Location(str(tmp_path))
    begin_with(location, pack)
    snapshots = Snapshots(location)
    day = snapshots.days(LIST_PRICES, "deepseek_en")[0]
    rows = snapshots.table(LIST_PRICES, until=day, sources=["deepseek_en"]).slice(0, 1)
    own = plain(rows).cast(LIST_PRICES.arrow_schema())
    from warehouse.snapshots import parquet_bytes

    location.write(snapshots.name(LIST_PRICES, "deepseek_en", day), parquet_bytes(own))
    again = Snapshots(location).table(LIST_PRICES, until=day, sources=["deepseek_en"])
    assert again.num_rows == 1
    counted = query(
        location, f"SELECT count(*) AS n FROM list_prices WHERE observed_on = '{day}'"
    ).to_pylist()
    assert counted == [{"n": 1}]


def test_the_newest_snapshot_before_a_day_may_be_the_packs(pack: dict[str, bytes], tmp_path: Path):
    location = Location(str(tmp_path))
    begin_with(location, pack)
    snapshots = Snapshots(location)
    last = snapshots.days(LIST_PRICES, "deepseek_en")[-1]
    found = snapshots.latest(LIST_PRICES, "deepseek_en", last + timedelta(days=1))
    assert found is not None
    rows, addresses = found
    assert set(rows.column("observed_on").to_pylist()) == {last}
    assert set(rows.column("capture_sha256").to_pylist()) <= set(addresses)


def test_explain_says_that_the_bytes_are_not_held_here(pack: dict[str, bytes], tmp_path: Path):
    location = Location(str(tmp_path))
    begin_with(location, pack)
    lines, whole = explain(location, "list_prices", {"source_id": "deepseek_en", "component": "output"})
    assert whole
    assert any("from the history pack: https://" in line for line in lines)
    assert any("the bytes are not held here" in line for line in lines)


def test_a_capture_of_the_pack_is_never_read_again_and_may_still_be_imported(
    pack: dict[str, bytes], tmp_path: Path
):
    location = Location(str(tmp_path))
    begin_with(location, pack)
    index = CaptureIndex(Snapshots(location))
    assert index.rows == []
    assert index.packed
    assert set(Snapshots(location).table(CAPTURES).column("record_type").to_pylist()) == {RECORD_TYPE}


def test_what_may_not_be_given_on_is_in_no_pack(full: Location, pack: dict[str, bytes]):
    manifest = json.loads(pack["manifest.json"])
    closed = {s for s, key in LICENCES.items() if group_of(key) is None}
    assert closed
    assert closed <= set(manifest["withheld"])
    assert closed.isdisjoint(manifest["sources"])
    assert all(said["attribution"] for said in manifest["sources"].values())
    open_only = make(Snapshots(full), LICENCES, TITLES, "open")
    assert {name.split("/")[0] for name in open_only} == {"open", "manifest.json"}
    with pytest.raises(ValueError, match="expected one of open, all, non-commercial, found 'everything'"):
        make(Snapshots(full), LICENCES, TITLES, "everything")


def test_a_pack_whose_bytes_are_not_those_that_it_states_is_refused_by_name(
    pack: dict[str, bytes], tmp_path: Path
):
    location = Location(str(tmp_path))
    begin_with(location, pack)
    name = f"{FOLDER}/open/list_prices.parquet"
    body = bytearray(location.read(name))
    body[len(body) // 2] ^= 1
    location.write(name, bytes(body))
    with pytest.raises(HomeError, match="has not the digest"):
        Snapshots(location).table(LIST_PRICES)


def test_a_pack_of_another_format_is_refused_by_name(pack: dict[str, bytes], tmp_path: Path):
    location = Location(str(tmp_path))
    location.write(MANIFEST, json.dumps({**json.loads(pack["manifest.json"]), "format": 99}).encode())
    with pytest.raises(HomeError, match="expected format 1, found 99"):
        _ = HistoryPack(location).there
