"""Ratios of prices: a pair, a level, the frontier, the flagships; what must hold for any prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.made_offers import DAY, offer, ratios, world
from tests.transforms.made_prices import believed, euro_rates, observed, panel
from transforms.prices.at_capability import ratio_at_capability
from transforms.prices.flagship_pairs import flagship_pairs, own_prices
from transforms.prices.panel import BASES, price_panel
from transforms.prices.ratios import all_pairs, flagship_ratio, offers_for, pair_rows, ratio_pair


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


def test_the_third_cheapest_as_capable_model_stands_beside_the_cheapest():
    prices = observed(
        *offer("us-a", (4, 4, 4)),
        *offer("us-b", (9, 9, 9)),
        *offer("us-c", (1, 1, 1)),
        *offer("us-d", (2, 2, 2)),
        *offer("cn-a", (2, 2, 2)),
    )
    known = pd.DataFrame({"model_id": [f"lab/us-{x}" for x in "abcd"] + ["lab/cn-a"]})
    known = known.assign(country=["US"] * 4 + ["CN"], capability=[141.0, 150.0, 130.0, 130.0, 140.0], se=0.0)
    found = ratios(prices, known.assign(lo90=known["capability"]))
    last = found[found["bound"] == "point"].sort_values("day").drop_duplicates("level", keep="last")
    third = last.set_index("level")[["us_third_usd", "cn_third_usd"]]
    assert third.loc[130.0, "us_third_usd"] == 4.0
    assert np.isnan(third.loc[140.0, "us_third_usd"])
    assert third["cn_third_usd"].isna().all()


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


def test_a_closed_model_that_its_lab_withdrew_is_on_sale_nowhere():
    days = pd.to_datetime(["2026-03-08", "2026-03-09"])
    quotes = pd.DataFrame(
        [
            {"day": day, "model_id": model, "provider_id": "reseller", "first_party": False, "blend_3_1": 1.0}
            for day in days
            for model in ("lab/closed", "lab/open")
        ]
    )
    models = pd.DataFrame(
        {
            "model_id": ["lab/closed", "lab/open"],
            "country": "US",
            "open_weights": [False, True],
            "withdrawn_on": days[1],
        }
    )
    found = offers_for(quotes, models)
    assert found.groupby("model_id")["day"].max().to_dict() == {"lab/closed": days[0], "lab/open": days[1]}
