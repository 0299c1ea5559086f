"""The share of hours in which a price map has the right first-party price: gapledger, and each feed alone.

    python -m studies.right_hours [--as-of 2026-11-20]

The gold prices (gold_prices.csv) are facts with their source: V4 Pro by METHOD.md, the others by what the
vendors' pages printed, over the hours between captures that print the same amount (one day where there is one
capture). An hour is right when input and output are (within 0.01 %), each as charged: a promotion in force
and the time band of that hour count. A feed is judged by what it had shown by that hour and by the dates that
it states itself. "without the pages" is gapledger with every vendor's page withheld: what its reconciliation
of the feeds alone is worth, since the gold comes from the pages that it otherwise reads.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from tests.transforms import recorded_prices
from transforms.prices.panel import base_offers
from transforms.prices.runs import micros, price_runs
from transforms.prices.table import reconciled_intervals, source_intervals
from warehouse.seeds import seeds
from warehouse.time_bands import parse_band

GOLD = Path(__file__).parent / "gold_prices.csv"
HOUR = 3_600_000_000
V4_PRO = "deepseek-v4-pro"
NAME = ["lab_id", "model_id", "revision", "setting"]
FEEDS = ("models_dev", "litellm", "genai_prices", "llm_prices", "openrouter_endpoints", "model_prices")


@cache
def gold() -> pd.DataFrame:
    """The gold prices by the hour: provider_id, model, model_id, revision, setting, component, currency, hour
    (micros), amount.
    """
    facts = pd.read_csv(GOLD)
    begins, ends = micros(facts["valid_from"]), micros(facts["valid_to"])
    first, last = -(-begins // HOUR), -(-ends // HOUR)
    row = np.repeat(np.arange(len(facts)), last - first)
    hour = (
        np.arange(len(row)) - np.repeat(np.cumsum(last - first) - (last - first), last - first) + first[row]
    ) * HOUR
    names = pd.DataFrame([recorded_prices.named(name) for name in facts["model"]], columns=NAME)
    full = pd.concat(
        [facts[["provider_id", "model", "component", "currency", "time_band", "amount"]], names], axis=1
    )
    hours = full.iloc[row].assign(hour=hour).reset_index(drop=True)
    return hours[in_band(hours["time_band"], hour)].reset_index(drop=True)


def in_band(bands: pd.Series, hour: np.ndarray) -> np.ndarray:
    """Whether each hour begins inside its time band."""
    minute = ((hour // 60_000_000) + 3 * 1440) % (7 * 1440)  # 1970-01-01 was a Thursday
    inside = np.ones(len(bands), dtype=bool)
    for name in bands.unique():
        at = (bands == name).to_numpy()
        inside[at] = np.isin(minute[at], list(parse_band(name).minutes))
    return inside


def charged_at(intervals: pd.DataFrame, wanted: pd.DataFrame) -> np.ndarray:
    """The amount that `intervals` (start, end, promo, ...) say was charged in each hour of `wanted`; NaN
    where they say nothing.

    A promotion goes before the list price, the very build before the name without a date, the own market of
    the currency first.
    """
    plain = base_offers(intervals)
    plain = plain[
        plain["first_party"].to_numpy(dtype=bool)
        & (plain["region"].isin(["", "global"]) | (plain["currency"] == "CNY"))
    ]
    key = ["our_provider_id", "model_id", "component", "currency"]
    place = [*key, "build", "mode"]
    wants = wanted.rename(
        columns={"provider_id": "our_provider_id", "revision": "build", "setting": "mode"}
    ).reset_index(names="want")
    spans = wants.groupby(place, as_index=False).agg(low=("hour", "min"), high=("hour", "max"))
    offers = plain.merge(spans, on=key).reset_index(drop=True)
    same = (offers["setting"] == offers["mode"]) & (
        (offers["revision"] == "") | (offers["revision"] == offers["build"])
    )
    offers = offers[same & (offers["start"] <= offers["high"]) & (offers["end"] > offers["low"])].reset_index(
        drop=True
    )
    out = np.full(len(wanted), np.nan)
    places = wants.groupby(place).indices
    order = offers.assign(
        promo_last=~offers["promo"].to_numpy(dtype=bool),
        other_market=(offers["market"] == "CN") & (offers["currency"] == "USD"),
        other_build=offers["revision"] != offers["build"],
    ).sort_values(
        ["other_market", "other_build", "promo_last", "start"],
        ascending=[True, True, True, False],
        kind="stable",
    )
    for offer in order.itertuples():
        rows = places[
            offer.our_provider_id, offer.model_id, offer.component, offer.currency, offer.build, offer.mode
        ]
        rows = rows[np.isnan(out[rows])]
        hour = wants["hour"].to_numpy()[rows]
        held = (hour >= offer.start) & (hour < offer.end)
        rows, hour = rows[held], hour[held]
        out[rows[in_band(pd.Series([offer.time_band] * len(hour)), hour)] if len(rows) else rows] = (
            offer.amount
        )
    return out


def shares(found: np.ndarray, wanted: pd.DataFrame) -> pd.DataFrame:
    """Per provider, model and currency: gold hours, hours answered, hours with input and output right, with
    the cache price right too.
    """
    right = np.isclose(found, wanted["amount"].to_numpy(), rtol=1e-4)
    marked = wanted.assign(right=right, said=~np.isnan(found))
    tokens = marked[marked["component"] != "cache_read"]
    place = ["provider_id", "model", "currency"]
    both = tokens.groupby([*place, "hour"], as_index=False).agg(right=("right", "all"), said=("said", "all"))
    out = both.groupby(place).agg(hours=("right", "size"), said=("said", "sum"), right=("right", "sum"))
    cache = (
        marked[marked["component"] == "cache_read"]
        .groupby(place)
        .agg(cache_hours=("right", "size"), cache_right=("right", "sum"))
    )
    return out.join(cache).fillna(0).astype(int)


def released() -> pd.DataFrame:
    """model_id, by spelling, and the first day of its release, from the seed."""
    dates = seeds()["model_dates"]
    first = (
        dates[(dates["date_kind"] != "withdrawn") & (dates["precision"] == "day")]
        .groupby("model_id")["released_on"]
        .min()
        .reset_index()
    )
    return first.assign(model_id=[recorded_prices.named(name)[1] for name in first["model_id"]])


def judged(as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The shares of gapledger, of gapledger without the vendors' pages, and of each feed."""
    prices = recorded_prices.prices()
    models = released()
    said = source_intervals(price_runs(prices), as_of, models)
    held_out = source_intervals(price_runs(prices[~prices["own_page"]].reset_index(drop=True)), as_of, models)
    truths = {
        "gapledger": reconciled_intervals(said),
        "gapledger without the pages": reconciled_intervals(held_out),
    }
    truths |= {feed: said[said["source_id"] == feed] for feed in FEEDS}
    return {name: shares(charged_at(truth, gold()), gold()) for name, truth in truths.items()}


