"""The order of prices catches what header words cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from extractors.errors import LayoutChanged
from extractors.price_order import check_price_order, per_million
from warehouse.capture import Capture
from warehouse.tables import ListPrice

CAPTURE = Capture("vendor", "https://example.org/pricing", datetime(2026, 7, 1, tzinfo=UTC), b"")


def price(component: str, amount: str, **key: object) -> ListPrice:
    return ListPrice("vendor", "model-1", component, Decimal(amount), "USD")._replace(**key)


GOOD = [
    price("input", "2"),
    price("output", "10"),
    price("cache_read", "0.2"),
    price("cache_write_5m", "2.5"),
    price("cache_write_1h", "4"),
    price("input", "1", service_tier="batch"),
    price("input", "4", service_tier="priority"),
    price("input", "4", context_from_tokens=200_000),
]


def test_rows_in_order_come_back_as_they_went_in() -> None:
    assert check_price_order(GOOD, CAPTURE) == GOOD


def test_a_row_that_says_the_same_twice_is_one_row() -> None:
    assert check_price_order([*GOOD, GOOD[0]], CAPTURE) == GOOD


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (price("input", "3"), "one price for model-1 input"),
        (price("output", "0.5", region="eu"), ""),
        (price("cache_read", "5", service_tier="batch"), "cache_read batch at most model-1 input batch"),
        (
            price("output", "1.5", context_from_tokens=200_000),
            "input standard from 200000 tokens at most model-1 output",
        ),
        (price("output", "11", service_tier="batch"), "output batch at most model-1 output standard"),
    ],
)
def test_a_price_out_of_order_is_named(bad: ListPrice, named: str) -> None:
    if not named:  # another region is another place: nothing to compare it with
        assert check_price_order([*GOOD, bad], CAPTURE)[-1] == bad
        return
    with pytest.raises(LayoutChanged, match=named):
        check_price_order([*GOOD, bad], CAPTURE)


def test_free_prices_and_prices_per_other_units_have_no_order() -> None:
    free = price("output", "0", price_kind="free")
    image = price("input", "50", per="1 image")
    assert check_price_order([price("input", "2"), free, image], CAPTURE)


def test_prices_are_brought_to_a_million_by_powers_of_ten_alone() -> None:
    assert per_million(Decimal("4.35e-7"), 1) == Decimal("0.435")
    assert per_million(Decimal("0.0008"), 1000) == Decimal("0.8")
    with pytest.raises(ValueError, match="power of ten"):
        per_million(Decimal(1), 1500)
