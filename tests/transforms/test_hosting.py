"""Hosts of a model: how many, where, from when, and what they charge."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.transforms.made_offers import DAY, MODELS, offer
from tests.transforms.made_prices import observed, panel
from transforms.prices.hosting import host_countries, host_premium, hosting_footprint
from transforms.prices.runs import price_runs
from transforms.prices.table import source_intervals


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
