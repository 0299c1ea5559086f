"""Ratios, premia, hosting, cadence and cost: the worked examples of METHOD.md, and what must hold for any
prices.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.made_prices import believed, euro_rates, observed, panel, random_prices
from transforms.cadence import cadence, release_gaps
from transforms.prices.at_capability import cheapest_at_levels, ratio_at_capability
from transforms.prices.capacity import capacity
from transforms.prices.cost_per_task import cost_per_task, task_ratio
from transforms.prices.decline import price_decline
from transforms.prices.flagship_pairs import flagship_pairs, own_prices
from transforms.prices.hosting import host_countries, host_premium, hosting_footprint
from transforms.prices.panel import BASES, price_panel
from transforms.prices.premium import frontier_premium
from transforms.prices.ratios import all_pairs, flagship_ratio, offers_for, pair_rows, ratio_pair
from transforms.prices.runs import price_runs
from transforms.prices.table import source_intervals
from warehouse.time_bands import band

DAY = pd.Timestamp("2026-09-01")
WINDOWS = "01:00-04:00,06:00-10:00"
PEAK, OFF = band("peak", WINDOWS, days="mon-fri"), band("off_peak", WINDOWS, days="mon-fri", complement=True)


def offer(
    model: str, amounts: tuple[float, float, float], at: str = "2026-08-01", **more: object
) -> list[dict]:
    return [
        {"at": at, "listed_model": model, "component": component, "amount": amount, **more}
        for component, amount in zip(("input", "output", "cache_read"), amounts, strict=True)
    ]


def world(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Random prices of six US and six Chinese models, and their capability."""
    draw = np.random.default_rng(seed)
    rows, facts = [], []
    for country in ("US", "CN"):
        for number in range(6):
            model = f"{country.lower()}-{number}"
            price = float(draw.uniform(0.1, 10))
            rows += offer(
                model,
                (price, 4 * price, price / 10),
                currency="CNY" if country == "CN" and number % 2 else "USD",
            )
            facts.append((f"lab/{model}", country, float(draw.uniform(100, 150)), 2.0))
    known = pd.DataFrame(facts, columns=["model_id", "country", "capability", "se"])
    return observed(*rows), known.assign(lo90=known["capability"] - 3.29)


def ratios(
    prices: pd.DataFrame, known: pd.DataFrame, rates: pd.DataFrame | None = None, **how: object
) -> pd.DataFrame:
    days = pd.DatetimeIndex(["2026-08-15", "2026-09-01"])
    found = price_panel(believed(prices), days, euro_rates() if rates is None else rates)
    return ratio_at_capability(offers_for(found, known), known, days, DAY, **how)


def test_week_mean_weighs_the_peak_by_its_35_of_168_hours():
    # METHOD.md, worked example: off-peak 0.66, peak 1.32 on Monday to Friday, 7 hours a day.
    rows = [
        {**r, "time_band": b, "amount": r["amount"] * f}
        for b, f in ((PEAK, 2), (OFF, 1))
        for r in offer("m", (0.66, 1.98, 0.022))
    ]
    found = panel(observed(*rows), ["2026-09-01"]).iloc[0]
    assert found["input"] == pytest.approx((35 * 1.32 + 133 * 0.66) / 168)
    assert found["input"] == pytest.approx(0.7975)


@given(
    seed=st.integers(0, 10_000), charged=st.booleans(), cuts=st.tuples(st.integers(1, 68), st.integers(1, 68))
)
@settings(max_examples=12)
def test_a_panel_of_many_days_is_the_panels_of_its_days(seed, charged, cuts):
    """Cut anywhere, down to a day by itself: what holds for every cut holds for all days one by one."""
    prices = random_prices(seed)
    half = prices["source_id"] == "feed_a"
    prices = prices.assign(
        currency=prices["currency"].mask(half, "CNY"), time_band=prices["time_band"].mask(half, PEAK)
    )
    rates = euro_rates().assign(
        rate=lambda f: f["rate"] * (1 + 0.001 * np.arange(len(f)))
    )  # another one every day
    days = pd.date_range("2026-01-01", "2026-03-10", unit="us")
    intervals = believed(prices)
    ends = sorted({0, *cuts, cuts[0] + 1, len(days)})
    parts = [
        price_panel(intervals, days[first:last], rates, charged=charged) for first, last in pairwise(ends)
    ]
    pd.testing.assert_frame_equal(
        price_panel(intervals, days, rates, charged=charged),
        pd.concat([rows for rows in parts if len(rows)], ignore_index=True),
    )


