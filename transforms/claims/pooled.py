"""Claims about frontiers and prices as a whole, measured on all boards and all models on sale at once."""

from __future__ import annotations

import pandas as pd

from transforms.claims.measurement import Measurement, View, each, key, number
from warehouse.conventions import DAYS_PER_MONTH

LATEST = pd.Timedelta(days=45)  # a month's row is looked for this far back
INDEX = {"priced_at": "charged", "population": "models up to 540 days old"}


def _table(view: View, name: str) -> pd.DataFrame:
    """A table that a date may be without: no rows then."""
    found = view.marts.get(name)
    return pd.DataFrame() if found is None else found


def pooled_on(view: View, when: pd.Timestamp, leader: str, follower: str) -> list[Measurement]:
    """The pooled lag of two groups for the year up to a day, where the boards speak of one of the 45 days up
    to it; none otherwise.
    """
    rows = _table(view, "pooled_lag")
    if not len(rows):
        return []
    mine = (rows["leader"] == leader) & (rows["follower"] == follower) & (rows["variant"] == "published")
    mine &= ~rows["nowcast"].astype(bool) & (rows["valid_on"] <= when) & (rows["valid_on"] > when - LATEST)
    return [
        Measurement(
            row.lag_days / DAYS_PER_MONTH,
            "months",
            key("pooled_lag", leader=leader, follower=follower, variant="published", valid_on=row.valid_on),
            basis="trailing12, all boards together",
            lo90=row.lo90_days / DAYS_PER_MONTH,
            hi90=row.hi90_days / DAYS_PER_MONTH,
            valid_on=row.valid_on,
            note=f"{row.rulers} boards, one of each measurement",
        )
        for row in each(rows[mine].sort_values("valid_on").tail(1))
    ]


def _month(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the month in which it was said, or the last before; else of the first month."""
    before = rows[rows["month"] <= view.said_on]
    return rows[rows["month"] == (before["month"].max() if len(before) else rows["month"].min())]


def index_ratio(view: View, basis: str = "blend_3_1") -> list[Measurement]:
    """US price over Chinese price at equal capability, over all models on sale; none where unknown."""
    rows = _index(view, "price_index_ratio", basis)
    return [
        Measurement(
            float(row.ratio),
            "times",
            key("price_index_ratio", month=row.month, basis=basis, **INDEX),
            basis=f"price index, {basis}",
            lo90=number(row.ratio_lo90),
            hi90=number(row.ratio_hi90),
            valid_on=row.month,
            note=f"{row.us_models} US and {row.cn_models} Chinese models",
        )
        for row in each(rows)
    ]


def falls(view: View, countries: list[str], basis: str = "blend_3_1") -> list[Measurement]:
    """By what factor the price of each level of capability fell in a year; none where unknown."""
    rows = _index(view, "price_fall", basis)
    if not len(rows):
        return []
    rows = rows[rows["country"].isin(countries) & ~rows["extrapolated"].astype(bool)]
    return [
        Measurement(
            float(row.fall),
            "times a year",
            key("price_fall", country=row.country, level=row.level, month=row.month, basis=basis, **INDEX),
            basis=f"price index, {row.country}, capability {row.level:g}, {basis}",
            lo90=number(row.fall_lo90),
            hi90=number(row.fall_hi90),
            valid_on=row.month,
            note=f"{row.month_from:%Y-%m} to {row.month:%Y-%m}",
        )
        for row in each(rows.sort_values(["country", "level"]))
    ]


def _index(view: View, name: str, basis: str) -> pd.DataFrame:
    rows = _table(view, name)
    if not len(rows):
        return rows
    mine = (rows["basis"] == basis) & (rows["priced_at"] == INDEX["priced_at"])
    mine &= rows["population"] == INDEX["population"]
    return _month(view, rows[mine]) if mine.any() else rows[mine]
