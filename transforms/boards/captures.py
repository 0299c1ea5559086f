"""The boards' captures under the identity of one as-of date after another.

A capture's rows are prepared (names to models, best settings, facts of models) once, and again only when the
meaning of a name on it or a fact of a model on it differs from one date to the next.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from transforms.boards.board_scores import dated_by_board, headline
from transforms.boards.board_versions import Version, prepare
from transforms.boards.lag_cache import Cache
from transforms.identity.index import PUBLIC
from transforms.identity.resolved_names import Names, names_of, with_resolved
from transforms.identity.shown import MODEL_FACTS, Identity, with_withdrawals
from warehouse.inputs import Inputs
from warehouse.seeds import boards

COST = "cost_usd"
VERSION = ["board_id", "board_version"]


class BoardCaptures:
    """`versions` and `costs` as of the date that `move_to` was last given; `cache` keeps the work on them."""

    def __init__(self, inputs: Inputs, newest: Identity, re_pointed: frozenset[str]) -> None:
        self.versions: list[Version] = []
        self.cache = Cache()
        self._inputs, self._newest = inputs, newest
        scores = inputs.scores
        self._names = names_of(scores.assign(provider_id=""), re_pointed)
        on_board = pd.DataFrame(
            {"board_id": scores["board_id"].astype("str"), "name": self._names.number}
        ).drop_duplicates()
        self._on_board = pd.Series(on_board["board_id"].to_numpy(), index=on_board["name"].to_numpy())
        self._read = _read_rows(scores)
        self._day: date | None = None
        self._resolved = pd.DataFrame()
        self._facts = pd.DataFrame()
        self._versions: dict[str, list[Version]] = {}
        self._costs: dict[str, pd.DataFrame] = {}

    @property
    def costs(self) -> pd.DataFrame:
        """The scores that say what the run cost."""
        some = [self._costs[board] for board in sorted(self._costs)]
        return pd.concat(some, ignore_index=True) if some else pd.DataFrame()

    def move_to(self, day: date, identity: Identity) -> None:
        """Prepares again those boards whose names or models differ under `identity`, that of `day`."""
        if day == self._day or not len(self._names.table):
            return
        self._day = day
        touched = self._begin(day, identity) if not self._versions else self._step(day, identity)
        if touched:
            self._prepare(touched)
        if day == self._inputs.until:
            self._inputs.release("scores", "board_releases")
        self.versions = [version for _, some in sorted(self._versions.items()) for version in some]

    def _begin(self, day: date, identity: Identity) -> set[str]:
        """Later captures are read with the newest identity until a later date says otherwise, so that little
        is prepared again.
        """
        here = self._captured_by(day)
        newest = _resolve(self._names, self._newest)
        self._resolved = pd.concat([_resolve(self._names, identity)[here], newest[~here]]).sort_index()
        self._facts = _updated(_facts(self._newest), _facts(identity))
        return set(self._on_board)

    def _step(self, day: date, identity: Identity) -> set[str]:
        """The boards with a name that resolves otherwise, or with a model whose facts changed (on later
        captures too: a later date reads them).
        """
        here, facts, before = self._captured_by(day), _facts(identity), self._resolved
        self._resolved = pd.concat([_resolve(self._names, identity)[here], before[~here]]).sort_index()
        models = _changed(facts, self._facts, day)
        changed = ~_equal_rows(self._resolved, before) | self._resolved["model_id"].isin(models).to_numpy()
        self._facts = _updated(self._facts, facts.loc[models])
        return set(self._on_board[self._on_board.index.isin(np.flatnonzero(changed))])

    def _captured_by(self, day: date) -> np.ndarray:
        return np.asarray((self._names.table["observed_on"] <= pd.Timestamp(day)).to_numpy())

    def _prepare(self, touched: set[str]) -> None:
        history = self._history(touched)
        for name in touched:
            self._versions.pop(name, None)
            self._costs.pop(name, None)
        if not len(history):
            return
        for version in prepare(history, self._facts.reset_index(), boards()):
            self._versions.setdefault(version.board_id, []).append(version)
        for board, rows in history[history[COST].notna()].groupby("board_id", observed=True):
            self._costs[str(board)] = rows

    def _history(self, only: set[str]) -> pd.DataFrame:
        """scores of some boards with model_id, revision, revision_on, setting, vintage and flagged, one
        source a board and day.
        """
        rows = self._inputs.scores
        known = self._resolved["model_id"].notna().to_numpy()[self._names.number]
        place = np.flatnonzero(rows["board_id"].isin(only).to_numpy() & known)
        place = place[of_one_source(rows.iloc[place][[*VERSION, "observed_on", "source_id"]])]
        place = place[self._read[place]]
        names = Names(self._names.table, self._names.number[place])
        matched = with_resolved(rows.iloc[place], names, self._resolved).astype(
            {"model_id": "object", "revision": "object", "revision_on": "datetime64[us]"}
        )
        history = matched.rename(columns={"observed_on": "vintage"}).assign(flagged=False)
        texts = dict.fromkeys(["source_id", "listed_model"], "object")
        return dated_by_board(history.astype(texts), self._inputs.board_releases)


def of_one_source(history: pd.DataFrame) -> np.ndarray:
    """Which rows are of the source that counts: of several sources that carry one board version on one day,
    the one with the most rows (then by name). `history`: VERSION, observed_on and source_id.
    """
    key = [*VERSION, "observed_on"]
    number = history.groupby([*key, "source_id"], observed=True, sort=False).ngroup().to_numpy()
    size = history.iloc[np.unique(number, return_index=True)[1]]
    size = size.assign(size=np.bincount(number), number=np.arange(len(size)))
    best = size.astype({"source_id": "str"}).sort_values(["size", "source_id"], ascending=[False, True])
    return np.isin(number, best.drop_duplicates(key)["number"])


def _read_rows(scores: pd.DataFrame) -> np.ndarray:
    """Which rows are read: those of their board's headline metric, and those that say what the run cost."""
    number = scores.groupby(["board_id", "metric"], observed=True, dropna=False, sort=False).ngroup()
    pairs = scores[["board_id", "metric"]].iloc[np.unique(number, return_index=True)[1]]
    wanted = headline(pairs.reset_index(drop=True), boards()).index
    return np.asarray(number.isin(wanted) | scores[COST].notna(), dtype=bool)


