"""Old days fold into months, and no reader can tell: the same rows in the same order, at every moment,
however a folding ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from tests.flows.servers import s3
from warehouse import kept_said
from warehouse import snapshots as reading_of
from warehouse.catalog import descriptors
from warehouse.folded import FOLDER, Folded, pieces
from warehouse.folding import SETTLED, fold
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.parquet import parquet_bytes
from warehouse.query import query
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES, OFFERS
from warehouse.verify import verify

FIRST = date(2026, 1, 3)
DAYS = [FIRST + timedelta(days=n) for n in (0, 2, 5, 9, 27, 28, 40, 41, 70, 118, 150)]
SOURCES = ("made", "made_b")


def day_body(source_id: str, day: date, salt: int = 0) -> bytes:
    """A day's snapshot of list_prices."""
    count, at = 5 + day.day % 4, datetime.combine(day, datetime.min.time(), UTC)
    made = {}
    for f in LIST_PRICES.arrow_schema():
        if f.name == "source_id":
            values: list[object] = [source_id] * count
        elif f.name == "observed_on":
            values = [day] * count
        elif pa.types.is_timestamp(f.type):
            values = [at] * count
        elif pa.types.is_string(f.type):
            values = [f"{f.name} {(n + day.day + salt) % 6}" for n in range(count)]
        else:
            values = [n + salt for n in range(count)]
        made[f.name] = pa.array(values, f.type)
    about = {
        "source": source_id,
        "licence": "mit",
        "captures": json.dumps({"x": [str(day), "t"]}),
        "code": "c",
    }
    schema = LIST_PRICES.arrow_schema(about)
    return parquet_bytes(pa.table(made, schema=schema))


def fill(location: Location) -> Location:
    location.write_many(
        {
            f"snapshots/{LIST_PRICES.directory}/{source_id}/{day}.parquet": day_body(source_id, day)
            for source_id in SOURCES
            for day in DAYS
        }
    )
    return location


@pytest.fixture
def home(tmp_path: Path) -> Location:
    return fill(Location(str(tmp_path / "home")))


def told(location: Location) -> list[object]:
    """All that readers ask of a home's snapshots."""
    some = Snapshots(location)
    names = [some.name(LIST_PRICES, source_id, day) for source_id in SOURCES for day in DAYS]
    latest = some.latest(LIST_PRICES, "made", DAYS[5])
    assert latest is not None
    package = json.loads(descriptors(location, {}, mart_tables())["datapackage.json"])
    resource = next(r for r in package["resources"] if r["name"] == "list_prices")
    return [
        some.table(LIST_PRICES).to_pylist(),
        some.table(LIST_PRICES, DAYS[3], ["made_b"], ["listed_model", "amount"]).to_pylist(),
        some.table(LIST_PRICES, DAYS[6], newest_only=True).to_pylist(),
        [some.days(LIST_PRICES, source_id) for source_id in SOURCES],
        [(rows.to_pylist(), rows.schema.metadata) for rows in map(some.read, names)],
        [some.has(LIST_PRICES, "made", day) for day in (DAYS[0], DAYS[0] + timedelta(days=1))],
        (latest[0].to_pylist(), latest[1]),
        query(location, "SELECT * FROM list_prices ORDER BY ALL").to_pylist(),
        (resource["row_count"], resource["as_of"]),
        verify(location).problems,
    ]


def folded_days(location: Location) -> set[date]:
    return {day for month in Folded(location).months(LIST_PRICES.directory, "made") for day in month.days}


def test_every_reader_finds_in_months_what_it_found_in_days(home: Location) -> None:
    before = told(home)
    old = {
        day for day in DAYS if (day.replace(day=1) + timedelta(days=32)).replace(day=1) + SETTLED <= DAYS[-1]
    }
    files = len(home.names("snapshots"))
    assert fold(home) == 6  # January, February and March of two sources
    assert folded_days(home) == old
    assert len(home.names("snapshots")) == files
    assert told(home) == before
    assert fold(home) == 0
    assert len(home.names("snapshots")) == files - 2 * len(old)
    assert len(home.names(FOLDER)) == 6
    assert told(home) == before
    assert fold(home) == 0


@pytest.mark.server
def test_the_same_in_an_object_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3(tmp_path):
        home = fill(Location("s3://gapledger/home"))
        before = told(home)
        for _ in range(2):
            fold(home)
            assert told(home) == before
        assert len(home.names(FOLDER)) == 6
        rows = Snapshots(home).table(LIST_PRICES)
        monkeypatch.setattr(kept_said, "WORTH", 2)
        for _ in range(2):  # the second time it is what the first one kept
            one = kept_said.said_in(Snapshots(home), LIST_PRICES, keep=True).written_out()
            assert one.to_pylist() == rows.select(one.schema.names).to_pylist()
        assert len(home.names(kept_said.KEPT)) == 2 * len(SOURCES)


