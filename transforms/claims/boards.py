"""Claims about what a board says on a day: the lag of a group, the distance of two frontiers, who holds a
frontier.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from transforms.claims.lags import behind, known_pair, lag_reading, on_boards, ranked
from transforms.claims.measurement import (
    NOTHING,
    Measurement,
    NotComputable,
    View,
    each,
    key,
    listed,
    number,
    plain,
)
from transforms.claims.pooled import pooled_on
from warehouse.conventions import LEAST_LEADERS, TOLERANCE_Z

LATEST = pd.Timedelta(days=45)  # a daily row is looked for this far back
DEFINITIONS = {"trailing12": 365, "parity": 0}


def _daily(view: View, definition: str, leader: str, follower: str) -> pd.DataFrame:
    """The daily rows of one definition without tolerance: the released frontier by the newest capture, where
    they have a value.
    """

    def chosen() -> pd.DataFrame:
        lag = view.table("lag")
        rows = (
            (lag["definition"] == definition)
            & (lag["tolerance"] == 0)
            & (lag["window_days"] == DEFINITIONS.get(definition, 0))
        )
        rows &= (lag["leader"] == leader) & (lag["follower"] == follower) & (lag["kind"] == "released")
        rows &= (lag["vintage_basis"] == "as_of") & lag["gap" if definition == "gap" else "lag_days"].notna()
        return plain(lag[rows])

    return view.kept(f"{definition} {leader} {follower}", chosen)


def _lately(rows: pd.DataFrame, when: pd.Timestamp) -> pd.DataFrame:
    """Each board's row for `when`, or the last of the 45 days before."""
    rows = rows[(rows["valid_on"] <= when) & (rows["valid_on"] > when - LATEST)]
    return (
        rows.sort_values(["valid_on", "vintage", "board_version"])
        .drop_duplicates("board_id", keep="last")
        .sort_values("board_id")
    )


def lag_on(
    view: View,
    *,
    day: str = "",
    definition: str = "trailing12",
    leader: str = "US",
    follower: str = "CN",
    boards: Any = "",
    about: str = "",
) -> list[Measurement]:
    """The lag of a group on a day (default: the day it was said). Judged on `definition`; the other daily one
    is shown beside. Where no board is named, the mean of a year is judged on all boards together, and single
    boards are shown beside. `about`: the model of which the claim speaks; only boards that show it can tell.
    """
    if definition not in DEFINITIONS:
        raise ValueError(
            f"no daily definition is called {definition!r}; definitions: {', '.join(DEFINITIONS)}"
        )
    when = pd.Timestamp(day) if day else view.said_on
    known_pair(view, leader, follower)
    boards = _showing(view, about, boards)
    whole = [] if boards or definition != "trailing12" else pooled_on(view, when, leader, follower)
    out: list[Measurement] = []
    for name in sorted(DEFINITIONS, key=lambda name: name != definition):
        daily = on_boards(_daily(view, name, leader, follower), boards)
        rows = _lately(daily[daily["leader_models"] >= LEAST_LEADERS], when)
        if not len(rows) and name == definition and not whole:
            raise NotComputable(f"no board has {definition} for {when:%Y-%m-%d}")
        out += [lag_reading(row, main=name == definition) for row in each(rows)]
    return whole + [r._replace(main=False, excluded=True) for r in out] if whole else ranked(out, boards)


def gap(
    view: View, *, day: str = "", leader: str = "US", follower: str = "CN", boards: Any = "", about: str = ""
) -> list[Measurement]:
    """The distance of the two frontiers in the board's unit on `day` (default: the day it was said), by the
    newest capture known. `about`: the model of which the claim speaks; only boards that show it can tell.
    """
    when = pd.Timestamp(day) if day else view.said_on
    boards = _showing(view, about, boards)
    rows = _lately(on_boards(_daily(view, "gap", leader, follower), boards), when)
    out = [
        Measurement(
            float(r.gap),
            "board units",
            behind(r),
            board_id=r.board_id,
            basis=f"gap, {r.board_version}",
            lo90=r.gap_lo90,
            hi90=r.gap_hi90,
            valid_on=r.valid_on,
            note=_gap_note(r),
        )
        for r in each(rows)
    ]
    return ranked(out or _frontier_gaps(view, when, leader, follower, boards), boards)


