"""The numbers of a date that `coverage` speaks of: which models each knows, and until when it speaks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from transforms.boards.board_versions import Version
from transforms.boards.frontier import epoch_days
from transforms.boards.lag_tables import speaks_table
from transforms.boards.speaks import CURRENT
from transforms.capability.table import Index, index_speaks_table
from transforms.coverage import Subject, subjects_of
from transforms.pooled.groups import HEADLINE, pair_of, pairs_of, speaks_until
from transforms.pooled.tables import Pooled

# Tables of models whose newest known flagships say until when they speak.
OF_MODELS = ("cost_per_task", "hosting_footprint", "model_prices")


def whole_number(
    metric: str, until: int | None, as_of: int, known: Collection[str], pair: Sequence[str] = ("US", "CN")
) -> Subject:
    """A number over all boards or prices that speaks until a day (days since 1970; None: of none)."""
    day = pd.NaT if until is None else pd.Timestamp(until, unit="D").as_unit("us")
    state = "not_covered" if until is None else "current" if until >= as_of - CURRENT else "ended"
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


def of_models(
    made: Mapping[str, pd.DataFrame], models: pd.DataFrame, as_of: pd.Timestamp
) -> Iterator[Subject]:
    """The numbers over the models that tables name, which speak until the newest flagship that they have of
    both countries: prices by model, of flagships, at hosts, costs of a task, and releases.
    """
    there = {name: frame for name, frame in made.items() if len(frame)}  # one without rows has no columns
    listed = {name: frozenset(there[name]["model_id"].astype(str)) for name in OF_MODELS if name in there}
    if "model_prices" in there:
        sold = there["model_prices"]
        first = sold.loc[sold["first_party"].astype(bool), "model_id"].astype(str)
        listed["flagship_ratio"] = frozenset(first)
    listed["cadence"] = frozenset(models["model_id"].astype(str))
    flags = models[models["flagship"].fillna(False).astype(bool)].dropna(subset=["released_on"])
    flags = flags[flags["released_on"] <= as_of]
    today = int(epoch_days(pd.Series([as_of]))[0])
    for metric, known in sorted(listed.items()):
        newest = [
            flags.loc[(flags["country"] == country) & flags["model_id"].isin(known), "released_on"].max()
            for country in HEADLINE
        ]
        until = None if any(pd.isna(day) for day in newest) else int(epoch_days(pd.Series(newest)).min())
        yield whole_number(metric, until, today, known)