def _resolve(names: Names, identity: Identity) -> pd.DataFrame:
    """model_id, revision, setting and revision_on of each name."""
    dates = identity["model_dates"].sort_values("released_on", kind="stable")
    dates = dates[dates["date_kind"].isin(list(PUBLIC))]  # a preview that was only shown has no day
    first = dates.drop_duplicates(["model_id", "revision"])
    first = first[first["revision"] != ""].set_index(["model_id", "revision"])[["released_on"]]
    revised = first.rename(columns={"released_on": "revision_on"})
    return names.resolve(identity["model_aliases"]).join(revised, on=["model_id", "revision"])


def _facts(identity: Identity) -> pd.DataFrame:
    return with_withdrawals(identity)[MODEL_FACTS].set_index("model_id")


def _changed(facts: pd.DataFrame, before: pd.DataFrame, day: date) -> pd.Index[str]:
    """The models whose facts differ from `before`; a withdrawal after `day` is none yet."""
    both = facts.index.intersection(before.index)
    now, then = (
        f.loc[both].assign(withdrawn_on=_until(f.loc[both, "withdrawn_on"], day)) for f in (facts, before)
    )
    return both[~_equal_rows(now, then)].union(facts.index.difference(before.index))


def _updated(facts: pd.DataFrame, by: pd.DataFrame) -> pd.DataFrame:
    """`by`, and the rows of `facts` whose models are not in it."""
    return pd.concat([by, facts.loc[facts.index.difference(by.index)]])


def _until(days: pd.Series, last: date) -> pd.Series:
    return days.where(days <= pd.Timestamp(last))


def _equal_rows(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Which rows of two frames of one shape are equal, where missing equals missing."""
    a, b = (f.reset_index(drop=True) for f in (one, other))
    equal = (a == b).fillna(False) | (a.isna() & b.isna())
    return np.asarray(equal.to_numpy(dtype=bool).all(axis=1))
