"""Frontiers: whose best score stood where, on one capture of one board.

A frontier is read from ONE capture ("vintage") of one board version: two captures of a refitted board are two
rulers. The arrays made here (`Pair`, one `Side` for each group) are a pure function of that capture and of
the models' facts, so a caller may keep them, and all that is computed from them, for as long as `Pair.digest`
stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Days = NDArray[np.int64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER = np.int64(1 << 40)
KINDS = ("released", "available")
CLOSED, OPEN = "closed_weights", "open_weights"
SAME_RELEASE = 7  # days within which weights that follow a model are of its release
EUROPE = "europe"
EUROPEAN = frozenset(
    (
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
    )
) | frozenset(("IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"))


@dataclass(frozen=True, eq=False)
class Side:
    """One group's models on one board, by day, then best first. `merit` grows with ability; `se` is NaN where
    unknown.
    """

    days: Days
    merit: Reals
    se: Reals
    gone: Days
    ids: NDArray[Any]

    def __len__(self) -> int:
        return len(self.days)

    @cached_property
    def running(self) -> Reals:
        """Best merit up to each model, in order."""
        return np.maximum.accumulate(self.merit) if len(self) else self.merit

    @cached_property
    def records(self) -> Flags:
        """Which models were better than everything before them; of several on one day, only the best."""
        before = np.concatenate(([-np.inf], self.running[:-1]))
        return self.merit > before

    @cached_property
    def holders(self) -> NDArray[np.int64]:
        """Position of the model that holds the frontier after each model."""
        return np.maximum.accumulate(np.where(self.records, np.arange(len(self)), 0))

    def last(self, days: Days) -> NDArray[np.int64]:
        """Position of the last model dated at or before each day; -1 before the first."""
        return np.searchsorted(self.days, days, side="right") - 1


@dataclass(frozen=True, eq=False)
class Pair:
    """Two groups on one capture of one board version: the leader L and the follower F of METHOD."""

    board_id: str
    board_version: str
    vintage: pd.Timestamp
    leader_name: str
    follower_name: str
    leader: Side
    follower: Side
    sign: float = 1.0
    started: int = 0

    def swapped(self) -> Pair:
        """The same pair with the roles changed."""
        return Pair(
            self.board_id,
            self.board_version,
            self.vintage,
            self.follower_name,
            self.leader_name,
            self.follower,
            self.leader,
            self.sign,
            self.started,
        )

    @cached_property
    def digest(self) -> str:
        """Names everything that a lag on this pair depends on."""
        seal = blake2b(
            f"{self.board_id}|{self.board_version}|{self.leader_name}|{self.follower_name}|{self.started}".encode()
        )
        for side in (self.leader, self.follower):
            for array in (side.days, side.merit, side.se, side.gone):
                seal.update(np.ascontiguousarray(array).tobytes())
            seal.update("\0".join(side.ids.tolist()).encode())
        return seal.hexdigest()[:24]


def epoch_days(values: pd.Series) -> Days:
    """Whole days since 1970-01-01; NEVER where missing."""
    days = values.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64)).astype(np.int64)


def in_group(models: pd.DataFrame, group: str) -> Flags:
    """Which models belong to a group: a country (two capitals), `europe`, `open_weights`, `closed_weights`,
    or a lab id. A model whose weights came later (`opened_later`) is in both: closed first, open from then.
    """
    if group == EUROPE:
        return cast(Flags, models["country"].isin(EUROPEAN).to_numpy(dtype=bool))
    if group in (OPEN, CLOSED):
        known = models["open_weights"].astype("boolean")
        wanted = known if group == OPEN else ~known
        later = opened_later(models) & (known == True)  # noqa: E712
        return cast(Flags, (wanted | later).fillna(False).to_numpy(dtype=bool))
    column = "country" if len(group) == 2 and group.isupper() else "lab_id"
    return cast(Flags, (models[column] == group).fillna(False).to_numpy(dtype=bool))


def opened_later(models: pd.DataFrame) -> pd.Series[bool]:
    """Whether a model's weights came more than `SAME_RELEASE` days after it (optional column `opened_on`)."""
    if "opened_on" not in models:
        return pd.Series(False, index=models.index)
    return (models["opened_on"] - models["released_on"]).dt.days > SAME_RELEASE