def _showing(view: View, model: str, boards: Any) -> Any:
    """The boards (of those that the claim names) whose captures show a model; NotComputable where none does.
    Unchanged where the claim speaks of no model.
    """
    if not model:
        return boards
    view.released(model)
    lag, frontier = view.table("lag"), view.frontier
    events = (lag["definition"] == "event") & (lag["follower_model_id"] == model)
    shown = set(lag.loc[events, "board_id"].astype(str))
    shown |= set(frontier.loc[frontier["model_id"] == model, "board_id"].astype(str))
    wanted = sorted(shown & set(listed(boards)) if boards else shown)
    if not wanted:
        where = f" of {', '.join(listed(boards))}" if boards else ""
        raise NotComputable(f"no capture{where} known on {view.as_of:%Y-%m-%d} shows {model}")
    return wanted


def _gap_note(row: Any) -> str:
    wins = "" if pd.isna(row.win_probability) else f"the leader wins {100 * row.win_probability:.0f} of 100; "
    return f"{wins}{row.leader_model_id} and {row.follower_model_id}, capture of {row.vintage:%Y-%m-%d}"


def _frontier_gaps(
    view: View, when: pd.Timestamp, leader: str, follower: str, boards: Any
) -> list[Measurement]:
    """The same from the frontiers' change points, for days of which the `lag` table has no row."""
    rows = on_boards(view.frontier, boards)
    rows = rows[(rows["valid_on"] <= when) & rows["score"].notna()]
    rows = rows.sort_values(["vintage", "board_version", "valid_on"])
    out = []
    for board, part in rows[rows["group"].isin((leader, follower))].groupby("board_id", sort=True):
        last = part.drop_duplicates("group", keep="last").set_index("group")
        if leader not in last.index or follower not in last.index:
            continue
        a, b = last.loc[leader], last.loc[follower]
        mine = part[part["group"] == leader]["score"]
        value = (number(a["score"]) - number(b["score"])) * (-1.0 if mine.iloc[-1] < mine.iloc[0] else 1.0)
        half = TOLERANCE_Z * float(np.hypot(number(a["score_se"]), number(b["score_se"])))
        where = {"board_id": board, "board_version": a["board_version"], "kind": "released"}
        low, high = (value - half, value + half) if np.isfinite(half) else (NOTHING, NOTHING)
        out.append(
            Measurement(
                value,
                "board units",
                key("frontier", **where, group=f"{leader},{follower}", day=when),
                str(board),
                f"gap, {a['board_version']}",
                lo90=low,
                hi90=high,
                valid_on=when,
                note=f"{a['model_id']} and {b['model_id']}, capture of {a['vintage']:%Y-%m-%d}",
            )
        )
    if not out:
        raise NotComputable(f"no board has a gap for {when:%Y-%m-%d}")
    return out


def leads_group(
    view: View, *, model: str, group: str = "CN", day: str = "", boards: Any = ""
) -> list[Measurement]:
    """1 where `model` holds the group's frontier on the day (default: the day it was said), 0 where another
    does; boards that show it.
    """
    when = pd.Timestamp(day) if day else view.said_on
    view.released(model)
    rows = on_boards(view.frontier, boards)
    rows = rows[(rows["group"] == group) & (rows["valid_on"] <= when)]
    shown = set(view.events.loc[view.events["follower_model_id"] == model, "board_id"])
    rows = rows[rows["board_id"].isin(shown | set(rows.loc[rows["model_id"] == model, "board_id"]))]
    rows = rows.sort_values(["valid_on", "board_version"]).drop_duplicates("board_id", keep="last")
    if not len(rows):
        raise NotComputable(f"no board shows {model}")
    out = [
        Measurement(
            float(r.model_id == model),
            "yes = 1",
            key(
                "frontier",
                board_id=r.board_id,
                board_version=r.board_version,
                group=group,
                kind="released",
                valid_on=r.valid_on,
            ),
            board_id=r.board_id,
            basis=f"frontier, {r.board_version}",
            valid_on=when,
            note=f"held by {r.model_id}",
        )
        for r in each(rows.sort_values("board_id"))
    ]
    return ranked(out, boards)
