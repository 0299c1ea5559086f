"""Every metric of the claims audit on small made tables whose answers are known by hand."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.transforms.made_claims import AS_OF, claim, lags, models, prices
from transforms.claims.audit import METRICS
from transforms.claims.measurement import NotComputable, View
from transforms.claims.prices import wanted

MONTH = 30.4375
DAY = pd.Timestamp("2026-04-24")
MODELS = models(
    ("lab/m", "CN", "2026-04-24", "major"),
    ("lab/old", "CN", "2025-01-20", "major"),
    ("lab/mid", "CN", "2025-06-01", "minor"),
    ("us/x", "US", "2026-01-01", "major"),
)


def measured(metric, marts, **arguments):
    """(value, lo90, hi90, whether judged) of each reading, by board or basis."""
    said = claim(metric=metric, arguments=arguments, said_on="2026-05-01")
    view = View(
        {"models": MODELS, **marts}, AS_OF, pd.Timestamp("2026-05-01"), {"wanted": wanted(said, AS_OF)}
    )
    found = METRICS[metric](view, **json.loads(said["arguments"].iloc[0]))
    assert all(r.rows for r in found)
    return {r.board_id or r.basis: r for r in found}


def records(*days_and_lags, **more):
    rows = [
        lags(("epoch_eci", "1", lag, None, None), model=f"lab/r{n}", day=day)
        for n, (day, lag) in enumerate(days_and_lags)
    ]
    return pd.concat(rows, ignore_index=True).assign(vintage_basis="as_of", vintage=AS_OF, **more)


def test_a_change_of_lag_is_the_difference_with_both_intervals_in_it():
    rows = pd.concat(
        [
            lags(("a", "1", 8 * MONTH, 5 * MONTH, 12 * MONTH)),
            lags(("a", "1", 2 * MONTH, -1 * MONTH, 5 * MONTH), model="lab/old"),
        ]
    )
    found = measured("lag_change", {"lag": rows}, model="lab/m", than="lab/old")["a"]
    assert (found.value, found.lo90, found.hi90) == pytest.approx((6, 6 - 18**0.5, 6 + 5))


def test_the_closest_is_measured_against_the_nearest_other_of_its_tiers():
    rows = pd.concat(
        [
            lags(("a", "1", 1 * MONTH, None, None), model="lab/old"),
            lags(("a", "1", 3 * MONTH, None, None)),
            lags(("a", "1", 0.5 * MONTH, None, None), model="lab/mid"),
        ]
    )
    assert measured("closest", {"lag": rows}, model="lab/old", lab="lab", tiers=["major"])[
        "a"
    ].value == pytest.approx(2)
    assert measured("closest", {"lag": rows}, model="lab/old", lab="lab", tiers=["major", "minor"])[
        "a"
    ].value == pytest.approx(-0.5)


@pytest.mark.parametrize(("statistic", "months"), [("mean", 4), ("median", 3), ("min", 2), ("max", 7)])
def test_records_are_summed_up_to_the_day_it_was_said(statistic, months):
    rows = records(
        ("2025-01-01", 2 * MONTH),
        ("2025-06-01", 3 * MONTH),
        ("2026-01-01", 7 * MONTH),
        ("2026-06-01", 99 * MONTH),
    )
    assert measured("lag_records", {"lag": rows}, statistic=statistic)["epoch_eci"].value == pytest.approx(
        months
    )


def test_the_slope_of_lags_that_grow_by_a_month_a_year_is_one():
    rows = records(*[(f"{year}-01-01", (year - 2022) * MONTH) for year in range(2023, 2027)])
    found = measured("lag_slope", {"lag": rows}, since="2023-01-01")["epoch_eci"]
    assert found.value == pytest.approx(1, rel=0.01)
    assert found.lo90 <= found.value <= found.hi90


def daily(definition, value, day="2026-04-30", **more):
    row = lags(("livebench", "1", value, None, None), day=day)
    return row.assign(
        definition=definition,
        vintage_basis="as_of",
        window_days=365 if definition == "trailing12" else 0,
        **more,
    )


def test_the_lag_on_a_day_is_the_last_known_within_45_days():
    rows = pd.concat(
        [
            daily("trailing12", 150),
            daily("trailing12", 60, "2026-04-01"),
            daily("trailing12", 999, "2026-05-02"),
            daily("parity", 90),
        ]
    )
    found = measured("lag_on", {"lag": rows})
    assert found["livebench"].value == pytest.approx(90 / MONTH)  # the last of that board: parity, beside
    assert not found["livebench"].main
    with pytest.raises(NotComputable, match="no board has trailing12 for 2026-08-01"):
        measured("lag_on", {"lag": rows}, day="2026-08-01")


def test_a_gap_is_read_from_the_daily_rows_and_for_older_days_from_the_frontiers():
    rows = daily("gap", 1.0, gap=39.0, gap_lo90=30.0, gap_hi90=48.0, win_probability=0.556)
    held = pd.DataFrame(
        {
            "board_id": "livebench",
            "board_version": "1",
            "group": ["US", "CN", "US"],
            "kind": "released",
            "score": [60.0, 50.0, 70.0],
            "score_se": [3.0, 4.0, 3.0],
            "valid_on": pd.to_datetime(["2024-01-01", "2024-02-01", "2026-01-01"]),
            "vintage": AS_OF,
            "model_id": ["us/a", "cn/b", "us/c"],
        }
    )
    assert measured("gap", {"lag": rows, "frontier": held})["livebench"].value == 39
    found = measured("gap", {"lag": rows, "frontier": held}, day="2024-06-01")["livebench"]
    assert (found.value, found.hi90) == pytest.approx((10, 10 + 1.645 * 5))


def test_who_holds_a_frontier_is_one_and_zero():
    held = pd.DataFrame(
        {
            "board_id": ["livebench", "livebench", "epoch_eci"],
            "board_version": "1",
            "group": "CN",
            "kind": "released",
            "model_id": ["lab/m", "lab/z", "lab/m"],
            "valid_on": pd.to_datetime(["2026-04-24", "2026-04-28", "2026-04-24"]),
        }
    )
    lag = lags(("livebench", "1", 5.0, None, None))
    found = measured("leads_group", {"lag": lag, "frontier": held}, model="lab/m", group="CN")
    assert {board: r.value for board, r in found.items()} == {"livebench": 0, "epoch_eci": 1}


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


def test_capabilities_are_compared_with_both_errors():
    known = pd.DataFrame(
        {"model_id": ["lab/m", "us/x", "lab/old"], "capability": [150.0, 148.0, 140.0], "se": [3.0, 4.0, 1.0]}
    )
    found = measured("capability_gap", {"capability": known}, model="lab/m", than="us/x")["capability"]
    assert (found.value, found.hi90 - found.value) == pytest.approx((2, 1.645 * 5))
    best = measured("best_open", {"capability": known}, model="lab/m")["capability"]
    assert "next: us/x" in best.note
    with pytest.raises(NotComputable, match="no capability of lab/mid"):
        measured("capability_gap", {"capability": known}, model="lab/mid", than="us/x")


def test_hosts_premia_and_capacity_are_read_as_they_stand():
    footprint = pd.DataFrame(
        {
            "model_id": ["lab/m"],
            "home_country": "CN",
            "hosts": 20,
            "offshore_hosts": 16,
            "unknown_country_hosts": 1,
            "offshore_share": 16 / 19,
            "countries": 4,
            "days_to_offshore": 0,
        }
    )
    assert measured("hosting", {"hosting_footprint": footprint}, model="lab/m")["offshore_hosts"].value == 16
    dearer = pd.DataFrame(
        {
            "model_id": "lab/m",
            "basis": "blend_3_1",
            "day": [DAY, AS_OF],
            "host_premium": [1.0, 1.5],
            "hosts": 3,
        }
    )
    assert measured("host_premium", {"host_premium": dearer}, model="lab/m")["blend_3_1"].value == 1.5
    signs = pd.DataFrame(
        {
            "provider_id": "lab",
            "model_id": "lab/m",
            "sign": "concurrency",
            "value": [500.0, 400.0],
            "unit": "requests at once",
            "printed": "concurrency",
            "source_id": ["a", "b"],
            "observed_on": [AS_OF, DAY],
        }
    )
    found = measured("capacity", {"capacity": signs}, provider="lab", signs="concurrency")
    assert [r.value for r in found.values()] == [500]


def test_a_release_is_counted_in_days_from_the_day_it_was_said():
    assert measured("release_on", {}, model="lab/m")["released_on"].value == -7
    with pytest.raises(ValueError, match="no fact is called 'colour'"):
        measured("model_fact", {}, model="lab/m", fact="colour")


def test_every_metric_has_a_test_here_or_in_the_audits_own():
    here = [
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("test_claim_metrics.py", "test_claims.py", "made_claims.py")
    ]
    assert [name for name in METRICS if not any(f'"{name}"' in text for text in here)] == []