@pytest.mark.parametrize("seed", range(5))
def test_pairs_need_only_what_the_labs_themselves_sell(seed):
    prices, known = world(seed)
    host = prices[prices["listed_model"].isin(["us-0", "cn-1"])]
    prices = pd.concat(
        [
            prices,
            host.assign(
                provider_id="host",
                our_provider_id="host",
                source_id="feed",
                first_party=False,
                own_page=False,
            ),
        ]
    )
    models = known.assign(flagship=known.index % 3 != 2, released_on=pd.Timestamp("2026-03-01"))
    days = pd.date_range("2026-08-15", DAY, unit="us")
    truth, found = believed(prices.reset_index(drop=True)), []
    for rows in (truth, own_prices(truth, models, DAY)):
        found.append(
            flagship_pairs(
                offers_for(price_panel(rows, days, euro_rates(), charged=False), models),
                models,
                DAY,
                BASES,
                False,
            )
        )
    assert len(own_prices(truth, models, DAY)) < len(truth)
    assert len(found[0])
    pd.testing.assert_frame_equal(*found)


def test_the_blends_are_those_of_the_method():
    found = panel(observed(*offer("m", (1.74, 3.48, 0.145))), ["2026-09-01"]).iloc[0]
    assert found["blend_3_1"] == pytest.approx((3 * 1.74 + 3.48) / 4) == pytest.approx(2.175)
    assert found["blend_agentic"] == pytest.approx((10 * (0.1 * 1.74 + 0.9 * 0.145) + 3.48) / 11)
    assert found["blend_agentic"] == pytest.approx(0.593182, abs=1e-6)


def test_a_model_without_a_cache_price_pays_its_input_price_for_cached_tokens():
    found = panel(observed(*offer("m", (1.0, 4.0, 0.1))[:2]), ["2026-09-01"]).iloc[0]
    assert found["blend_agentic"] == pytest.approx((10 * 1.0 + 4.0) / 11)


def test_a_promotion_is_charged_and_the_list_price_stays_beside_it():
    promo = [
        {**r, "price_kind": "promotional", "effective_to": "2026-10-01"}
        for r in offer("m", (0.435, 0.87, 0.003625))
    ]
    prices = observed(*offer("m", (1.74, 3.48, 0.0145)), *promo)
    assert panel(prices, ["2026-09-01"])["output"].to_list() == [0.87]
    assert panel(prices, ["2026-09-01"], charged=False)["output"].to_list() == [3.48]
    assert panel(prices, ["2026-10-02"])["output"].to_list() == [3.48]


def test_the_pages_new_build_is_charged_though_a_feed_keeps_the_name_at_the_old_price():
    """2026-08-16: the name deepseek-v4-pro had gone to the build 0813 at 0.66/1.32, and feeds listed it on at
    0.435.
    """
    rows = [
        *offer("m", (0.66, 1.98, 0.022), revision="0813"),
        *offer("m", (0.435, 0.87, 0.003625), source_id="feed"),
    ]
    assert panel(observed(*rows), ["2026-09-01"]).iloc[0]["input"] == 0.66


def test_ratio_pair_is_one_price_over_the_other_on_the_days_that_both_have():
    prices = observed(
        *offer("us", (5.0, 30.0, 0.5)),
        *offer("cn", (1.74, 3.48, 0.145), at="2026-08-20", address="https://b/"),
    )
    found = ratio_pair(
        panel(prices, ["2026-08-10", "2026-09-01"]), ("acme", "lab/us"), ("acme", "lab/cn"), "output"
    )
    assert found["day"].to_list() == [DAY]
    assert found["ratio"].to_list() == pytest.approx([30 / 3.48])
    mart = pair_rows(panel(prices, ["2026-09-01"]), ("acme", "lab/us"), ("acme", "lab/cn"), "output", DAY)
    assert mart["comparison"].to_list() == ["pair:lab/us|lab/cn"]


