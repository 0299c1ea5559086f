"""Withdrawals that feeds state beside their prices (LiteLLM's `deprecation_date`), as days of models."""

from __future__ import annotations

import pandas as pd

from transforms.identity.index import Index

COLUMNS = ["model_id", "revision", "date_kind", "released_on", "date_precision", "evidence"]


def stated_withdrawals(
    index: Index,
    said: pd.DataFrame,
    names: pd.DataFrame,
    aliases: pd.DataFrame,
    own_pages: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """The withdrawal days of models and of builds (`COLUMNS`, one row each), as feeds state them.

    said: what feeds stated (source_id, listed_model, released_on: the day of withdrawal, observed_on). names:
    the printed names so far; aliases: their models; own_pages: the sources that are a lab's own page.

    Feeds date names, and a model has several. It is withdrawn on the latest of its names' days, and only
    where every name under which the feed still sells it at the lab's own shop has a day: `gpt-4o-2024-05-13`
    is, `gpt-4o` is not. A day that the feed no longer states does not count, nor one after which the lab's
    own page still listed the model.
    """
    if said.empty:
        return pd.DataFrame(columns=COLUMNS)
    sold = _sold_at_first_hand(index, names, aliases)
    stated = said.sort_values("observed_on", kind="stable").drop_duplicates(
        ["source_id", "listed_model"], keep="last"
    )
    stated = stated.rename(columns={"released_on": "gone_on", "observed_on": "stated_on"})
    feeds = sold[sold["source_id"].isin(stated["source_id"].unique())]
    both = feeds.merge(
        stated[["source_id", "listed_model", "gone_on", "stated_on"]],
        on=["source_id", "listed_model"],
        how="left",
    )
    both["gone_on"] = both["gone_on"].where(both["stated_on"] >= both["last_seen"])
    newest = names.groupby("source_id")["last_seen"].max()
    both["open"] = both["gone_on"].isna() & (both["last_seen"] >= both["source_id"].map(newest))
    parts = [_gone(both.assign(revision="")), _gone(both[both["revision"] != ""])]
    found = pd.concat(parts, ignore_index=True)
    paged = sold[sold["source_id"].isin(own_pages)].groupby("model_id")["last_seen"].max()
    found = found.merge(paged.rename("shown"), how="left", left_on="model_id", right_index=True)
    return found[~(found["shown"] >= found["released_on"])].reset_index(drop=True)[COLUMNS]


def _sold_at_first_hand(index: Index, names: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
    """source_id, listed_model, model_id, revision and last_seen of the names under which a lab's own shop
    sells its models: the provider that the source prints is the lab.
    """
    key = ["source_id", "provider_id", "listed_model"]
    # What a name means now: its last meaning.
    last_meant = aliases.sort_values("valid_from", kind="stable", na_position="first")
    once = last_meant.drop_duplicates(key, keep="last")
    priced = names[names["table"] == "list_prices"]
    last = priced.groupby(key, as_index=False)["last_seen"].max()
    sold = last.merge(once[[*key, "model_id", "revision"]], on=key)
    labs = {provider: index.lab(provider) for provider in sold["provider_id"].unique()}
    return sold[sold["provider_id"].map(labs) == sold["model_id"].str.partition("/")[0]]


def _gone(both: pd.DataFrame) -> pd.DataFrame:
    """One row a (model, build) whose names are dated, the last day of them."""
    place = ["model_id", "revision"]
    dated = both.groupby(place).agg(
        gone_on=("gone_on", "max"),
        open=("open", "any"),
        source=("source_id", "first"),
        stated_on=("stated_on", "max"),
    )
    dated = dated[dated["gone_on"].notna() & ~dated["open"]].reset_index()
    return dated.assign(
        date_kind="withdrawn",
        released_on=dated["gone_on"],
        date_precision="day",
        evidence=dated["source"] + " " + dated["stated_on"].astype("str").str[:10],
    )
