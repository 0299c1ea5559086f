"""Price ratios: between two models, between two countries' cheapest at equal capability, between their
flagships.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LEVELS = (110.0, 120.0, 130.0, 140.0, 150.0)
FLAGSHIP_WINDOW = 90
FLAGSHIP_LIFE = pd.Timedelta(days=365)
COLUMNS = (
    "as_of",
    "day",
    "comparison",
    "basis",
    "level",
    "bound",
    "us_model_id",
    "cn_model_id",
    "us_provider_id",
    "cn_provider_id",
    "us_price_usd",
    "cn_price_usd",
    "ratio",
    "ratio_lo90",
    "ratio_hi90",
    "window_days",
)


def ratio_pair(
    panel: pd.DataFrame, first: tuple[str, str], second: tuple[str, str], basis: str
) -> pd.DataFrame:
    """price of `first` / price of `second` for every day of `price_panel` on which both have one; each is
    (provider_id, model_id).

    Columns: day, price_first, price_second, ratio (USD per 1e6 tokens on `basis`).
    """
    sides = [
        panel[(panel["provider_id"] == p) & (panel["model_id"] == m)].set_index("day")[basis]
        for p, m in (first, second)
    ]
    both = pd.concat(sides, axis=1, keys=["price_first", "price_second"], join="inner").dropna().sort_index()
    return both.assign(ratio=both["price_first"] / both["price_second"]).rename_axis("day").reset_index()


def offers_for(panel: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """One price a model and day: its lab's own, or the cheapest host's for a model that its lab does not
    sell.

    panel: `price_panel`; models: model_id, country. Adds country.
    """
    ordered = panel.sort_values(
        ["first_party", "blend_3_1", "provider_id"], ascending=[False, True, True], kind="stable"
    )
    country = models.drop_duplicates("model_id").set_index("model_id")["country"]
    best = ordered.drop_duplicates(["day", "model_id"])
    return best.assign(country=best["model_id"].map(country)).reset_index(drop=True)


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
    grid = [("frontier", cn.best()), *((level, np.full(len(days), float(level))) for level in levels)]
    rows = []
    for kind, us_c, cn_c in (("point", us.capability, cn.capability), ("lower", us.lower, cn.lower)):
        for name, level in grid:
            low, high = (
                _interval(us, cn, level, name == "frontier", draws, seed)
                if kind == "point" and draws
                else (np.nan, np.nan)
            )
            made = _ratio_rows(us, cn, us.cheapest(level, us_c), cn.cheapest(level, cn_c), days)
            rows.append(
                made.assign(
                    level=np.nan if name == "frontier" else level,
                    bound=kind,
                    ratio_lo90=np.minimum(low, made["ratio"]),
                    ratio_hi90=np.maximum(high, made["ratio"]),
                )
            )
    out = pd.concat(rows, ignore_index=True).dropna(subset="ratio")
    out = out.assign(as_of=as_of, comparison="at_capability", basis=basis, window_days=0)
    return out[list(COLUMNS)].reset_index(drop=True)


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


def flagship_ratio(
    offers: pd.DataFrame,
    models: pd.DataFrame,
    days: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    basis: str = "blend_3_1",
) -> pd.DataFrame:
    """Median price of the labs' current flagships, US / CN, and its mean over the last 90 days: `COLUMNS`,
    window_days 0 and 90.

    A lab's current flagship on a day is the latest released model marked `flagship` that the lab itself sells
    that day, for a year after its release: labs that stopped years ago, and models that only hosts sell,
    would make the median one of leftovers. models: model_id, lab_id, country, flagship, released_on.
    """
    flags = models[models["flagship"].fillna(False).astype(bool)].dropna(subset="released_on")
    own = offers[offers["first_party"].astype(bool)] if "first_party" in offers else offers
    priced = own[["day", "model_id", "provider_id", basis]].merge(
        flags[["model_id", "lab_id", "country", "released_on"]], on="model_id"
    )
    age = priced["day"] - priced["released_on"]
    priced = priced[(age >= pd.Timedelta(0)) & (age < FLAGSHIP_LIFE) & priced[basis].notna()].sort_values(
        ["released_on", "model_id"]
    )
    current = priced.drop_duplicates(["day", "lab_id"], keep="last")
    median = (
        current.groupby(["day", "country"])[basis]
        .median()
        .unstack("country")
        .reindex(columns=["US", "CN"])
        .reindex(days)
    )
    daily = pd.DataFrame(
        {"us_price_usd": median["US"], "cn_price_usd": median["CN"], "ratio": median["US"] / median["CN"]}
    )
    rolled = daily["ratio"].rolling(FLAGSHIP_WINDOW, min_periods=FLAGSHIP_WINDOW // 2).mean()
    frames = [daily.assign(window_days=0), daily.assign(ratio=rolled, window_days=FLAGSHIP_WINDOW)]
    out = pd.concat([f.rename_axis("day").reset_index() for f in frames]).dropna(subset="ratio")
    return (
        out.assign(as_of=as_of, comparison="flagship", basis=basis, bound="point")
        .reindex(columns=list(COLUMNS))
        .reset_index(drop=True)
    )


def pair_rows(
    panel: pd.DataFrame, us: tuple[str, str], cn: tuple[str, str], basis: str, as_of: pd.Timestamp
) -> pd.DataFrame:
    """`ratio_pair` of a US and a Chinese model as rows of the mart: `COLUMNS`, comparison `pair:A|B`."""
    found = ratio_pair(panel, us, cn, basis)
    return (
        found.rename(columns={"price_first": "us_price_usd", "price_second": "cn_price_usd"})
        .assign(
            as_of=as_of,
            comparison=f"pair:{us[1]}|{cn[1]}",
            basis=basis,
            bound="point",
            us_provider_id=us[0],
            us_model_id=us[1],
            cn_provider_id=cn[0],
            cn_model_id=cn[1],
            window_days=0,
        )
        .reindex(columns=list(COLUMNS))
    )


def all_pairs(
    panel: pd.DataFrame, us: pd.DataFrame, cn: pd.DataFrame, bases: tuple[str, ...], as_of: pd.Timestamp
) -> pd.DataFrame:
    """`pair_rows` of every offer of `us` with every offer of `cn` (provider_id, model_id) on every basis and
    day, at once. Text is categories.
    """
    sides = []
    for name, offers in (("us", us), ("cn", cn)):
        wanted = panel.merge(
            offers[["provider_id", "model_id"]].drop_duplicates(), on=["provider_id", "model_id"]
        )
        long = wanted.melt(
            id_vars=["day", "provider_id", "model_id"],
            value_vars=list(bases),
            var_name="basis",
            value_name=f"{name}_price_usd",
        )
        long = long.dropna().astype(
            {"provider_id": "category", "model_id": "category", "basis": pd.CategoricalDtype(sorted(bases))}
        )
        sides.append(
            long.rename(columns={"provider_id": f"{name}_provider_id", "model_id": f"{name}_model_id"})
        )
    both = sides[0].merge(sides[1], on=["day", "basis"])
    both = both.assign(
        as_of=as_of,
        comparison=_pair_names(both["us_model_id"], both["cn_model_id"]),
        bound="point",
        ratio=both["us_price_usd"] / both["cn_price_usd"],
        window_days=0,
    )
    order = ["comparison", "us_provider_id", "cn_provider_id", "basis", "day"]
    return both.reindex(columns=list(COLUMNS)).sort_values(order).reset_index(drop=True)


def _pair_names(us: pd.Series, cn: pd.Series) -> pd.Series:
    """The `comparison` of each row: one text a pair of models, whatever the days."""
    leaders, followers = us.cat.categories.tolist(), cn.cat.categories.tolist()
    code = us.cat.codes.to_numpy(dtype=np.int64) * len(followers) + cn.cat.codes.to_numpy()
    place, pairs = pd.factorize(code)
    named = [f"pair:{leaders[n // len(followers)]}|{followers[n % len(followers)]}" for n in pairs.tolist()]
    return pd.Series(pd.Categorical(named).take(place), index=us.index)