def test_all_pairs_at_once_are_the_pairs_one_by_one():
    prices, _ = world(1)
    found = panel(prices, ["2026-08-20", "2026-09-01"])
    us, cn = (found[found["model_id"].str.startswith(f"lab/{side}")] for side in ("us", "cn"))
    at_once = all_pairs(found, us, cn, ("output", "blend_3_1"), DAY)
    assert len(at_once) == 6 * 6 * 2 * 2
    for a in ("lab/us-0", "lab/us-5"):
        one = pair_rows(found, ("acme", a), ("acme", "lab/cn-2"), "output", DAY)
        mine = at_once[
            (at_once["comparison"] == f"pair:{a}|lab/cn-2") & (at_once["basis"] == "output")
        ].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, one, check_dtype=False, check_categorical=False)


@given(st.integers(0, 500), st.sampled_from(BASES))
@settings(max_examples=10, deadline=None)
def test_swapping_the_models_of_a_pair_inverts_the_ratio(seed, basis):
    prices, _ = world(seed)
    found = panel(prices, ["2026-09-01"])
    one, two = ("acme", "lab/us-0"), ("acme", "lab/cn-1")
    there, back = ratio_pair(found, one, two, basis), ratio_pair(found, two, one, basis)
    assert there["ratio"].to_numpy() * back["ratio"].to_numpy() == pytest.approx(1.0)


@given(st.integers(0, 500))
@settings(max_examples=8, deadline=None)
def test_swapping_the_countries_inverts_the_ratio_at_a_fixed_level(seed):
    prices, known = world(seed)
    swapped = known.assign(country=known["country"].map({"US": "CN", "CN": "US"}))
    here, there = (
        ratios(prices, k, draws=0).dropna(subset="level").set_index(["day", "level", "bound"])
        for k in (known, swapped)
    )
    assert len(here) > 0
    assert (here["ratio"] * there["ratio"]).to_numpy() == pytest.approx(1.0)


@given(st.integers(0, 500), st.floats(0.2, 5))
@settings(max_examples=8, deadline=None)
def test_another_currency_at_a_fixed_rate_changes_nothing(seed, rate):
    prices, known = world(seed)
    yuan = (prices["currency"] == "CNY").to_numpy()
    moved = prices.assign(amount=np.where(yuan, prices["amount"] * rate, prices["amount"]))
    same = ratios(prices, known, draws=0), ratios(moved, known, euro_rates(yuan=8.0 * rate), draws=0)
    np.testing.assert_allclose(*(f["ratio"].to_numpy() for f in same), rtol=1e-9)


@given(st.integers(0, 500))
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_and_models_changes_no_ratio(seed):
    prices, known = world(seed)
    mixed = ratios(prices.sample(frac=1, random_state=seed), known.sample(frac=1, random_state=seed), draws=0)
    pd.testing.assert_frame_equal(ratios(prices, known, draws=0), mixed)


def test_at_the_chinese_frontier_the_us_side_is_its_cheapest_model_that_is_as_capable():
    prices = observed(
        *offer("us-a", (4, 4, 4)),
        *offer("us-b", (9, 9, 9)),
        *offer("us-c", (1, 1, 1)),
        *offer("cn-a", (2, 2, 2)),
    )
    known = pd.DataFrame(
        {"model_id": ["lab/us-a", "lab/us-b", "lab/us-c", "lab/cn-a"], "country": ["US", "US", "US", "CN"]}
    )
    known = known.assign(capability=[141.0, 150.0, 130.0, 140.0], se=0.0, lo90=[141.0, 150.0, 130.0, 140.0])
    found = ratios(prices, known)
    at_edge = found[found["level"].isna() & (found["bound"] == "point")].iloc[-1]
    assert (at_edge["us_model_id"], at_edge["cn_model_id"], at_edge["ratio"]) == ("lab/us-a", "lab/cn-a", 2.0)
    assert (at_edge["ratio_lo90"], at_edge["ratio_hi90"]) == (2.0, 2.0)


def test_uncertain_capabilities_widen_the_ratio_and_exact_ones_do_not():
    prices, known = world(3)
    wide, exact = ratios(prices, known, draws=100), ratios(prices, known.assign(se=0.0), draws=20)
    point = exact[(exact["bound"] == "point")].dropna(subset="ratio_lo90")
    assert (point["ratio_lo90"] == point["ratio"]).all()
    assert ((wide["ratio_hi90"] - wide["ratio_lo90"]).dropna() >= 0).all()
    assert (wide["ratio_hi90"] > wide["ratio_lo90"]).any()


