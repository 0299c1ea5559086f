"""A run for past dates adds what was known then, and leaves what is current as it is."""

from __future__ import annotations

import hashlib
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

CURRENT = ("report/index.html", "report/feed.xml", "report/croissant.json", "datapackage.json")


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
    history = json.loads(location.read("marts/datapackage.json"))
    past = [days[0], days[-2]]
    _, headline = derive(location, past, serial, quiet)
    assert set(past) <= set(Marts(location).as_ofs())
    assert {name: location.read(name) for name in CURRENT} == before
    assert location.read("marts/price_intervals.parquet") == prices
    assert not any(str(days[-1]) in line for line in headline)
    rows = [
        {r["name"]: r["row_count"] for r in said["resources"]}
        for said in (history, json.loads(location.read("marts/datapackage.json")))
    ]
    assert rows[1]["coverage"] > rows[0]["coverage"]
    assert all(rows[1][name] >= count for name, count in rows[0].items())


def test_a_descriptor_that_holds_no_more_is_made_again_with_a_past_date(home: tuple[Location, list[date]]):
    location, days = home
    before = json.loads(location.read("datapackage.json"))
    feed = location.read("report/feed.xml") + b"<!-- changed by hand -->"
    location.publish({"report/feed.xml": feed})
    derive(location, [days[0]], serial, quiet)
    said = json.loads(location.read("datapackage.json"))
    assert said["created"] == before["created"]
    stated = {file["path"]: file["hash"] for file in said["report"]}
    assert stated["report/feed.xml"] == f"sha256:{hashlib.sha256(feed).hexdigest()}"


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
