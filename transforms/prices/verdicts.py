"""Where sources disagree about a price: the values, the one believed, and one reason from a closed list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from transforms.prices.reconcile import by_own_name
from transforms.prices.runs import GROUP
from transforms.prices.sightings import FOREVER
from transforms.prices.table import end_of_days
from transforms.prices.verdict_context import contexts, meant_elsewhere
from transforms.prices.verdict_names import renamed
from transforms.prices.verdict_reasons import (
    ANOTHER_TIER,
    BEFORE,
    ELSEWHERE,
    NOTHING,
    OLDER,
    REASONS,
    SAME,
    SLACK,
    TIER_THEN,
    Aliases,
    Context,
    is_rounded,
    reason_of,
)

COARSE = 1.5  # what two decimals make of a price of a cent or two
CLOSE = 1.05  # two amounts that differ by less are one with other decimals, whatever else is disputed
MANY, APART = 4, 3  # models of one amount at a source, and ways in which others price them
KEPT_OF_CHOSEN = ("listed_model", "own_page", "start", "last_seen", "sources_agree", "moved")
LISTING = ("source_id", "our_provider_id", "listed_model", "service_tier")
OFFERED = (*LISTING, "market", "region", "setting", "modality", "context_from_tokens", "time_band")
COLUMNS = (
    "as_of",
    "day",
    "provider_id",
    "market",
    "model_id",
    "revision",
    "setting",
    "component",
    "service_tier",
    "modality",
    "thinking",
    "context_from_tokens",
    "output_from_tokens",
    "region",
    "currency",
    "per",
    "time_band",
    "chosen_source",
    "chosen_amount",
    "reason",
    "detail",
    "values",
)


def price_verdicts(
    said: pd.DataFrame, believed: pd.DataFrame, day: pd.Timestamp, rates: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """One row for each offer and time band on which two sources print different list prices as `day` ends:
    `COLUMNS`.

    said: `source_intervals`; believed: `reconciled_intervals` of it. Amounts that differ by more than 0.01 %
    disagree. Off-peak is compared with off-peak: a source that prints one price where the believed one has
    time bands is held against the off-peak price. Each dissenter is explained by the first of REASONS that
    fits; the row has the gravest of them, `unresolved` before all.
    """
    moment = end_of_days(pd.DatetimeIndex([day]))[0]
    said = said.assign(moved=_moved(said))
    now = said[(said["start"] <= moment) & (said["end"] > moment)]
    listed = now[~now["promo"].to_numpy(dtype=bool)]
    listed = listed[by_own_name(listed, ("group", "source_id"))]
    several = listed.groupby("group")["source_id"].transform("nunique").to_numpy() > 1
    ended = said.loc[(said["end"] <= moment) & ~said["promo"].to_numpy(dtype=bool), "sibling"]
    truth = believed.assign(moved=believed["sibling"].isin(ended.unique()))
    chosen = truth[
        (believed["start"] <= moment) & (believed["end"] > moment) & ~believed["promo"].to_numpy(dtype=bool)
    ]
    pairs = _against(listed[several], chosen)
    support = pairs.groupby(["group", "time_band", "amount"])["source_id"].transform("nunique")
    pairs = pairs.assign(support=support, confirmed=_confirmed(pairs), agreed_since=_agreed_since(pairs))
    pairs = pairs.assign(input_agrees=_input_agrees(pairs))
    dissent = _dissenters(pairs)
    if dissent.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    context = contexts(said, dissent, moment, rates, day)
    aliases = meant_elsewhere(said, dissent)
    dissent = renamed(said, dissent, moment)
    dissent = _same_cause(_with_reasons(dissent, context, aliases))
    return _rows(dissent, pairs, day, as_of)


def _confirmed(pairs: pd.DataFrame) -> np.ndarray:
    """The last moment at which a source moved to the believed price of each row's offer and band; -1 where
    none did.
    """
    agrees = np.isclose(pairs["amount"], pairs["chosen_amount"], rtol=SAME, atol=0)
    moved = pairs["start"].where(agrees & pairs["moved"].to_numpy(dtype=bool), -1)
    return moved.groupby([pairs["group"], pairs["time_band"]]).transform("max").to_numpy()


def _agreed_since(pairs: pd.DataFrame) -> np.ndarray:
    """When the first of the sources that print the believed price of each row's offer and band took it up."""
    agrees = np.isclose(pairs["amount"], pairs["chosen_amount"], rtol=SAME, atol=0)
    start = pairs["start"].where(agrees, FOREVER)
    return np.minimum(
        start.groupby([pairs["group"], pairs["time_band"]]).transform("min").to_numpy(),
        pairs["chosen_start"].to_numpy(),
    )


def _input_agrees(pairs: pd.DataFrame) -> pd.Series:
    """Whether the same listing prints the believed price of the input."""
    agrees = np.isclose(pairs["amount"], pairs["chosen_amount"], rtol=SAME, atol=0)
    agrees &= (pairs["component"] == "input").to_numpy()
    return pd.Series(agrees).groupby([pairs[c].astype("str") for c in OFFERED]).transform("any")


