"""A run for past dates adds what was known then, and leaves what is current as it is."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.derive import derive, report_only
from flows.pools import serial
from flows.summary import quiet
from tests.faults.homes import night
from tests.flows.homes import golden_home
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.snapshots import Snapshots

CURRENT = ("report/index.html", "report/feed.xml")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Location, list[date]]:
    """A home of one vendor whose newest day is derived, and the days that it knows."""
    location = golden_home(str(tmp_path_factory.mktemp("past")), ("deepseek_en",))
    days = sorted({row["observed_on"] for row in CaptureIndex(Snapshots(location)).rows})
    for day in days:
        night(location, ["deepseek_en"], day)
    derive(location, [days[-1]], serial, quiet)
    return location, days


def test_past_dates_leave_the_current_page_feed_and_prices_as_they_are(home: tuple[Location, list[date]]):
    location, days = home
    before = {name: location.read(name) for name in CURRENT}
    prices = location.read("marts/price_intervals.parquet")
    package = json.loads(location.read("datapackage.json"))
    past = [days[0], days[-2]]
    _, headline = derive(location, past, serial, quiet)
    assert set(past) <= set(Marts(location).as_ofs())
    assert {name: location.read(name) for name in CURRENT} == before
    assert location.read("marts/price_intervals.parquet") == prices
    assert not any(str(days[-1]) in line for line in headline)
    after = json.loads(location.read("datapackage.json"))
    as_of = [{r["name"]: r.get("as_of") for r in p["resources"]} for p in (package, after)]
    assert {k: v for k, v in as_of[1].items() if k in as_of[0]} == as_of[0]


def test_a_page_of_a_past_date_goes_to_a_file_of_its_own(home: tuple[Location, list[date]], tmp_path: Path):
    location, days = home
    before = {name: location.read(name) for name in CURRENT}
    out = tmp_path / "then" / "page.html"
    assert report_only(location, days[0], serial, quiet, out) == str(out)
    assert days[0].isoformat() in out.read_text(encoding="utf-8")
    assert {name: location.read(name) for name in CURRENT} == before


def test_without_a_file_a_past_page_is_refused(home: tuple[Location, list[date]]):
    location, days = home
    with pytest.raises(ValueError, match=f"does not replace that of {days[-1]}: give --out FILE"):
        report_only(location, days[0], serial, quiet)


def test_a_later_date_becomes_the_current_one(home: tuple[Location, list[date]]):
    location, days = home
    later = days[-1] + timedelta(days=3)
    derive(location, [later], serial, quiet)
    assert later.isoformat() in location.read("report/index.html").decode()
