"""What the page is given: the tables of its day, and of those that tell events the days before it as well."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reports.page import render
from tests.reports.made import made
from warehouse.composing import BATCHES
from warehouse.location import Location
from warehouse.mart_rows import in_files
from warehouse.mart_tables import mart_tables
from warehouse.marts import EVENTS_BACK, Marts
from warehouse.seals import KEY

DAY = date(2026, 7, 1)


def bytes_of(as_of: date, verdict: str) -> dict[str, bytes]:
    """The claims' verdicts and the models as known on a day, as Parquet."""
    tables = made(as_of)
    claims = tables["claim_verdicts"].slice(1, 1)
    there = claims.schema.get_field_index("verdict")
    claims = claims.set_column(there, "verdict", pa.array([verdict]))
    out = {}
    for name, made_rows in (("claim_verdicts", claims), ("models", tables["models"])):
        known = pa.array([as_of] * made_rows.num_rows, pa.date32())
        rows = made_rows.set_column(made_rows.schema.get_field_index("as_of"), "as_of", known)
        sink = io.BytesIO()
        pq.write_table(rows.cast(mart_tables()[name].arrow_schema()), sink)
        out[name] = sink.getvalue()
    return out


def test_a_verdict_that_flips_between_two_runs_is_in_the_feed_and_the_page_shows_only_the_newest(
    tmp_path: Path,
):
    marts = Marts(Location(str(tmp_path)))
    before = {DAY - timedelta(days=1): bytes_of(DAY - timedelta(days=1), "supported")}
    marts.publish(before, {}, mart_tables())
    shown = marts.shown(DAY, {DAY: bytes_of(DAY, "contradicted")})
    assert shown["claim_verdicts"].column("as_of").to_pylist() == [DAY - timedelta(days=1), DAY]
    assert set(shown["models"].column("as_of").to_pylist()) == {DAY}
    files = render(shown, DAY)
    assert b"supported before, now contradicted" in files["report/feed.xml"]
    page = files["report/index.html"].decode()
    assert "m-contradicted" in page
    assert 'class="m m-supported"' not in page


def test_days_of_one_backfill_and_days_too_long_ago_are_told_apart(tmp_path: Path):
    built = {
        DAY - n: bytes_of(DAY - n, "supported")
        for n in (timedelta(0), timedelta(days=7), EVENTS_BACK + timedelta(days=1))
    }
    shown = Marts(Location(str(tmp_path))).shown(DAY, built)
    assert shown["claim_verdicts"].column("as_of").to_pylist() == [DAY - timedelta(days=7), DAY]


def test_only_the_rows_and_tables_that_are_asked_for_are_read(tmp_path: Path):
    tables = made(DAY)
    built = {DAY: in_files({name: tables[name] for name in ("lag", "models", "frontier")})}
    shown = Marts(Location(str(tmp_path))).shown(
        DAY, built, {"lag": pc.field("definition") == "trailing12"}, ["frontier"]
    )
    assert set(shown) == {"lag", "models"}
    assert (
        set(shown["lag"].column("definition").to_pylist())
        == {"trailing12"}
        < set(tables["lag"].column("definition").to_pylist())
    )
    assert shown["models"].num_rows == tables["models"].num_rows


def test_a_date_that_stands_alone_is_composed_of_the_very_bytes_that_were_built(tmp_path: Path):
    marts, built = (
        Marts(Location(str(tmp_path))),
        {day: bytes_of(day, "supported") for day in (DAY - timedelta(days=1), DAY)},
    )
    marts.publish({DAY: built[DAY]}, {}, mart_tables())
    assert (tmp_path / "marts/models.parquet").read_bytes() == built[DAY]["models"]
    marts.publish(built, {}, mart_tables())
    assert marts.read("models", DAY).equals(pq.read_table(tmp_path / "marts/as_of" / f"{DAY}/models.parquet"))
    assert pq.read_table(tmp_path / "marts/claim_verdicts.parquet").num_rows == 2


def test_a_composed_file_says_of_itself_what_a_file_of_one_date_does(tmp_path: Path):
    built = {day: bytes_of(day, "supported") for day in (DAY - timedelta(days=1), DAY)}
    Marts(Location(str(tmp_path))).publish(built, {}, mart_tables())
    table = mart_tables()["claim_verdicts"]
    body = (tmp_path / "marts/claim_verdicts.parquet").read_bytes()
    there = pq.read_table(io.BytesIO(body))
    declared = table.arrow_schema({"as_of": DAY.isoformat(), "licence": "cc_by_4_0"})
    assert there.schema.equals(declared, check_metadata=True)
    whole = pa.concat_tables(
        pq.read_table(io.BytesIO(tables["claim_verdicts"])).cast(declared)
        for _, tables in sorted(built.items())
    )
    assert there.equals(whole)
    plain = io.BytesIO()
    pq.write_table(whole, plain, compression="zstd")
    ours, its = (pq.ParquetFile(io.BytesIO(b)) for b in (body, plain.getvalue()))
    assert ours.schema.equals(its.schema)
    also = {KEY.encode(), BATCHES.encode()}
    assert ours.metadata.metadata.keys() - also == its.metadata.metadata.keys()
    assert ours.num_row_groups == 1
    for column in range(ours.metadata.num_columns):
        said, its_own = (file.metadata.row_group(0).column(column).statistics for file in (ours, its))
        assert (said.null_count, said.has_min_max) == (its_own.null_count, its_own.has_min_max)
        if said.has_min_max:
            assert (said.min, said.max) == (its_own.min, its_own.max)
