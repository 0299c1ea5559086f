"""A price per model and day, ready for ratios: standard text tokens at the base tier, in US dollars per 1e6
tokens, under every basis.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from transforms.prices.rates import usd_per
from transforms.prices.sightings import Ints
from transforms.prices.table import end_of_days
from warehouse.time_bands import parse_band

TOKENS = ("input", "output", "cache_read")
BASES = (*TOKENS, "blend_3_1", "blend_agentic")
_THINKING = {"any": 0, "on": 1, "off": 2}
_OFFER = [
    "our_provider_id",
    "market",
    "model_id",
    "revision",
    "setting",
    "component",
    "currency",
    "region",
    "thinking",
]


def base_offers(intervals: pd.DataFrame) -> pd.DataFrame:
    """The rows of `reconciled_intervals` that are the plain price of text tokens: standard tier, no
    thresholds, above zero.
    """
    plain = (
        intervals["component"].isin(TOKENS)
        & (intervals["service_tier"] == "standard")
        & (intervals["modality"] == "text")
        & (intervals["context_from_tokens"] == 0)
        & (intervals["output_from_tokens"] == 0)
        & (intervals["per"] == "1e6 tokens")
        & (intervals["amount"] > 0)
    )
    return intervals[plain].reset_index(drop=True)


def on_days(intervals: pd.DataFrame, days: pd.DatetimeIndex) -> tuple[Ints, Ints]:
    """Which interval holds as which day ends: (row of `intervals`, number of the day), one entry for each
    pair. `days` ascend.
    """
    first, after = _held(intervals, days)
    return _counted(first, after)


def _held(intervals: pd.DataFrame, days: pd.DatetimeIndex) -> tuple[Ints, Ints]:
    """Of each interval the number of the first day as whose end it holds, and the number after that of the
    last.
    """
    ends = end_of_days(days)
    first = np.searchsorted(ends, intervals["start"].to_numpy(), side="left").astype(np.int64)
    return first, np.maximum(np.searchsorted(ends, intervals["end"].to_numpy(), side="left"), first).astype(
        np.int64
    )


def _counted(first: Ints, after: Ints) -> tuple[Ints, Ints]:
    """The numbers from `first` to before `after` of every row, one after the other: (row, number)."""
    counts = after - first
    row = np.repeat(np.arange(len(first)), counts)
    return row, np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(
        first, counts
    )


class Spans(NamedTuple):
    """Runs of days on which no price of a provider's model changes, by number: which row of `base` holds in
    which span (one entry for each pair), and each span's first day and number of days.
    """

    row: Ints
    span: Ints
    day: Ints
    length: Ints


def spans(base: pd.DataFrame, days: pd.DatetimeIndex) -> Spans:
    """The spans of `base_offers` over `days` (ascending). A price in another currency than US dollars is
    another one every day.
    """
    first, after = _held(base, days)
    model = base.groupby(["our_provider_id", "model_id"], observed=True, sort=False).ngroup().to_numpy() * (
        len(days) + 1
    )
    abroad = np.unique(np.column_stack([model, first, after])[(base["currency"] != "USD").to_numpy()], axis=0)
    which, daily = _counted(abroad[:, 1], abroad[:, 2])
    edges = np.unique(
        np.concatenate(
            [(model + first)[after > first], (model + after)[after > first], abroad[which, 0] + daily]
        )
    )
    row, span = _counted(np.searchsorted(edges, model + first), np.searchsorted(edges, model + after))
    return Spans(row, span, edges % (len(days) + 1), np.diff(edges, append=0))


def week_means(base: pd.DataFrame, held: Spans) -> pd.DataFrame:
    """`week_mean` per offer and span: the time-weighted mean over the 168 hours of the week of the prices in
    force as its days end.

    Formula: sum(amount x share of the week of its time band) / sum(shares); a price without time bands is its
    own mean. Columns: row (of
    `base`, one of the offer's), offer (a number), own_page, promo, span, week_mean in the row's currency.
    Numbers stand for the offer's key, which is text.
    """
    share = (
        base["time_band"]
        .map({b: parse_band(b).share_of_week for b in base["time_band"].unique()})
        .to_numpy(dtype=np.float64)
    )
    offer = base.groupby(_OFFER, observed=True, sort=False, dropna=False).ngroup()
    rows = pd.DataFrame(
        {
            "offer": offer,
            "own_page": base["own_page"],
            "promo": base["promo"],
            "week_mean": base["amount"],
            "share": share,
        }
    )
    there = rows.iloc[held.row].reset_index(drop=True).assign(row=held.row, span=held.span)
    whole = there[there["share"] == 1].drop(columns="share")
    banded = there[there["share"] < 1].assign(week_mean=lambda f: f["week_mean"] * f["share"])
    by = banded.groupby(["offer", "own_page", "promo", "span"], as_index=False)
    sums = by.agg(row=("row", "first"), week_mean=("week_mean", "sum"), share=("share", "sum"))
    sums["week_mean"] = sums["week_mean"] / sums["share"]
    return pd.concat([whole, sums.drop(columns="share")], ignore_index=True)


def price_panel(
    intervals: pd.DataFrame, days: pd.DatetimeIndex, rates: pd.DataFrame, *, charged: bool = True
) -> pd.DataFrame:
    """One row per provider, model and day: input, output, cache_read (week means), blend_3_1 and
    blend_agentic in USD per 1e6 tokens, and first_party.

    intervals: `reconciled_intervals`. charged: a promotion in force replaces the list price; otherwise the
    list price only. Where an offer comes in several variants the plain one is taken before a setting, US
    dollars before another currency, the provider's own page before what feeds say (a copy keeps a name at the
    old price when the page has given it to a new build), the undated name before a build and the latest build
    before earlier ones, everywhere before a region, thinking any before on before off, then the cheapest.
    blend_3_1 = (3 input + output) / 4; blend_agentic = (10 (0.1 input + 0.9 cache_read) + output) / 11, with
    input in the place of a cache price that is not listed.
    """
    sold = intervals.groupby(["our_provider_id", "model_id"], observed=True, sort=False)["first_party"]
    base = base_offers(intervals.assign(first_party=sold.transform("any")))
    held = spans(base, days)
    means = _in_force(week_means(base, held), charged)
    row, span = means["row"].to_numpy(), means["span"].to_numpy()
    currency = base["currency"].astype("category").iloc[row].reset_index(drop=True)
    usd = (
        means["week_mean"].to_numpy()
        * usd_per(currency, pd.Series(days.to_numpy()[held.day[span]]), rates).to_numpy()
    )
    token = base["component"].map({token: n for n, token in enumerate(TOKENS)}).to_numpy(dtype=np.int64)[row]
    cell = span * len(TOKENS) + token
    order = np.lexsort((usd, _preference(base)[row], cell))
    first = order[_starts(cell[order])]
    return blends(_wide(base, row[first], token[first], usd[first], held, span[first], days))


def _in_force(means: pd.DataFrame, charged: bool) -> pd.DataFrame:
    """One mean per offer and span: of a promotion, where those count and there is one, else of the list
    price.
    """
    means = (
        means.sort_values("promo", ascending=False, kind="stable") if charged else means[means["promo"] == 0]
    )
    return means.drop_duplicates(["offer", "span"]).reset_index(drop=True)


def _preference(base: pd.DataFrame) -> Ints:
    """The place of each row of `base` in the order in which variants are taken: by setting first, ...,
    region, thinking and build last.
    """
    late = {
        text: n
        for n, text in enumerate(
            base["revision"].drop_duplicates().sort_values(ascending=False, kind="stable")
        )
    }
    keys = (
        base["revision"].map(late),
        base["thinking"].map(_THINKING),
        base["region"] != "",
        base["revision"] != "",
        ~base["own_page"].astype(bool),
        base["market"] != "",
        base["currency"] != "USD",
        base["setting"] != "",
    )
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


def _wide(
    base: pd.DataFrame, row: Ints, token: Ints, usd: Any, held: Spans, span: Ints, days: pd.DatetimeIndex
) -> pd.DataFrame:
    """day, provider_id, model_id, TOKENS, first_party: a row for each day of each span that has input and
    output. row, token, usd and span are one price each, ascending by span.
    """
    new = _starts(span)
    at, span, row = np.cumsum(new) - 1, span[new], row[new]
    prices = np.full((len(TOKENS), len(span)), np.nan)
    prices[token, at] = usd
    whole = ~np.isnan(prices[:2]).any(axis=0)  # input and output
    row, span, prices = row[whole], span[whole], prices[:, whole]
    which, day = _counted(held.day[span], held.day[span] + held.length[span])
    (provider, _), (model, models) = (
        pd.factorize(base[c], sort=True) for c in ("our_provider_id", "model_id")
    )
    order = np.lexsort(((provider * len(models) + model)[row][which], day))
    which, day = which[order], day[order]
    names = base[["our_provider_id", "model_id", "first_party"]].iloc[row[which]].reset_index(drop=True)
    wide = names.rename(columns={"our_provider_id": "provider_id"}).assign(
        **dict(zip(TOKENS, prices[:, which], strict=True))
    )
    wide.insert(0, "day", days.to_numpy()[day])
    return wide[["day", "provider_id", "model_id", *TOKENS, "first_party"]]


def blends(prices: pd.DataFrame) -> pd.DataFrame:
    """`prices` (input, output, cache_read) with blend_3_1 and blend_agentic beside them."""
    cached = prices["cache_read"].fillna(prices["input"])
    return prices.assign(
        blend_3_1=(3 * prices["input"] + prices["output"]) / 4,
        blend_agentic=(10 * (0.1 * prices["input"] + 0.9 * cached) + prices["output"]) / 11,
    )
