"""The headline numbers with their intervals, as known on a date, and which of them left its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.compute as pc

from warehouse.conventions import HEADLINE_LAG, HEADLINE_RATIO
from warehouse.marts import Marts

LAG_NAMES = ("board_id", "board_version")
RATIO_NAMES = ("comparison", "basis")


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline number with its 90 % interval (None: no interval is known)."""

    value: float
    low: float | None
    high: float | None

    def excludes(self, value: float) -> bool:
        """Whether `value` lies outside the interval; never where there is none."""
        return self.low is not None and self.high is not None and not self.low <= value <= self.high


def moved(before: Mapping[str, Figure], now: Mapping[str, Figure]) -> list[str]:
    """The names of the headline numbers that lie outside the interval they had before."""
    return [name for name in sorted(before.keys() & now.keys()) if before[name].excludes(now[name].value)]


def headlines(marts: Marts, as_of: date) -> dict[str, Figure]:
    """The headline numbers as known on a date: the lag of each board and the price ratio of each basis, of
    their newest day.
    """
    return {
        **_figures(
            marts, as_of, "lag", HEADLINE_LAG, LAG_NAMES, "valid_on", ("lag_days", "lo90_days", "hi90_days")
        ),
        **_figures(
            marts,
            as_of,
            "price_ratio",
            HEADLINE_RATIO,
            RATIO_NAMES,
            "day",
            ("ratio", "ratio_lo90", "ratio_hi90"),
        ),
    }


def _figures(
    marts: Marts,
    as_of: date,
    table: str,
    where: Mapping[str, Any],
    names: Sequence[str],
    day: str,
    values: tuple[str, str, str],
) -> dict[str, Figure]:
    if not marts.has(table, as_of):
        return {}
    rows = marts.read(
        table, as_of, list(dict.fromkeys([*where, *names, day, *values]))
    )  # a name may be a condition too
    for column, wanted in where.items():
        values_of = rows.column(column)
        rows = rows.filter(pc.is_null(values_of) if wanted is None else pc.equal(values_of, wanted))
    newest: dict[str, tuple[date, Figure]] = {}
    for row in rows.to_pylist():
        value, low, high = (row[v] for v in values)
        name = ".".join([table, *(str(row[n]) for n in names)])
        if value is not None and (name not in newest or row[day] > newest[name][0]):
            newest[name] = (row[day], Figure(value, low, high))
    return {name: figure for name, (_, figure) in newest.items()}