def _dissenters(pairs: pd.DataFrame) -> pd.DataFrame:
    """The sources that print another amount than the chosen one: the nearest of each, with `_discounts`."""
    agrees = pd.Series(np.isclose(pairs["amount"], pairs["chosen_amount"], rtol=SAME, atol=0))
    # A source that lists the chosen amount too, under another name of the same offer, does not disagree.
    place = ["group", "time_band", "source_id"]
    both = agrees.groupby([pairs[c] for c in place]).transform("any")
    offered = ["group", "time_band", "amount"]
    twice = both.groupby([pairs[c] for c in offered]).transform("any")
    dissent = pairs.assign(twice=twice)[~both.to_numpy()]
    distance = np.abs(np.log((dissent["amount"] + 1e-9) / (dissent["chosen_amount"] + 1e-9)))
    return _discounts(
        dissent.assign(distance=distance)
        .sort_values([*place, "distance", "listed_model"])
        .drop_duplicates(place)
    )


def _moved(intervals: pd.DataFrame) -> np.ndarray:
    """Which intervals start where the same statement of their source ended with another amount."""
    place = [intervals[c].astype("str") for c in ("source_id", "listed_model")]
    group = [*place, intervals["group"], intervals["time_band"].astype("str"), intervals["promo"]]
    frame = intervals[["start", "end"]].assign(n=np.arange(len(intervals)))
    frame["g"] = frame.groupby(group, observed=True, sort=False).ngroup()
    ends = pd.MultiIndex.from_frame(frame[["g", "end"]])
    return np.asarray(pd.MultiIndex.from_frame(frame[["g", "start"]]).isin(ends))


