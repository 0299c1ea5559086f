"""Price ratios: between two models, between two countries' cheapest at equal capability, between their
flagships.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    "us_third_usd",
    "cn_third_usd",
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

    panel: `price_panel`; models: model_id, country, and released_on: before it a model is announced or tried
    out, and not on sale. What its lab withdrew and never opened (withdrawn_on, open_weights) is on sale
    nowhere, whatever resellers' lists go on printing. Adds country.
    """
    ordered = panel.sort_values(
        ["first_party", "blend_3_1", "provider_id"], ascending=[False, True, True], kind="stable"
    )
    country = models.drop_duplicates("model_id").set_index("model_id")["country"]
    best = ordered.drop_duplicates(["day", "model_id"])
    if "released_on" in models:
        day = models.drop_duplicates("model_id").set_index("model_id")["released_on"]
        best = best[~(best["day"] < pd.to_datetime(best["model_id"].astype("object").map(day)))]
    best = on_sale(best, models)
    return best.assign(country=best["model_id"].map(country)).reset_index(drop=True)


def on_sale(rows: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """The rows (day, model_id) without those of closed models from the day on which their lab withdrew them
    (`models`: withdrawn_on, open_weights; all rows where it has neither).
    """
    if not {"withdrawn_on", "open_weights"} <= set(models.columns):
        return rows
    closed = models[~models["open_weights"].astype("boolean").fillna(True).astype(bool)]
    gone = closed.drop_duplicates("model_id").set_index("model_id")["withdrawn_on"]
    return rows[~(rows["day"] >= pd.to_datetime(rows["model_id"].astype("object").map(gone)))]


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
    current = _current_flagships(offers, models, basis)
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


def _current_flagships(offers: pd.DataFrame, models: pd.DataFrame, basis: str) -> pd.DataFrame:
    """One row a day and lab: its current flagship's price on `basis`, and country."""
    flags = models[models["flagship"].fillna(False).astype(bool)].dropna(subset="released_on")
    own = offers[offers["first_party"].astype(bool)] if "first_party" in offers else offers
    priced = own[["day", "model_id", "provider_id", basis]].merge(
        flags[["model_id", "lab_id", "country", "released_on"]], on="model_id"
    )
    age = priced["day"] - priced["released_on"]
    priced = priced[(age >= pd.Timedelta(0)) & (age < FLAGSHIP_LIFE) & priced[basis].notna()].sort_values(
        ["released_on", "model_id"]
    )
    return priced.drop_duplicates(["day", "lab_id"], keep="last")


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
