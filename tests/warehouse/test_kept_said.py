"""What old days say is kept, and is what reading them again would give: byte for byte, on every date,
whatever happens to the days or to what is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from studies.bench.moved import counted
from tests.warehouse import test_folding
from tests.warehouse.noted_reads import noted_reads
from warehouse import kept_said
from warehouse.folding import fold
from warehouse.kept_said import KEPT, OPEN, WORTH, said_in
from warehouse.location import Location
from warehouse.parquet import parquet_bytes, read
from warehouse.said import Said, said, together
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES

FIRST = date(2026, 1, 3)
DAYS = [FIRST + timedelta(days=9 * n) for n in range(WORTH + OPEN + 4)]
UNTIL = [None, DAYS[-1], DAYS[-1] - timedelta(days=1), DAYS[WORTH // 2], DAYS[0]]


def name_of(source_id: str, day: date) -> str:
    return f"snapshots/{LIST_PRICES.directory}/{source_id}/{day}.parquet"


def day_body(source_id: str, day: date, salt: int = 0) -> bytes:
    """A day's snapshot of list_prices, which says what days of the same number (of three) say."""
    rows = read(
        test_folding.day_body(source_id, DAYS[DAYS.index(day) % 3 if day in DAYS else 0], salt), "a day"
    )
    return parquet_bytes(as_of(rows, day))


def as_of(rows: pa.Table, day: date) -> pa.Table:
    """The rows as observed on a day."""
    at = datetime.combine(day, datetime.min.time(), UTC)
    sha = hashlib.sha256(str(day).encode()).hexdigest()
    for name, value in (("observed_on", day), ("observed_at", at), ("capture_sha256", sha)):
        field = rows.schema.field(name)
        column = pa.array([value] * rows.num_rows, field.type)
        rows = rows.set_column(rows.schema.get_field_index(name), field, column)
    return rows


@pytest.fixture
def home(tmp_path: Path) -> Location:
    location = Location(str(tmp_path / "home"))
    few = DAYS[:3]  # a source of which nothing is worth keeping
    days = [("made", day) for day in DAYS] + [("made_b", day) for day in few]
    location.write_many({name_of(source_id, day): day_body(source_id, day) for source_id, day in days})
    return location


def body(one: Said) -> str:
    """Its bytes, by digest."""
    files = [parquet_bytes(table.replace_schema_metadata(None)) for table in (one.rows, one.captures)]
    arrays = [array.astype("<i4").tobytes() for array in (one.number, one.capture)]
    return hashlib.sha256(b"".join([*files, *arrays])).hexdigest()


def fresh(location: Location, until: date | None) -> Said:
    """From the snapshots alone."""
    return together([said(Snapshots(location).table(LIST_PRICES, until))], LIST_PRICES)


def night(location: Location) -> None:
    """What a night keeps."""
    said_in(Snapshots(location), LIST_PRICES, None, keep=True)


NAMED = ["source_id", "observed_on", "listed_model"]


def same_on_every_date(location: Location) -> bool:
    found = [body(said_in(Snapshots(location), LIST_PRICES, until)) for until in UNTIL]
    few = said_in(Snapshots(location), LIST_PRICES, DAYS[-1], columns=NAMED).written_out()
    assert (
        few.to_pylist()
        == Snapshots(location).table(LIST_PRICES, DAYS[-1]).select(few.schema.names).to_pylist()
    )
    return found == [body(fresh(location, until)) for until in UNTIL]


