"""What each model costs in each month: the unit of the hedonic index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.hedonic import COUNTRIES, Monthly
from transforms.prices.hosting import RESELLER
from transforms.prices.panel import price_panel
from transforms.prices.ratios import on_sale

SINCE = pd.Timestamp("2023-12-31")  # before, fewer than eight models of any country have prices
EVERY = "7D"
OLDEST = 540  # days after its release that a model counts
LEAST_HOSTS = 2
LEAST_SOURCES = 2  # that call a lab the seller of its open weights, where no page of its own does
LEAST_CAPABILITY = 100.0
BLENDS = ("blend_3_1", "blend_1_1", "blend_agentic")
KINDS = ("charged", "list")


def own_or_hosted(believed: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """The believed prices that a model's month can rest on: of US and Chinese models, without resellers.

    Open weights are a lab's own offer where its own page prints it, or two sources say so: single feeds name
    the lab as the seller of weights that it gives away (gpt-oss).
    """
    known = models.drop_duplicates("model_id").set_index("model_id")
    model = believed["model_id"].astype(str)
    mine = model.map(known["country"]).isin(COUNTRIES) & (
        (believed["provider_kind"] != RESELLER) | believed["first_party"].astype(bool)
    )
    rows = believed[mine.to_numpy(dtype=bool)]
    open_weights = rows["model_id"].astype(str).map(known["open_weights"].astype("boolean")).fillna(False)
    offer = rows.groupby(["our_provider_id", "model_id"], observed=True)
    sure = offer["own_page"].transform("any") | (offer["source_id"].transform("nunique") >= LEAST_SOURCES)
    first_party = rows["first_party"].to_numpy(dtype=bool)
    own = first_party & (~open_weights.to_numpy(dtype=bool) | sure.to_numpy(dtype=bool))
    return rows.assign(first_party=own)[own | ~first_party]


def weekly_panel(rows: pd.DataFrame, rates: pd.DataFrame, as_of: pd.Timestamp, kind: str) -> pd.DataFrame:
    """`price_panel` of `own_or_hosted` on every seventh day, with blend_1_1 = (input + output) / 2; `kind`
    one of `KINDS`.
    """
    days = pd.date_range(SINCE, as_of, freq=EVERY, unit="us")
    panel = price_panel(rows, days, rates, charged=kind == "charged")
    return panel.assign(blend_1_1=(panel["input"] + panel["output"]) / 2)


def model_months(panel: pd.DataFrame, models: pd.DataFrame, basis: str) -> pd.DataFrame:
    """month, model_id, country, price, flagship: each model's first price of each month, its lab's own, else
    the median of at least two hosts; from its release on, for 540 days. What its lab withdrew and never
    opened is on sale nowhere.
    """
    panel = on_sale(panel, models)
    known = models.drop_duplicates("model_id").set_index("model_id")
    own = panel[panel["first_party"].astype(bool)].groupby(["day", "model_id"], observed=True)[basis].min()
    hosts = panel[~panel["first_party"].astype(bool)].groupby(["day", "model_id"], observed=True)[basis]
    hosted = hosts.median()[hosts.size() >= LEAST_HOSTS]
    price = own.reindex(own.index.union(hosted.index)).fillna(hosted).rename("price").reset_index()
    model = price["model_id"].astype(str)
    age = (price["day"] - model.map(known["released_on"])).dt.days
    price = price.assign(
        model_id=model,
        country=model.map(known["country"]),
        flagship=model.map(known["flagship"]).fillna(False).astype(bool),
        month=price["day"].dt.to_period("M"),
    )
    price = price[(age >= 0) & (age <= OLDEST)].sort_values(["day", "model_id"], kind="stable")
    return price.drop_duplicates(["month", "model_id"])[["month", "model_id", "country", "price", "flagship"]]


def monthly_of(rows: pd.DataFrame, capability: pd.Series) -> Monthly | None:
    """The rows of the models whose capability is known (a series by model_id, in points, whose order numbers
    them) and at least 100; None where there are none.
    """
    place = pd.Series(np.arange(len(capability)), index=capability.index)
    rows = rows[rows["model_id"].isin(capability.index[capability > LEAST_CAPABILITY])]
    if not len(rows):
        return None
    months = pd.period_range(rows["month"].min(), rows["month"].max(), freq="M")
    country = np.array([COUNTRIES.index(c) for c in rows["country"]], dtype=np.int64)
    month = pd.Series(np.arange(len(months)), index=months).reindex(pd.PeriodIndex(rows["month"]))
    model, price = place.reindex(rows["model_id"]), rows["price"].to_numpy(dtype=float)
    return Monthly(country, month.to_numpy(dtype=np.int64), model.to_numpy(dtype=np.int64), price, months)
