"""Two good nights of a small source: rows of prices, scores, releases and rates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from warehouse.expects import Expects
from warehouse.tables import (
    EXCHANGE_RATES,
    LIST_PRICES,
    RELEASES,
    SCORES,
    ExchangeRate,
    ListPrice,
    Release,
    Score,
)

FIRST = datetime(2026, 6, 1, 3, tzinfo=UTC)


SECOND = FIRST + timedelta(days=1)


MODELS = 60


Rows = list[Any]


def prices() -> Rows:
    """Three prices of each of sixty models."""
    rows = []
    for i in range(MODELS):
        for component, amount in (
            ("input", 1.0 + i / 10),
            ("output", 5.0 + i / 2),
            ("cache_read", 0.1 + i / 100),
        ):
            rows.append(ListPrice("acme", f"model-{i}", component, Decimal(str(round(amount, 4))), "USD"))
    return rows


def scores() -> Rows:
    """One score of each of sixty models, with its interval."""
    return [
        Score(
            "made_board",
            "1",
            "rating",
            f"model-{i}",
            1000.0 + 7 * i + i % 5,
            score_low=990.0 + 7 * i,
            score_high=1020.0 + 7 * i,
            score_se=5.0 + i % 3,
        )
        for i in range(MODELS)
    ]


def releases() -> Rows:
    """One release of each of sixty models."""
    return [
        Release(f"model-{i}", date(2024, 1, 1) + timedelta(days=7 * i), "announced", lab="Acme")
        for i in range(MODELS)
    ]


def rates() -> Rows:
    """Sixty days of one rate."""
    return [
        ExchangeRate(date(2026, 4, 1) + timedelta(days=i), "EUR", "USD", 1.1 + i / 1000)
        for i in range(MODELS)
    ]


BASES: dict[str, tuple[Callable[[], Rows], Any, Expects]] = {
    "prices": (
        prices,
        LIST_PRICES,
        Expects(rows={"list_prices": (90, 400)}, models=("model-0", "model-1"), amounts=(0.0005, 5000.0)),
    ),
    "scores": (scores, SCORES, Expects(rows={"scores": (30, 120)}, scores=(0.0, 3000.0))),
    "releases": (releases, RELEASES, Expects(rows={"releases": (30, 120)})),
    "rates": (rates, EXCHANGE_RATES, Expects(rows={"exchange_rates": (30, 120)})),
}
