"""Kind 17 of what attacks broke: tables that are read together are of one published set, while others are
published.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.location import Location
from warehouse.parquet import opened
from warehouse.query import query

READS = 40
NUMBERS = "SELECT (SELECT max(number) FROM models) AS one, (SELECT max(number) FROM model_aliases) AS other"


def published(location: Location, number: int) -> None:
    """One set whose tables all say its number."""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"number": [number], "as_of": [date(2026, 11, 1)]}), buffer)
    names = ("models", "model_aliases", "lag", "price_intervals")
    location.publish(
        {**{f"marts/{name}.parquet": buffer.getvalue() for name in names}, "datapackage.json": b"{}"}
    )


@contextmanager
def changing(location: Location) -> Iterator[list[int]]:
    """Sets published one after the other, as fast as it goes; gives the numbers published so far."""
    stop, numbers = threading.Event(), [0]
    published(location, 0)

    def publish() -> None:
        while not stop.is_set():
            published(location, numbers[-1] + 1)
            numbers.append(numbers[-1] + 1)

    writer = threading.Thread(target=publish)
    writer.start()
    try:
        yield numbers
    finally:
        stop.set()
        writer.join()


def test_a_query_reads_all_its_tables_of_one_set(tmp_path: Path) -> None:
    """Reads go on until as many sets were published, whichever thread the machine prefers."""
    location, pairs = Location(str(tmp_path)), []
    with changing(location) as numbers:
        while min(len(pairs), len(numbers)) < READS:
            pairs.append(query(location, NUMBERS).to_pylist()[0])
    assert [pair for pair in pairs if pair["one"] != pair["other"]] == []


def test_a_query_begins_again_where_its_set_is_cleared_away_under_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The set goes between our look at a file and DuckDB's."""
    location, looks = Location(str(tmp_path)), []
    published(location, 0)

    def slow(body: bytes, name: str) -> object:
        looks.append(name)
        for number in range(1, 7) if len(looks) == 1 else ():
            published(location, number)
        return opened(body, name)

    monkeypatch.setattr("warehouse.query.opened", slow)
    assert query(location, NUMBERS).to_pylist() == [{"one": 6, "other": 6}]


@pytest.mark.parametrize("tables", [("models", "lag"), ("model_aliases", "price_intervals", "models")])
def test_whoever_resolves_the_pointer_once_reads_one_set(tmp_path: Path, tables: tuple[str, ...]) -> None:
    """As docs/queries.md says to do with tools of one's own."""
    location, seen = Location(str(tmp_path)), []
    with changing(location):
        while len(seen) < READS:
            held = (tmp_path / "current").resolve()
            try:
                seen.append({pq.read_table(held / f"marts/{n}.parquet")["number"][0].as_py() for n in tables})
            except FileNotFoundError:
                continue  # a reader slower than the sets that are kept begins again
    assert all(len(numbers) == 1 for numbers in seen)
