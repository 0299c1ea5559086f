"""What a run and `status` call a failure, and what they say of a source that says nothing new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from extractors.source import discover
from tests.extractors.golden import golden_files, load
from tests.faults.homes import night, put, source_with
from warehouse.expects import Expects
from warehouse.freshness import freshness
from warehouse.location import Location
from warehouse.outcomes import Outcomes, Step
from warehouse.snapshots import Snapshots
from warehouse.source_state import SourceState, source_states

SOURCE = "metr_releases"
OLD, NEW, TODAY = date(2023, 10, 31), date(2026, 8, 3), date(2026, 11, 30)


def run_with(*steps: tuple[date, str, str | None]) -> Outcomes:
    """A run's outcomes: day, step and error of each."""
    outcomes = Outcomes("run")
    for number, (day, step, error) in enumerate(steps):
        at = datetime(2026, 11, 30, 2, 30, number, tzinfo=UTC)
        outcomes.note(SOURCE, day, step, at, 0.1, Step(error=error))
    return outcomes


def test_an_old_capture_that_cannot_be_read_is_no_failure_of_a_run_that_published_a_later_day():
    assert run_with((OLD, "parse", "no table"), (NEW, "check", None)).failed == {}
    assert run_with((OLD, "check", None), (NEW, "parse", "no table")).failed == {SOURCE: "no table"}
    assert run_with((NEW, "parse", "no table"), (NEW, "check", "no table")).failed == {SOURCE: "no table"}
    assert run_with((OLD, "parse", "no table")).failed == {SOURCE: "no table"}


def state_after(home: Location, outcomes: Outcomes, today: date = TODAY) -> SourceState:
    outcomes.write(Snapshots(home), today)
    source = discover()[SOURCE].source
    return source_states(home, today, {SOURCE: source})[0]


def test_status_calls_no_source_failing_for_a_capture_older_than_its_newest_good_day(tmp_path: Path):
    home = _published_on(tmp_path, NEW)
    state = state_after(home, run_with((OLD, "parse", "no table")))
    assert (state.last_success, state.failing_since, state.error) == (NEW, None, None)
    assert state_after(home, run_with((TODAY, "fetch", "HTTP 404"))).state == "failing"


def _published_on(root: Path, day: date) -> Location:
    """A home with one good snapshot, of which the same bytes were captured twice."""
    home = Location(str(root))
    capture, _ = load(next(f for f in golden_files() if f.parent.name == SOURCE))
    for when in (day - timedelta(days=40), day):
        moment = datetime(when.year, when.month, when.day, 6, tzinfo=UTC)
        put(home, SOURCE, capture.address, moment, capture.body, capture.content_type)
        with source_with(SOURCE, expects=Expects()):  # the golden page is shorter than the real one
            night(home, [SOURCE], when)
    return home


def test_a_source_is_as_old_as_its_content_and_not_as_its_captures(tmp_path: Path):
    home = _published_on(tmp_path, NEW)
    sources = {SOURCE: discover()[SOURCE].source}
    row = freshness(home, TODAY, sources).iloc[0]
    assert str(row["captured_on"].date()) == str(NEW)
    assert str(row["content_on"].date()) == str(NEW - timedelta(days=40))
    assert not row["quiet"]  # no headline rests on it
    as_json = source_states(home, TODAY, sources)[0].as_json()
    assert (as_json["content_on"], as_json["rhythm_days"]) == (str(NEW - timedelta(days=40)), None)


def test_a_source_that_feeds_a_headline_and_says_nothing_new_is_a_named_line(tmp_path: Path):
    home = _published_on(tmp_path, NEW)
    source = replace(discover()[SOURCE].source, headline=True)
    quiet = source_states(home, TODAY, {SOURCE: source})[0].quietness
    assert SOURCE in quiet
    assert str(NEW - timedelta(days=40)) in quiet
    assert source_states(home, NEW, {SOURCE: source})[0].quietness == ""
