"""Rows with printed names joined to their models by the aliases of a date."""

from __future__ import annotations

import pandas as pd

NAME_KEY = ["source_id", "provider_id", "listed_model", "listed_setting"]


def dated(aliases: pd.DataFrame) -> pd.Series[bool]:
    """Which aliases hold on some days only, or are one of several meanings of their name."""
    return (
        aliases.duplicated(NAME_KEY, keep=False) | aliases["valid_from"].notna() | aliases["valid_to"].notna()
    )


def _in_force(aliases: pd.DataFrame, day: pd.Series) -> pd.Series[bool]:
    begun = aliases["valid_from"].isna() | (day >= aliases["valid_from"])
    return begun & (aliases["valid_to"].isna() | (day < aliases["valid_to"]))


def match_models(names: pd.DataFrame, aliases: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Splits rows with (source_id, listed_model, ...) into those with a model and those without.

    `names` needs source_id and listed_model, and may have provider_id, listed_setting and observed_on;
    `aliases` is the `model_aliases` frame. The matched rows gain model_id, revision and setting; their index
    is that of `names`. An alias is in force by the row's day alone (`observed_on`: the day that it is about).
    MergeError where aliases say two things of one name on one day.
    """
    on = [k for k in NAME_KEY if k in names.columns]
    plain = dated(aliases)
    columns = [*on, "model_id", "revision", "setting"]
    once = aliases.loc[~plain, columns].drop_duplicates()
    merged = names.reset_index(names="_row").merge(once, on=on, how="left", validate="m:1")
    if plain.any() and "observed_on" in names.columns:
        some = aliases.loc[plain, [*columns, "valid_from", "valid_to"]]
        hits = merged.loc[merged["model_id"].isna(), ["_row", *on, "observed_on"]].merge(some, on=on)
        hits = hits[_in_force(hits, hits["observed_on"])][["_row", *columns]]
        found = merged[["_row"]].merge(hits.drop_duplicates(), on="_row", how="left", validate="1:1")
        for column in ("model_id", "revision", "setting"):
            merged[column] = merged[column].where(merged[column].notna(), found[column])
    merged = merged.set_index("_row")
    merged.index.name = names.index.name
    known = merged["model_id"].notna()
    return merged[known], merged.loc[~known, list(names.columns)]
