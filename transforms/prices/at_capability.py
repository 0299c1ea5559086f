"""The cheapest model of each country at equal capability: the ratio at the Chinese frontier and at fixed
levels.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.ratios import COLUMNS

THIRD = 3  # beside a minimum of single quotes, what does not hang on one of them
LEVELS = (110.0, 120.0, 130.0, 140.0, 150.0)


class _Side:
    """One country's models as a matrix of prices, day by model, with their capability."""

    def __init__(
        self, offers: pd.DataFrame, capability: pd.DataFrame, country: str, basis: str, days: pd.DatetimeIndex
    ) -> None:
        known = capability.drop_duplicates("model_id").set_index("model_id")
        mine = offers[
            (offers["country"] == country) & offers["model_id"].isin(known.index) & offers["day"].isin(days)
        ]
        column, models = pd.factorize(mine["model_id"], sort=True)
        at = days.get_indexer(pd.DatetimeIndex(mine["day"])), column
        self.models = np.asarray(models, dtype=object)
        self.price = np.full((len(days), len(models)), np.nan)
        self.price[at] = mine[basis].to_numpy(dtype=np.float64)
        self.seller = np.full((len(days), len(models)), None, dtype=object)
        self.seller[at] = mine["provider_id"].to_numpy(dtype=object)
        facts = known.reindex(models)
        self.capability = facts["capability"].to_numpy(dtype=np.float64)
        self.lower = facts["lo90"].to_numpy(dtype=np.float64)
        self.se = facts["se"].fillna(0.0).to_numpy(dtype=np.float64)

    def best(self) -> np.ndarray:
        """The highest capability on sale on each day; -inf where nothing is."""
        if not len(self.models):
            return np.full(len(self.price), -np.inf)
        return np.where(np.isnan(self.price), -np.inf, self.capability).max(axis=1)

    def holder(self) -> np.ndarray:
        """Which model has the highest capability on sale on each day; -1 where nothing is."""
        if not len(self.models):
            return np.full(len(self.price), -1)
        on_sale = np.where(np.isnan(self.price), -np.inf, self.capability)
        return np.where(np.isinf(on_sale.max(axis=1)), -1, on_sale.argmax(axis=1))

    def cheapest(self, level: np.ndarray, capability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(least price of the models at `level` or above on each day, which model); NaN and -1 where there is
        none.
        """
        if not len(self.models):
            return np.full(len(level), np.nan), np.full(len(level), -1)
        fits = (capability >= level[:, None]) & ~np.isnan(self.price)
        masked = np.where(fits, self.price, np.inf)
        at = masked.argmin(axis=1)
        price = masked[np.arange(len(at)), at]
        return np.where(np.isinf(price), np.nan, price), np.where(np.isinf(price), -1, at)

    def third(self, level: np.ndarray, capability: np.ndarray) -> np.ndarray:
        """The third least price of the models at `level` or above on each day; NaN where fewer are."""
        if len(self.models) < THIRD:
            return np.full(len(level), np.nan)
        fits = (capability >= level[:, None]) & ~np.isnan(self.price)
        price = np.partition(np.where(fits, self.price, np.inf), THIRD - 1, axis=1)[:, THIRD - 1]
        return np.where(np.isinf(price), np.nan, price)

    def cheapest_drawn(self, row: int, level: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        """Least price on one day of the models at `level` or above in each draw (`drawn`: draws x models);
        NaN where there is none.
        """
        price = self.price[row]
        order = np.argsort(price, kind="stable")[: np.count_nonzero(~np.isnan(price))]
        if not len(order):
            return np.full(len(level), np.nan)
        fits = drawn[:, order] >= level[:, None]
        return np.where(fits.any(axis=1), price[order][fits.argmax(axis=1)], np.nan)


def ratio_at_capability(
    offers: pd.DataFrame,
    capability: pd.DataFrame,
    days: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    *,
    basis: str = "blend_3_1",
    levels: tuple[float, ...] = LEVELS,
    draws: int = 200,
    seed: int = 20260424,
) -> pd.DataFrame:
    """cheapest_at(US, c) / cheapest_at(CN, c) daily, at c = the Chinese frontier on sale that day and at
    fixed `levels`: `COLUMNS`.

    offers: `offers_for`; capability: model_id, capability, se, lo90 as known on `as_of`. bound `point` asks
    capability >= c, `lower` the lower end of its 90 % interval. Intervals (bound `point`): 90 % of `draws`
    with each capability drawn from its error, stretched where needed to hold the ratio; none where fewer than
    half the draws have both sides. Level is empty for the frontier. Prices are exact; only the capabilities
    are uncertain.
    """
    us, cn = (_Side(offers, capability, country, basis, days) for country in ("US", "CN"))
    grid = [(np.nan, cn.best()), *((level, np.full(len(days), float(level))) for level in levels)]
    rows = []
    for kind, us_c, cn_c in (("point", us.capability, cn.capability), ("lower", us.lower, cn.lower)):
        for name, level in grid:
            low, high = (
                _interval(us, cn, level, bool(np.isnan(name)), draws, seed)
                if kind == "point" and draws
                else (np.nan, np.nan)
            )
            made = _ratio_rows(us, cn, us.cheapest(level, us_c), cn.cheapest(level, cn_c), days)
            made = made.assign(us_third_usd=us.third(level, us_c), cn_third_usd=cn.third(level, cn_c))
            ends = {
                "ratio_lo90": np.minimum(low, made["ratio"]),
                "ratio_hi90": np.maximum(high, made["ratio"]),
            }
            rows.append(made.assign(level=name, bound=kind, **ends))
    out = pd.concat(rows, ignore_index=True).dropna(subset="ratio")
    out = out.assign(as_of=as_of, comparison="at_capability", basis=basis, window_days=0)
    return out[list(COLUMNS)].reset_index(drop=True)


def cheapest_at_levels(
    offers: pd.DataFrame,
    capability: pd.DataFrame,
    days: pd.DatetimeIndex,
    bases: tuple[str, ...],
    levels: tuple[float, ...] = LEVELS,
) -> pd.DataFrame:
    """The least price of each country at fixed levels, daily, whether or not the other country has one:
    country, basis, level, day, price_usd.
    """
    rows = []
    for country in ("US", "CN"):
        for basis in bases:
            side = _Side(offers, capability, country, basis, days)
            for level in levels:
                price, _ = side.cheapest(np.full(len(days), float(level)), side.capability)
                told = {"country": country, "basis": basis, "level": level, "day": days, "price_usd": price}
                rows.append(pd.DataFrame(told))
    return pd.concat(rows, ignore_index=True).dropna(subset="price_usd")


def _ratio_rows(
    us: _Side,
    cn: _Side,
    us_best: tuple[np.ndarray, np.ndarray],
    cn_best: tuple[np.ndarray, np.ndarray],
    days: pd.DatetimeIndex,
) -> pd.DataFrame:
    columns: dict[str, object] = {"day": days}
    for side, data, (price, at) in (("us", us, us_best), ("cn", cn, cn_best)):
        found = at >= 0
        models = np.array([None] * len(at), dtype=object)
        sellers = models.copy()
        models[found] = data.models[at[found]] if found.any() else None
        sellers[found] = data.seller[np.flatnonzero(found), at[found]] if found.any() else None
        columns |= {f"{side}_model_id": models, f"{side}_provider_id": sellers, f"{side}_price_usd": price}
    frame = pd.DataFrame(columns)
    return frame.assign(ratio=frame["us_price_usd"] / frame["cn_price_usd"])


def _interval(
    us: _Side, cn: _Side, level: np.ndarray, at_frontier: bool, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """5 % and 95 % of the ratio under drawn capabilities; days with the same prices share their draws.

    At the frontier the level is what the model that holds it drew, not the best that any model drew: the best
    of many noisy draws lies far above every true capability, and asked of it the other side would seem to
    need its dearest models.
    """
    both = np.column_stack(
        [np.nan_to_num(us.price, nan=-1.0), np.nan_to_num(cn.price, nan=-1.0), np.maximum(level, -1e9)]
    )
    changed = np.append(True, (np.diff(both, axis=0) != 0).any(axis=1))
    rows, place = np.flatnonzero(changed), np.cumsum(changed) - 1
    noise = np.random.default_rng(seed).standard_normal((draws, len(us.models) + len(cn.models)))
    us_c = us.capability + us.se * noise[:, : len(us.models)]
    cn_c = cn.capability + cn.se * noise[:, len(us.models) :]
    holder = cn.holder()
    found = np.full((draws, len(rows)), np.nan)
    for place_of, row in enumerate(rows.tolist()):
        asked = cn_c[:, holder[row]] if at_frontier and holder[row] >= 0 else np.full(draws, level[row])
        found[:, place_of] = us.cheapest_drawn(row, asked, us_c) / cn.cheapest_drawn(row, asked, cn_c)
    enough = (~np.isnan(found)).mean(axis=0) >= 0.5
    low, high = np.full((2, len(rows)), np.nan)
    if enough.any():
        low[enough], high[enough] = np.nanquantile(found[:, enough], [0.05, 0.95], axis=0)
    return low[place], high[place]
