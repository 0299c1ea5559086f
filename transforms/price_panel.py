"""A price per model and day, ready for ratios: standard text tokens at the base tier, in US dollars per 1e6 tokens, under every basis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from transforms.price_runs import Ints
from transforms.price_table import end_of_days
from transforms.rates import usd_per
from warehouse.time_bands import parse_band

TOKENS = ("input", "output", "cache_read")
BASES = (*TOKENS, "blend_3_1", "blend_agentic")
_THINKING = {"any": 0, "on": 1, "off": 2}
_OFFER = ["our_provider_id", "market", "model_id", "revision", "setting", "component", "currency", "region", "thinking"]


def base_offers(intervals: pd.DataFrame) -> pd.DataFrame:
    """The rows of `believed_prices` that are the plain price of text tokens: standard tier, no thresholds, above zero."""
    plain = (
        intervals["component"].isin(TOKENS) & (intervals["service_tier"] == "standard") & (intervals["modality"] == "text")
        & (intervals["context_from_tokens"] == 0) & (intervals["output_from_tokens"] == 0) & (intervals["per"] == "1e6 tokens")
        & (intervals["amount"] > 0)
    )  # fmt: skip
    return intervals[plain].reset_index(drop=True)


def on_days(intervals: pd.DataFrame, days: pd.DatetimeIndex) -> tuple[Ints, Ints]:
    """Which interval holds as which day ends: (row of `intervals`, number of the day), one entry for each pair. `days` ascend."""
    ends = end_of_days(days)
    low = np.searchsorted(ends, intervals["start"].to_numpy(), side="left")
    counts = np.maximum(np.searchsorted(ends, intervals["end"].to_numpy(), side="left") - low, 0)
    row = np.repeat(np.arange(len(intervals)), counts)
    day = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)
    return row.astype(np.int64), day.astype(np.int64)


def week_means(base: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """`week_mean` per offer and day: the time-weighted mean over the 168 hours of the week of the prices in force as the day ends.

    Formula: sum(amount x share of the week of its time band) / sum(shares); a price without time bands is its own mean. Columns: row (of
    `base`, one of the offer's), offer (a number), own_page, promo, day (its number among `days`), week_mean in the row's currency. Numbers
    stand for the offer's key, which is text: it is repeated day by day.
    """
    row, day = on_days(base, days)
    share = base["time_band"].map({b: parse_band(b).share_of_week for b in base["time_band"].unique()}).to_numpy(dtype=np.float64)
    offer = base.groupby(_OFFER, observed=True, sort=False, dropna=False).ngroup().to_numpy()
    columns = {name: base[name].to_numpy()[row] for name in ("own_page", "promo")}
    amount = base["amount"].to_numpy()[row]
    held = pd.DataFrame({"row": row, "offer": offer[row], **columns, "day": day, "week_mean": amount, "share": share[row]})
    whole = held[held["share"] == 1].drop(columns="share")
    banded = held[held["share"] < 1].assign(week_mean=lambda f: f["week_mean"] * f["share"])
    by = banded.groupby(["offer", "own_page", "promo", "day"], as_index=False)
    sums = by.agg(row=("row", "first"), week_mean=("week_mean", "sum"), share=("share", "sum"))
    sums["week_mean"] = sums["week_mean"] / sums["share"]
    return pd.concat([whole, sums.drop(columns="share")], ignore_index=True)


def price_panel(intervals: pd.DataFrame, days: pd.DatetimeIndex, rates: pd.DataFrame, *, charged: bool = True) -> pd.DataFrame:
    """One row per provider, model and day: input, output, cache_read (week means), blend_3_1 and blend_agentic in USD per 1e6 tokens,
    and first_party.

    intervals: `believed_prices`. charged: a promotion in force replaces the list price; otherwise the list price only. Where an offer
    comes in several variants the plain one is taken before a setting, US dollars before another currency, the provider's own page before
    what feeds say (a copy keeps a name at the old price when the page has given it to a new build), the undated name before a build and
    the latest build before earlier ones, everywhere before a region, thinking any before on before off, then the cheapest.
    blend_3_1 = (3 input + output) / 4; blend_agentic = (10 (0.1 input + 0.9 cache_read) +
    output) / 11, with input in the place of a cache price that is not listed.
    """
    sold = intervals.groupby(["our_provider_id", "model_id"], observed=True, sort=False)["first_party"]
    base = base_offers(intervals.assign(first_party=sold.transform("any")))
    means = _in_force(week_means(base, days), charged)
    row, day = means["row"].to_numpy(), means["day"].to_numpy()
    currency = base["currency"].astype("category").iloc[row].reset_index(drop=True)
    usd = means["week_mean"].to_numpy() * usd_per(currency, pd.Series(days.to_numpy()[day]), rates).to_numpy()
    price = base.groupby(["our_provider_id", "model_id", "component"], observed=True, sort=False).ngroup().to_numpy()[row]
    cell = price * len(days) + day  # millions of rows: two numbers to sort by, not eleven
    order = np.lexsort((usd, _preference(base)[row], cell))
    first = order[_starts(cell[order])]
    return blends(_wide(base, row[first], days, day[first], usd[first]))


def _in_force(means: pd.DataFrame, charged: bool) -> pd.DataFrame:
    """One mean per offer and day: of a promotion, where those count and there is one, else of the list price."""
    means = means.sort_values("promo", ascending=False, kind="stable") if charged else means[means["promo"] == 0]
    cell = means["offer"].to_numpy() * (int(means["day"].max()) + 1 if len(means) else 1) + means["day"].to_numpy()
    return means[~pd.Index(cell).duplicated()].reset_index(drop=True)


def _preference(base: pd.DataFrame) -> Ints:
    """The place of each row of `base` in the order in which variants are taken: by setting first, ..., region, thinking and build last."""
    late = {text: n for n, text in enumerate(base["revision"].drop_duplicates().sort_values(ascending=False, kind="stable"))}
    keys = (
        base["revision"].map(late), base["thinking"].map(_THINKING), base["region"] != "", base["revision"] != "",
        ~base["own_page"].astype(bool), base["market"] != "", base["currency"] != "USD", base["setting"] != "",
    )  # fmt: skip
    numbers = [key.to_numpy().astype(np.int64) for key in keys]
    order = np.lexsort(numbers)
    rank = np.empty(len(base), dtype=np.int64)
    rank[order] = np.cumsum(_starts(*(number[order] for number in numbers)))
    return rank


def _starts(*keys: Any) -> Any:
    """Where a new combination begins in arrays that are sorted by them."""
    changed = np.ones(len(keys[0]), dtype=bool)
    changed[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return changed


def _wide(base: pd.DataFrame, row: Ints, days: pd.DatetimeIndex, day: Ints, usd: Any) -> pd.DataFrame:
    """day, provider_id, model_id, TOKENS, first_party: rows with input and output, from one price a provider, model, component and day
    (its number among `days`).
    """
    (provider, _), (model, models) = (pd.factorize(base[c], sort=True) for c in ("our_provider_id", "model_id"))
    sold = (provider * len(models) + model)[row]
    order = np.lexsort((sold, day))
    new = _starts(day[order], sold[order])
    at, first = np.cumsum(new) - 1, row[order][new]
    part = base["component"].map({token: n for n, token in enumerate(TOKENS)}).to_numpy(dtype=np.int8)[row[order]]
    prices = {}
    for number, token in enumerate(TOKENS):
        prices[token] = np.full(len(first), np.nan)
        prices[token][at[part == number]] = usd[order][part == number]
    whole = ~(np.isnan(prices["input"]) | np.isnan(prices["output"]))
    names = base[["our_provider_id", "model_id", "first_party"]].iloc[first[whole]].reset_index(drop=True)
    wide = names.rename(columns={"our_provider_id": "provider_id"}).assign(**{token: price[whole] for token, price in prices.items()})
    wide.insert(0, "day", days.to_numpy()[day[order][new][whole]])
    return wide[["day", "provider_id", "model_id", *TOKENS, "first_party"]]


def blends(prices: pd.DataFrame) -> pd.DataFrame:
    """`prices` (input, output, cache_read) with blend_3_1 and blend_agentic beside them."""
    cached = prices["cache_read"].fillna(prices["input"])
    return prices.assign(
        blend_3_1=(3 * prices["input"] + prices["output"]) / 4,
        blend_agentic=(10 * (0.1 * prices["input"] + 0.9 * cached) + prices["output"]) / 11,
    )
