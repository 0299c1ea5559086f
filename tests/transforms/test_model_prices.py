"""One price a model beside its capability, and the premium's line through them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from transforms.prices.premium import MODEL_PRICE_COLUMNS, frontier_premium, model_prices

DAY = pd.Timestamp("2026-07-01")


def offers(prices: dict[str, float], country: str = "US") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "day": DAY,
                "model_id": m,
                "country": country,
                "provider_id": "p",
                "first_party": True,
                "input": v,
                "output": v,
                "blend_3_1": v,
                "blend_agentic": v,
            }
            for m, v in prices.items()
        ]
    )


def capability(points: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"model_id": m, "capability": c, "se": 0.0, "lo90": c - 2, "hi90": c + 2} for m, c in points.items()]
    )


def test_the_line_goes_through_prices_that_rise_tenfold_over_ten_points():
    names = [f"l/m{i}" for i in range(6)]
    sold = offers({name: 10.0 ** (i / 2) for i, name in enumerate(names)})
    index = capability({name: 100.0 + 5 * i for i, name in enumerate(names)})
    rows = model_prices(sold, index, DAY, DAY)
    assert list(rows.columns) == list(MODEL_PRICE_COLUMNS)
    assert rows["fitted_blend_3_1_usd"].to_numpy() == pytest.approx(rows["blend_3_1_usd"].to_numpy())
    premium = frontier_premium(sold, index, DAY, DAY)
    assert premium.loc[premium["premium_kind"] == "all", "slope_log10_per_10"].item() == pytest.approx(1.0)


def test_the_line_has_the_slope_of_the_premium():
    random = np.random.default_rng(1)
    names = [f"l/m{i}" for i in range(9)]
    sold = offers({name: float(v) for name, v in zip(names, random.uniform(0.1, 30, 9), strict=True)})
    index = capability({name: float(c) for name, c in zip(names, random.uniform(100, 160, 9), strict=True)})
    rows = model_prices(sold, index, DAY, DAY).sort_values("capability")
    slope = 10 * np.diff(np.log10(rows["fitted_blend_3_1_usd"])) / np.diff(rows["capability"])
    premium = frontier_premium(sold, index, DAY, DAY)
    assert slope == pytest.approx(
        np.full(8, premium.loc[premium["premium_kind"] == "all", "slope_log10_per_10"].item())
    )


def test_a_model_without_a_capability_has_its_price_and_too_few_models_no_line():
    rows = model_prices(offers({"l/a": 1.0, "l/b": 2.0}), capability({"l/a": 120.0}), DAY, DAY)
    assert rows["blend_3_1_usd"].tolist() == [1.0, 2.0]
    assert rows["fitted_blend_3_1_usd"].isna().all()
