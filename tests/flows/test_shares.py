"""How a backfill's as-of dates are divided among processes."""

from datetime import date, timedelta

import pytest

from flows.derive import halves


@pytest.mark.parametrize(("count", "apart"), [(8, 1), (70, 7), (9, 365), (2, 30), (2, 3000)])
def test_shares_are_runs_of_all_dates_in_order_and_none_is_empty(count: int, apart: int) -> None:
    dates = [date(2025, 6, 8) + timedelta(days=apart * n) for n in range(count)]
    early, late = halves(dates)
    assert early + late == dates
    assert early
    assert late


def test_the_later_share_of_a_long_backfill_has_fewer_dates_and_of_a_short_one_as_many() -> None:
    weeks = [date(2025, 6, 8) + timedelta(weeks=n) for n in range(70)]
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(20)]
    assert len(halves(weeks)[0]) > 1.5 * len(halves(weeks)[1])
    assert abs(len(halves(days)[0]) - len(halves(days)[1])) <= 2
