"""A board that is captured again for a year, and says what it said, is no news: no lag moves by a day."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from extractors.source import discover
from flows.derive import sources
from flows.ingest import SourceJob, publish, run_source
from flows.pools import serial
from tests.extractors.golden import golden_files, load
from tests.faults.homes import put, source_with
from transforms import build
from transforms.as_of import AsOf
from warehouse.capture import Capture
from warehouse.content_age import ages, captured
from warehouse.inputs import Inputs
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

BOARDS = sorted(s for s, r in discover().items() if r.source.kind == "boards")
CAPTURES = [load(f)[0] for f in golden_files() if f.parent.name in BOARDS]
LAST = max(c.observed_on for c in CAPTURES)
A_YEAR_LATER = LAST + timedelta(days=366)
AGAIN = [LAST + timedelta(days=days) for days in (30, 120, 240, 365)]


class Known(NamedTuple):
    location: Location
    lag: pd.DataFrame
    frontier: pd.DataFrame


def newest() -> list[Capture]:
    """The newest golden capture of every address."""
    return list({c.address: c for c in sorted(CAPTURES, key=lambda c: c.captured_at)}.values())


def known_a_year_later(root: Path, later: Iterable[date]) -> Known:
    """The boards' lags a year after the last golden capture, where every page was captured again unchanged on
    the `later` days.
    """
    location = Location(str(root))
    moments = [(c, c.captured_at) for c in CAPTURES]
    moments += [(c, datetime.combine(day, time(6), UTC)) for day in later for c in newest()]
    for capture, when in moments:
        for one in (capture, *capture.companions.values()):
            put(location, capture.source_id, one.address, when, one.body, one.content_type)
    outcomes = Outcomes("test")
    with ExitStack() as stack:
        for source_id in BOARDS:  # the golden pages are shorter than the real ones
            expects = replace(discover()[source_id].source.expects, rows={}, models=(), vanished_share=1.0)
            stack.enter_context(source_with(source_id, expects=expects))
        reads = [run_source(SourceJob(location, s, None, A_YEAR_LATER, "test")) for s in BOARDS]
        published = publish(Snapshots(location), reads, outcomes, serial)
    assert set(published.rows) == set(BOARDS)
    inputs = Inputs(Snapshots(location), A_YEAR_LATER, sources(), prices=False)
    made = build.lag_part(AsOf(inputs), build.Wanted(A_YEAR_LATER, True, None))
    return Known(location, made["lag"], made["frontier"])


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return known_a_year_later(tmp_path_factory.mktemp("once"), ())


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return known_a_year_later(tmp_path_factory.mktemp("again"), AGAIN)


def test_no_lag_of_any_golden_board_moves_by_a_day(once: Known, again: Known):
    assert len(once.lag) > 40
    assert once.lag["board_id"].nunique() >= 5
    before, after = (k.lag.drop(columns=["vintage", "vintage_basis"]) for k in (once, again))
    pd.testing.assert_frame_equal(after.reset_index(drop=True), before.reset_index(drop=True))


def test_no_daily_lag_is_later_than_what_its_board_says_for_the_first_time(again: Known):
    daily = again.lag[again.lag["definition"] != "event"]
    assert len(daily)
    assert daily["valid_on"].max() <= pd.Timestamp(LAST)


def test_every_board_was_captured_anew_and_is_as_old_as_its_content(again: Known):
    known = ages(captured(Snapshots(again.location), A_YEAR_LATER), A_YEAR_LATER)
    assert set(known) == set(BOARDS)
    for of_source in known.values():
        assert {age.captured_on for age in of_source.values()} >= {AGAIN[-1]}
        assert all(age.content_on <= LAST for age in of_source.values())
