"""Claims about the two countries' prices as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from transforms.claims.measurement import Measurement, NotComputable, View, each, key, listed, number
from transforms.claims.pooled import falls, index_ratio


def country_ratio(
    view: View, *, comparisons: Any = ("at_capability", "flagship"), basis: Any = ("blend_3_1",)
) -> list[Measurement]:
    """US price over Chinese price on the day it was said, or the first day that the table has after it: at
    the capability of the Chinese frontier, and between the flagships. Judged on the price index of all models
    on sale, where it is known, else on the named bases; the others are shown beside.
    """
    whole = index_ratio(view) if listed(basis) == ["blend_3_1"] else []
    rows = view.table("price_ratio")
    rows = rows[rows["comparison"].isin(listed(comparisons))]
    rows = rows[
        rows["level"].isna() & (rows["bound"] == "point") & (rows["window_days"] == 0) & rows["ratio"].notna()
    ]
    before = rows[rows["day"] <= view.said_on]
    chosen = (
        before.sort_values("day").drop_duplicates(["comparison", "basis"], keep="last")
        if len(before)
        else pd.DataFrame()
    )
    if not len(chosen):
        chosen = rows.sort_values("day").drop_duplicates(["comparison", "basis"])
    if not len(chosen) and not whole:
        raise NotComputable("no ratio of the two countries' prices is known")
    judged = [] if whole else listed(basis)
    return whole + [
        Measurement(
            float(r.ratio),
            "times",
            key(
                "price_ratio", day=r.day, comparison=r.comparison, basis=r.basis, bound="point", window_days=0
            ),
            basis=f"{r.comparison}, {r.basis}",
            lo90=number(r.ratio_lo90),
            hi90=number(r.ratio_hi90),
            valid_on=r.day,
            main=r.basis in judged,
            note=_sides(r),
        )
        for r in each(chosen.sort_values(["comparison", "basis"]))
    ]


def _sides(row: Any) -> str:
    named = isinstance(row.us_model_id, str) and isinstance(row.cn_model_id, str)
    return f"{row.us_model_id} over {row.cn_model_id}" if named else "medians of current flagships"


def premium(view: View, *, country: Any = ("US", "CN"), sample: str = "all") -> list[Measurement]:
    """How many times dearer ten points of capability are, per country, with a bootstrap interval."""
    rows = view.table("frontier_premium")
    rows = rows[rows["country"].isin(listed(country)) & (rows["day"] == rows["day"].max())]
    if not len(rows):
        raise NotComputable("no frontier premium is known")
    return [
        Measurement(
            float(r.factor_per_10),
            "times",
            key("frontier_premium", day=r.day, country=r.country, basis=r.basis, premium_kind=r.premium_kind),
            basis=f"{r.country}, {r.premium_kind}, {r.basis}",
            lo90=10 ** number(r.slope_lo90),
            hi90=10 ** number(r.slope_hi90),
            valid_on=r.day,
            main=r.premium_kind == sample,
            note=f"{r.models_counted} models, edge {r.edge_model_id}",
        )
        for r in each(rows)
    ]


def price_decline(view: View, *, country: Any = ("US", "CN"), basis: str = "blend_3_1") -> list[Measurement]:
    """How many times cheaper a fixed level of capability is after a year, per country and level, with its
    interval: by the price index, where it is known; the fall of the cheapest offers is shown beside.
    """
    whole = falls(view, listed(country), basis)
    if whole and "price_decline" not in view.marts:
        return whole
    rows = view.table("price_decline")
    rows = rows[rows["country"].isin(listed(country))]
    if not len(rows) and not whole:
        raise NotComputable("no price decline is known")
    return whole + [
        Measurement(
            float(r.factor_per_year),
            "times a year",
            key("price_decline", country=r.country, basis=r.basis, level=r.level),
            basis=f"{r.country}, capability {r.level:g}, {r.basis}",
            lo90=float(np.exp(-r.slope_hi90)),
            hi90=float(np.exp(-r.slope_lo90)),
            valid_on=r.last_day,
            main=r.basis == basis and not whole,
            excluded=bool(whole),
            note=f"{r.first_day:%Y-%m-%d} to {r.last_day:%Y-%m-%d}",
        )
        for r in each(rows.sort_values(["country", "level"]))
    ]
