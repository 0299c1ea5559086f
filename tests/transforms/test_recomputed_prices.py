"""Random cells of price_intervals, model_prices and price_ratio, recomputed by plain code."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest

from tests.transforms import plain_prices as plain
from tests.transforms.made_prices import euro_rates, observed
from transforms.prices.at_capability import ratio_at_capability
from transforms.prices.panel import price_panel
from transforms.prices.premium import model_prices
from transforms.prices.ratios import offers_for
from transforms.prices.runs import price_runs
from transforms.prices.table import price_intervals, reconciled_intervals, source_intervals

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
AS_OF = pd.Timestamp("2026-10-01")
KNOWN = datetime(2026, 10, 1, 23, 59, 59, tzinfo=UTC)
MODELS = {"us/a": 120.0, "us/b": 135.0, "us/c": 150.0, "cn/a": 118.0, "cn/b": 133.0, "cn/c": 148.0}
SELLERS = ("lab", "host_1", "host_2")
CELLS = 200


@cache
def world(seed: int) -> tuple[dict[str, list[plain.Capture]], pd.DataFrame]:
    """(captures by source, the same as observations): a page of the labs, and two feeds of labs and hosts.
    Amounts tell their source, so that no source dates another's change.
    """
    draw = random.Random(seed)
    captures: dict[str, list[plain.Capture]] = {"page": [], "feed_a": [], "feed_b": []}
    rows: list[dict[str, Any]] = []
    for number, source in enumerate(captures):
        days = sorted(draw.sample(range(270), 14))
        amounts: dict[tuple, float] = {}
        for day in days:
            when = START + timedelta(days=day, hours=draw.randrange(24))
            there: dict[tuple, float] = {}
            for model in MODELS:
                for seller in SELLERS if source != "page" else ("lab",):
                    if draw.random() < (0.1 if source == "page" else 0.25):
                        continue
                    for component in ("input", "output"):
                        offer = (model, seller, component)
                        if offer not in amounts or draw.random() < 0.3:
                            amounts[offer] = draw.randrange(10, 400) / 10 + number / 1000
                        there[offer] = amounts[offer]
            captures[source].append((when, there))
            rows += [_row(source, when, offer, amount) for offer, amount in there.items()]
    return captures, observed(*rows)


def _row(source: str, when: datetime, offer: tuple, amount: float) -> dict[str, Any]:
    model, seller, component = offer
    own = seller == "lab"
    return {
        "source_id": source, "at": when, "listed_model": model, "model_id": model, "provider_id": seller,
        "our_provider_id": f"{model[:2]}_lab" if own else seller, "component": component, "amount": amount,
        "first_party": own, "own_page": source == "page",
    }  # fmt: skip


@cache
def tables(seed: int) -> dict[str, pd.DataFrame]:
    _, rows = world(seed)
    models = pd.DataFrame(
        {
            "model_id": list(MODELS),
            "country": [model[:2].upper() for model in MODELS],
            "released_on": pd.to_datetime(["2025-06-01"] * len(MODELS)).as_unit("us"),
        }
    )
    known = pd.DataFrame({"model_id": list(MODELS), "capability": list(MODELS.values())})
    known = known.assign(se=1.0, lo90=known["capability"] - 1.6, hi90=known["capability"] + 1.6)
    believed = reconciled_intervals(source_intervals(price_runs(rows), AS_OF, models))
    days = pd.date_range("2026-02-01", AS_OF, freq="D", unit="us")
    offers = offers_for(price_panel(believed, days, euro_rates()), models)
    return {
        "price_intervals": price_intervals(believed, euro_rates(), AS_OF),
        "model_prices": pd.concat([model_prices(offers, known, day, AS_OF) for day in days]),
        "price_ratio": ratio_at_capability(offers, known, days, AS_OF, levels=(110.0, 130.0, 145.0), draws=0),
    }


def end_of(day: Any) -> datetime:
    return pd.Timestamp(day).to_pydatetime().replace(tzinfo=UTC) + DAY - timedelta(microseconds=1)


def cost(seed: int, model: str, seller: str, at: datetime) -> float | None:
    """The blend of 3 input to 1 output of one seller at an instant."""
    captures, _ = world(seed)
    parts = [
        plain.believed(captures, (model, seller, c), at, KNOWN, seller == "lab") for c in ("input", "output")
    ]
    return None if None in parts else (3 * parts[0][0] + parts[1][0]) / 4  # type: ignore[index]


def best(seed: int, model: str, at: datetime) -> tuple[float, str] | None:
    """(price, seller): the lab's own, else the cheapest host's."""
    own = cost(seed, model, "lab", at)
    if own is not None:
        return own, f"{model[:2]}_lab"
    hosts = [(price, host) for host in SELLERS[1:] if (price := cost(seed, model, host, at)) is not None]
    return min(hosts) if hosts else None


@pytest.mark.parametrize("seed", [1, 2])
def test_random_cells_of_price_intervals_are_what_plain_code_finds(seed: int):
    captures, _ = world(seed)
    mart, draw = tables(seed)["price_intervals"], random.Random(seed)
    rows, priced = mart.to_dict("records"), 0
    for _ in range(CELLS):
        model, seller = draw.choice(list(MODELS)), draw.choice(SELLERS)
        offer = (model, seller, draw.choice(["input", "output"]))
        at = START + timedelta(hours=draw.uniform(0, 270 * 24))
        ours = f"{model[:2]}_lab" if seller == "lab" else seller
        there = [
            (r["amount"], r["source_id"]) for r in rows
            if (r["model_id"], r["provider_id"], r["component"]) == (model, ours, offer[2])
            and r["valid_from"] <= at and (pd.isna(r["valid_to"]) or r["valid_to"] > at)
        ]  # fmt: skip
        expected = plain.believed(captures, offer, at, KNOWN, seller == "lab")
        assert there == ([] if expected is None else [expected]), (offer, at)
        priced += len(there)
    assert priced > CELLS / 4


@pytest.mark.parametrize("seed", [1, 2])
def test_random_cells_of_model_prices_are_what_plain_code_finds(seed: int):
    mart = tables(seed)["model_prices"].set_index(["day", "model_id"])
    draw, days = random.Random(seed), mart.index.levels[0]
    for _ in range(CELLS):
        day, model = draw.choice(days), draw.choice(list(MODELS))
        expected = best(seed, model, end_of(day))
        if expected is None:
            assert (day, model) not in mart.index
        else:
            row = mart.loc[(day, model)]
            assert (row["blend_3_1_usd"], row["provider_id"]) == (pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize("seed", [1, 2])
def test_random_cells_of_price_ratio_are_what_plain_code_finds(seed: int):
    mart = tables(seed)["price_ratio"]
    mart = mart[mart["bound"] == "point"]
    for row in mart.sample(CELLS, random_state=seed).itertuples():
        at = end_of(row.day)
        priced = {model: best(seed, model, at) for model in MODELS}
        sold = {m: p[0] for m, p in priced.items() if p is not None}
        level = row.level
        if pd.isna(level):
            level = max(MODELS[m] for m in sold if m.startswith("cn"))
        sides = [
            min(p for m, p in sold.items() if m.startswith(c) and MODELS[m] >= level) for c in ("us", "cn")
        ]
        assert row.ratio == pytest.approx(sides[0] / sides[1]), (row.day, level)
