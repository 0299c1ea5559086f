"""Every metric of the claims audit on small made tables whose answers are known by hand."""

from pathlib import Path

import pandas as pd
import pytest

from tests.transforms.made_claims import AS_OF, lags
from tests.transforms.made_metrics import DAY, MONTH, measured, records
from transforms.claims.audit import METRICS
from transforms.claims.measurement import NotComputable


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
    here = [file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("*claim*.py")]
    assert [name for name in METRICS if not any(f'"{name}"' in text for text in here)] == []
