"""An operator hears of what came about, once, and in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from warehouse import alerts as module
from warehouse.alerts import FAILING, MOVED, STALE, alerts
from warehouse.headlines import Figure, headlines, moved
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.source_state import failed_twice, gone_stale


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
    assert failed_twice(outcomes(*errors)) == (errors[-1] if told else None)


def test_a_failure_is_told_of_a_past_date_and_nothing_else(small_home, monkeypatch):
    monkeypatch.setattr(module, "newest_outcomes", lambda *_: outcomes("gone", "layout changed"))
    (alert,) = alerts(Location(str(small_home)), date(2026, 1, 1), ["openai"], date(2026, 1, 2))
    assert (alert.event, alert.about) == (FAILING, "source.openai")
    assert "layout changed" in alert.message


def test_a_source_is_told_when_it_goes_stale_and_not_while_it_is():
    before = [
        {"source_id": "a", "state": "fresh", "age_days": 7},
        {"source_id": "b", "state": "stale", "age_days": 30},
    ]
    now = [
        {"source_id": "a", "state": "stale", "age_days": 8},
        {"source_id": "b", "state": "stale", "age_days": 31},
    ]
    assert gone_stale(before, now) == now[:1]


class Kept:
    """The derived tables of two days, as `alerts` reads them."""

    def __init__(self, states):
        self.states = states

    def as_ofs(self):
        return [date(2026, 11, 1), date(2026, 11, 2)]

    def has(self, _name, _day):
        return True

    def read(self, _name, day, _columns):
        return pa.Table.from_pylist(self.states[day.day - 1])


def test_an_alert_is_a_sentence(monkeypatch):
    rows = [[{"source_id": "a", "state": s, "age_days": n}] for s, n in (("fresh", 7), ("stale", 8))]
    found = {1: {"lag.x": Figure(100, 80, 120)}, 2: {"lag.x": Figure(120.5, 110, 130)}}
    monkeypatch.setattr(module, "Marts", lambda _: Kept(rows))
    monkeypatch.setattr(module, "headlines", lambda _, day: found[day.day])
    stale, left = alerts(Location("unread"), date(2026, 11, 2), [], date(2026, 11, 2))
    assert (stale.event, stale.about) == (STALE, "source.a")
    assert "8 days" in stale.message
    assert (left.event, left.about) == (MOVED, "headline.lag.x")
    assert "100 (80 to 120) as of 2026-11-01 to 120.5" in left.message


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
    assert moved(before, now) == ["lag.x"]


def test_the_headlines_of_a_home_are_read_and_the_same_home_raises_no_alert(small_home):
    """A name that is a condition too was read twice, and every nightly but a home's first failed for it."""
    marts = Marts(Location(str(small_home)))
    found = headlines(marts, marts.as_ofs()[-1])
    assert any(name.startswith("price_ratio.at_capability.") for name in found)
    assert moved(found, found) == []
