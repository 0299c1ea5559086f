"""What was known on each as-of date: names, models, prices and boards by what had been captured, released or
stated by then.

Rows are millions and names thousands. So rows are read and numbered by name once, and each date looks its
names up anew: prices are the same runs under the date's meanings, and of the boards' captures only those are
prepared again on which a name or a model's facts changed. A date of a backfill has the tables that it has by
itself (a test holds it to that).
"""

from __future__ import annotations

from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from flows.frames import MODEL_FACTS, Frames
from transforms.boards import board_versions
from transforms.identity.providers import sellers, sold_by_its_lab
from transforms.identity.resolved_names import MEANING, Names, names_of, re_pointed, with_meanings
from transforms.prices.runs import History, instants, meant, price_runs
from warehouse.reference import boards, reference

Identity = dict[str, pd.DataFrame]
COST = "cost_usd"


def withdrawn(identity: Identity) -> pd.DataFrame:
    """The models of an identity with the day they were withdrawn, where they were."""
    dates = identity["model_dates"]
    gone = dates[(dates["date_kind"] == "withdrawn") & (dates["revision"] == "")].drop_duplicates("model_id")
    models = identity["models"]
    return models.assign(
        withdrawn_on=pd.to_datetime(models["model_id"].map(gone.set_index("model_id")["released_on"]))
    )


@dataclass
class Known:
    """Everything that several as-of dates share, and what differs from one to the next."""

    frames: Frames
    _day: date | None = None
    _identity: Identity = field(default_factory=dict)

    def identity(self, day: date) -> Identity:
        """models, model_dates, model_aliases and unmatched as known on `day`."""
        if day == self.frames.until:
            return self.last
        if day != self._day:
            self._identity = self.frames.identity(day, near=True)
            self._day = day
        return self._identity

    @cached_property
    def last(self) -> Identity:
        """The identity at the end of the frames."""
        return self.frames.identity(self.frames.until, near=True)

    @cached_property
    def changing(self) -> frozenset[str]:
        """The names whose meaning seeds change on a day."""
        return re_pointed(self.last["model_aliases"])

    @cached_property
    def _runs(self) -> History:
        runs = price_runs(self.frames.named_prices(self.last["model_aliases"], self.last["models"]))
        self.frames.forget("list_prices")
        return runs

    @cached_property
    def _price_names(self) -> tuple[Names, pd.Series]:
        """The names of the statements of prices, and the lab (or none) whose own shop each stands in."""
        said = self._runs.statements
        first = self._runs.runs.groupby("statement")["first_seen"].min().reindex(np.arange(len(said)))
        day = instants(first.to_numpy()).dt.tz_localize(None).dt.normalize()
        names = names_of(said.assign(listed_setting="", observed_on=day.to_numpy()), self.changing)
        pairs = said[["source_id", "provider_id"]].drop_duplicates()
        lab = pd.Series(
            sellers(pairs, reference("providers"))["own_lab"].to_numpy(),
            index=pd.MultiIndex.from_frame(pairs),
        )
        return names, lab.reindex(pd.MultiIndex.from_frame(said[["source_id", "provider_id"]])).reset_index(
            drop=True
        )

    def prices(self, day: date) -> History:
        """The runs of prices under the meanings that their names had on `day`; those of later days are still
        among them.
        """
        if day == self.frames.until:
            return self._runs
        names, own = self._price_names
        identity = self.identity(day)
        meanings = names.meanings(identity["model_aliases"]).fillna("")
        lab = (
            meanings["model_id"]
            .map(identity["models"].drop_duplicates("model_id").set_index("model_id")["lab_id"])
            .fillna("")
        )
        spread = {c: meanings[c].to_numpy(dtype=object)[names.number] for c in MEANING}
        first_party = sold_by_its_lab(lab.to_numpy(dtype=object)[names.number], own.to_numpy(dtype=object))
        return meant(self._runs, pd.DataFrame(spread).astype("str").assign(first_party=first_party))

    @cached_property
    def _offer_names(self) -> Names:
        offers = self.frames.limited_offers
        return names_of(offers.assign(provider_id=offers["listed_provider"]), self.changing)

    def offers(self, day: date) -> pd.DataFrame:
        """The offers with stated limits captured by `day`, with model_id and our provider_id."""
        meanings = self._offer_names.meanings(self.identity(day)["model_aliases"])
        matched = with_meanings(self.frames.limited_offers, self._offer_names, meanings)
        return matched[matched["observed_on"] <= pd.Timestamp(day)]

    @cached_property
    def boards(self) -> Boards:
        """The boards' captures."""
        return Boards(self)


