"""The lag over all boards together and the price of equal capability, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reports.selectors import Tables, picked, records
from reports.wording import day, interval, months, months_interval, number, times
from warehouse.conventions import DAYS_PER_MONTH, US_CN
from warehouse.covered import covered_by

INDEX = {"basis": "blend_3_1", "priced_at": "charged", "population": "models up to 540 days old"}
LEVEL = 140.0


def pooled_headline(tables: Tables) -> dict[str, Any] | None:
    """The row of `pooled_lag` that leads: the published lag of the US and China on the last day that the
    boards speak of; None where there is none.
    """
    return _last(picked(tables, "pooled_lag", **US_CN, variant="published", nowcast=False))


def _last(rows: pd.DataFrame) -> dict[str, Any] | None:
    return records(rows.sort_values("valid_on").tail(1))[0] if len(rows) else None


def pooled_first(tables: Tables) -> str:
    """How far behind, how sure and until when, in one sentence; empty where no pooled lag is known."""
    row = pooled_headline(tables)
    if row is None:
        return ""
    side = "behind" if row["lag_days"] >= 0 else "ahead of"
    return (
        f"Over the year to {day(row['valid_on'])} the best Chinese models were about"
        f" {round(abs(row['lag_days']) / DAYS_PER_MONTH)} months {side} the best US ones"
        f" ({months(abs(row['lag_days']))}; {months_interval(row['lo90_days'], row['hi90_days'])}), over all"
        " boards that tested both sides."
    )


def pooled_more(tables: Tables) -> list[str]:
    """What the headline does not know: how little the lag could be, and what it rests on."""
    row = pooled_headline(tables)
    if row is None:
        return []
    least = _last(picked(tables, "pooled_lag", **US_CN, variant="at_par", valid_on=row["valid_on"]))
    could = (
        ""
        if least is None
        else " If every Chinese flagship that too few boards tested equalled the best US model of its day, it"
        f" would be {months(least['lag_days'])}."
    )
    return [f"Nothing released since is measured.{could}{without_artificial_analysis(tables)}"]


def pooled_sentence(tables: Tables) -> str:
    """Both as one text; empty where no pooled lag is known."""
    return " ".join([first, *pooled_more(tables)]) if (first := pooled_first(tables)) else ""


def without_artificial_analysis(tables: Tables) -> str:
    """The same number without the board whose own figures may not be republished; empty where unknown."""
    row = _last(
        picked(
            tables, "pooled_lag", **US_CN, variant="without", left_out="artificial_analysis", nowcast=False
        )
    )
    if row is None:
        return ""
    return (
        f" Without Artificial Analysis, whose own figures are not republished here: {months(row['lag_days'])}"
        f" ({months_interval(row['lo90_days'], row['hi90_days'])})."
    )


def index_ratio_sentence(tables: Tables) -> str:
    """What equal capability costs in the US over China, with both prices at a fixed level; empty where
    unknown.
    """
    rows = picked(tables, "price_index_ratio", **INDEX)
    if not len(rows):
        return ""
    row = records(rows.sort_values("month").tail(1))[0]
    prices = picked(tables, "price_index", **INDEX, level=LEVEL, month=row["month"])
    by = {r["country"]: r["price_usd"] for r in records(prices)}
    both = (
        f": at capability {number(LEVEL)}, ${number(by['US'])} against ${number(by['CN'])} per 1M tokens"
        if {"US", "CN"} <= by.keys()
        else ""
    )
    return (
        f"At equal capability a US model cost {times(row['ratio'])} what a Chinese one did in"
        f" {row['month']:%B %Y} ({interval(row['ratio_lo90'], row['ratio_hi90'])}){both}, over all models on"
        " sale up to 540 days old, 3 input to 1 output token."
    ) + _unknown(tables, "price_index")


def _unknown(tables: Tables, metric: str) -> str:
    """What a number does not know, behind its sentence."""
    said = coverage_sentence(tables, metric)
    return f" {said}" if said else ""


def fall_sentence(tables: Tables) -> str:
    """How much cheaper a fixed capability became in a year, on both sides; empty where unknown."""
    rows = picked(tables, "price_fall", **INDEX, level=LEVEL)
    if not len(rows):
        return ""
    last = records(rows[rows["month"] == rows["month"].max()].sort_values("country", ascending=False))
    each = [
        f"{times(r['fall'])} cheaper in {'the US' if r['country'] == 'US' else 'China'}"
        f" ({interval(r['fall_lo90'], r['fall_hi90'])})"
        for r in last
    ]
    return (
        f"From {last[0]['month_from']:%B %Y} to {last[0]['month']:%B %Y} capability {number(LEVEL)} became"
        f" {' and '.join(each)}."
    )


def coverage_sentence(tables: Tables, number: str, **only: str) -> str:
    """What a number does not know (`coverage`); empty where nothing is said. number: a derived table, or
    `flagship_ratio`; only: its board_id, or other groups than the US and China.
    """
    rows = records(picked(tables, "coverage", **(US_CN | only), metric=covered_by(number)))
    return str(rows[0]["sentence"]) if rows else ""
