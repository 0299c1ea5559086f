"""The extrapolated lag: the day from the lab's own gaps, the lag from the trend of its own lags."""

import numpy as np
import pandas as pd
import pytest

from tests.transforms.made_claims import lags, models
from transforms.boards.forecast import COLUMNS, extrapolated, forecast, next_waits
from warehouse.mart_tables.claims import FORECAST

DAYS = ("2024-01-01", "2024-07-01", "2025-01-01", "2025-07-01", "2026-01-01")
NAMES = tuple(f"lab/v{n}" for n in range(5))
MODELS = models(*[(name, "CN", day, "major") for name, day in zip(NAMES, DAYS, strict=True)])
AS_OF = pd.Timestamp("2026-03-01")


def growing(step: float) -> pd.DataFrame:
    """Event lags of 60 days and `step` more at each release."""
    parts = [
        lags(("epoch_eci", "1", 60 + n * step, None, None), model=m, day=d)
        for n, (m, d) in enumerate(zip(NAMES, DAYS, strict=True))
    ]
    return pd.concat(parts, ignore_index=True).assign(vintage_basis="as_of", vintage=AS_OF)


def test_a_steady_lab_with_a_steady_trend_is_carried_on_exactly():
    found = forecast(MODELS, growing(30), AS_OF)
    assert len(found) == 1
    row = found.iloc[0]
    assert pd.isna(row["next_lo90"]) and pd.isna(row["next_hi90"])  # four gaps give no 90 % of a day
    assert row["lag_days"] == pytest.approx(60 + 5 * 30, abs=2)
    assert row["lo90_days"] <= row["lag_days"] <= row["hi90_days"]
    assert "no prediction" in row["label"]


def test_a_lag_that_does_not_move_is_forecast_as_it_is():
    row = forecast(MODELS, growing(0), AS_OF).iloc[0]
    assert [row["lo90_days"], row["lag_days"], row["hi90_days"]] == pytest.approx([60, 60, 60])


def test_nothing_known_after_the_day_enters():
    late = pd.concat([MODELS, models(("lab/v9", "CN", "2026-04-01", "major"))])
    pd.testing.assert_frame_equal(forecast(late, growing(30), AS_OF), forecast(MODELS, growing(30), AS_OF))


def test_a_lab_with_one_gap_or_a_board_with_three_lags_has_no_row():
    assert forecast(MODELS.iloc[-2:], growing(30), AS_OF).empty
    assert forecast(MODELS, growing(30).iloc[:3], AS_OF).empty


def test_gaps_shorter_than_the_time_already_gone_are_no_longer_possible():
    random = np.random.default_rng(1)
    assert set(next_waits(np.array([100.0, 200.0, 300.0]), 150, 500, random)) == {200.0, 300.0}
    assert set(next_waits(np.array([100.0, 200.0]), 400, 500, random)) == {500.0, 600.0}


def test_scatter_round_the_line_widens_the_interval():
    random = np.random.default_rng(2)
    x = np.arange(0.0, 900.0, 100.0)
    when = np.full(2000, 1000.0)
    noisy = extrapolated(x, 60 + 0.1 * x + np.tile([-40.0, 0.0, 40.0], 3), when, random)
    plain = extrapolated(x, 60 + 0.1 * x, when, random)
    assert np.std(plain) == pytest.approx(0, abs=1e-6)
    assert np.std(noisy) > 20
    assert np.median(noisy) == pytest.approx(160, abs=20)


def test_the_columns_are_those_of_the_table():
    assert set(COLUMNS) == set(FORECAST.column_names)
