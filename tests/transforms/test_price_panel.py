"""The price of a model on a day: the blends and the week's mean of METHOD.md, promotions, moved names."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.made_offers import OFF, PEAK, offer
from tests.transforms.made_prices import believed, euro_rates, observed, panel, random_prices
from transforms.prices.panel import price_panel
from transforms.prices.ratios import ratio_pair


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
