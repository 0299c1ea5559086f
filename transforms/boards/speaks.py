"""Until when a board speaks of two groups of models.

A board goes on being captured long after it took in its last model, and it takes in models of one country
sooner than of another. A daily lag after its last test grows by a day a day, because nothing new is tested
and not because anything fell behind. So each board version speaks of a pair of groups up to a day, and the
daily definitions end there; what it says at a release (`event`) stays.

- `content_on(a)`: the newest capture up to a that shows a model which no earlier capture of the version had.
- covered: of a group's flagships released in the `WINDOW` days up to t, the version lists at least half at a.
  With fewer than two such flagships nothing is asked.
- `until(a)`: the latest t up to content_on, at most `BACK` days before it, on which both groups are covered.

Days are whole days since 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from transforms.boards.frontier import Days, Flags, epoch_days, in_group

WINDOW = 120  # days before t in which a flagship counts for whether t is covered
BACK = 400  # days before content_on in which a covered day is looked for
LEAST_SHARE = 0.5
LEAST_FLAGSHIPS = 2  # of a group in the window; with fewer, nothing is asked of the board
CURRENT = 180  # days before the as-of day: a board that speaks until an earlier day is ended
STATES = ("current", "ended", "not_covered")


@dataclass(frozen=True, eq=False)
class Flagships:
    """The flagships released by an as-of day: `facts` (model_id, country, lab_id, open_weights), `days` their
    releases in order.
    """

    facts: pd.DataFrame
    days: Days

    def listed(self, ids: Collection[str]) -> Flags:
        """Which of them are among the model ids of a board."""
        return self.facts["model_id"].isin(ids).to_numpy(dtype=bool)


@dataclass(frozen=True, slots=True)
class Speaks:
    """What a board says of two groups as known on `as_of`: the day of its newest content, and the last day of
    its daily lags (None where it covers no day).
    """

    as_of: int
    content_on: int
    until: int | None

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if self.until is None:
            return "not_covered"
        return "current" if self.until >= self.as_of - CURRENT else "ended"


def flagships_of(models: pd.DataFrame | None, as_of: int) -> Flagships:
    """The flagships among `models` (model_id, country, lab_id, open_weights, flagship, released_on) released
    by `as_of`; none where nothing is given, so that nothing is asked of a board.
    """
    columns = ["model_id", "country", "lab_id", "open_weights"]
    if models is None or "flagship" not in models:
        return Flagships(
            pd.DataFrame({name: pd.Series(dtype=object) for name in columns}), np.zeros(0, np.int64)
        )
    out = models[models["flagship"].fillna(False).astype(bool)].dropna(subset=["released_on"])
    out = out.drop_duplicates("model_id").sort_values(["released_on", "model_id"], kind="stable")
    days = epoch_days(out["released_on"])
    return Flagships(out.loc[days <= as_of, columns].reset_index(drop=True), days[days <= as_of])


def content_days(captured: Days, models: np.ndarray) -> Days:
    """The days of captures that show a model for the first time, in order; `captured` and `models` are the
    day and the model of each row of a version's captures.
    """
    first = pd.Series(captured).groupby(np.asarray(models)).min()
    return np.unique(first.to_numpy(dtype=np.int64))


def newest(days: Days, as_of: int) -> int | None:
    """The last of the sorted days up to as_of; None before the first."""
    at = int(np.searchsorted(days, as_of, side="right"))
    return int(days[at - 1]) if at else None


def covered(days: Days, listed: Flags, on: Days) -> Flags:
    """For each day of `on`: whether at least `LEAST_SHARE` of the flagships released in the `WINDOW` days up
    to it (`days`, sorted) are `listed`.
    """
    total = np.concatenate(([0], np.cumsum(listed)))
    start, end = (np.searchsorted(days, on - back, side="right") for back in (WINDOW, 0))
    count = end - start
    return (count < LEAST_FLAGSHIPS) | (total[end] - total[start] >= LEAST_SHARE * count)


def until(content: int, flagships: Flagships, listed: Flags, groups: Collection[str]) -> int | None:
    """The latest day up to `content` on which each of `groups` is covered by the listed flagships; None where
    no day of the `BACK` days before is.
    """
    on = np.arange(content - BACK + 1, content + 1)
    good = np.ones(len(on), dtype=bool)
    for group in groups:
        mine = in_group(flagships.facts, group)
        good &= covered(flagships.days[mine], listed[mine], on)
    return int(on[good][-1]) if good.any() else None


def speaks(
    as_of: int, content: int, flagships: Flagships, ids: Collection[str], groups: Collection[str]
) -> Speaks:
    """What a board with content of `content` that lists the models `ids` says of `groups`, as known on
    `as_of`.
    """
    return Speaks(as_of, content, until(content, flagships, flagships.listed(ids), groups))


def daily_days(days: Days, found: Speaks, ended: int = 1 << 39) -> Days:
    """Those of the sorted days of which a board speaks, and the last such day; none where it covers no day.
    A board whose next version began on `ended` speaks of no later day.
    """
    if found.until is None:
        return days[:0]
    last = min(found.until, ended)
    return np.union1d(days[days <= last], [last])


def row_of(found: Speaks, **names: Any) -> dict[str, Any]:
    """The columns content_on, speaks_until and speaks_state beside the given ones."""
    return names | {"content_on": found.content_on, "speaks_until": found.until, "speaks_state": found.state}


def table_of(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of `row_of` as a frame with days as datetimes; empty where there are none."""
    out = pd.DataFrame(list(rows))
    for name in ("content_on", "speaks_until") if len(out) else ():
        days = out[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        out[name] = pd.to_datetime(pd.Series(days), unit="D").dt.as_unit("us")
    return out
