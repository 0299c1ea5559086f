"""The columns of the `lag` table, and the work that serves every definition of one pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.boards import lag, true_scores, uncertainty
from transforms.boards.frontier import Days, Pair, Reals, Side

Rows = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Scores:
    """Draws of a pair's true scores (draws x models a side), drawn when first asked for: `made`, or else
    `draw_scores`, the same numbers on every call.
    """

    pair: Pair
    made: tuple[Reals, Reals] | None = None

    @cached_property
    def drawn(self) -> tuple[Reals, Reals] | None:
        """The draws; None where the board has no standard errors."""
        return true_scores.draw_scores(self.pair) if self.made is None else self.made


@dataclass(frozen=True, eq=False)
class Work:
    """What is computed once for a pair, kind and tolerance, and serves every as-of date on which the capture
    is the newest.

    Memoise it by `Pair.digest`, kind and tolerance: nothing else enters. `scores` is None where no intervals
    are wanted.
    """

    pair: Pair
    kind: str
    z: float
    scores: Scores | None

    @cached_property
    def reach(self) -> lag.Reach:
        """For every model, when the other side had its score."""
        return lag.reach_of(self.pair, self.z)

    @cached_property
    def drawn(self) -> uncertainty.Drawn | None:
        """Draws of the daily parity."""
        scores = None if self.scores is None else self.scores.drawn
        return None if scores is None else uncertainty.draw_parity(self.pair, scores, self.kind, self.z)

    def forget_draws(self) -> None:
        """Give back the memory of the draws: megabytes a capture, and made again, the same, where they are
        asked for.
        """
        self.__dict__.pop("drawn", None)
        if self.scores is not None:
            self.scores.__dict__.pop("drawn", None)

    @cached_property
    def leaders(self) -> Days:
        """Days of the leader's models, to count how many a lag rests on."""
        return self.pair.leader.days


def ids(side: Side, position: NDArray[np.int64]) -> NDArray[Any]:
    """Model ids of positions; empty where there is none."""
    names = np.append(side.ids, "").astype(object)
    return names[np.where((position < 0) | (position > len(side)), len(side), position)]


def states(
    value: Reals, never: NDArray[np.bool_] | None = None, parity: NDArray[np.bool_] | None = None
) -> NDArray[Any]:
    """The `state` of each lag: lags, leads, parity, undefined, or never_matched."""
    state = np.where(value > 0, "lags", np.where(value < 0, "leads", "parity")).astype(object)
    if parity is not None:
        state[parity] = "parity"
    state[np.isnan(value)] = "undefined"
    if never is not None:
        state[never] = "never_matched"
    return state


def rows_of(
    work: Work, definition: str, valid_on: Days, value: Reals, state: NDArray[Any], **more: Any
) -> Rows:
    """The columns of one definition; what `more` does not name is empty. KeyError for a column the table has
    not.
    """
    rows = _empty_rows(work, definition, valid_on, value, state)
    rows["left_truncated"] |= more.pop("first_leader", np.zeros(len(valid_on), dtype=bool))
    if unknown_names := set(more) - set(rows):
        raise KeyError(f"no such columns in the lag table: {sorted(unknown_names)}")
    rows.update(more)
    # A lag that is not defined compares nobody with nobody.
    said = np.asarray(rows["state"], dtype=object)
    nobody = (said == "undefined") | (said == "not_covered")
    for side in ("leader_model_id", "follower_model_id") if nobody.any() else ():
        rows[side] = np.where(nobody, "", np.asarray(rows[side], dtype=object))
    return {
        name: column
        if isinstance(column, np.ndarray) and column.ndim
        else np.broadcast_to(np.asarray(column), len(valid_on))
        for name, column in rows.items()
    }


def _empty_rows(work: Work, definition: str, valid_on: Days, value: Reals, state: NDArray[Any]) -> Rows:
    """Every column of the `lag` table, empty where the definition does not say."""
    n = len(valid_on)
    pair = work.pair
    nothing, unknown = np.full(n, "", dtype=object), np.full(n, np.nan)
    return {
        "definition": definition,
        "kind": work.kind,
        "valid_on": valid_on,
        "window_days": 0,
        "lag_days": value,
        "lo90_days": unknown,
        "hi90_days": unknown,
        "state": state,
        "leader_model_id": nothing,
        "follower_model_id": nothing,
        "tolerance": work.z,
        "left_truncated": valid_on < pair.started,
        "is_record": False,
        "censored": False,
        "level": unknown,
        "gap": unknown,
        "gap_se": unknown,
        "gap_in_se": unknown,
        "gap_lo90": unknown,
        "gap_hi90": unknown,
        "win_probability": unknown,
        "leader_models": np.searchsorted(pair.leader.days, valid_on, side="right"),
    }