def line(name: str, table: pd.DataFrame) -> str:
    """One line of the report."""
    total = table.sum()
    share = total["right"] / max(total["hours"], 1)
    answered = total["right"] / max(total["said"], 1)
    cache = total["cache_right"] / max(total["cache_hours"], 1)
    return f"{name:<30}{total['hours']:>9}{total['said']:>9}{share:>9.1%}{answered:>12.1%}{cache:>9.1%}\n"


def main() -> None:
    """Prints the shares for V4 Pro and for the whole gold set."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--as-of", type=pd.Timestamp, default=pd.Timestamp("2026-11-20"))
    parser.add_argument(
        "--models", action="store_true", help="also every model that gapledger has not right in every hour"
    )
    options = parser.parse_args()
    results = judged(options.as_of)
    head = f"{'':<30}{'hours':>9}{'said':>9}{'right':>9}{'of said':>12}{'cache':>9}\n"
    v4 = [("V4 Pro, USD (METHOD.md)", lambda t: t.query("model == @V4_PRO and currency == 'USD'"))]
    for title, pick in [
        *v4,
        (
            f"{len(set(zip(gold()['provider_id'], gold()['model'], strict=True)))} first-party models",
            lambda t: t,
        ),
    ]:
        sys.stdout.write(
            f"{title}\n{head}" + "".join(line(name, pick(table)) for name, table in results.items()) + "\n"
        )
    if options.models:
        ours = results["gapledger"]
        sys.stdout.write(ours[ours["right"] < ours["hours"]].to_string() + "\n")


if __name__ == "__main__":
    main()
