"""What each number does not know: until when it speaks, and which flagships are not in it.

A number over models says nothing of a model that it has not seen. Beside every number stands how many
flagships of both groups were released after the day it speaks until, how many of them are not in it, which of
those are on sale, and how many of the flagships of the year before it has. A table that rests on another's
models has no row of its own: `warehouse.covered` names whose row is its.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from transforms.boards.frontier import CLOSED, EUROPE, OPEN, Flags, in_group
from transforms.pooled.groups import OTHERS

GROUP_WORDS = {
    "US": "US",
    "CN": "Chinese",
    CLOSED: "closed-weights",
    OPEN: "open-weights",
    EUROPE: "European",
    OTHERS: "other US",
}
YEAR = pd.Timedelta(days=365)


class Subject(NamedTuple):
    """A number that knows some models: its metric, board (empty where none), groups, newest content and last
    day (NaT where unknown or none), state, and the ids of the models in it.
    """

    metric: str
    board_id: str
    board_version: str
    leader: str
    follower: str
    content_on: Any
    speaks_until: Any
    state: str
    known: Collection[str]


def subjects_of(speaks: pd.DataFrame) -> list[Subject]:
    """The lags of boards, from `speaks_table` rows."""
    return [
        Subject(
            "lag",
            str(row["board_id"]),
            str(row["board_version"]),
            str(row["leader"]),
            str(row["follower"]),
            row["content_on"],
            row["speaks_until"],
            str(row["speaks_state"]),
            row["listed"],
        )
        for row in speaks.to_dict("records")
    ]


def coverage(
    subjects: Iterable[Subject], models: pd.DataFrame, on_sale: Collection[str], as_of: pd.Timestamp
) -> pd.DataFrame:
    """The `coverage` rows without `as_of`. models: model_id, lab_id, country, open_weights, flagship,
    released_on; on_sale: the ids of models with a price on the as-of day.
    """
    flags = models[models["flagship"].fillna(False).astype(bool)].dropna(subset=["released_on"])
    flags = flags[flags["released_on"] <= as_of].drop_duplicates("model_id").sort_values("released_on")
    known = _Flagships(flags, on_sale)
    return pd.DataFrame([_row(subject, known) for subject in subjects])


class _Flagships:
    """The flagships released by a date: which are on sale, and which are of a group (looked up once)."""

    def __init__(self, flags: pd.DataFrame, on_sale: Collection[str]) -> None:
        self.models, self.released = flags, flags["released_on"].to_numpy()
        self.ids = flags["model_id"].astype("str")
        self.on_sale = self.ids.isin(on_sale).to_numpy()
        self._groups: dict[tuple[str, str], Flags] = {}

    def of(self, group: str, other: str = "") -> Flags:
        """Which are of a group; of the US without a lab where `group` says so and `other` is that lab."""
        if (group, other) not in self._groups:
            self._groups[group, other] = _of(self.models, group, other)
        return self._groups[group, other]


def _row(subject: Subject, flags: _Flagships) -> dict[str, Any]:
    since = subject.content_on if pd.isna(subject.speaks_until) else subject.speaks_until
    later = year = np.zeros(len(flags.ids), dtype=bool)
    if not pd.isna(since):
        day = pd.Timestamp(since)
        later = flags.released > day.to_datetime64()
        year = ~later & (flags.released > (day - YEAR).to_datetime64())
    known = flags.ids.isin(subject.known).to_numpy()
    missing = later & ~known
    sold = missing & flags.on_sale
    counted = {
        "since": later,
        "missing": missing,
        "missing_on_sale": sold,
        "year": year,
        "year_known": year & known,
    }
    names = ("leader", subject.leader), ("follower", subject.follower)
    counts = {
        f"{side}_{what}": int((some & flags.of(group, subject.follower)).sum())
        for what, some in counted.items()
        for side, group in names
    }
    both = sold & (flags.of(subject.leader, subject.follower) | flags.of(subject.follower))
    return {
        "metric": subject.metric,
        "board_id": subject.board_id,
        "board_version": subject.board_version,
        "leader": subject.leader,
        "follower": subject.follower,
        "content_on": subject.content_on,
        "speaks_until": subject.speaks_until,
        "speaks_state": subject.state,
        **counts,
        "not_in_it_on_sale": ",".join(sorted(flags.ids[both])),
        "sentence": sentence(subject, since, counts),
    }


def _of(models: pd.DataFrame, group: str, other: str = "") -> Flags:
    """Which models are of a group; of the US without a lab where `group` says so and `other` is that lab."""
    if group == OTHERS:
        return ((models["country"] == "US") & (models["lab_id"] != other)).to_numpy(dtype=bool)
    return in_group(models, group)


def sentence(subject: Subject, since: Any, counts: Mapping[str, int]) -> str:
    """What a reader is told beside the number."""
    if pd.isna(since):
        return "It speaks of no day."
    words = [GROUP_WORDS.get(group, group) for group in (subject.leader, subject.follower)]
    day = f"{since:%Y-%m-%d}"
    silent = "It covers no day of both groups. " if subject.state == "not_covered" else ""
    before = (
        f" Of the flagships of the year to {day} it has {counts['leader_year_known']} of"
        f" {counts['leader_year']} {words[0]} and {counts['follower_year_known']} of"
        f" {counts['follower_year']} {words[1]} ones."
    )
    if not counts["leader_missing"] + counts["follower_missing"]:
        return f"{silent}No flagship released since {day} is missing from it.{before}"
    return (
        f"{silent}Not in it: {counts['leader_missing']} {words[0]} and {counts['follower_missing']}"
        f" {words[1]} flagships released since {day}; {counts['leader_missing_on_sale']} and"
        f" {counts['follower_missing_on_sale']} of them are on sale.{before}"
    )
