"""The metrics of prices of the claims audit, on made tables whose answers are known by hand."""

import pandas as pd
import pytest

from tests.transforms.made_claims import prices
from tests.transforms.made_metrics import DAY, measured
from transforms.claims.measurement import NotComputable


def test_a_price_that_was_kept_is_one_and_a_step_is_after_over_before():
    before = prices(("lab/m", 4.0, 8.0)).assign(valid_to=pd.Timestamp("2026-05-15", tz="UTC"))
    after = prices(("lab/m", 1.0, 2.0)).assign(valid_from=pd.Timestamp("2026-05-15", tz="UTC"))
    marts = {"price_intervals": pd.concat([before, after])}
    kept = measured("price_kept", marts, model="lab/m", day="2026-06-01")
    assert {r.value for r in kept.values()} == {1.0}
    step = measured("price_step", marts, model="lab/m", before="2026-05-01", day="2026-06-01")
    assert step["output, list"].value == 0.25
    assert measured("list_price", marts, model="lab/m", day="2026-05-01")["output, list"].value == 8


def test_a_price_of_a_day_still_to_come_is_not_computable():
    with pytest.raises(NotComputable, match="still to come"):
        measured(
            "price_kept", {"price_intervals": prices(("lab/m", 4.0, 8.0))}, model="lab/m", day="2026-12-01"
        )


def test_a_promotion_is_charged_and_not_listed():
    cheap = prices(("lab/m", 0.5, 1.0)).assign(price_kind="promotional")
    marts = {"price_intervals": pd.concat([prices(("us/x", 5, 24), ("lab/m", 1, 3)), cheap])}
    found = measured("price_ratio", marts, dear="us/x", cheap="lab/m", day="2026-04-24", kind="charged")
    assert found["output, charged, 2026-04-24"].value == 24
    assert found["output, list, 2026-04-24"].value == 8


def test_a_ratio_has_the_measured_cost_of_a_task_beside_it():
    costs = pd.DataFrame(
        {
            "board_id": "aider",
            "board_version": "1",
            "metric": "pass",
            "model_id": ["us/x", "lab/m"],
            "cost_per_task_usd": [3.0, 2.0],
        }
    )
    marts = {"price_intervals": prices(("us/x", 5, 24), ("lab/m", 1, 3)), "cost_per_task": costs}
    task = measured("price_ratio", marts, dear="us/x", cheap="lab/m", day="2026-04-24")["aider"]
    assert (task.value, task.main) == (1.5, False)


def test_two_countries_prices_are_those_of_the_day_it_was_said_or_the_first_known():
    rows = pd.DataFrame(
        {
            "comparison": "at_capability",
            "basis": "blend_3_1",
            "level": float("nan"),
            "bound": "point",
            "window_days": 0,
            "day": pd.to_datetime(["2026-04-01", "2026-05-01", "2026-06-01"]),
            "ratio": [3.0, 5.0, 9.0],
            "ratio_lo90": 4.0,
            "ratio_hi90": 6.0,
            "us_model_id": "us/x",
            "cn_model_id": "lab/m",
        }
    )
    assert measured("country_ratio", {"price_ratio": rows})["at_capability, blend_3_1"].value == 5
    assert measured("country_ratio", {"price_ratio": rows.iloc[2:]})["at_capability, blend_3_1"].value == 9


def test_premium_and_decline_come_with_their_intervals():
    edge = pd.DataFrame(
        {
            "day": [DAY],
            "country": ["US"],
            "basis": ["blend_3_1"],
            "premium_kind": ["all"],
            "factor_per_10": [10.0],
            "slope_lo90": [0.5],
            "slope_hi90": [2.0],
            "models_counted": [9],
            "edge_model_id": ["us/x"],
        }
    )
    found = measured("premium", {"frontier_premium": edge})["US, all, blend_3_1"]
    assert (found.value, found.lo90, found.hi90) == pytest.approx((10, 10**0.5, 100))
    fall = pd.DataFrame(
        {
            "country": ["US"],
            "basis": ["blend_3_1"],
            "level": [130.0],
            "factor_per_year": [4.0],
            "slope_lo90": [-2.0],
            "slope_hi90": [-1.0],
            "first_day": [DAY],
            "last_day": [DAY],
        }
    )
    found = measured("price_decline", {"price_decline": fall})["US, capability 130, blend_3_1"]
    assert (found.value, found.lo90, found.hi90) == pytest.approx((4, 2.718281828, 7.389056099))