def split_entry(entries: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The model id and the revision (empty for the first build) of entries such as `lab/model@revision`, as
    categories.
    """
    code, known = pd.factorize(entries.to_numpy(dtype=object))  # some hundred entries in a million rows
    text = pd.Series(known, dtype="str")
    halves = (text.str.replace(r"@.*", "", regex=True), text.str.replace(r"^[^@]*@?", "", regex=True))
    model, revision = (pd.Series(pd.Categorical(half).take(code), index=entries.index) for half in halves)
    return model, revision


class Models(NamedTuple):
    """All models of one capture in the order of a `Side`, and what their groups are made of: each group is
    some of them.
    """

    side: Side
    facts: pd.DataFrame

    def of(self, group: str) -> Side:
        """The models of a group."""
        mine, side = np.flatnonzero(in_group(self.facts, group)), self.side
        days = side.days
        if group == OPEN and "opened_on" in self.facts:
            opened = epoch_days(self.facts["opened_on"])
            days = np.where(opened < NEVER, np.maximum(days, opened), days)  # not before its weights
            mine = mine[np.lexsort((side.ids[mine].astype(str), -side.merit[mine], days[mine]))]
        return Side(days[mine], side.merit[mine], side.se[mine], side.gone[mine], side.ids[mine])


def models_of(rows: pd.DataFrame) -> Models:
    """The models of one capture's rows (one row a model)."""
    days = epoch_days(rows["released_on"])
    merit = rows["merit"].to_numpy(dtype=float)
    ids = rows["model_id"].to_numpy(dtype=object)
    order = np.lexsort((ids.astype(str), -merit, days))
    se = rows["se"].to_numpy(dtype=float)
    side = Side(days[order], merit[order], se[order], epoch_days(rows["withdrawn_on"])[order], ids[order])
    facts = [c for c in ("country", "lab_id", "open_weights", "released_on", "opened_on") if c in rows]
    return Models(side, rows[facts].iloc[order])


def pair_of(best: pd.DataFrame, leader: str, follower: str, higher: bool = True, started: int = 0) -> Pair:
    """The pair of two groups on one capture: `best` holds the rows of one (board, version, vintage)."""
    first, models = best.iloc[0], models_of(best)
    return Pair(
        str(first["board_id"]),
        str(first["board_version"]),
        pd.Timestamp(first["vintage"]),
        leader,
        follower,
        models.of(leader),
        models.of(follower),
        1.0 if higher else -1.0,
        started,
    )


def available_best(side: Side, days: Days) -> NDArray[np.int64]:
    """Position of the best model that is out and not withdrawn on each day; -1 where there is none."""
    if not len(side):
        return np.full(len(days), -1, dtype=np.int64)
    alive = (side.days[None, :] <= days[:, None]) & (days[:, None] < side.gone[None, :])
    best = np.where(alive, side.merit[None, :], -np.inf).argmax(axis=1)
    return np.where(alive.any(axis=1), best, -1)


def holder_at(side: Side, days: Days, kind: str) -> NDArray[np.int64]:
    """Position of the frontier's model on each day, for one kind of frontier; -1 where there is none."""
    if kind == "available" and (side.gone < NEVER).any():
        return available_best(side, days)
    last = side.last(days)
    return np.where(last >= 0, side.holders[np.maximum(last, 0)] if len(side) else -1, -1)


def frontier_rows(side: Side, sign: float, kind: str, until: int) -> dict[str, Any]:
    """The days up to `until` on which a group's frontier changed: valid_on, model_id, score, score_se. It
    holds to the next row.
    """
    days = np.unique(np.concatenate((side.days, side.gone)) if kind == "available" else side.days)
    days = days[days <= until]
    holder = holder_at(side, days, kind)
    changed = np.concatenate(([True], holder[1:] != holder[:-1])) if len(days) else np.zeros(0, dtype=bool)
    days, holder = days[changed & (holder >= 0)], holder[changed & (holder >= 0)]
    return {
        "valid_on": days.astype("datetime64[D]").astype("datetime64[us]"),
        "model_id": side.ids[holder],
        "score": sign * side.merit[holder],
        "score_se": side.se[holder],
    }
