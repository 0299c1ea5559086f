"""Lags as they stood when a model first appeared: what a refitted board's later captures cannot take back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import numpy as np

from transforms.boards import lag
from transforms.boards.frontier import NEVER, Days, holder_at
from transforms.boards.lag_columns import Rows, Work, ids, rows_of, states
from transforms.boards.lag_rows import event_rows

Seen = dict[str, int]


def launch_rows(
    vintages: Days,
    refitted: bool,
    days: Days,
    seen: tuple[Seen, Seen],
    work_at: Callable[[int], Work],
    kept: MutableMapping[Any, Any],
    work_kept: MutableMapping[Any, Any],
) -> Iterator[tuple[Rows, int, str]]:
    """`event` of every follower model from its first capture; on refitted boards also the daily `parity`
    built from those.

    `kept` and `work_kept` are the two parts of a `Cache`: of these captures, and by content. `seen` gives the
    first capture that shows each model of the leader and of the follower; `work_at` gives the memoised work
    on the capture of a day. Each capture is read as it was known on its own day: a leader that reached a
    score later is not seen.
    """
    key = (work_at(int(vintages[-1])), vintages.tobytes(), "launch")
    if key not in kept:
        parts = []
        for vintage in sorted(set(seen[1].values())):
            work = work_at(vintage)
            new = np.array([seen[1][m] == vintage for m in work.pair.follower.ids.tolist()])
            done = (work, "launch", new.tobytes())
            if done not in work_kept:
                work_kept[done] = event_rows(work, vintage, new)
                if vintage != vintages[-1]:
                    work.forget_draws()
            parts.append((work_kept[done], vintage, "launch"))
        kept[key] = parts
    yield from kept[key]
    if refitted and len(days):
        yield from _daily(vintages, days, seen, work_at)


def _reached_at_launch(
    work_at: Callable[[int], Work], seen: Seen, model: str, leader: bool
) -> tuple[int, str]:
    """Day and id of the first model of the other side that had this model's score, on this model's first
    capture.
    """
    work = work_at(seen[model])
    side, other = (work.pair.leader, work.pair.follower) if leader else (work.pair.follower, work.pair.leader)
    at = int(np.flatnonzero(side.ids == model)[0])
    days, positions = (
        (work.reach.leader_day, work.reach.leader_at)
        if leader
        else (work.reach.follower_day, work.reach.follower_at)
    )
    return int(days[at]), str(ids(other, positions[at : at + 1])[0])


def _since_launch(
    work: Work, now: lag.Daily, seen: tuple[Seen, Seen], work_at: Callable[[int], Work]
) -> tuple[np.ndarray, np.ndarray]:
    """The lag of each day since the holder's score was matched by the holder's first capture, and the two
    models (2 x days); as of the day's own capture where the first one does not say.
    """
    pair, here = work.pair, now.days
    value, names = np.full(len(here), np.nan), np.full((2, len(here)), "", dtype=object)
    leader, follower = (holder_at(side, here, "released") for side in (pair.leader, pair.follower))
    for i in np.flatnonzero(now.defined).tolist():
        leads = bool(now.leads[i])
        side, at = (pair.leader, leader[i]) if leads else (pair.follower, follower[i])
        model = str(side.ids[at])
        day, other = _reached_at_launch(work_at, seen[0 if leads else 1], model, leads)
        if day < NEVER and day <= here[i]:
            value[i] = day - here[i] if leads else here[i] - day
            names[:, i] = (model, other) if leads else (other, model)
        else:
            first = ids(pair.leader, now.leader_at[i : i + 1]), ids(pair.follower, now.follower_at[i : i + 1])
            value[i], names[:, i] = now.lag[i], (first[0][0], first[1][0])
    return value, names


def _daily(
    vintages: Days, days: Days, seen: tuple[Seen, Seen], work_at: Callable[[int], Work]
) -> Iterator[tuple[Rows, int, str]]:
    """Daily parity: who holds the frontiers on day t by the capture of t; since when they were matched, by
    the holder's first capture.
    """
    which = np.maximum(np.searchsorted(vintages, days, side="right") - 1, 0)
    for position in np.unique(which).tolist():
        vintage, here = int(vintages[position]), days[which == position]
        work = work_at(vintage)
        now = lag.parity(work.pair, here, "released", 0.0, work.reach)
        value, names = _since_launch(work, now, seen, work_at)
        yield (
            rows_of(
                work,
                "parity",
                here,
                value,
                states(value),
                leader_model_id=names[0],
                follower_model_id=names[1],
            ),
            vintage,
            "launch",
        )
