"""Every US flagship against every Chinese one, day by day, at their labs' own list prices."""

from __future__ import annotations

import pandas as pd

from transforms.prices.ratios import all_pairs

PAIR_DAYS = 550


def own_prices(believed: pd.DataFrame, models: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The rows of `reconciled_intervals` that `flagship_pairs` can rest on: of what its lab itself sells,
    whoever says the price. A panel of all prices would be a hundred times as long.
    """
    mine = believed["first_party"].astype(bool) & believed["model_id"].isin(
        _recent_flagships(models, as_of).index
    )
    sold = believed.loc[mine, ["our_provider_id", "model_id"]].drop_duplicates()
    return believed.merge(sold, on=["our_provider_id", "model_id"])


def flagship_pairs(
    offers: pd.DataFrame,
    models: pd.DataFrame,
    as_of: pd.Timestamp,
    bases: tuple[str, ...],
    changes_only: bool,
) -> pd.DataFrame:
    """`all_pairs` of the flagships released within PAIR_DAYS before `as_of`: rows of the mart, comparison
    `pair:A|B`.

    offers: `offers_for` of the panel of list prices (of `own_prices`, or of all); only first-party prices
    enter. models: model_id, country, flagship, released_on. changes_only: a pair's row stands only on the
    days its prices changed, and on `as_of`; it holds until the next.
    """
    flags = _recent_flagships(models, as_of)
    mine = offers[offers["first_party"].astype(bool) & offers["model_id"].isin(flags.index)]
    mine = mine[mine["day"] >= mine["model_id"].map(flags["released_on"])]
    us, cn = (mine[mine["country"] == country] for country in ("US", "CN"))
    out = all_pairs(mine, us, cn, bases, as_of)
    if not changes_only:
        return out
    side = ["comparison", "us_provider_id", "cn_provider_id", "basis", "us_price_usd", "cn_price_usd"]
    changed = (out[side] != out[side].shift()).any(axis=1)
    return out[changed | (out["day"] == as_of)].reset_index(drop=True)


def _recent_flagships(models: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    recent = (models["released_on"] > as_of - pd.Timedelta(days=PAIR_DAYS)) & (models["released_on"] <= as_of)
    return (
        models[models["flagship"].fillna(False).astype(bool) & recent]
        .drop_duplicates("model_id")
        .set_index("model_id")
    )
