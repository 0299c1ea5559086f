"""A stated history is about its own days: what a name meant then, and not what it means at the capture."""

from __future__ import annotations

import pandas as pd

from transforms.identity.matching import NAME_KEY, dated

_NAME = [name for name in NAME_KEY if name != "listed_setting"]


def about(rows: pd.DataFrame) -> pd.Series:
    """The day that each row is about: the first day for which it states a price, else its capture's."""
    stated = rows["effective_from"].dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
    return stated.fillna(rows["observed_on"].astype("datetime64[us]"))


def in_their_own_days(rows: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
    """list_prices rows with `about_on`; a row whose stated days lie in several meanings of its name becomes
    one row a meaning, each with its share of the days (`effective_from`, `effective_to`).

    The feed that says "deepseek-chat costs this since 2025-02-08" speaks of V3 until 2025-03-24, of V3-0324
    after it, and so on: the present meaning did not exist on the first of those days. `aliases`: a
    `model_aliases` frame.
    """
    windows = aliases.loc[dated(aliases), [*_NAME, "valid_from", "valid_to"]].drop_duplicates()
    rows = rows.assign(about_on=about(rows))
    stated = rows["effective_from"].notna() & rows["listed_model"].isin(windows["listed_model"])
    if not stated.any():
        return rows
    some = rows[stated].reset_index(names="_row")
    texts = dict.fromkeys(_NAME, "object")
    pairs = some[["_row", *_NAME, "effective_from", "effective_to", "observed_at"]].astype(texts)
    pairs = pairs.merge(windows.astype(texts), on=_NAME)
    opens, closes = (pairs[name].dt.tz_localize("UTC") for name in ("valid_from", "valid_to"))
    start = pairs["effective_from"].where(opens.isna() | (opens <= pairs["effective_from"]), opens)
    until = pairs["effective_to"].fillna(pairs["observed_at"] + pd.Timedelta(days=1))
    within = (start < until) & (closes.isna() | (start < closes))
    end = closes.where(closes < until, pairs["effective_to"])
    shares = pd.DataFrame({"_row": pairs["_row"], "start": start, "end": end})[within]
    split = some.merge(shares, on="_row").drop(columns="_row")
    kind = some["effective_from"].dtype
    split = split.assign(
        effective_from=split.pop("start").astype(kind), effective_to=split.pop("end").astype(kind)
    )
    split["about_on"] = about(split)
    alone = some[~some["_row"].isin(shares["_row"])].drop(columns="_row")
    return pd.concat([rows[~stated], alone, split], ignore_index=True)
