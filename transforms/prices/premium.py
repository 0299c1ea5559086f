"""What the last step to the edge costs, and how fast a level of capability gets cheaper."""

from __future__ import annotations

import numpy as np
import pandas as pd

DRAWS = 500
BLOCK_WEEKS = 13
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
DECLINE_COLUMNS = (
    "as_of",
    "country",
    "basis",
    "level",
    "slope_log_per_year",
    "slope_lo90",
    "slope_hi90",
    "factor_per_year",
    "days_counted",
    "first_day",
    "last_day",
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
            slope = _least_squares(x[None], y[None])[0]
            now.loc[mine.index, "fitted_blend_3_1_usd"] = 10 ** (y.mean() + slope * (x - x.mean()))
    return now[list(MODEL_PRICE_COLUMNS)]


def _efficient(models: pd.DataFrame, basis: str) -> np.ndarray:
    """Which models are better than every model that costs the same or less."""
    order = models.sort_values([basis, "capability"], ascending=[True, False])
    best_before = order["capability"].cummax().shift(fill_value=-np.inf)
    return (order["capability"] > best_before).reindex(models.index).to_numpy()


def _slope(models: pd.DataFrame, basis: str, seed: int) -> tuple[float, float, float]:
    """(slope, 5 %, 95 %) per ten points of capability."""
    x, se = (
        models["capability"].to_numpy(dtype=np.float64),
        models["se"].fillna(0.0).to_numpy(dtype=np.float64),
    )
    y = np.log10(models[basis].to_numpy(dtype=np.float64))
    random = np.random.default_rng(seed)
    rows = random.integers(len(x), size=(DRAWS, len(x)))
    drawn = _least_squares(
        random.normal(x, se, size=(DRAWS, len(x)))[np.arange(DRAWS)[:, None], rows], y[rows]
    )
    low, high = np.nanquantile(drawn, [0.05, 0.95])
    return float(10 * _least_squares(x[None], y[None])[0]), float(10 * low), float(10 * high)


def _least_squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The slope of each row of y on x; NaN where x does not vary."""
    centred = x - x.mean(axis=1, keepdims=True)
    spread = (centred**2).sum(axis=1)
    slope: np.ndarray = (centred * y).sum(axis=1) / np.where(spread > 1e-12, spread, np.nan)
    return slope


def price_decline(ratios: pd.DataFrame, as_of: pd.Timestamp, seed: int = 7) -> pd.DataFrame:
    """Theil-Sen slope of log(cheapest price at a level) over time, per country, basis and fixed level:
    `DECLINE_COLUMNS`.

    ratios: rows of `cheapest_daily` (country, basis, level, day, price_usd). One value a week is used; 90 %
    intervals by a moving-block bootstrap (blocks of 13 weeks), since prices stand still for months.
    factor_per_year: how many times cheaper after a year.
    """
    rows = []
    for (country, basis, level), mine in ratios.groupby(["country", "basis", "level"], sort=True):
        weekly = mine.set_index("day")["price_usd"].resample("W").last().dropna()
        if len(weekly) < 2 * BLOCK_WEEKS:
            continue
        years = (weekly.index - weekly.index[0]).days.to_numpy() / 365.25
        slope, low, high = _theil_sen_interval(years, np.log(weekly.to_numpy(dtype=np.float64)), seed)
        rows.append(
            (
                as_of,
                country,
                basis,
                level,
                slope,
                low,
                high,
                np.exp(-slope),
                len(mine),
                mine["day"].min(),
                mine["day"].max(),
            )
        )
    return pd.DataFrame(rows, columns=list(DECLINE_COLUMNS))


def _theil_sen_interval(x: np.ndarray, y: np.ndarray, seed: int) -> tuple[float, float, float]:
    """The median of the slopes of all pairs of points, and its 5 % and 95 % over resampled blocks. x ascends,
    without equals.
    """
    random = np.random.default_rng(seed)
    blocks = -(-len(x) // BLOCK_WEEKS)
    starts = random.integers(len(x) - BLOCK_WEEKS + 1, size=(200, blocks))
    picks = (starts[:, :, None] + np.arange(BLOCK_WEEKS)).reshape(len(starts), -1)[:, : len(x)]
    times = np.zeros((len(starts) + 1, len(x)), dtype=np.int64)
    times[0] = 1
    np.add.at(times[1:], (np.arange(len(starts))[:, None], picks), 1)
    # A resample holds each pair of points as often as it holds the one times as often as it holds the other:
    # slopes are sorted once.
    first, second = np.triu_indices(len(x), 1)
    slopes = (y[second] - y[first]) / (x[second] - x[first])
    order = np.argsort(slopes, kind="stable")
    middle, *drawn = _medians(slopes[order], times[:, first[order]] * times[:, second[order]])
    low, high = np.nanquantile(drawn, [0.05, 0.95])
    return float(middle), float(low), float(high)


def _medians(ordered: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The median of sorted values, each of them there so many times (rows x values); NaN where none is."""
    upto = np.cumsum(times, axis=1)
    ends = [
        ordered[(upto > rank[:, None]).argmax(axis=1)] for rank in ((upto[:, -1] - 1) // 2, upto[:, -1] // 2)
    ]
    found: np.ndarray = np.where(upto[:, -1] > 0, (ends[0] + ends[1]) / 2, np.nan)
    return found


def cheapest_daily(ratios: pd.DataFrame) -> pd.DataFrame:
    """The two sides of `ratio_at_capability` at fixed levels as rows of their own: country, basis, level,
    day, price_usd.
    """
    fixed = ratios[
        (ratios["comparison"] == "at_capability") & (ratios["bound"] == "point") & ratios["level"].notna()
    ]
    sides = [
        fixed[["basis", "level", "day", f"{side}_price_usd"]]
        .rename(columns={f"{side}_price_usd": "price_usd"})
        .assign(country=country)
        for side, country in (("us", "US"), ("cn", "CN"))
    ]
    return pd.concat(sides, ignore_index=True).dropna(subset="price_usd")