def test_flagship_ratio_is_of_medians_over_the_labs_latest_flagships():
    prices = observed(
        *(
            row
            for name, price in (("u1", 8), ("u2", 4), ("u3", 6), ("c1", 2), ("c0", 50))
            for row in offer(name, (price,) * 3)
        )
    )
    models = pd.DataFrame(
        {
            "model_id": ["lab/u1", "lab/u2", "lab/u3", "lab/c1", "lab/c0"],
            "lab_id": ["a", "b", "c", "d", "d"],
            "flagship": True,
            "country": ["US", "US", "US", "CN", "CN"],
            "released_on": pd.to_datetime(["2026-01-01"] * 4 + ["2025-01-01"]),
        }
    )
    days = pd.date_range("2026-08-02", "2026-12-01")
    found = flagship_ratio(offers_for(panel(prices, list(days)), models), models, days, DAY)
    assert set(found["window_days"]) == {0, 90}
    assert found["ratio"].to_numpy() == pytest.approx(6 / 2)


def test_a_flagship_counts_for_a_year_and_only_where_its_lab_sells_it():
    prices = observed(
        *(row for name, price in (("u1", 8), ("u2", 1), ("c1", 2)) for row in offer(name, (price,) * 3))
    )
    models = pd.DataFrame(
        {
            "model_id": ["lab/u1", "lab/u2", "lab/c1"],
            "lab_id": ["a", "b", "d"],
            "flagship": True,
            "country": ["US", "US", "CN"],
            "released_on": pd.to_datetime(["2026-01-01", "2025-08-20", "2026-01-01"]),
        }
    )
    days = pd.date_range("2026-08-10", "2026-08-30")
    offers = offers_for(panel(prices, list(days)), models)
    daily = flagship_ratio(offers, models, days, DAY)
    daily = daily[daily["window_days"] == 0].set_index("day")["ratio"]
    assert daily["2026-08-19"] == pytest.approx(4.5 / 2)
    assert daily["2026-08-20"] == pytest.approx(8 / 2)
    hosted = offers.assign(first_party=offers["model_id"] != "lab/u1")
    assert flagship_ratio(hosted, models, days, DAY)["ratio"].to_numpy() == pytest.approx(1 / 2)


def test_the_interval_at_the_frontier_asks_for_the_frontiers_model_and_not_for_the_luckiest_draw():
    """Many Chinese models of one level with noise: the best draw of them lies far above all, and only the
    dearest US model beats it.
    """
    prices = observed(
        *(row for n in range(20) for row in offer(f"c{n}", (1.0,) * 3)),
        *(row for n, price in enumerate((2.0, 100.0)) for row in offer(f"u{n}", (price,) * 3)),
    )
    names = [*(f"lab/c{n}" for n in range(20)), "lab/u0", "lab/u1"]
    known = pd.DataFrame(
        {
            "model_id": names,
            "country": ["CN"] * 20 + ["US"] * 2,
            "capability": [150.0] * 20 + [156.0, 190.0],
            "lo90": 140.0,
            "se": 2.0,
        }
    )
    offers = offers_for(panel(prices, ["2026-09-01"]), known)
    found = ratio_at_capability(offers, known, pd.DatetimeIndex([DAY]), DAY)
    row = found[found["level"].isna() & (found["bound"] == "point")].iloc[0]
    assert row["ratio"] == pytest.approx(2.0)
    assert row["ratio_hi90"] == pytest.approx(2.0)


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


def series(prices: object, days: pd.DatetimeIndex, country: str = "US") -> pd.DataFrame:
    told = {"country": country, "basis": "input", "level": 120.0, "day": days, "price_usd": prices}
    return pd.DataFrame(told)


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


