"""What the last step to the edge costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.decline import least_squares

DRAWS = 500
LEAST_MODELS = 5
PREMIUM_COLUMNS = (
    "as_of",
    "day",
    "country",
    "basis",
    "premium_kind",
    "slope_log10_per_10",
    "slope_lo90",
    "slope_hi90",
    "factor_per_10",
    "models_counted",
    "edge_model_id",
)
MODEL_PRICE_COLUMNS = (
    "as_of",
    "day",
    "model_id",
    "country",
    "provider_id",
    "first_party",
    "input_usd",
    "output_usd",
    "blend_3_1_usd",
    "blend_agentic_usd",
    "capability",
    "lo90",
    "hi90",
    "fitted_blend_3_1_usd",
)


def frontier_premium(
    offers: pd.DataFrame,
    capability: pd.DataFrame,
    day: pd.Timestamp,
    as_of: pd.Timestamp,
    basis: str = "blend_3_1",
    seed: int = 7,
) -> pd.DataFrame:
    """d log10(price) / d capability x 10 on `day`, per country: `PREMIUM_COLUMNS`.

    Ordinary least squares of log10(price) on capability over the models on sale. premium_kind `all`: every
    model; `efficient`: those that no model of the country beats at the same price or less, which is what a
    buyer pays who asks for the best. Intervals: 90 % of bootstrap draws of the models, each with its
    capability drawn from its error. offers: `offers_for`; capability: model_id, capability, se.
    """
    known = capability.drop_duplicates("model_id")[["model_id", "capability", "se"]]
    now = offers[offers["day"] == day].merge(known, on="model_id").dropna(subset=[basis, "capability"])
    rows = []
    for country, mine in now.groupby("country", sort=True, observed=True):
        for kind, chosen in (("all", mine), ("efficient", mine[_efficient(mine, basis)])):
            if len(chosen) >= LEAST_MODELS and chosen["capability"].nunique() > 1:
                edge = mine["model_id"].to_numpy()[mine["capability"].to_numpy().argmax()]
                rows.append((country, kind, *_slope(chosen, basis, seed), len(chosen), edge))
    found = pd.DataFrame(
        rows, columns=[c for c in PREMIUM_COLUMNS if c not in ("as_of", "day", "basis", "factor_per_10")]
    )
    found = found.assign(
        as_of=as_of, day=day, basis=basis, factor_per_10=10 ** found["slope_log10_per_10"].astype("float64")
    )
    return found[list(PREMIUM_COLUMNS)]


def model_prices(
    offers: pd.DataFrame, capability: pd.DataFrame, day: pd.Timestamp, as_of: pd.Timestamp
) -> pd.DataFrame:
    """One row a model on sale on `day`: prices in USD per 1e6 tokens, capability, and the premium's line:
    `MODEL_PRICE_COLUMNS`.

    fitted_blend_3_1_usd: the ordinary least squares line of log10(blend_3_1) on capability over all models of
    the country, at the model's capability; empty where the country has fewer than 5 models. offers:
    `offers_for`; capability: model_id, capability, lo90, hi90.
    """
    known = capability.drop_duplicates("model_id")[["model_id", "capability", "lo90", "hi90"]]
    now = offers[(offers["day"] == day) & offers["country"].notna()].merge(
        known, on="model_id", how="left", validate="m:1"
    )
    now = now.rename(
        columns={name: f"{name}_usd" for name in ("input", "output", "blend_3_1", "blend_agentic")}
    )
    now = now.assign(as_of=as_of, fitted_blend_3_1_usd=np.nan)
    usable = now["blend_3_1_usd"].notna() & now["capability"].notna()
    for _, mine in now[usable].groupby("country", observed=True):
        x, y = (
            mine["capability"].to_numpy(dtype=np.float64),
            np.log10(mine["blend_3_1_usd"].to_numpy(dtype=np.float64)),
        )
        if len(mine) >= LEAST_MODELS and len(np.unique(x)) > 1:
            slope = least_squares(x[None], y[None])[0]
            now.loc[mine.index, "fitted_blend_3_1_usd"] = 10 ** (y.mean() + slope * (x - x.mean()))
    return now[list(MODEL_PRICE_COLUMNS)]


def _efficient(models: pd.DataFrame, basis: str) -> np.ndarray:
    """Which models are better than every model that costs the same or less."""
    order = models.sort_values([basis, "capability"], ascending=[True, False])
    best_before = order["capability"].cummax().shift(fill_value=-np.inf)
    return (order["capability"] > best_before).reindex(models.index).to_numpy()


def _slope(models: pd.DataFrame, basis: str, seed: int) -> tuple[float, float, float]:
    """(slope, 5 %, 95 %) per ten points of capability."""
    x = models["capability"].to_numpy(dtype=np.float64)
    y = np.log10(models[basis].to_numpy(dtype=np.float64))
    random = np.random.default_rng(seed)
    rows = random.integers(len(x), size=(DRAWS, len(x)))
    drawn = least_squares(x[rows], y[rows])  # of posterior means: noise added to them would flatten the slope
    low, high = np.nanquantile(drawn, [0.05, 0.95])
    return float(10 * least_squares(x[None], y[None])[0]), float(10 * low), float(10 * high)
