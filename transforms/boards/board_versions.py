"""The captures of one board version, and what a reader of each of them knew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from transforms.boards import speaks
from transforms.boards.board_scores import best_settings, headline
from transforms.boards.frontier import NEVER, Days, Pair, Side, epoch_days, in_group, models_of
from transforms.boards.lag_cache import Cache

WHOLE_SHARE = (
    0.5  # a capture with fewer than half the models of an earlier one is a part (a top ten) and no frontier
)


# How long a new version may have fewer models than half of the one before it until that is all it has.
SETTLING = pd.Timedelta(days=60)
ELO = "Elo points"


FACTS = [
    "board_id",
    "board_version",
    "vintage",
    "model_id",
    "score",
    "merit",
    "se",
    "released_on",
    "withdrawn_on",
    "country",
    "lab_id",
    "open_weights",
    "opened_on",
]


@dataclass(frozen=True, eq=False)
class Version:
    """All captures of one version of one board, one row a (vintage, model, setting), with the board's
    facts.
    """

    board_id: str
    board_version: str
    rows: pd.DataFrame
    refitted: bool
    higher: bool
    elo: bool
    low: float
    high: float
    started: int
    ended: int

    @cached_property
    def captured(self) -> Days:
        """The day of each row's capture."""
        return epoch_days(self.rows["vintage"])

    @cached_property
    def _days(self) -> Days:
        return np.unique(self.captured)

    @cached_property
    def content(self) -> Days:
        """The days of the captures that show a model which no earlier one had."""
        return speaks.content_days(self.captured, self.rows["model_id"].cat.codes.to_numpy())

    def scale(self, as_of: int) -> tuple[float, float]:
        """The lowest and highest score that the board gives: as `boards` say, else as seen by `as_of`."""
        if np.isnan(self.low) or np.isnan(self.high):
            seen = self.rows.loc[self.captured <= as_of, "score"]
            return float(seen.min()), float(seen.max())
        return self.low, self.high

    def vintages(self, as_of: int) -> Days:
        """Days of the captures known on as_of, oldest first."""
        return self._days[: np.searchsorted(self._days, as_of, side="right")]


def _whole(rows: pd.DataFrame, before: int, refitted: bool) -> pd.DataFrame:
    """A version's rows without the captures that show only a part of it.

    Of a refitted board each capture stands alone, and one with fewer than half the models of an earlier one
    is a part. The first captures of any new version are parts until they have half of what the version before
    had (`before` models) or `SETTLING` days have passed: its rows count from that day on.
    """
    size = rows.groupby("vintage")["model_id"].nunique().sort_index()
    if refitted:
        size = size[size >= WHOLE_SHARE * size.cummax()]
        rows = rows[rows["vintage"].isin(size.index)]
    had = size if refitted else _seen_by(rows)
    begun = had.index[(had >= WHOLE_SHARE * before) | (had.index >= had.index[0] + SETTLING)]
    if not len(begun):
        return rows.iloc[:0]
    early = rows["vintage"] < begun[0]
    if refitted or not early.any():
        return rows[~early]
    again = rows.loc[rows["vintage"] == begun[0], "model_id"]
    rows = rows[~(early & rows["model_id"].isin(again))]
    return rows.assign(vintage=rows["vintage"].clip(lower=begun[0])).drop_duplicates(
        ["vintage", "model_id"], keep="last"
    )


def _seen_by(rows: pd.DataFrame) -> pd.Series:
    """The models that a version had shown by each of its captures."""
    first = rows.groupby("model_id", observed=True)["vintage"].min().value_counts()
    return first.reindex(rows["vintage"].drop_duplicates().sort_values(), fill_value=0).cumsum()


def _without_parts(best: pd.DataFrame, boards: pd.DataFrame) -> pd.DataFrame:
    """Best scores without captures that show only a part of their board, each version beside the one before.

    `boards`: by board_id, with `refitted`.
    """
    starts = best.groupby(["board_id", "board_version"], observed=True)["vintage"].min()
    kept: dict[tuple[str, str], pd.DataFrame] = {}
    for name, first in starts.sort_values(kind="stable").items():
        board, version = str(name[0]), str(name[1])  # type: ignore[index]
        rows = best[(best["board_id"] == board) & (best["board_version"] == version)]
        had = [
            old.loc[old["vintage"] < first, "model_id"].nunique()
            for (other, _), old in kept.items()
            if other == board
        ]
        rows = _whole(rows, max(had, default=0), bool(boards.loc[str(board), "refitted"]))
        if len(rows):
            kept[board, version] = rows
    return pd.concat(kept.values(), ignore_index=True) if kept else best.iloc[:0]


