"""An operator hears of what came about, once, and in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.alerts import FAILING, MOVED, STALE, Figure, failing_twice, gone_stale, headlines, moved
from warehouse.location import Location
from warehouse.marts import Marts


def outcomes(*errors):
    """One row a run, in order; a run's first step always succeeds."""
    rows = []
    for number, error in enumerate(errors):
        when = datetime(2026, 11, 1 + number, tzinfo=UTC)
        rows += [{"run_id": f"run{number}", "started_at": when, "error": e} for e in (None, error)]
    return rows[::-1]


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        (["gone"], False),
        (["gone", "gone"], True),
        ([None, "gone", "layout changed"], True),
        (["gone", None, "gone"], False),
        (["gone", "gone", "gone"], False),
        (["gone", "gone", None], False),
    ],
)
def test_a_source_that_fails_twice_in_a_row_is_told_once(errors, told):
    alert = failing_twice("openai", outcomes(*errors))
    assert (alert is not None) == told
    if alert:
        assert (alert.event, alert.about) == (FAILING, "source.openai")
        assert errors[-1] in alert.message


def test_a_source_is_told_when_it_goes_stale_and_not_while_it_is():
    before = [
        {"source_id": "a", "state": "fresh", "age_days": 7},
        {"source_id": "b", "state": "stale", "age_days": 30},
    ]
    now = [
        {"source_id": "a", "state": "stale", "age_days": 8},
        {"source_id": "b", "state": "stale", "age_days": 31},
    ]
    (alert,) = gone_stale(before, now)
    assert (alert.event, alert.about) == (STALE, "source.a")
    assert "8 days" in alert.message


def test_a_headline_is_told_when_it_leaves_the_interval_it_had():
    before = {
        "lag.x": Figure(100, 80, 120),
        "lag.y": Figure(100, 80, 120),
        "lag.z": Figure(5, None, None),
        "lag.gone": Figure(1, 0, 2),
    }
    now = {
        "lag.x": Figure(120.5, 110, 130),
        "lag.y": Figure(81, 60, 99),
        "lag.z": Figure(500, 0, 1),
        "lag.new": Figure(9, 8, 10),
    }
    (alert,) = moved(before, now, date(2026, 11, 1))
    assert (alert.event, alert.about) == (MOVED, "headline.lag.x")
    assert "100 (80 to 120) as of 2026-11-01 to 120.5" in alert.message


def test_the_headlines_of_a_home_are_read_and_the_same_home_raises_no_alert(small_home):
    """A name that is a condition too was read twice, and every nightly but a home's first failed for it."""
    marts = Marts(Location(str(small_home)))
    found = headlines(marts, marts.as_ofs()[-1])
    assert any(name.startswith("price_ratio.at_capability.") for name in found)
    assert moved(found, found, date(2026, 11, 1)) == []
