"""The worked examples of METHOD.md on the pooled lag and on prices at equal capability."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.pooled import draw_lags
from transforms.pooled.panel import Panel
from transforms.pooled.published import Lags, publishable
from transforms.prices.hedonic import Monthly, fall_rows, index_rows, ratio_rows
from transforms.prices.model_months import model_months

PAGE = (Path(__file__).parents[2] / "METHOD.md").read_text(encoding="utf-8")
DRAW = PAGE.split("### Example draw")[1].split("\n### ")[0]
PRICES = PAGE.split("### Prices at equal capability")[1].split("\n### ")[0]
ROW = re.compile(r"^\| (US|CN) \| (\w) \| (\d{4}-\d\d-\d\d) \| ([\d.?]+) \| (yes|no) \|$", re.MULTILINE)


def day(text):
    return int(np.datetime64(text, "D").astype(np.int64))


def example():
    rows = pd.DataFrame(ROW.findall(DRAW), columns=["country", "name", "released_on", "c", "measured"])
    facts = rows.assign(
        model_id=rows["name"], lab_id=rows["country"] + "lab", flagship=True, open_weights=False,
        released_on=pd.to_datetime(rows["released_on"]),
    )  # fmt: skip
    nothing = np.zeros(0, dtype=np.int64)
    panel = Panel(rows["name"].to_numpy(object), np.zeros(0, object), np.zeros(0), nothing, nothing, facts)
    c = np.array([0.0 if value == "?" else float(value) for value in rows["c"]])[None, :]
    return panel, c, (rows["measured"] == "yes").to_numpy()


def parity(panel, c, leader, follower, when):
    drawn = draw_lags.drawn_parity(panel, c, leader, follower)
    return float(draw_lags.parity_months(drawn, np.array([day(when)]))[0, 0])


def printed(text):
    return float(re.search(re.escape(text) + r" = ([\d.]+)", DRAW + PRICES).group(1))


def test_the_page_says_what_one_draw_gives():
    panel, c, measured = example()
    us, cn = panel.country == "US", panel.country == "CN"
    found = parity(panel, c, us & measured, cn & measured, "2025-12-31")
    assert round(found, 1) == printed("measured(2025-12-31)")
    filled = draw_lags.at_par(panel, c, us & measured, cn & ~measured)
    assert round(parity(panel, filled, us & measured, cn, "2025-12-31"), 1) == printed("at_par(2025-12-31)")


def test_the_page_says_what_is_published():
    numbers = re.search(r"`published\((.*?)\) = (.*?)`", DRAW)
    given, said = ([float(x) for x in re.findall(r"[\d.]+", part)] for part in numbers.groups())
    lags = [Lags(np.array([0]), *(np.array([x]) for x in given[k : k + 3]), 1.0, 900.0) for k in (0, 3)]
    found = publishable(*lags)
    assert [found.value[0], found.low[0], found.high[0]] == said


@pytest.fixture
def market():
    months = pd.period_range("2025-01", "2026-06", freq="M")
    level = np.linspace(120.0, 160.0, 10)
    country, month, model = (
        a.ravel() for a in np.meshgrid([0, 1], range(len(months)), range(10), indexing="ij")
    )
    price = np.where(country == 0, 2.0, 1.0) * 2 ** ((level[model] - 140) / 10)
    return Monthly(country, month, model + 10 * country, price, months), np.tile(level, 2)


def test_the_page_says_what_an_index_of_prices_gives(market):
    monthly, capability = market
    curve = monthly.fit(capability)
    (last,) = list(ratio_rows(monthly, curve, [curve]))[-1:]
    assert round(float(last["ratio"]), 2) == printed("ratio")
    rows = [r for r in index_rows(monthly, capability, curve, [curve]) if r["country"] == "US"]
    level = [r for r in rows if r["level"] == 150.0]
    assert round(float(level[-1]["price_usd"]), 2) == printed("price(US, 150)")
    falls = list(fall_rows(monthly, capability, curve, [curve]))
    assert falls
    assert all(abs(r["fall"] - 1) < 0.01 for r in falls)


def test_months_with_few_models_and_levels_above_the_best_on_sale_have_no_price(market):
    monthly, capability = market
    few = monthly.model % 10 < 7
    less = Monthly(
        monthly.country[few], monthly.month[few], monthly.model[few], monthly.price[few], monthly.months
    )
    curve = less.fit(capability)
    assert list(index_rows(less, capability, curve, [curve])) == []
    lower = capability - 15
    curve = monthly.fit(lower)
    assert max(r["level"] for r in index_rows(monthly, lower, curve, [curve])) == 140.0


def test_a_resample_is_one_of_models_with_a_joint_draw(market):
    monthly, capability = market
    draws = capability + np.random.default_rng(1).normal(0, 2, (50, len(capability)))
    curves = monthly.resampled(draws)
    ratios = np.array([np.exp(one.start[0, -1] - one.start[1, -1]) for one in curves])
    assert len(curves) == 300
    assert np.quantile(ratios, 0.05) < 2.0 < np.quantile(ratios, 0.95)


def test_a_closed_model_is_in_no_month_after_its_lab_withdrew_it_and_an_open_one_stays():
    days = pd.to_datetime(["2026-01-07", "2026-02-07"])
    ids, hosts = ["us/closed", "us/open"], ["one", "two"]
    offers = [(d, m, h) for d in days for m in ids for h in hosts]
    panel = pd.DataFrame(offers, columns=["day", "model_id", "provider_id"])
    panel = panel.assign(first_party=False, blend_3_1=1.0)
    models = pd.DataFrame(
        {
            "model_id": ids, "country": "US", "flagship": True, "open_weights": [False, True],
            "released_on": pd.Timestamp("2025-12-01"), "withdrawn_on": pd.Timestamp("2026-02-01"),
        }
    )  # fmt: skip
    found = model_months(panel, models, "blend_3_1")
    said = set(zip(found["month"].astype(str), found["model_id"], strict=True))
    assert said == {("2026-01", "us/closed"), ("2026-01", "us/open"), ("2026-02", "us/open")}
