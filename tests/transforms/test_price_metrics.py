"""What capability costs: the frontier's premium, the decline at a level, capacity, the cost of a task."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.transforms.made_offers import DAY, OFF, PEAK, offer, series
from tests.transforms.made_prices import believed, observed, panel
from transforms.prices.at_capability import cheapest_at_levels
from transforms.prices.capacity import capacity
from transforms.prices.cost_per_task import cost_per_task, task_ratio
from transforms.prices.decline import price_decline
from transforms.prices.premium import frontier_premium
from transforms.prices.ratios import offers_for


def test_ten_points_that_cost_ten_times_as_much_are_a_premium_of_one():
    known = pd.DataFrame(
        {
            "model_id": [f"lab/m{i}" for i in range(6)],
            "country": "US",
            "capability": [100.0 + 5 * i for i in range(6)],
            "se": 0.0,
        }
    )
    prices = observed(*(row for i in range(6) for row in offer(f"m{i}", (10 ** (0.5 * i - 1),) * 3)))
    offers = offers_for(panel(prices, ["2026-09-01"]), known)
    found = frontier_premium(offers, known, DAY, DAY)
    assert set(found["premium_kind"]) == {"all", "efficient"}
    assert found["slope_log10_per_10"].to_numpy() == pytest.approx(1.0)
    assert found["factor_per_10"].to_numpy() == pytest.approx(10.0)
    assert (found["edge_model_id"] == "lab/m5").all()
    assert (found["slope_lo90"] <= found["slope_hi90"]).all()


def test_a_price_that_halves_every_half_year_gets_four_times_cheaper_a_year():
    days = pd.date_range("2025-01-01", "2026-09-01")
    years = (days - days[0]).days.to_numpy() / 365.25
    found = price_decline(series(8 * 0.25**years, days), DAY)
    assert found["country"].to_list() == ["US"]
    assert found["factor_per_year"].to_list() == pytest.approx([4.0])
    assert found["slope_lo90"].iloc[0] <= found["slope_log_per_year"].iloc[0] <= found["slope_hi90"].iloc[0]
    assert found[["first_price_usd", "last_price_usd"]].to_numpy().tolist() == [
        pytest.approx([8.0, 8 * 0.25 ** years[-1]])
    ]


def test_a_price_that_falls_in_one_step_has_a_slope():
    days = pd.date_range("2025-01-01", "2026-09-01")
    found = price_decline(series(np.where(np.arange(len(days)) < 500, 2.0, 1.0), days), DAY)
    assert found["slope_log_per_year"].iloc[0] < -0.1


def test_a_day_on_which_nothing_changes_moves_the_slope_by_a_days_weight_whatever_weekday_it_is():
    days = pd.date_range("2025-10-01", "2026-06-22")
    prices = np.where(days >= pd.Timestamp("2026-06-10"), 0.1, 1.1)
    slopes = [
        price_decline(series(prices[:n], days[:n]), days[n - 1])["slope_log_per_year"].iloc[0]
        for n in range(len(days) - 7, len(days) + 1)
    ]
    steps = np.abs(np.diff(slopes))
    assert steps.max() < 1.3 * steps.min()


def test_a_countrys_cheapest_price_needs_nothing_of_the_other():
    days = pd.date_range("2026-01-01", "2026-08-01")
    offers = pd.DataFrame(
        {
            "day": days, "model_id": "lab/m", "provider_id": "lab", "country": "US", "input": 2.0,
            "blend_3_1": 2.0, "first_party": True,
        }
    )  # fmt: skip
    known = pd.DataFrame({"model_id": ["lab/m"], "capability": [125.0], "se": [1.0], "lo90": [123.0]})
    found = cheapest_at_levels(offers, known, days, ("input",))
    assert set(found["country"]) == {"US"}
    assert set(found["level"]) == {110.0, 120.0}
    assert len(price_decline(found, DAY)) == 2


def test_capacity_reads_concurrency_and_the_peak_multiplier():
    rows = [
        {**r, "time_band": b, "amount": r["amount"] * f}
        for b, f in ((PEAK, 2), (OFF, 1))
        for r in offer("m", (0.66, 1.98, 0.022))
    ]
    limits = pd.DataFrame(
        {
            "provider_id": ["acme"] * 2,
            "model_id": ["lab/m"] * 2,
            "limits": ["concurrency 300", "concurrency 500"],
            "source_id": ["page"] * 2,
            "observed_on": pd.to_datetime(["2026-08-01", "2026-08-20"]),
        }
    )
    found = capacity(limits, believed(observed(*rows)), DAY).set_index("sign")["value"]
    assert found.to_dict() == {"concurrency": 500.0, "peak_multiplier": pytest.approx(2.0)}


def test_cost_per_task_divides_totals_and_keeps_the_last_statement():
    scores = pd.DataFrame(
        {
            "board_id": "aider",
            "board_version": "1",
            "metric": ["cost total", "cost total", "cost"],
            "model_id": ["a", "a", "b"],
            "setting": "",
            "lab_id": "x",
            "country": "US",
            "score": 0.5,
            "cost_usd": [100.0, 50.0, 0.05],
            "n": [200, 200, np.nan],
            "source_id": "s",
            "observed_on": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-01"]),
        }
    )
    found = cost_per_task(scores, DAY, pd.DataFrame({"model_id": ["a", "b"], "blend_3_1": [5.0, 0.5]}))
    assert found.set_index("model_id")["cost_per_task_usd"].to_dict() == {"a": 0.25, "b": 0.05}
    assert found.set_index("model_id")["cost_over_token_price"].to_dict() == pytest.approx(
        {"a": 0.05, "b": 0.1}
    )
    assert task_ratio(found.assign(metric="cost"), "a", "b")["ratio"].to_list() == pytest.approx([5.0])
