"""The composed files: a date is encoded once, and the file is the one that all dates at once would give."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import composing
from warehouse.kept_dates import kept
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.parquet import parquet_bytes
from warehouse.row_groups import file_of, footer_of, joined

TABLE = mart_tables()["cadence"]
NEWEST = date(2026, 7, 1)


def rows_of(day: date, count: int, salt: int = 0) -> bytes:
    """A day's rows of `cadence`, text and numbers that differ from row to row."""
    made: dict[str, pa.Array] = {}
    for f in TABLE.arrow_schema():
        if f.name == "as_of":
            values: list[object] = [day] * count
        elif pa.types.is_string(f.type):
            values = [f"{f.name} {(n + salt) % 7}" for n in range(count)]
        elif pa.types.is_date(f.type):
            values = [day - timedelta(days=n % 50) for n in range(count)]
        elif pa.types.is_boolean(f.type):
            values = [n % 3 == 0 for n in range(count)]
        else:
            values = [n + salt + day.day for n in range(count)]
        made[f.name] = pa.array(values, f.type)
    return parquet_bytes(pa.table(made, schema=TABLE.arrow_schema()))


def published(home: Path, built: Mapping[date, bytes]) -> bytes:
    """The composed file after these days were published into a home."""
    tables = {day: {TABLE.name: body} for day, body in built.items()}
    Marts(Location(str(home))).publish(tables, {}, mart_tables())
    return (home / "marts" / f"{TABLE.name}.parquet").read_bytes()


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "FEW_ROWS", 100)


def days(count: int) -> list[date]:
    return [NEWEST - timedelta(days=n) for n in range(count)][::-1]


@pytest.mark.usefixtures("few_rows")
def test_dates_that_come_one_a_night_give_the_bytes_of_all_at_once(tmp_path: Path) -> None:
    built = {day: rows_of(day, 30 + 7 * n) for n, day in enumerate(days(12))}
    for day, body in built.items():
        nightly = published(tmp_path / "nightly", {day: body})
    assert nightly == published(tmp_path / "at once", built)
    assert pq.ParquetFile(io.BytesIO(nightly)).num_row_groups > 3


@pytest.mark.usefixtures("few_rows")
def test_a_date_in_the_middle_that_is_built_again_or_dropped_leaves_no_old_row(tmp_path: Path) -> None:
    some = days(9)
    built = {day: rows_of(day, 40) for day in some}
    published(tmp_path / "one", built)
    again = {some[4]: rows_of(some[4], 55, salt=3)}
    assert published(tmp_path / "one", again) == published(tmp_path / "other", {**built, **again})
    later = {some[-1] + timedelta(days=45): rows_of(some[-1] + timedelta(days=45), 40)}
    body = published(tmp_path / "one", later)  # of days over a month old the last of each week stays
    shown = pq.read_table(io.BytesIO(body)).column("as_of").unique().to_pylist()
    assert shown == kept(sorted({*some, *later}))
    assert len(shown) < len(some)
    assert body == published(tmp_path / "third", {**built, **again, **later})


@pytest.mark.usefixtures("few_rows")
def test_a_night_reads_of_the_dates_before_it_at_most_the_row_group_that_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = days(20)
    published(tmp_path, {day: rows_of(day, 60) for day in some[:-1]})
    read: list[str] = []
    inner = Location.read

    def noted(self: Location, name: str, start: int | None = None, end: int | None = None) -> bytes:
        read.append(name)
        return inner(self, name, start, end)

    monkeypatch.setattr(Location, "read", noted)
    published(tmp_path, {some[-1]: rows_of(some[-1], 60)})
    assert {name.split("/")[2] for name in read if name.startswith("marts/as_of/")} <= {str(some[-2])}


def test_a_composed_file_of_other_columns_or_a_damaged_one_is_written_anew(tmp_path: Path) -> None:
    some = days(3)
    whole = published(tmp_path / "one", {day: rows_of(day, 10) for day in some})
    old = pq.read_table(io.BytesIO(whole)).drop_columns([TABLE.arrow_schema().names[-1]])
    for odd in (parquet_bytes(old), whole[: len(whole) // 2], b""):
        path = tmp_path / "one" / "marts" / f"{TABLE.name}.parquet"
        path.resolve().unlink()
        path.resolve().write_bytes(odd)
        assert published(tmp_path / "one", {some[-1]: rows_of(some[-1], 10)}) == whole


def test_row_groups_are_copied_as_they_lie_and_a_footer_is_written_as_it_was_read() -> None:
    sink = io.BytesIO()
    rows = pa.table({"a": list(range(1000)), "b": [f"w{n % 9}" for n in range(1000)], "c": [None, 1.5] * 500})
    pq.write_table(rows, sink, row_group_size=100, compression="zstd")
    body = sink.getvalue()
    assert joined(body, [(body, n) for n in range(10)]) == body
    turned = pq.read_table(io.BytesIO(joined(body, [(body, n) for n in (9, 0, 9)])))
    assert turned.equals(pa.concat_tables([rows.slice(900), rows.slice(0, 100), rows.slice(900)]))
    size = int.from_bytes(body[-8:-4], "little")
    assert file_of([body[4 : -8 - size]], footer_of(body)) == body
    with pytest.raises(ValueError, match="no Parquet file"):
        footer_of(b"PAR1 and nothing more")
