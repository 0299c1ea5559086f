"""Made offers: the three prices of a model, twelve models of two countries, four releases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.transforms.made_prices import believed, euro_rates, observed
from transforms.prices.at_capability import ratio_at_capability
from transforms.prices.panel import price_panel
from transforms.prices.ratios import offers_for
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


def series(prices: object, days: pd.DatetimeIndex, country: str = "US") -> pd.DataFrame:
    told = {"country": country, "basis": "input", "level": 120.0, "day": days, "price_usd": prices}
    return pd.DataFrame(told)


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