def read_now(location: Location, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The snapshots that are read for the rows of all days."""
    with noted_reads(monkeypatch) as read:
        said_in(Snapshots(location), LIST_PRICES)
    return sorted(name for name in read if not name.startswith(KEPT))


def test_written_out_it_is_the_rows_of_the_snapshots(home: Location) -> None:
    rows = Snapshots(home).table(LIST_PRICES)
    one = said_in(Snapshots(home), LIST_PRICES)
    assert len(one.number) == rows.num_rows > one.rows.num_rows
    written = one.written_out().to_pylist()
    assert written == rows.select(list(written[0])).to_pylist()
    some = np.arange(len(one.number)) % 3 == 1
    assert one.written_out(some).to_pylist() == written[1::3]


def test_kept_days_are_not_read_again_and_say_what_they_said(
    home: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(home)
    open_days = [name_of("made", day) for day in DAYS[-OPEN:]]
    few = [name_of("made_b", day) for day in DAYS[:3]]
    assert read_now(home, monkeypatch) == sorted([*open_days, *few])
    assert same_on_every_date(home)


def test_days_from_a_corrected_one_on_are_read_again_and_those_before_are_not(
    home: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(home)
    home.write(name_of("made", DAYS[9]), day_body("made", DAYS[9], salt=1))
    few = [name_of("made_b", day) for day in DAYS[:3]]
    assert read_now(home, monkeypatch) == sorted([*(name_of("made", day) for day in DAYS[9:]), *few])
    assert same_on_every_date(home)


def test_who_only_reads_a_home_writes_nothing(home: Location) -> None:
    said_in(Snapshots(home), LIST_PRICES)
    assert not home.names("kept")


def late(home: Location) -> None:
    day = DAYS[4] + timedelta(days=1)
    home.write(name_of("made", day), day_body("made", day))


def corrected(home: Location) -> None:
    home.write(name_of("made", DAYS[4]), day_body("made", DAYS[4], salt=1))


def lost(home: Location) -> None:
    home.remove(name_of("made", DAYS[4]))


def folded(home: Location) -> None:
    assert fold(home)
    fold(home)  # and the days' own files are gone


def damaged_rows(home: Location) -> None:
    _flip(home, f"{KEPT}/{LIST_PRICES.directory}/made.rows.parquet")


def damaged_where(home: Location) -> None:
    _flip(home, f"{KEPT}/{LIST_PRICES.directory}/made.where.parquet")


def of_another_night(home: Location) -> None:
    """The two files of a source are of two nights."""
    name = f"{KEPT}/{LIST_PRICES.directory}/made.rows.parquet"
    before = home.read(name)
    corrected(home)
    night(home)
    home.write(name, before)


def deleted(home: Location) -> None:
    for name in home.names("kept"):
        home.remove(name)


def _flip(home: Location, name: str) -> None:
    file = bytearray(home.read(name))
    file[len(file) // 2] ^= 1
    home.write(name, bytes(file))


@pytest.mark.parametrize(
    "happened",
    [late, corrected, lost, folded, damaged_rows, damaged_where, of_another_night, deleted],
    ids=lambda happened: happened.__name__,
)
def test_whatever_happens_what_is_kept_is_what_a_fresh_reading_gives(
    home: Location, happened: Callable[[Location], None]
) -> None:
    night(home)
    happened(home)
    assert same_on_every_date(home)
    night(home)
    assert same_on_every_date(home)


@pytest.mark.parametrize("which", ["rows", "where"])
def test_a_damaged_kept_file_is_named_and_made_again(
    home: Location, which: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.parquet._told", set())
    night(home)
    name = f"{KEPT}/{LIST_PRICES.directory}/made.{which}.parquet"
    whole = home.read(name)
    _flip(home, name)
    night(home)
    assert name in caplog.text
    assert home.read(name) == whole


def test_a_damaged_day_is_left_out_and_nothing_is_kept_without_it(
    home: Location, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.parquet._told", set())
    _flip(home, name_of("made", DAYS[4]))
    night(home)
    assert name_of("made", DAYS[4]) in caplog.text
    assert not home.names("kept")
    home.write(name_of("made", DAYS[4]), day_body("made", DAYS[4]))
    night(home)
    assert same_on_every_date(home)
    assert len(home.names("kept")) == 2


def test_what_is_kept_of_a_source_that_is_gone_goes(home: Location) -> None:
    night(home)
    for day in DAYS:
        home.remove(name_of("made", day))
    night(home)
    assert not home.names("kept")


def test_other_columns_make_what_is_kept_stale(home: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    night(home)
    monkeypatch.setattr(kept_said, "FORM", "another")
    assert len(read_now(home, monkeypatch)) == len(DAYS) + 3


def bytes_of_a_night(folder: Path, days: int) -> int:
    """What is read of a home of so many days on the morning after."""
    location = Location(str(folder))
    rows = [read(day_body("made", DAYS[0], salt=n), "a day") for n in range(60)]
    made = {}
    for day in (FIRST + timedelta(days=n) for n in range(days)):
        whole = pa.concat_tables(as_of(some, day) for some in rows)
        made[name_of("made", day)] = parquet_bytes(whole)
    location.write_many(made)
    night(location)
    with counted() as moved:
        one = said_in(Snapshots(location), LIST_PRICES)
    assert one.captures.num_rows == days
    return moved.read


def test_of_three_times_the_history_a_night_reads_little_more(tmp_path: Path) -> None:
    once, thrice = bytes_of_a_night(tmp_path / "one", 30), bytes_of_a_night(tmp_path / "three", 90)
    days = [
        (tmp_path / "three" / name_of("made", FIRST + timedelta(days=n))).stat().st_size for n in range(90)
    ]
    assert thrice < 2 * once
    assert thrice - once < sum(days[30:]) / 20
