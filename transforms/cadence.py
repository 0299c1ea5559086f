"""How often labs release: days between flagships, distinct releases per window; major, minor and variant apart."""

from __future__ import annotations

import pandas as pd

TIERS = ("major", "minor", "variant")
WINDOWS = (365, 456)
COLUMNS = (
    "as_of", "lab_id", "country", "measure", "release_tier", "window_days", "value", "releases", "last_model_id", "last_released_on",
    "models",
)  # fmt: skip


def cadence(models: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per lab: `COLUMNS`.

    measure `median_days` and `last_days`: days between one release and the next (tier `flagship`, `major`, `minor`, `any`; several on
    one day are one release); `open_days`: days since the last; `releases`: distinct models in the `window_days` up to `as_of` (tier,
    or `any`). models: model_id, lab_id, country, flagship, tier, released_on; those without a day or after `as_of` take no part.
    """
    known = models.dropna(subset="released_on")
    known = known[known["released_on"] <= as_of].sort_values(["released_on", "model_id"])
    frames = []
    for tier in ("flagship", *TIERS, "any"):
        chosen = {"flagship": known["flagship"].fillna(False).astype(bool), "any": known["tier"].notna()}.get(tier, known["tier"] == tier)
        mine = known[chosen]
        frames += [_gaps(mine, as_of).assign(release_tier=tier, window_days=0)]
        frames += [_counts(mine, as_of, window).assign(release_tier=tier) for window in WINDOWS]
    out = pd.concat(frames, ignore_index=True).assign(as_of=as_of)
    return out.reindex(columns=list(COLUMNS)).sort_values(["lab_id", "measure", "release_tier", "window_days"]).reset_index(drop=True)


def release_gaps(models: pd.DataFrame) -> pd.DataFrame:
    """Each release day of a lab beside the one before: lab_id, model_id, released_on, previous_model_id, days."""
    one_a_day = models.sort_values(["released_on", "model_id"]).drop_duplicates(["lab_id", "released_on"])
    before = one_a_day.groupby("lab_id")[["released_on", "model_id"]].shift()
    out = one_a_day[["lab_id", "country", "model_id", "released_on"]].assign(previous_model_id=before["model_id"])
    return out.assign(days=(out["released_on"] - before["released_on"]).dt.days)


def _gaps(models: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    gaps = release_gaps(models)
    last = gaps.groupby("lab_id").agg(
        country=("country", "last"), last_model_id=("model_id", "last"), last_released_on=("released_on", "last"),
        releases=("model_id", "size"), median_days=("days", "median"), last_days=("days", "last"),
    )  # fmt: skip
    last["open_days"] = (as_of - last["last_released_on"]).dt.days
    long = last.melt(
        id_vars=["country", "last_model_id", "last_released_on", "releases"], value_vars=["median_days", "last_days", "open_days"],
        var_name="measure", ignore_index=False,
    )  # fmt: skip
    return long.dropna(subset="value").reset_index()


def _counts(models: pd.DataFrame, as_of: pd.Timestamp, window: int) -> pd.DataFrame:
    inside = models[models["released_on"] > as_of - pd.Timedelta(days=window)]
    counted = inside.groupby("lab_id").agg(
        country=("country", "last"), releases=("model_id", "nunique"), last_model_id=("model_id", "last"),
        last_released_on=("released_on", "last"), models=("model_id", lambda ids: "; ".join(dict.fromkeys(ids))),
    )  # fmt: skip
    return counted.assign(measure="releases", window_days=window, value=counted["releases"].astype("float64")).reset_index()
