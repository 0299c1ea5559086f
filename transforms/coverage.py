"""What each number does not know: until when it speaks, and which flagships released since are not in it.

A number over models says nothing of a model that it has not seen. Beside every number stands how many
flagships of both groups were released after the day it speaks until, how many of them are not in it, and
which of those are on sale.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from transforms.boards.board_versions import Version
from transforms.boards.frontier import CLOSED, EUROPE, OPEN, epoch_days, in_group
from transforms.boards.lag_tables import speaks_table
from transforms.capability.table import Index, index_speaks_table
from transforms.pooled.groups import HEADLINE, pair_of, pairs_of, speaks_until
from transforms.pooled.tables import Pooled

GROUP_WORDS = {
    "US": "US",
    "CN": "Chinese",
    CLOSED: "closed-weights",
    OPEN: "open-weights",
    EUROPE: "European",
}


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
    return pd.DataFrame([_row(subject, flags, frozenset(on_sale)) for subject in subjects])


def _row(subject: Subject, flags: pd.DataFrame, on_sale: frozenset[str]) -> dict[str, Any]:
    since = subject.content_on if pd.isna(subject.speaks_until) else subject.speaks_until
    later = flags.iloc[:0] if pd.isna(since) else flags[flags["released_on"] > since]
    missing = later[~later["model_id"].isin(subject.known)]
    sold = missing[missing["model_id"].isin(on_sale)]
    names = ("leader", subject.leader), ("follower", subject.follower)
    counts = {
        f"{side}_{what}": int(in_group(some, group).sum())
        for what, some in (("since", later), ("missing", missing), ("missing_on_sale", sold))
        for side, group in names
    }
    both = in_group(sold, subject.leader) | in_group(sold, subject.follower)
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
        "not_in_it_on_sale": ",".join(sorted(sold.loc[both, "model_id"].astype(str))),
        "sentence": sentence(subject, since, counts),
    }


def sentence(subject: Subject, since: Any, counts: Mapping[str, int]) -> str:
    """What a reader is told beside the number."""
    if pd.isna(since):
        return "It speaks of no day."
    words = [GROUP_WORDS.get(group, group) for group in (subject.leader, subject.follower)]
    day = f"{since:%Y-%m-%d}"
    if not counts["leader_missing"] + counts["follower_missing"]:
        return f"No flagship released since {day} is missing from it."
    text = (
        f"Not in it: {counts['leader_missing']} {words[0]} and {counts['follower_missing']} {words[1]}"
        f" flagships released since {day}; {counts['leader_missing_on_sale']} and"
        f" {counts['follower_missing_on_sale']} of them are on sale."
    )
    silent = "It covers no day of both groups. " if subject.state == "not_covered" else ""
    return silent + text


def whole_number(
    metric: str, until: int | None, as_of: int, known: Collection[str], pair: Sequence[str] = ("US", "CN")
) -> Subject:
    """A number over all boards or prices that speaks until a day (days since 1970; None: of none)."""
    day = pd.NaT if until is None else pd.Timestamp(until, unit="D").as_unit("us")
    state = "not_covered" if until is None else "current" if until >= as_of - 180 else "ended"
    return Subject(metric, "", "", pair[0], pair[1], day, day, state, known)


def subjects(
    versions: list[Version],
    models: pd.DataFrame,
    index: Index | None,
    fit: Pooled | None,
    as_of: pd.Timestamp,
) -> list[Subject]:
    """The numbers of a date: the lag of every board version and of our own index for every pair of groups,
    the pooled lag of its pairs, and the price ratio and price index.
    """
    found = subjects_of(speaks_table(versions, as_of, models))
    until, listed = None, frozenset[str]()
    if index is not None:
        ours = index_speaks_table(index, models, as_of)
        found += subjects_of(ours)
        if len(ours):
            until = None if pd.isna(ours["speaks_until"][0]) else int(epoch_days(ours["speaks_until"])[0])
        listed = frozenset(index.table["model_id"].astype(str))
    if fit is None:
        return found
    panel = fit.posterior.panel
    measured = frozenset(panel.models[fit.posterior.measured].astype(str))
    for pair in pairs_of(panel):
        last = speaks_until(fit.rulers, pair, fit.as_of, fit.flagships)
        found.append(whole_number("pooled_lag", last, fit.as_of, measured, (pair.leader, pair.follower)))
    headline = speaks_until(fit.rulers, pair_of(panel, *HEADLINE), fit.as_of, fit.flagships)
    tested = frozenset(panel.models[panel.tested > 0].astype(str))
    return [
        *found,
        whole_number("price_ratio", until, fit.as_of, listed),
        whole_number("price_index", headline, fit.as_of, tested),
    ]
