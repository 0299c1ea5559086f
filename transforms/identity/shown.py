"""The identity tables of a date, with withdrawals joined to the models, and cut to what is published."""

from __future__ import annotations

import pandas as pd

Identity = dict[str, pd.DataFrame]  # models, model_dates, model_aliases, unmatched and OPENNESS
OPENNESS = "openness_said"  # evidence of the gates, never published
MODEL_FACTS = [
    "model_id",
    "lab_id",
    "country",
    "released_on",
    "withdrawn_on",
    "open_weights",
    "opened_on",
    "flagship",
    "family",
]


def with_withdrawals(identity: Identity) -> pd.DataFrame:
    """The models of an identity with withdrawn_on (NaT where they are still there)."""
    dates = identity["model_dates"]
    gone = dates[(dates["date_kind"] == "withdrawn") & (dates["revision"] == "")].drop_duplicates("model_id")
    models = identity["models"]
    return models.assign(
        withdrawn_on=pd.to_datetime(models["model_id"].map(gone.set_index("model_id")["released_on"]))
    )


def shown_identity(identity: Identity) -> Identity:
    """The identity tables of a date as they are published: models kept by hand once released, and every model
    that a printed name resolves to.
    """
    models = identity["models"]
    shown = models["model_id"].isin(identity["model_aliases"]["model_id"].unique())
    models = models[((models["method"] == "seed") & models["released_on"].notna()) | shown]
    dates = identity["model_dates"]
    return identity | {"models": models, "model_dates": dates[dates["model_id"].isin(models["model_id"])]}