def _against(listed: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Each source's price beside the chosen one of the same time band, or of the off-peak band where the
    source has none.
    """
    best = chosen[["group", "time_band", "windows", "amount", "source_id", *KEPT_OF_CHOSEN]].copy()
    flat = best.sort_values("amount").drop_duplicates("group").assign(time_band="always")
    best = pd.concat([best, flat[~flat["group"].isin(best.loc[best["time_band"] == "always", "group"])]])
    named = best.rename(
        columns={c: f"chosen_{c}" for c in ("amount", "source_id", "windows", *KEPT_OF_CHOSEN)}
    )
    same = listed.merge(named, on=["group", "time_band"])
    rest = listed[
        (listed["time_band"] != "always")
        & ~listed["group"].isin(chosen.loc[chosen["time_band"] != "always", "group"])
    ]
    single = named[named["time_band"] == "always"].drop(columns="time_band")
    return pd.concat([same, rest.merge(single, on="group")], ignore_index=True)


def _discounts(dissent: pd.DataFrame) -> pd.DataFrame:
    """Marks where all of one source's prices of a model are one multiple of the believed ones (`alike`), a
    round one being a `discount` or an `uplift`, and which are them with other decimals: nearly (`rounds`), or
    for all that is disputed, several components or none of which moved (`cents`); and where a source prints
    one amount for MANY models of a provider, or more, that others price in three ways at least (`for_many`).
    """
    dissent = dissent.reset_index(drop=True)
    ratio = (dissent["amount"] / dissent["chosen_amount"]).where(dissent["chosen_amount"] > 0, np.inf)
    place = [dissent[c] for c in LISTING]
    alike = (ratio.groupby(place).transform("max") - ratio.groupby(place).transform("min") < 1e-3) & (
        ratio.groupby(place).transform("size") > 1
    )
    uplift = alike & ratio.between(1.04, 1.26) & _round(ratio)
    discount = (
        alike
        & ~uplift
        & (_round(ratio) & (ratio < 0.97) | _round(1 / ratio) & (ratio > 1.03) & (ratio < np.inf))
    )
    both = zip(dissent["amount"].astype(float), dissent["chosen_amount"].astype(float), strict=True)
    decimals = pd.Series([is_rounded(a, b) or is_rounded(b, a) for a, b in both], dtype=bool)
    whole = decimals.groupby(place).transform("all")
    every = whole & (decimals.groupby(place).transform("size") > 1)
    still = ~(dissent["moved"].to_numpy(dtype=bool) | dissent["chosen_moved"].to_numpy(dtype=bool))
    rounds = decimals & ratio.between(1 / CLOSE, CLOSE)
    cents = every | (whole & still & ratio.between(1 / COARSE, COARSE))
    printed = dissent.groupby(
        [dissent[c] for c in ("source_id", "our_provider_id", "component", "service_tier", "amount")]
    )
    apart = printed["chosen_amount"].transform("nunique") >= APART
    for_many = (printed["model_id"].transform("nunique") >= MANY) & apart
    return dissent.assign(
        discount=discount, uplift=uplift, alike=alike, rounds=rounds, cents=cents, for_many=for_many
    )


def _round(share: pd.Series) -> pd.Series:
    """Whether each share is a multiple of 5 %."""
    twentieths = share.clip(upper=1e6) * 20
    return (twentieths - twentieths.round()).abs() < 0.02


def _with_reasons(dissent: pd.DataFrame, around: Mapping[Any, Context], aliases: Aliases) -> pd.DataFrame:
    """`dissent` with the reason and detail of each row.

    Where all prices of a source's listing are off by one factor, some of them may equal another tier's by
    chance (a half, the next threshold): the tier explains all of them or none.
    """
    told = _told(dissent.assign(by_chance=False), around, aliases)
    tier = told["detail"].isin([ANOTHER_TIER, TIER_THEN])
    chance = tier & told["alike"] & ~tier.groupby([told[c] for c in LISTING]).transform("all")
    again = _told(dissent[chance].assign(by_chance=True), around, aliases)
    return pd.concat([told[~chance], again]).sort_index()


def _told(dissent: pd.DataFrame, around: Mapping[Any, Context], aliases: Aliases) -> pd.DataFrame:
    found = [reason_of(row, around[row.group], aliases) for row in dissent.itertuples()]
    return dissent.assign(reason=[reason for reason, _ in found], detail=[detail for _, detail in found])


def _same_cause(dissent: pd.DataFrame) -> pd.DataFrame:
    """What explains one component of a source's model explains the others that are off by the same factor;
    where every disputed component (two at least) is another provider's price, an offer of another provider
    was taken for this one. A source that took up a further price off by that factor since the believed one
    holds to its own: nothing of it is old for its age alone.
    """
    # Amounts of few decimals are off by one factor where their ratios are within a per cent.
    ratio = (np.log((dissent["amount"] + 1e-9) / (dissent["chosen_amount"] + 1e-9)) * 100).round()
    place = [dissent["source_id"], dissent["model_id"], ratio]
    late = dissent["start"].gt(dissent["agreed_since"] + SLACK) & ~dissent["moved"].astype(bool)
    held_to = (dissent["detail"] == BEFORE) & late.groupby(place).transform("any")
    dissent = dissent.assign(
        reason=dissent["reason"].mask(held_to, "unresolved"), detail=dissent["detail"].mask(held_to, NOTHING)
    )
    open_ = dissent["reason"] == "unresolved"
    promoted = (dissent["reason"] == "promotion versus list").groupby(place).transform("any") & open_
    weak = dissent["reason"].isin(["unresolved", "first-party page wins", "tier mix-up"])
    older = dissent["detail"].str.contains(OLDER, regex=False).groupby(place).transform("any") & weak
    stale = (dissent["reason"] == "stale copy").groupby(place).transform("any") & weak & ~older & ~late
    listing = [dissent["source_id"], dissent["our_provider_id"], dissent["listed_model"]]
    unexplained = dissent["reason"] == "unresolved"
    elsewhere = unexplained & (dissent["detail"] == ELSEWHERE)
    copied = (
        elsewhere
        & ~promoted
        & (elsewhere | ~unexplained).groupby(listing).transform("all")
        & (elsewhere.groupby(listing).transform("sum") > 1)
    )
    reason = dissent["reason"].mask(promoted, "promotion versus list").mask(copied, "tier mix-up")
    reason = reason.mask(older | stale, "stale copy")
    detail = dissent["detail"].mask(promoted, "off by the factor of the model's other components")
    detail = detail.mask(stale, "off by the factor of the model's other components, which are stale")
    detail = detail.mask(older, dissent["chosen_source_id"].astype("str") + "'s " + OLDER)
    return dissent.assign(reason=reason, detail=dissent["source_id"].astype("str") + ": " + detail)


def _rows(dissent: pd.DataFrame, pairs: pd.DataFrame, day: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row an offer and band, with every source's value."""
    place = ["group", "time_band"]
    rank = dissent["reason"].map({r: i for i, r in enumerate(("unresolved", *REASONS[:-1]))})
    worst = dissent.assign(rank=rank).sort_values(["rank", "source_id"], kind="stable").drop_duplicates(place)
    disputed = pairs[pairs["group"].isin(dissent["group"])]
    text = disputed["source_id"].astype("str") + "=" + disputed["amount"].map("{:.12g}".format)
    values = text.groupby([disputed[c] for c in place]).agg(lambda v: "; ".join(sorted(set(v))))
    details = dissent.groupby(place)["detail"].agg(lambda v: "; ".join(sorted(set(v))))
    out = worst.drop(columns="detail").join(values.rename("values"), on=place).join(details, on=place)
    out = out.assign(
        as_of=as_of, day=day, chosen_source=out["chosen_source_id"], provider_id=out["our_provider_id"]
    )
    return out.sort_values([*GROUP, "time_band"])[list(COLUMNS)].reset_index(drop=True)
