"""What an operator should hear of: a source that fails twice in a row or goes stale, and a headline number
that left its interval.

Each is told once, by the run in which it comes about: it is found by comparing what this run knows with what
the run before knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.compute as pc

from warehouse.conventions import HEADLINE_LAG, HEADLINE_RATIO
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.snapshots import Snapshots
from warehouse.tables import OUTCOMES

FAILING, STALE, MOVED = "gapledger.source.failing", "gapledger.source.stale", "gapledger.headline.moved"
EVENTS = (FAILING, STALE, MOVED)
LAG_NAMES = ("board_id", "board_version")
RATIO_NAMES = ("comparison", "basis")


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to hear of: the event's name, what it is about (`source.openai`, `headline.lag.epoch_eci`),
    and a sentence.
    """

    event: str
    about: str
    message: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline number with its 90 % interval (None: no interval is known)."""

    value: float
    low: float | None
    high: float | None


def alerts(location: Location, as_of: date, failed: Iterable[str], today: date) -> list[Alert]:
    """What came about by the run that published `as_of`; `failed` are the sources with an error in it.

    What was so on a past date is no news: of a backfill only its failures are.
    """
    marts = Marts(location)
    earlier = [day for day in marts.as_ofs() if day < as_of]
    found = [
        alert
        for source_id in sorted(failed)
        if (alert := failing_twice(source_id, _newest_outcomes(location, source_id)))
    ]
    if as_of < today:
        return found
    if earlier and marts.has("freshness", as_of) and marts.has("freshness", earlier[-1]):
        found += gone_stale(
            *(
                marts.read("freshness", day, ["source_id", "state", "age_days"]).to_pylist()
                for day in (earlier[-1], as_of)
            )
        )
    if earlier:
        found += moved(headlines(marts, earlier[-1]), headlines(marts, as_of), earlier[-1])
    return found


def failing_twice(source_id: str, rows: Sequence[Mapping[str, Any]]) -> Alert | None:
    """The alert of a source whose last two runs had an error and the run before them none; `rows` are its
    newest outcomes.
    """
    runs: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: r["started_at"]):
        runs.setdefault(row["run_id"], []).append(row)
    errors = [next((r["error"] for r in of_run if r["error"]), None) for of_run in runs.values()][-3:]
    if len(errors) < 2 or not (errors[-1] and errors[-2]) or (len(errors) == 3 and errors[0]):
        return None
    return Alert(FAILING, f"source.{source_id}", f"{source_id} failed twice in a row: {errors[-1]}")


def gone_stale(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Alert]:
    """Alerts of the sources that are stale (rows of the `freshness` table) and were not."""
    was = {row["source_id"] for row in before if row["state"] == "stale"}
    fresh = [row for row in now if row["state"] == "stale" and row["source_id"] not in was]
    return [
        Alert(
            STALE,
            f"source.{row['source_id']}",
            f"{row['source_id']} is stale: its last good snapshot is {row['age_days']} days old",
        )
        for row in sorted(fresh, key=lambda r: str(r["source_id"]))
    ]


def moved(before: Mapping[str, Figure], now: Mapping[str, Figure], earlier: date) -> list[Alert]:
    """Alerts of the headline numbers that lie outside the interval they had before; a number without an
    interval raises none.
    """
    found = []
    for name in sorted(before.keys() & now.keys()):
        old, new = before[name], now[name]
        if old.low is not None and old.high is not None and not old.low <= new.value <= old.high:
            text = (
                f"{name} moved from {old.value:.4g} ({old.low:.4g} to {old.high:.4g}) as of {earlier} to"
                f" {new.value:.4g}"
            )
            found.append(Alert(MOVED, f"headline.{name}", text))
    return found


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


def _newest_outcomes(location: Location, source_id: str) -> list[dict[str, Any]]:
    snapshots = Snapshots(location)
    names = location.names(f"snapshots/{OUTCOMES.directory}/{source_id}", ".parquet")[-3:]
    return [
        row for name in names for row in snapshots.read(name, ["run_id", "started_at", "error"]).to_pylist()
    ]
