"""Prices recomputed by plain code: loops over rows, nothing shared with the transforms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

Row = Mapping[str, Any]
Capture = tuple[datetime, dict[tuple, float]]
DAY = timedelta(days=1)
HOST_UNSEEN, LONG_AGO = 90 * DAY, 3650 * DAY


def source_says(
    captures: list[Capture], offer: tuple, at: datetime, known: datetime, own: bool
) -> tuple | None:
    """(amount, start of its run; long ago where the first capture shows it) of one source for an offer at an
    instant, as known at `known`; None where it says nothing. captures: in order, each with the amounts of all
    offers of one address.
    """
    seen = [(when, amounts) for when, amounts in captures if when <= known]
    upto = [n for n, (when, _) in enumerate(seen) if when <= at]
    if not upto or offer not in seen[upto[-1]][1]:
        return None
    last = upto[-1]
    amount = seen[last][1][offer]
    first = last
    while first > 0 and seen[first - 1][1].get(offer) == amount:
        first -= 1
    newest = last
    while newest + 1 < len(seen) and seen[newest + 1][1].get(offer) == amount:
        newest += 1
    unseen = seen[newest][0] + HOST_UNSEEN
    if not own and unseen <= known and at >= unseen:
        return None
    return amount, seen[first][0] - (LONG_AGO if first == 0 else 0 * DAY)


def off_the_page(captures: list[Capture], model: str, at: datetime, known: datetime) -> bool:
    """Whether two captures of the own page in a row, known by then, no longer list a model that it listed,
    and `at` lies after the first of them and before the model came back.
    """
    listed = [
        (when, any(offer[0] == model for offer in amounts)) for when, amounts in captures if when <= known
    ]
    for n in range(1, len(listed) - 1):
        if listed[n - 1][1] and not listed[n][1] and not listed[n + 1][1]:
            back = next(
                (when for when, there in listed[n + 1 :] if there), datetime.max.replace(tzinfo=at.tzinfo)
            )
            if listed[n][0] <= at < back:
                return True
    return False


def believed(
    sources: Mapping[str, list[Capture]], offer: tuple, at: datetime, known: datetime, own: bool
) -> tuple | None:
    """(amount, source): the page's, else the one that a feed took up last; among equals the first by name."""
    page = source_says(sources["page"], offer, at, known, True) if own else None
    if page is not None:
        return page[0], "page"
    if own and off_the_page(sources["page"], offer[0], at, known):
        return None
    said = []
    for name in sorted(sources):
        found = source_says(sources[name], offer, at, known, own) if name != "page" else None
        if found is not None:
            said.append((found[1], name, found[0]))
    if not said:
        return None
    latest = max(start for start, _, _ in said)
    return next((amount, name) for start, name, amount in said if start == latest)


def panel_price(
    rows: Iterable[Row], provider: str, model: str, at: datetime, component: str, dollars: Mapping[str, float]
) -> float | None:
    """The plain price of a token component of a provider's model, in US dollars, out of the rows of
    price_intervals that are in force; promotions count.
    """
    plain = [
        r for r in rows
        if (r["provider_id"], r["model_id"], r["component"]) == (provider, model, component)
        and (r["service_tier"], r["modality"], r["per"]) == ("standard", "text", "1e6 tokens")
        and r["context_from_tokens"] == 0 and r["output_from_tokens"] == 0 and r["amount"] > 0
        and r["valid_from"] <= at and (r["valid_to"] is None or r["valid_to"] > at)
    ]  # fmt: skip
    offers: dict[tuple, list[Row]] = {}
    for r in plain:
        offers.setdefault(
            (
                r["market"],
                r["revision"],
                r["setting"],
                r["currency"],
                r["region"],
                r["thinking"],
                r["own_page"],
            ),
            [],
        ).append(r)
    best: tuple | None = None
    builds = sorted({r["revision"] for r in plain}, reverse=True)
    for (market, revision, setting, currency, region, thinking, own), listed in offers.items():
        promo = [r for r in listed if r["price_kind"] in ("promotional", "introductory")]
        mine = promo or listed
        if any(r["time_band"] != "always" for r in mine):
            raise ValueError("a price by hours of the week: not for this plain code")
        amount = min(r["amount"] for r in mine) * dollars.get(currency, math.nan)
        rank = (
            setting != "", currency != "USD", market != "", not own, revision != "", region != "",
            {"any": 0, "on": 1, "off": 2}[thinking], builds.index(revision), amount,
        )  # fmt: skip
        best = min(best, rank) if best is not None else rank
    return None if best is None else best[-1]
