"""Small price observations made for the tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.panel import price_panel
from transforms.prices.runs import instants, price_runs
from transforms.prices.sightings import FOREVER
from transforms.prices.table import reconciled_intervals, source_intervals

DEFAULTS = {
    "source_id": "page",
    "observed_at": None,
    "address": None,
    "provider_id": "acme",
    "listed_model": "m",
    "model_id": None,
    "our_provider_id": None,
    "market": "",
    "revision": "",
    "setting": "",
    "component": "input",
    "service_tier": "standard",
    "modality": "text",
    "thinking": "any",
    "context_from_tokens": 0,
    "output_from_tokens": 0,
    "region": "",
    "time_band": "always",
    "price_kind": "list",
    "amount": 1.0,
    "currency": "USD",
    "per": "1e6 tokens",
    "effective_from": None,
    "effective_to": None,
    "own_page": None,
    "post": False,
    "first_party": True,
    "provider_country": "US",
    "provider_kind": "lab",
    "capture_sha256": "0" * 64,
}


def observed(*rows: dict) -> pd.DataFrame:
    """Observations: `at` is the moment; a source called `page` is the provider's own; everything else has a
    default.
    """
    made = []
    for row in rows:
        full = {**DEFAULTS, **row}
        full["observed_at"] = full.pop("at")
        full["address"] = full["address"] or f"https://{full['source_id']}.example/"
        full["model_id"] = full["model_id"] or f"lab/{full['listed_model']}"
        full["our_provider_id"] = full["our_provider_id"] or full["provider_id"]
        full["own_page"] = (
            full["source_id"].startswith("page") if full["own_page"] is None else full["own_page"]
        )
        made.append(full)
    frame = pd.DataFrame(made)
    for name in ("observed_at", "effective_from", "effective_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame


def believed(prices: pd.DataFrame, as_of: str = "2027-01-01") -> pd.DataFrame:
    return reconciled_intervals(source_intervals(price_runs(prices), pd.Timestamp(as_of)))


def spells(prices: pd.DataFrame, as_of: str = "2027-01-01", **only: object) -> list[tuple]:
    """(kind, amount, from, to) of the believed intervals in order; minutes, and None for an open end."""
    found = believed(prices, as_of)
    for name, value in only.items():
        found = found[found[name] == value]
    found = found.sort_values(["start", "model_id", "component", "price_kind", "time_band"])
    texts = [
        instants(found[name].to_numpy()).dt.strftime("%Y-%m-%d %H:%M").to_list() for name in ("start", "end")
    ]
    return [
        (kind, amount, begin, None if end_us == FOREVER else end)
        for kind, amount, begin, end, end_us in zip(
            found["price_kind"], found["amount"], *texts, found["end"], strict=True
        )
    ]


def euro_rates(yuan: float = 8.0, dollars: float = 1.1) -> pd.DataFrame:
    days = pd.date_range("2023-10-02", "2027-01-01", freq="B").as_unit("us")
    frames = [
        pd.DataFrame({"rate_on": days, "base": "EUR", "quote": quote, "rate": rate})
        for quote, rate in (("USD", dollars), ("CNY", yuan))
    ]
    return pd.concat(frames, ignore_index=True)


def random_prices(seed: int, rows: int = 400) -> pd.DataFrame:
    """Observations of a few models by a page and feeds: prices change, vanish, come back, are announced,
    promoted and dated.
    """
    draw = np.random.default_rng(seed)
    day = pd.Timestamp("2026-01-01", tz="UTC")
    made = []
    for source in ("page", "feed_a", "feed_b"):
        for step in sorted(draw.choice(60, size=12, replace=False)):
            at = day + pd.Timedelta(days=int(step), hours=int(draw.integers(24)))
            for model in ("m", "n"):
                for component in ("input", "output"):
                    made += _said(
                        draw, {"source_id": source, "listed_model": model, "component": component, "at": at}
                    )
    return observed(*made[:rows])


def _said(draw: np.random.Generator, base: dict) -> list[dict]:
    kind = draw.choice(["list", "list", "list", "promotional", "announced", "none", "dated"])
    amount = float(draw.choice([1.0, 1.0, 2.0, 4.0]))
    later = base["at"] + pd.Timedelta(days=int(draw.integers(-10, 10)))
    if kind == "none":
        return []
    if kind == "promotional":
        return [
            {**base, "amount": amount},
            {**base, "amount": amount / 2, "price_kind": "promotional", "effective_to": later},
        ]
    if kind == "announced":
        return [
            {**base, "amount": amount},
            {**base, "amount": amount * 2, "price_kind": "announced", "effective_from": later},
        ]
    if kind == "dated":
        return [{**base, "amount": amount, "effective_from": later}]
    return [{**base, "amount": amount}]


def panel(
    prices: pd.DataFrame, days: list[str], rates: pd.DataFrame | None = None, **how: bool
) -> pd.DataFrame:
    return price_panel(
        believed(prices), pd.DatetimeIndex(days), euro_rates() if rates is None else rates, **how
    )
