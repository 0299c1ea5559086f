"""The gate on verdicts: a reason whose premise the printed prices contradict is set aside."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.warehouse.test_gates import AS_OF, FEED, HOST, at, price, sound, verdict
from warehouse.checks.marts.judge import judge
from warehouse.checks.marts.verdict_rules import VERDICT_RULES

BATCH = {"service_tier": "batch"}
# Of each reason a printed price that bears it out, and one that does not.
PREMISES = {
    "an earlier price of this offer": (
        price(amount=3.0, source_id="other", valid_to=at("2026-06-01")),
        price(amount=3.0, **FEED),
    ),
    "the price of another tier, threshold, modality or region of this model": (
        price(amount=3.0, **BATCH),
        price(amount=3.0, **FEED),
    ),
    "another tier's price in the days of this one": (
        price(amount=3.0, region="eu"),
        price(amount=2.5, **BATCH),
    ),
    "the price of the model's own lab": (price(amount=3.0), price(amount=3.0, **HOST)),
    "the lab's own price until it changed it": (
        price(amount=3.0, valid_to=at("2026-06-01")),
        price(amount=4.0),
    ),
    "the provider's own page prints another price": (price(), price(own_page=False)),
    "prints a promotion, or a price announced for later, as the price": (
        price(amount=3.0, price_kind="promotional"),
        price(amount=3.0),
    ),
    "acme's believed price was not captured since this one was taken up": (
        price(amount=3.0, **FEED, last_seen_at=at("2026-11-12")),
        price(amount=3.0, **FEED, last_seen_at=at("2026-11-08")),
    ),
}


def failing(row: dict, *said: dict) -> list[int]:
    """How many verdicts each rule sets aside."""
    tables = {"price_verdicts": pd.DataFrame([row]), "source_price_intervals": pd.DataFrame(said)}
    return judge(sound() | tables, VERDICT_RULES, AS_OF).gates["rows_failed"].tolist()


@pytest.mark.parametrize("why", list(PREMISES))
def test_the_premise_of_a_reason_is_shown_by_what_sources_print(why: str):
    borne_out, contradicted = PREMISES[why]
    row = verdict(why, provider_id="host" if "lab's" in why or "own lab" in why else "acme")
    beside = [] if why.startswith("the provider's") else [price()]
    assert failing(row, *beside, borne_out) == [0, 0]
    assert failing(row, *beside, contradicted) == [0, 1]


@pytest.mark.parametrize(("why", "most"), [("rounded", 4.0), ("the ratio is a euro rate of 2025", 2.5)])
def test_a_rounding_and_a_rate_are_no_larger_than_they_can_be(why: str, most: float):
    for amount, count in ((most - 0.1, 0), (most + 0.1, 1), (4 / most + 0.1, 0), (4 / most - 0.1, 1)):
        assert failing(verdict(why, values=f"acme=2; feed={amount}"), price()) == [0, count]


def test_two_dissenters_each_have_their_premise():
    row = verdict("rounded", values="acme=2; feed=2.02; other=7")
    told = row | {"detail": "feed: rounded; other: an earlier price of this offer"}
    assert failing(told, price(), price(amount=7.0, source_id="third")) == [0, 0]
    assert failing(told, price(), price(amount=7.0, source_id="other")) == [0, 1]
