"""Kept dates thin with age, by a rule that can be set, and what is dropped is gone from the home."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.warehouse.test_composing import NEWEST, TABLE, published, rows_of
from warehouse.kept_dates import SETTING, Rule, kept
from warehouse.location import HomeError, Location
from warehouse.marts import Marts


def days(count: int) -> list[date]:
    return [NEWEST - timedelta(days=n) for n in range(count)][::-1]


def test_every_day_of_a_month_every_week_of_two_years_and_every_month_before_are_kept() -> None:
    some = days(3650)
    left = kept(some)
    age = {day: (NEWEST - day).days for day in left}
    assert [day for day in left if age[day] <= 31] == some[-32:]
    weeks = Counter(day.isocalendar()[:2] for day in left if 31 < age[day] <= 731)
    assert set(weeks.values()) == {1}
    assert len(weeks) in (100, 101, 102)
    months = Counter((day.year, day.month) for day in left if age[day] > 731)
    assert set(months.values()) == {1}
    assert len(months) == 96  # of eight years


def test_dates_thinned_night_by_night_are_those_of_one_thinning() -> None:
    some, left = days(900), list[date]()
    for day in some:
        left = kept([*left, day])
    assert left == kept(some)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("", Rule()),
        ("all", Rule(None)),
        ("days=7 weeks=4", Rule(timedelta(days=7), timedelta(weeks=4))),
        ("days=60 weeks=1", Rule(timedelta(days=60), timedelta(days=60))),
    ],
)
def test_the_rule_is_set_by_the_environment(said: str, rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, said)
    assert kept(days(200)) == rule.kept(days(200))


def test_words_that_say_no_rule_are_refused_with_what_was_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "weeks")
    with pytest.raises(HomeError, match="expected `all`, or `days=31 weeks=105`"):
        kept(days(2))


def test_a_date_that_is_not_kept_leaves_the_home_unless_it_was_just_built(tmp_path: Path) -> None:
    some = [NEWEST - timedelta(days=n) for n in (50, 49, 48, 0)]  # Tuesday to Thursday of one week
    published(tmp_path, {day: rows_of(day, 3) for day in some})
    marts = Marts(Location(str(tmp_path)))
    assert marts.as_ofs() == some
    tomorrow = NEWEST + timedelta(days=1)
    published(tmp_path, {tomorrow: rows_of(tomorrow, 3)})
    assert marts.as_ofs() == [some[2], NEWEST, tomorrow]
    published(tmp_path, {some[0]: rows_of(some[0], 3)})
    assert marts.as_ofs() == [some[0], some[2], NEWEST, tomorrow]
    assert marts.read(TABLE.name, some[0]).num_rows == 3
