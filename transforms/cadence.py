"""How often labs release: days between flagships, distinct releases per window; major, minor and variant
apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

TIERS = ("major", "minor", "variant")
WINDOWS = (365, 456)
TEXT = "text"
OTHER_KINDS = ("embedding", "music", "video", "image", "speech", "other")
FACTS = ("model_id", "lab_id", "country", "flagship", "tier", "released_on")
LAB_TIER = ("lab_id", "release_tier")
COLUMNS = (
    "as_of",
    "lab_id",
    "country",
    "measure",
    "release_tier",
    "window_days",
    "value",
    "releases",
    "last_model_id",
    "last_released_on",
    "models",
)


def cadence(models: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per lab: `COLUMNS`.

    measure `median_days` and `last_days`: days between one release and the next (tier `flagship`, `major`,
    `minor`, `any`; several on one day are one release); `open_days`: days since the last; `releases`:
    distinct models in the `window_days` up to `as_of` (tier, or `any`). All of these are of text models;
    speech, music, images, films, embeddings and the rest are counted apart, their kind in `release_tier`.
    models: model_id, lab_id, country, flagship, tier, released_on and optionally model_kind (else all are
    text); those without a day or after `as_of` take no part.
    """
    known = models.dropna(subset="released_on")
    known = known[known["released_on"] <= as_of].sort_values(["released_on", "model_id"])
    known = known.reindex(columns=[*FACTS, "model_kind"])
    stated = known.pop("model_kind").astype("object")
    kind = stated.where(stated.notna(), TEXT)
    text = kind == TEXT
    chosen = {
        "flagship": text & known["flagship"].fillna(False).astype(bool),
        **{tier: text & (known["tier"] == tier) for tier in TIERS},
        "any": text & known["tier"].notna(),
        **{other: kind == other for other in OTHER_KINDS},
    }
    mine = pd.concat(
        [known[rows].assign(release_tier=tier) for tier, rows in chosen.items()], ignore_index=True
    )
    frames = [_gaps(mine, as_of).assign(window_days=0), *(_counts(mine, as_of, window) for window in WINDOWS)]
    out = pd.concat(frames, ignore_index=True).assign(as_of=as_of)
    return (
        out.reindex(columns=list(COLUMNS))
        .sort_values(["lab_id", "measure", "release_tier", "window_days"])
        .reset_index(drop=True)
    )


def release_gaps(models: pd.DataFrame, by: Sequence[str] = ("lab_id",)) -> pd.DataFrame:
    """Each release day of a lab (of what `by` tells apart) beside the one before: `by`, country, model_id,
    released_on, previous_model_id, days.
    """
    one_a_day = models.sort_values(["released_on", "model_id"]).drop_duplicates([*by, "released_on"])
    before = one_a_day.groupby([*by])[["released_on", "model_id"]].shift()
    out = one_a_day[[*by, "country", "model_id", "released_on"]].assign(previous_model_id=before["model_id"])
    return out.assign(days=(out["released_on"] - before["released_on"]).dt.days)


def _gaps(models: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    gaps = release_gaps(models, LAB_TIER)
    last = gaps.groupby([*LAB_TIER]).agg(
        country=("country", "last"),
        last_model_id=("model_id", "last"),
        last_released_on=("released_on", "last"),
        releases=("model_id", "size"),
        median_days=("days", "median"),
        last_days=("days", "last"),
    )
    last["open_days"] = (as_of - last["last_released_on"]).dt.days
    long = last.melt(
        id_vars=["country", "last_model_id", "last_released_on", "releases"],
        value_vars=["median_days", "last_days", "open_days"],
        var_name="measure",
        ignore_index=False,
    )
    return long.dropna(subset="value").reset_index()


def _counts(models: pd.DataFrame, as_of: pd.Timestamp, window: int) -> pd.DataFrame:
    inside = models[models["released_on"] > as_of - pd.Timedelta(days=window)]
    counted = inside.groupby([*LAB_TIER]).agg(
        country=("country", "last"),
        releases=("model_id", "nunique"),
        last_model_id=("model_id", "last"),
        last_released_on=("released_on", "last"),
        models=("model_id", lambda ids: "; ".join(dict.fromkeys(ids))),
    )
    return counted.assign(
        measure="releases", window_days=window, value=counted["releases"].astype("float64")
    ).reset_index()
