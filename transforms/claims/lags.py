"""Claims about lags, measured on every board that has them: months of 30.4375 days, positive where the
follower is behind.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from transforms.claims.measurement import Measurement, NotComputable, View, each, key, listed
from warehouse.conventions import DAYS_PER_MONTH
from warehouse.seeds import board_ids
from warehouse.seeds import boards as seed_boards

MONTHS = "months"
TRUNCATED = "reaches back before the board began: may be longer"


def of_groups(view: View, leader: str, follower: str) -> pd.DataFrame:
    """The event rows of one pair of groups; NotComputable where the tables have no lag of that pair at
    all.
    """
    events = view.events
    known_pair(view, leader, follower)
    return view.kept(
        f"events {leader} {follower}",
        lambda: events[(events["leader"] == leader) & (events["follower"] == follower)],
    )


def known_pair(view: View, leader: str, follower: str) -> None:
    """NotComputable, naming the pairs that there are, where the `lag` table has none of these two groups."""
    pairs = view.kept("pairs", view.table("lag")[["leader", "follower"]].drop_duplicates)
    if not ((pairs["leader"] == leader) & (pairs["follower"] == follower)).any():
        there = ", ".join(f"{r.leader} and {r.follower}" for r in each(pairs))
        raise NotComputable(
            f"no lag of {follower} behind {leader} is derived; the tables have {there} (leader and follower),"
            " and any two groups can be had from transforms.boards.lag_tables.lag_tables(..., pairs=...)"
        )


def on_boards(rows: pd.DataFrame, boards: Any) -> pd.DataFrame:
    """The rows of the boards that the claim names; all where it names none."""
    return rows if not boards else rows[rows["board_id"].isin(listed(boards))]


def narrow() -> frozenset[str]:
    """The ledger's boards of one subject: a word game or one benchmark says nothing about a frontier as a
    whole.
    """
    return board_ids("general", False)


def ranked(readings: list[Measurement], boards: Any) -> list[Measurement]:
    """Where the claim names no board, those of one subject are set aside, also where there are no others:
    then it is not computable. A measurement has one vote: of two fits of it, or an index and its copy, the
    one that boards.csv names as the ruler.
    """
    if boards:
        return readings
    ruler = seed_boards().set_index("board_id")["ruler"].to_dict()
    there = {r.board_id for r in readings if r.main}
    second = {b for b in there if ruler.get(b, b) != b and ruler[b] in there}
    out = second | narrow()
    return [r._replace(main=False, excluded=True) if r.board_id in out else r for r in readings]


def event_of(view: View, model: str, leader: str, follower: str, vintage: str, boards: Any) -> pd.DataFrame:
    """The first build's event lag of a model, one row a board: `launch`, in the first version that showed it;
    `as_of`, in the newest.

    A model that no leader's model matched has no row. NotComputable where no board has one.
    """
    released = view.released(model)
    rows = on_boards(of_groups(view, leader, follower), boards)
    rows = rows[
        (rows["follower_model_id"] == model)
        & (rows["follower_revision"] == "")
        & (rows["vintage_basis"] == vintage)
    ]
    rows = rows.sort_values(["vintage", "board_version"], ascending=vintage == "launch").drop_duplicates(
        "board_id"
    )
    if not len(rows):
        unknown = sorted(set(listed(boards)) - set(view.table("lag")["board_id"].unique())) if boards else []
        where = f" on {', '.join(listed(boards))}" if boards else ""
        where += f" (no board is called {', '.join(unknown)})" if unknown else ""
        raise NotComputable(
            f"no board of the ledger has a lag of {model} (released {released:%Y-%m-%d}){where}"
        )
    return rows.set_index("board_id", drop=False).sort_index()


def behind(row: Any) -> str:
    """The row of `lag` itself."""
    return key(
        "lag",
        board_id=row.board_id,
        board_version=row.board_version,
        definition=row.definition,
        leader=row.leader,
        follower=row.follower,
        valid_on=row.valid_on,
        window_days=row.window_days,
        tolerance=0.0,
        vintage_basis=row.vintage_basis,
        leader_model_id=row.leader_model_id,
        follower_model_id=row.follower_model_id,
    )


def lag_reading(row: Any, note: str = "", **more: Any) -> Measurement:
    """A row of `lag` in months."""
    note = ", ".join(part for part in (note, TRUNCATED if row.left_truncated else "") if part)
    return Measurement(
        row.lag_days / DAYS_PER_MONTH,
        MONTHS,
        behind(row),
        board_id=row.board_id,
        basis=f"{row.definition}, {row.board_version}",
        lo90=row.lo90_days / DAYS_PER_MONTH,
        hi90=row.hi90_days / DAYS_PER_MONTH,
        valid_on=row.valid_on,
        note=note,
        **more,
    )


def lag_event(
    view: View,
    *,
    model: str,
    leader: str = "US",
    follower: str = "CN",
    vintage: str = "launch",
    boards: Any = "",
) -> list[Measurement]:
    """How far a model was behind at its release: the age, on that day, of the first leader's model with its
    score.
    """
    rows = event_of(view, model, leader, follower, vintage, boards)
    return ranked([lag_reading(row, f"matched {row.leader_model_id}") for row in each(rows)], boards)


def lag_change(
    view: View,
    *,
    model: str,
    than: str,
    leader: str = "US",
    follower: str = "CN",
    vintage: str = "launch",
    boards: Any = "",
) -> list[Measurement]:
    """Months by which `model` was further behind at its release than `than` at its own, on boards that have
    both.
    """
    later, earlier = (event_of(view, m, leader, follower, vintage, boards) for m in (model, than))
    shared = [b for b in later.index if b in earlier.index]
    if not shared:
        raise NotComputable(f"no board has lags of both {model} and {than}")
    out = []
    for board in shared:
        a, b = later.loc[board], earlier.loc[board]
        value = (a["lag_days"] - b["lag_days"]) / DAYS_PER_MONTH
        below = np.hypot(a["lag_days"] - a["lo90_days"], b["hi90_days"] - b["lag_days"]) / DAYS_PER_MONTH
        above = np.hypot(a["hi90_days"] - a["lag_days"], b["lag_days"] - b["lo90_days"]) / DAYS_PER_MONTH
        said = f"{a['lag_days'] / DAYS_PER_MONTH:.1f} less {b['lag_days'] / DAYS_PER_MONTH:.1f}"
        out.append(
            Measurement(
                value,
                MONTHS,
                f"{behind(a)}; {behind(b)}",
                board_id=board,
                basis="event",
                lo90=value - below,
                hi90=value + above,
                valid_on=a["valid_on"],
                note=said,
            )
        )
    return ranked(out, boards)


def _nearest(rows: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """The event row of the first build that was least behind, one row a board."""
    rows = rows[(rows["follower_revision"] == "") & (rows["vintage_basis"] == vintage)]
    rows = rows.sort_values(["vintage", "board_version"], ascending=vintage == "launch")
    once = rows.drop_duplicates(["board_id", "follower_model_id"])
    nearest = once.sort_values(["lag_days", "follower_model_id"]).drop_duplicates("board_id")
    return nearest.set_index("board_id", drop=False)


def closest(
    view: View,
    *,
    model: str,
    lab: str = "",
    tiers: Any = ("major",),
    since: str = "",
    until: str = "",
    leader: str = "US",
    follower: str = "CN",
    vintage: str = "launch",
    boards: Any = "",
) -> list[Measurement]:
    """Months by which `model` was nearer to the frontier at its release than the nearest other of its lab
    (or, with none named, of the follower): above 0, it is the closest. The others: released up to `until`
    (default: the day it was said), of the given tiers.
    """
    own = event_of(view, model, leader, follower, vintage, boards)
    facts = view.models
    others = facts[facts["tier"].isin(listed(tiers)) & (facts["model_id"] != model)]
    others = others[others["lab_id"] == lab] if lab else others
    others = others[others["released_on"] >= pd.Timestamp(since)] if since else others
    others = others[others["released_on"] <= (pd.Timestamp(until) if until else view.said_on)]
    rows = on_boards(of_groups(view, leader, follower), boards)
    nearest = _nearest(rows[rows["follower_model_id"].isin(others["model_id"])], vintage)
    out = []
    for board in [b for b in own.index if b in nearest.index]:
        mine, other = own.loc[board], nearest.loc[board]
        own_lag, best = (row["lag_days"] / DAYS_PER_MONTH for row in (mine, other))
        said = f"{own_lag:.1f} against {best:.1f} of {other['follower_model_id']}"
        where, day = f"{behind(mine)}; {behind(other)}", mine["valid_on"]
        reading = Measurement(best - own_lag, MONTHS, where, board_id=board, basis="event", valid_on=day)
        out.append(reading._replace(note=said))
    if not out:
        raise NotComputable(f"no board has a lag of {model} and of another to compare with")
    return ranked(out, boards)
