"""How fresh every source is, and the policy events with their documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from reports.components import Grid, Section, Statement
from reports.selectors import Tables, picked, records
from reports.wording import NOTHING, day, named, number
from warehouse.seeds import seed


def freshness_section(tables: Tables, as_of: date) -> Section:
    """Every source: its state, when it was last read, since when it fails; and the policy events' sources."""
    title = "How fresh every source is"
    rows = picked(tables, "freshness")
    if not len(rows):
        return Section(
            "freshness", title, missing=(f"No record of the sources' states as of {as_of.isoformat()}.",)
        )
    first = (rows["state"] == "failing") | (_required(rows) & (rows["state"] != "fresh"))
    lines = [
        replace(_sources_grid(tables, some, caption), folded=folded)
        for some, caption, folded in (
            (rows[first], "Failing, or required and not fresh", False),
            (rows[~first & _required(rows)], "Required and fresh", True),
            (rows[~first & ~_required(rows)], "Every other source", True),
        )
        if len(some)
    ]
    states, unread = rows["state"].value_counts(), rows["unread"].fillna(0).sum() if "unread" in rows else 0
    said = (
        "; ".join(f"{number(n)} {state}" for state, n in sorted(states.items()))
        + f". {number(first.sum())} of them are failing, or required and not fresh."
        + (f" {number(unread, 7)} amounts are not read by any rule (table unread)." if unread else "")
    )
    note = (
        "Resting: not asked, or without its key. Ended: the publisher stopped. Unread: amounts that no rule"
        " reads."
    )
    grids = (*lines, *_quiet_grid(rows), replace(policy_grid(as_of), folded=True))
    return Section("freshness", title, note, (Statement(said),), grids=grids)


def _quiet_grid(rows: pd.DataFrame) -> tuple[Grid, ...]:
    """A line for every source that feeds a headline and has not changed for longer than its rhythm."""
    quiet = [r for r in records(rows) if r.get("quiet")]
    body = tuple(
        (named(r["title"]), day(r["content_on"]), day(r["captured_on"]), number(r["rhythm_days"], 6))
        for r in sorted(quiet, key=lambda r: (r["content_on"], r["source_id"]))
    )
    title = "Feeds a headline, and says nothing new for longer than it ever did"
    header = ("source", "content of", "captured", "longest pause before, days")
    return (Grid(title, header, body, frozenset({3})),) if body else ()


def _required(rows: pd.DataFrame) -> pd.Series:
    """Which sources a run cannot do without."""
    return rows["required"].fillna(False).astype(bool)


def _sources_grid(tables: Tables, rows: pd.DataFrame, caption: str) -> Grid:
    """A line a source."""
    licences = {
        str(r["subject_id"]): named(r["licence_name"])
        for r in records(picked(tables, "attributions", subject="source"))
    }
    body = tuple(
        (
            named(r["title"]),
            str(r["state"]),
            day(r["last_success"]),
            day(r.get("content_on")),
            number(r["age_days"], 6),
            number(r["rows"], 7),
            number(r["unread"], 6) if "unread" in r else NOTHING,
            day(r["failing_since"]),
            named(r["error"], 160) if r["error"] else "",
            str(r["source_id"]),
            licences.get(r["source_id"], NOTHING),
        )
        for r in records(rows.sort_values(["state", "source_id"], kind="stable"))
    )
    header = (
        "source",
        "state",
        "last read",
        "content of",
        "age, days",
        "rows",
        "unread",
        "failing since",
        "why",
        "id",
        "licence",
    )
    return _without_empty(Grid(caption, header, body, frozenset({4, 5, 6}), marked=1))


def _without_empty(grid: Grid) -> Grid:
    """The table without the columns in which no line says anything; the state stays."""
    said = [n for n in range(len(grid.header)) if any(line[n] not in ("", NOTHING) for line in grid.rows)]
    return replace(
        grid,
        header=tuple(grid.header[n] for n in said),
        rows=tuple(tuple(line[n] for n in said) for line in grid.rows),
        numeric=frozenset(place for place, n in enumerate(said) if n in grid.numeric),
        marked=said.index(1),
    )


def policy_grid(as_of: date) -> Grid:
    """The policy events drawn in the charts, with their documents."""
    events = seed("policy_events")
    known = events[events["event_on"] <= pd.Timestamp(as_of)]
    body = tuple(
        (day(r["event_on"]), r["title"], r["direction"], r["issuer"], r["evidence"]) for r in records(known)
    )
    return Grid("Policy events in the charts", ("day", "event", "direction", "by", "document"), body)