class Boards:
    """The boards' captures under the identity of one date after another."""

    def __init__(self, known: Known) -> None:
        self._known = known
        scores = known.frames.scores
        self._names = names_of(scores.assign(provider_id=""), known.changing)
        on_board = pd.DataFrame(
            {"board_id": scores["board_id"].astype("str"), "name": self._names.number}
        ).drop_duplicates()
        self._on_board = pd.Series(on_board["board_id"].to_numpy(), index=on_board["name"].to_numpy())
        self._day: date | None = None
        self._current: list[board_versions.Version] = []
        self._meanings = pd.DataFrame()
        self._facts = pd.DataFrame()
        self._versions: dict[str, list[board_versions.Version]] = {}
        self._costs: dict[str, pd.DataFrame] = {}

    def _meant(self, identity: Identity) -> pd.DataFrame:
        """model_id, revision, setting and revision_on of each name."""
        first = (
            identity["model_dates"]
            .sort_values("released_on", kind="stable")
            .drop_duplicates(["model_id", "revision"])
        )
        first = first[first["revision"] != ""].set_index(["model_id", "revision"])[["released_on"]]
        meanings = self._names.meanings(identity["model_aliases"])
        return meanings.join(
            first.rename(columns={"released_on": "revision_on"}), on=["model_id", "revision"]
        )

    def at(self, day: date, cache: MutableMapping[Any, Any]) -> list[board_versions.Version]:
        """The boards' captures under the identity of `day`, ready for `lag_tables`; `cache` lets go of what
        hung on replaced ones.
        """
        if day == self._day or not len(self._names.table):
            return self._current
        self._day = day
        identity = self._known.identity(day)
        meanings, facts = self._meant(identity), _facts(identity)
        here = (self._names.table["observed_on"] <= pd.Timestamp(day)).to_numpy()
        if self._versions:
            before, self._meanings = (
                self._meanings,
                pd.concat([meanings[here], self._meanings[~here]]).sort_index(),
            )
            models = self._changed(facts, day)
            # Later captures too: their rows were prepared with those facts, and a later date reads them.
            changed = ~_same(self._meanings, before) | self._meanings["model_id"].isin(models).to_numpy()
            touched = set(self._on_board[self._on_board.index.isin(np.flatnonzero(changed))])
            self._facts = _over(facts.loc[models], self._facts)
        else:
            # What later captures are read with, until a later date says otherwise: the newest identity, so
            # that little is prepared again.
            later = self._known.last
            self._meanings = pd.concat([meanings[here], self._meant(later)[~here]]).sort_index()
            self._facts = _over(facts, _facts(later))
            touched = set(self._on_board)
        if touched:
            self._prepare(touched, cache)
        if day == self._known.frames.until:
            self._known.frames.forget("scores", "board_releases")
        self._current = [version for _, some in sorted(self._versions.items()) for version in some]
        return self._current

    def _changed(self, facts: pd.DataFrame, day: date) -> pd.Index[str]:
        """The models whose facts are not those with which the captures were prepared; a withdrawal after
        `day` is none yet.
        """
        both = facts.index.intersection(self._facts.index)
        now, then = (
            f.loc[both].assign(withdrawn_on=_until(f.loc[both, "withdrawn_on"], day))
            for f in (facts, self._facts)
        )
        return both[~_same(now, then)].union(facts.index.difference(self._facts.index))

    def _prepare(self, touched: set[str], cache: MutableMapping[Any, Any]) -> None:
        history = self._known.frames.history(self._names, self._meanings, touched)
        dropped: set[Hashable] = set()
        for name in touched:
            dropped.update(self._versions.pop(name, []))
            self._costs.pop(name, None)
        for key in [k for k in cache if isinstance(k, tuple) and k[0] in dropped]:
            del cache[key]
        if not len(history):
            return
        for version in board_versions.prepare(history, self._facts.reset_index(), boards()):
            self._versions.setdefault(version.board_id, []).append(version)
        for board, rows in history[history[COST].notna()].groupby("board_id", observed=True):
            self._costs[str(board)] = rows

    @property
    def costs(self) -> pd.DataFrame:
        """The scores that say what the run cost, as of the last `at`."""
        some = [self._costs[board] for board in sorted(self._costs)]
        return pd.concat(some, ignore_index=True) if some else pd.DataFrame()


def _facts(identity: Identity) -> pd.DataFrame:
    return withdrawn(identity)[MODEL_FACTS].set_index("model_id")


def _over(facts: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """`facts`, and `others` of the models that have none there."""
    return pd.concat([facts, others.loc[others.index.difference(facts.index)]])


def _until(days: pd.Series, last: date) -> pd.Series:
    return days.where(days <= pd.Timestamp(last))


def _same(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Which rows of two frames of one shape are equal, where missing equals missing."""
    a, b = (f.reset_index(drop=True) for f in (one, other))
    equal = (a == b).fillna(False) | (a.isna() & b.isna())
    return np.asarray(equal.to_numpy(dtype=bool).all(axis=1))
