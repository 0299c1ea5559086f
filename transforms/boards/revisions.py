"""What a refitted or edited board did to its own lags: which moved between two captures, by how much, and
because of which model.

The cause of a moved `event` is found by comparing the two captures: the model that reached the follower's
score first may be new on the board, gone from it, dated otherwise, or scored otherwise; where two scores
changed order, the cause is the model whose score moved more against the board's general shift (the median
over the models that both captures show). A moved trailing mean has the cause of the follower record whose
days moved it most.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from transforms.boards import lag
from transforms.boards.board_versions import Version, pair_at
from transforms.boards.frontier import Days, Pair, Side, split_entry
from transforms.boards.lag_cache import Cache

CAUSES = (
    "leader added",
    "leader dropped",
    "leader rescored",
    "follower rescored",
    "leader redated",
    "follower redated",
    "follower added",
    "follower dropped",
)
WINDOW = 365


class Cause(NamedTuple):
    """Which model moved a lag, and how."""

    model_id: str
    cause: str


class Known(NamedTuple):
    """Score and day of every model of a side on one capture."""

    score: dict[str, float]
    day: dict[str, int]


def known(side: Side) -> Known:
    """A side as dictionaries by model id."""
    names = side.ids.tolist()
    return Known(
        dict(zip(names, side.merit.tolist(), strict=True)), dict(zip(names, side.days.tolist(), strict=True))
    )


def general_shift(old: Pair, new: Pair) -> float:
    """Median change of score over the models that both captures show; 0 where none is in both."""
    moves = []
    for before, after in ((old.leader, new.leader), (old.follower, new.follower)):
        a, b = known(before).score, known(after).score
        moves += [b[name] - a[name] for name in a.keys() & b.keys()]
    return float(np.median(moves)) if moves else 0.0


def first_reacher(pair: Pair, model: str) -> str:
    """The leader that first had the follower model's score; empty where none has, or the model is not on the
    board.
    """
    at = np.flatnonzero(pair.follower.ids == model)
    if not len(at):
        return ""
    reach = int(lag.reached(pair.leader, pair.follower.merit[at], pair.follower.se[at], 0.0)[0])
    return str(pair.leader.ids[reach]) if reach < len(pair.leader) else ""


def cause_of(old: Pair, new: Pair, model: str) -> Cause:
    """Why the lag of follower `model` differs between two captures."""
    f_old, f_new, l_old, l_new = (
        known(old.follower),
        known(new.follower),
        known(old.leader),
        known(new.leader),
    )
    if model not in f_old.score:
        return Cause(model, "follower added")
    if model not in f_new.score:
        return Cause(model, "follower dropped")
    if f_old.day[model] != f_new.day[model]:
        return Cause(model, "follower redated")
    was, now = first_reacher(old, model), first_reacher(new, model)
    if now and now not in l_old.score:
        return Cause(now, "leader added")
    if was and was not in l_new.score:
        return Cause(was, "leader dropped")
    for name in (now, was):
        if name and l_old.day[name] != l_new.day[name]:
            return Cause(name, "leader redated")
    # Scores changed order: the model that crossed is the one that reached it before and no longer does, or
    # does now and did not.
    fell = bool(was) and l_new.score[was] < f_new.score[model]
    crossed = was if fell else now
    shift = general_shift(old, new)
    by_leader = abs(l_new.score[crossed] - l_old.score[crossed] - shift)
    by_follower = abs(f_new.score[model] - f_old.score[model] - shift)
    return (
        Cause(crossed, "leader rescored") if by_leader >= by_follower else Cause(model, "follower rescored")
    )


def _event_rows(old: Pair, new: Pair, until: tuple[int, int]) -> list[dict[str, Any]]:
    values = []
    for pair, last in zip((old, new), until, strict=True):
        reach = lag.reach_of(pair, 0.0)
        value = np.where(reach.follower_day <= last, lag.event(pair, 0.0, reach), np.nan)
        values.append(dict(zip(pair.follower.ids.tolist(), value.tolist(), strict=True)))
    before, after = values
    rows = []
    for model in sorted(before.keys() & after.keys()):
        delta = after[model] - before[model]
        if delta == 0 or (np.isnan(before[model]) and np.isnan(after[model])):
            continue
        day = known(new.follower).day[model]
        rows.append(
            {
                "definition": "event",
                "window_days": 0,
                "valid_on": day,
                "follower_model_id": model,
                "lag_days_old": before[model],
                "lag_days_new": after[model],
                "delta_days": delta,
                "cause": cause_of(old, new, model),
            }
        )
    return rows


def _trailing_row(old: Pair, new: Pair, day: int) -> list[dict[str, Any]]:
    days: Days = np.arange(day - WINDOW + 1, day + 1)
    before, after = lag.parity(old, days), lag.parity(new, days)
    values = [float(lag.trailing_mean(d.lag, WINDOW)[-1]) for d in (before, after)]
    if np.isnan(values).any() or values[0] == values[1]:
        return []
    moved = np.nan_to_num(np.abs(after.lag - before.lag))
    holder = np.where(after.follower_holder >= 0, new.follower.ids[np.maximum(after.follower_holder, 0)], "")
    weight = pd.Series(moved).groupby(holder).sum()
    cause = cause_of(old, new, str(weight.idxmax()))
    if cause.cause not in ("follower added", "follower dropped") and not cause.model_id:
        return []
    return [
        {
            "definition": "trailing12",
            "window_days": WINDOW,
            "valid_on": day,
            "follower_model_id": "",
            "lag_days_old": values[0],
            "lag_days_new": values[1],
            "delta_days": values[1] - values[0],
            "cause": cause,
        }
    ]


def lag_revisions(
    versions: Iterable[Version],
    as_of_old: pd.Timestamp,
    as_of_new: pd.Timestamp,
    pairs: Iterable[tuple[str, str]],
    cache: Cache,
) -> pd.DataFrame:
    """Every `event` and every `trailing12` (on the older day) that the two days know differently, tolerance
    0, frontier `released`.

    Columns: board_id, board_version, definition, leader, follower, kind, valid_on, window_days, tolerance,
    follower_model_id, as_of_old, as_of_new, vintage_old, vintage_new, lag_days_old, lag_days_new, delta_days,
    cause_model_id, cause. `versions` and `cache` as for
    `lag_tables`. A lag that appeared or vanished has a null delta.
    """
    rows: list[dict[str, Any]] = []
    pairs = list(pairs)
    old_day, new_day = (
        int(t.to_datetime64().astype("datetime64[D]").astype(np.int64)) for t in (as_of_old, as_of_new)
    )
    for version in versions:
        old_vintages, new_vintages = version.vintages(old_day), version.vintages(new_day)
        if not len(old_vintages) or old_vintages[-1] == new_vintages[-1]:
            continue
        vintages = int(old_vintages[-1]), int(new_vintages[-1])
        for leader, follower in pairs:
            old, new = (pair_at(version, v, leader, follower, cache) for v in vintages)
            if not (len(old.leader) and len(old.follower) and len(new.leader) and len(new.follower)):
                continue
            of: dict[str, Any] = {"board_id": version.board_id, "board_version": version.board_version}
            of |= {"leader": leader, "follower": follower}
            of |= {"vintage_old": vintages[0], "vintage_new": vintages[1]}
            found = _event_rows(old, new, (old_day, new_day)) + _trailing_row(old, new, old_day)
            rows += [of | row for row in found]
    return _framed(pd.DataFrame(rows), as_of_old, as_of_new)


def _framed(frame: pd.DataFrame, as_of_old: pd.Timestamp, as_of_new: pd.Timestamp) -> pd.DataFrame:
    """The rows with days as days, and models and builds in columns of their own."""
    if not len(frame):
        return frame
    frame["cause_model_id"] = pd.Series([c.model_id for c in frame["cause"]], index=frame.index, dtype="str")
    frame["cause"] = pd.Series([c.cause for c in frame["cause"]], index=frame.index, dtype="str")
    frame["follower_model_id"], frame["follower_revision"] = split_entry(frame["follower_model_id"])
    frame["cause_model_id"] = split_entry(frame["cause_model_id"])[0]
    for name in ("valid_on", "vintage_old", "vintage_new"):
        frame[name] = frame[name].to_numpy().astype("datetime64[D]").astype("datetime64[us]")
    return frame.assign(kind="released", tolerance=0.0, as_of_old=as_of_old, as_of_new=as_of_new)