class KilledError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("step", range(0, 24, 3))
def test_a_folding_that_is_killed_at_any_step_loses_no_row_and_is_made_up_for(
    home: Location, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, left = told(home), [step]

    def counted(inner: object) -> object:
        def one(self: Location, name: str, *given: bytes) -> None:
            if left[0] == 0:
                raise KilledError
            left[0] -= 1
            inner(self, name, *given)  # type: ignore[operator]

        return one

    with monkeypatch.context() as patched:
        patched.setattr(Location, "write", counted(Location.write))
        patched.setattr(Location, "remove", counted(Location.remove))
        with pytest.raises(KilledError):
            for _ in range(9):
                fold(home)
                left[0] -= left[0] > 0  # a folding with nothing to do ends the patience too
    assert told(home) == before
    fold(home)
    fold(home)
    assert told(home) == before
    assert len(home.names(FOLDER)) == 6


@pytest.mark.parametrize("rounds", [1, 2])
def test_a_reader_who_listed_the_files_before_finds_their_rows_after(
    home: Location, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, days_listed = Snapshots(home), pieces(home, LIST_PRICES)
    before = some.table(LIST_PRICES).to_pylist()
    for _ in range(rounds):
        fold(home)
    months_listed = pieces(home, LIST_PRICES)
    monkeypatch.setattr(reading_of, "pieces", lambda *_: days_listed)
    assert some.table(LIST_PRICES).to_pylist() == before
    publish(home, DAYS[1], salt=7)  # takes January apart
    monkeypatch.setattr(reading_of, "pieces", lambda *_: months_listed)
    mine = [
        r
        for r in some.table(LIST_PRICES).to_pylist()
        if (r["source_id"], r["observed_on"]) != ("made", DAYS[1])
    ]
    assert mine == [r for r in before if (r["source_id"], r["observed_on"]) != ("made", DAYS[1])]


def publish(location: Location, day: date, salt: int = 0, source_id: str = "made") -> None:
    """A day's rows through the door that runs publish by."""
    from warehouse.parquet import read

    body = day_body(source_id, day, salt)
    rows = read(body, "made")
    said = {k.decode(): v.decode() for k, v in (rows.schema.metadata or {}).items()}
    part = SimpleNamespace(sha256="x", address=str(day), observed_at=SimpleNamespace(isoformat=lambda: "t"))
    made = SimpleNamespace(
        table=LIST_PRICES, source_id=source_id, rows_on=lambda *_, **__: rows, parts_on=lambda _: [part]
    )
    verdict = SimpleNamespace(day=day, numbers=(), quarantined={})
    Snapshots(location).publish(made, verdict, "mit", said["code"])  # type: ignore[arg-type]


def test_a_folded_day_that_is_published_again_takes_its_month_apart_and_folds_again(home: Location) -> None:
    for _ in range(2):
        fold(home)
    publish(home, DAYS[1], salt=7)
    assert folded_days(home).isdisjoint(day for day in DAYS if day < date(2026, 2, 1))
    other = fill(Location(f"{home.root}-other"))
    publish(other, DAYS[1], salt=7)
    assert told(home) == told(other)
    for _ in range(2):
        fold(home)
        assert told(home) == told(other)
    assert DAYS[1] in folded_days(home)
    names = home.names("snapshots")
    publish(home, DAYS[1], salt=7)  # the very same again: nothing is taken apart
    assert home.names("snapshots") == names


def test_a_day_that_comes_late_joins_its_month(home: Location) -> None:
    for _ in range(2):
        fold(home)
    late = FIRST + timedelta(days=1)
    publish(home, late)
    before = Snapshots(home).table(LIST_PRICES).to_pylist()
    assert [r["observed_on"] for r in before if r["source_id"] == "made"][0:99:5][0] == FIRST
    for _ in range(2):
        fold(home)
        assert Snapshots(home).table(LIST_PRICES).to_pylist() == before
    assert late in folded_days(home)
    assert len(home.names(FOLDER)) == 6


def test_days_of_two_licences_and_damaged_days_stay_days(home: Location) -> None:
    odd = f"snapshots/{LIST_PRICES.directory}/made/{DAYS[0]}.parquet"
    home.write(odd, home.read(odd)[:-40])
    assert fold(home) == 5
    assert DAYS[0] not in folded_days(home)
    assert list(verify(home).problems) == [odd]


@pytest.fixture(autouse=True)
def _long_ago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The made days are months past, whatever the clock says."""
    monkeypatch.setattr("warehouse.folding.utc_today", lambda: date(2027, 1, 1))
    yield


def test_a_table_that_nothing_folds_is_read_as_it_lies(home: Location) -> None:
    assert Snapshots(home).table(OFFERS).num_rows == 0