def prepare(history: pd.DataFrame, models: pd.DataFrame, boards: pd.DataFrame) -> list[Version]:
    """Every board version's captures, ready for any as-of date; call again when the models' facts change.

    `history`: the scored rows of all captures (board_id, board_version, vintage, model_id, setting, score,
    score_low, score_high, interval_level, score_se, n, flagged; optional metric, source_id and observed_at,
    stated_on, revision and revision_on). Rows marked
    `delisted` were carried over by the caller and are left out. `models`: model_id, lab_id, country,
    released_on, withdrawn_on, open_weights. `boards`: board_id, higher_is_better, scale_min, scale_max, unit;
    optional metric and started_on.
    """
    if "delisted" in history:
        history = history[~history["delisted"].astype(bool)]
    best = best_settings(headline(history, boards), models, boards)
    best = best[[name for name in FACTS if name in best]]
    best = best.astype(
        dict.fromkeys(("board_id", "board_version", "model_id", "country", "lab_id"), "category")
    )
    facts = boards.set_index("board_id")
    best = _without_parts(best, facts)
    starts = best.groupby(["board_id", "board_version"], observed=True)["vintage"].min().sort_values()
    out: list[Version] = []
    for (board, version), rows in best.groupby(["board_id", "board_version"], sort=True, observed=True):
        later = starts[(starts.index.get_level_values(0) == board) & (starts > rows["vintage"].min())]
        ended = int(epoch_days(later)[0]) if len(later) else 1 << 39
        out.append(_version(str(board), str(version), rows, facts.loc[str(board)], ended))
    return out


def _version(board: str, version: str, rows: pd.DataFrame, fact: Any, ended: int) -> Version:
    """One version of a board; `fact`: its row of `boards`, `ended`: the first day of the version after it."""
    stated = fact.get("started_on")
    started = pd.Timestamp(rows["vintage"].min() if stated is None or pd.isna(stated) else stated)
    return Version(
        board,
        version,
        rows,
        bool(fact["refitted"]),
        bool(fact["higher_is_better"]),
        str(fact.get("unit", "")) == ELO,
        float(fact["scale_min"]),
        float(fact["scale_max"]),
        int(epoch_days(pd.Series([started]))[0]),
        ended,
    )


def frame_at(version: Version, vintage: int) -> pd.DataFrame:
    """One row a model, as a reader of `vintage` knew the board: see the module's docstring."""
    if version.refitted:
        return version.rows[version.captured == vintage]
    rows = (
        version.rows[version.captured <= vintage]
        .sort_values("vintage", kind="stable")
        .drop_duplicates("model_id", keep="last")
    )
    return rows.assign(vintage=pd.Timestamp(vintage, unit="D"))


def pair_at(version: Version, vintage: int, leader: str, follower: str, cache: Cache) -> Pair:
    """The pair of two groups on the capture of a day."""
    kept, key = cache.of(version), (vintage, leader, follower)
    if key not in kept:
        of = (version.board_id, version.board_version, pd.Timestamp(vintage, unit="D"), leader, follower)
        sides = side_at(version, vintage, leader, cache), side_at(version, vintage, follower, cache)
        kept[key] = Pair(*of, *sides, 1.0 if version.higher else -1.0, version.started)
    found: Pair = kept[key]
    return found


def side_at(version: Version, vintage: int, group: str, cache: Cache) -> Side:
    """The models of a group on the capture of a day."""
    kept, key = cache.of(version), (vintage, group)
    if key not in kept:
        if vintage not in kept:
            kept[vintage] = models_of(frame_at(version, vintage))
        kept[key] = kept[vintage].of(group)
    found: Side = kept[key]
    return found


def first_captures(version: Version, group: str, as_of: int, cache: Cache) -> dict[str, int]:
    """The day of the first capture, up to as_of, that shows each model of a group."""
    kept, key = cache.of(version), (group, "first captures")
    if key not in kept:
        rows = in_group(version.rows, group)
        model = version.rows["model_id"].cat
        first = np.full(len(model.categories), NEVER)
        np.minimum.at(first, model.codes.to_numpy()[rows], version.captured[rows])
        kept[key] = first[first < NEVER], model.categories.to_numpy(dtype=object)[first < NEVER]
    days, names = kept[key]
    return dict(zip(names[days <= as_of].tolist(), days[days <= as_of].tolist(), strict=True))
