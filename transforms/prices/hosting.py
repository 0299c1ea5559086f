"""Who else sells an open-weights model, from which country and at what price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.runs import instants

FOOTPRINT_COLUMNS = (
    "as_of",
    "model_id",
    "home_country",
    "hosts",
    "countries",
    "offshore_hosts",
    "unknown_country_hosts",
    "offshore_share",
    "first_hosted_on",
    "first_offshore_on",
    "days_to_offshore",
    "first_offshore_provider_id",
)
RESELLER = "aggregator"
PREMIUM_COLUMNS = (
    "as_of",
    "day",
    "model_id",
    "basis",
    "first_party_price_usd",
    "median_host_price_usd",
    "cheapest_host_price_usd",
    "cheapest_host_provider_id",
    "hosts",
    "host_premium",
)


def hosting_footprint(said: pd.DataFrame, models: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per open-weights model with a host: `FOOTPRINT_COLUMNS`.

    said: `source_intervals` (our_provider_id, provider_country, model_id, start, end, by_its_lab). A host
    sells the model as `as_of` ends, is not its lab and no aggregator, which resells others' calls.
    offshore_share: hosts outside the lab's country / hosts of known country. first_offshore_on: first day
    that any source priced it there, never before the release; days_to_offshore after the release. models:
    model_id, country, open_weights, released_on.
    """
    open_models = models[models["open_weights"].fillna(False).astype(bool)].drop_duplicates("model_id")
    facts = open_models.set_index("model_id")[["country", "released_on"]]
    spans = _host_spans(said, facts, as_of)
    by_model = spans.groupby("model_id", observed=True)
    out = by_model.agg(
        hosts=("serving", "sum"),
        offshore_hosts=("serving_offshore", "sum"),
        unknown_country_hosts=("unknown", "sum"),
        first_hosted_on=("since", "min"),
    )
    located_hosts = spans[spans["serving"] & spans["known"]]
    countries = located_hosts.groupby("model_id", observed=True)["country"].nunique()
    located = (out["hosts"] - out["unknown_country_hosts"]).replace(0, np.nan)
    out = _first_abroad(out, spans, facts).assign(
        as_of=as_of,
        home_country=facts["country"].reindex(out.index),
        offshore_share=out["offshore_hosts"] / located,
        countries=countries.reindex(out.index).fillna(0),
    )
    return out.reset_index()[list(FOOTPRINT_COLUMNS)].sort_values("model_id").reset_index(drop=True)


def _host_spans(said: pd.DataFrame, facts: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row a model and host: since (its first day), and the flags known (country), serving, offshore,
    serving_offshore, unknown.
    """
    hosts = said[
        said["model_id"].isin(facts.index)
        & ~said["first_party"].to_numpy(dtype=bool)
        & ~_by_its_lab(said)
        & (said["provider_kind"] != RESELLER).to_numpy()
    ]
    end = np.int64((as_of + pd.Timedelta(days=1)).value // 1000 - 1)
    spans = (
        hosts[hosts["start"] <= end]
        .groupby(["model_id", "our_provider_id"], observed=True)
        .agg(start=("start", "min"), end=("end", "max"), country=("provider_country", "first"))
        .reset_index()
    )
    spans = spans.assign(
        since=instants(spans["start"].to_numpy()).dt.tz_localize(None).dt.floor("D"),
        serving=spans["end"] > end,
        known=spans["country"] != "",
        home=spans["model_id"].map(facts["country"]),
    )
    offshore = spans["known"] & (spans["country"] != spans["home"])
    return spans.assign(
        offshore=offshore,
        serving_offshore=spans["serving"] & offshore,
        unknown=spans["serving"] & ~spans["known"],
    )


def _by_its_lab(said: pd.DataFrame) -> np.ndarray:
    """Which rows name the model's own lab as the seller, believed or not: no host in either case."""
    return said["by_its_lab" if "by_its_lab" in said else "first_party"].to_numpy(dtype=bool)


def _first_abroad(out: pd.DataFrame, spans: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """`out` (one row a model) with first_offshore_on (not before release), its host, and days_to_offshore."""
    ordered = spans[spans["offshore"]].sort_values(["since", "our_provider_id"])
    first = ordered.drop_duplicates("model_id").set_index("model_id")
    released = facts["released_on"].reindex(out.index)
    since = first["since"].reindex(out.index)
    since = since.where(since >= released, released).where(since.notna())
    return out.assign(
        first_offshore_on=since,
        first_offshore_provider_id=first["our_provider_id"].astype("str"),
        days_to_offshore=(since - released).dt.days,
    )


def host_countries(said: pd.DataFrame) -> pd.Series:
    """provider_id -> country of every provider in `source_intervals` that runs models itself ('' where
    unknown).
    """
    own = said[said["provider_kind"] != RESELLER].drop_duplicates("our_provider_id")
    return own.set_index("our_provider_id")["provider_country"].astype("str")


def host_premium(
    panel: pd.DataFrame,
    models: pd.DataFrame,
    country_of: pd.Series,
    as_of: pd.Timestamp,
    basis: str = "blend_3_1",
) -> pd.DataFrame:
    """Median price of hosts outside the lab's country / first-party price, per open-weights model and day:
    `PREMIUM_COLUMNS`.

    panel: `price_panel` with the column first_party; country_of: `host_countries`; a provider
    that is not in it, or whose country is unknown, does not count.
    models: model_id, country, open_weights.
    """
    open_models = (
        models[models["open_weights"].fillna(False).astype(bool)]
        .drop_duplicates("model_id")
        .set_index("model_id")
    )
    mine = panel[panel["model_id"].isin(open_models.index)]
    own = mine[mine["first_party"]].groupby(["day", "model_id"])[basis].min().rename("first_party_price_usd")
    country = mine["provider_id"].map(country_of).fillna("")
    away = mine[
        ~mine["first_party"]
        & (country != "")
        & (country.to_numpy() != mine["model_id"].map(open_models["country"]).to_numpy())
    ]
    away = away.sort_values([basis, "provider_id"])
    hosts = away.groupby(["day", "model_id"]).agg(
        median_host_price_usd=(basis, "median"),
        cheapest_host_price_usd=(basis, "first"),
        cheapest_host_provider_id=("provider_id", "first"),
        hosts=("provider_id", "nunique"),
    )
    out = hosts.join(own, how="inner").reset_index()
    out = out.assign(
        as_of=as_of, basis=basis, host_premium=out["median_host_price_usd"] / out["first_party_price_usd"]
    )
    return out[list(PREMIUM_COLUMNS)].sort_values(["day", "model_id"]).reset_index(drop=True)