def test_the_answers_printed_in_the_method_are_those_of_the_code():
    page = (
        (Path(__file__).parents[2] / "METHOD.md")
        .read_text(encoding="utf-8")
        .split("### Example prices")[1]
        .split("\n## ")[0]
    )
    listed = re.findall(
        r"^\| (v4|launch|gpt) \| (off-peak|peak|always)[^|]*\| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$",
        page,
        re.MULTILINE,
    )
    bands = {"off-peak": OFF, "peak": PEAK, "always": "always"}
    rows = [r for m, b, *amounts in listed for r in offer(m, tuple(map(float, amounts)), time_band=bands[b])]
    found = panel(observed(*rows), ["2026-09-01"])
    price = found.set_index("model_id")
    answers = re.findall(r"^\| `(\w+)\(([^)]*)\)`[^|]* \| ([\d.]+) \|$", page, re.MULTILINE)
    assert (len(listed), len(answers)) == (4, 6)
    for metric, arguments, printed in answers:
        names = arguments.split(", ")
        if metric == "ratio_pair":
            value = ratio_pair(found, ("acme", f"lab/{names[0]}"), ("acme", f"lab/{names[1]}"), names[2])[
                "ratio"
            ].iloc[0]
        else:
            value = price.loc[f"lab/{names[0]}", names[1] if metric == "week_mean" else metric]
        assert value == pytest.approx(float(printed), abs=1e-6), (metric, arguments)


MODELS = pd.DataFrame(
    {
        "model_id": ["lab/v3", "lab/r1", "lab/v3.1", "lab/v4"],
        "lab_id": "lab",
        "country": "CN",
        "flagship": [True, True, True, True],
        "tier": ["major", "major", "minor", "major"],
        "open_weights": True,
        "released_on": pd.to_datetime(["2024-12-26", "2025-01-20", "2025-08-21", "2026-04-24"]),
    }
)


def test_fifteen_months_between_majors_is_eight_between_releases():
    majors = release_gaps(MODELS[MODELS["tier"] == "major"]).set_index("model_id")["days"]
    assert majors["lab/v4"] == 459  # 15.1 months after R1
    assert release_gaps(MODELS).set_index("model_id")["days"]["lab/v4"] == 246
    table = cadence(MODELS, pd.Timestamp("2026-07-01")).set_index(["measure", "release_tier", "window_days"])
    assert table.loc[("last_days", "major", 0), "value"] == 459
    assert table.loc[("last_days", "any", 0), "value"] == 246
    assert table.loc[("open_days", "any", 0), "value"] == 68
    assert table.loc[("releases", "any", 456), "value"] == 2


def test_cadence_knows_nothing_of_releases_after_the_as_of_day():
    table = cadence(MODELS, pd.Timestamp("2026-04-23"))
    assert "lab/v4" not in set(table["last_model_id"])


def hosted() -> pd.DataFrame:
    # Each is seen again late in August: a host unseen for 90 days serves no more.
    days = ("2026-04-24", "2026-08-20")
    home = [row for day in days for row in offer("v4", (1.0, 4.0, 0.1), at=day, provider_country="CN")]
    away = [
        row
        for host, country, price, at, kind in (
            ("h1", "US", 2.0, "2026-04-26", "host"),
            ("h2", "NL", 3.0, "2026-05-01", "host"),
            ("h3", "CN", 0.5, "2026-05-01", "host"),
            ("h4", "", 9.0, "2026-05-01", "host"),
            ("r", "US", 1.0, "2026-04-24", "aggregator"),
        )
        for day in (at, days[1])
        for row in offer(
            "v4",
            (price, 4 * price, 0.1),
            at=day,
            provider_id=host,
            source_id="feed",
            provider_country=country,
            provider_kind=kind,
            first_party=False,
            address=f"https://{host}/",
        )
    ]
    return observed(*home, *away)


def test_the_footprint_counts_hosts_abroad_from_the_first_that_is_no_reseller():
    said = source_intervals(price_runs(hosted()), DAY)
    found = hosting_footprint(said, MODELS, DAY).set_index("model_id").loc["lab/v4"]
    assert (found["hosts"], found["offshore_hosts"], found["unknown_country_hosts"], found["countries"]) == (
        4,
        2,
        1,
        3,
    )
    assert found["offshore_share"] == pytest.approx(2 / 3)
    assert (found["first_offshore_on"], found["days_to_offshore"]) == (pd.Timestamp("2026-04-26"), 2)
    assert found["first_offshore_provider_id"] == "h1"


def test_the_host_premium_is_the_median_abroad_over_the_labs_own_price():
    prices = hosted()
    countries = host_countries(source_intervals(price_runs(prices), DAY))
    found = host_premium(panel(prices, ["2026-09-01"]), MODELS, countries, DAY).iloc[0]
    assert (found["hosts"], found["cheapest_host_provider_id"]) == (2, "h1")
    assert found["host_premium"] == pytest.approx(2.5)


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
