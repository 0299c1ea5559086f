"""The capability index as known on a day, from the boards' captures, and the lag measured on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.boards import speaks
from transforms.boards.board_versions import Version, frame_at
from transforms.boards.frontier import KINDS, Days, Pair, epoch_days, pair_of
from transforms.boards.lag_columns import Rows, Scores, Work
from transforms.boards.lag_rows import (
    catchup_rows,
    event_rows,
    parity_rows,
    regression_rows,
    significant_rows,
    silent_rows,
    threshold_rows,
)
from transforms.boards.lag_tables import PAIRS, TOLERANCES, month_ends
from transforms.boards.stacking import stacked
from transforms.capability.cells import Reals, cells_of
from transforms.capability.model import UNANCHORED, Fit, fit
from transforms.capability.refits import REFITS, RESAMPLED, capability_table, refits, scaled_scores
from transforms.pooled.rulers import measurements

BOARD = "capability_index"
LEAST_BOARDS = 5
# Measurements of a model, each counted once: four boards, two of which are fits of one Arena, are three.
LEAST_MEASUREMENTS = 3
# Points. A model placed worse than that (a 90 % interval of 13 points, a year of progress at the frontier) is
# no frontier: one quiz of ten boards put Qwen3-Max above Kimi K2 Thinking, which beats it on the other eight
# that they share, and four saturated boards a fine-tuned model of 2021 between o1 and R1.
WIDEST_SE = 4.0


class Index(NamedTuple):
    """The fitted index, its table (see `capability_refits.capability_table`), the refits by what was
    resampled, and the newest day on which one of its boards took in a model.
    """

    fitted: Fit
    table: pd.DataFrame
    draws: dict[str, Reals]
    content_on: int

    @property
    def anchored(self) -> bool:
        """Whether its points are those of the scale: not where a model of the two anchors is not scored yet.
        Its lags, which are days, need no scale.
        """
        return (self.fitted.scale, self.fitted.origin) != UNANCHORED


def capability_as_known(
    versions: list[Version], boards: pd.DataFrame, as_of: pd.Timestamp, n: int = REFITS
) -> Index | None:
    """The index of all models that enough boards have scored by `as_of`, of each measurement one board; None
    where the boards do not suffice.

    `versions` from `board_versions.prepare`, `boards` as there. `n` refits a scheme: 1,000 of Epoch's cells
    take some five seconds a scheme; a backfill of many days may ask for fewer. Later builds take no part.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    composites = set(
        boards.loc[boards["role"] == "composite", "board_id"]
    )  # would count others' scores twice
    known = [v for v in versions if len(v.vintages(today)) and v.board_id not in composites]
    known = measurements(known, boards, today)
    if len(known) < LEAST_BOARDS:
        return None
    best = pd.concat([frame_at(v, int(v.vintages(today)[-1])) for v in known], ignore_index=True)
    best = best[~best["model_id"].str.contains("@", regex=False)]
    cells = cells_of(scaled_scores(best, boards), LEAST_MEASUREMENTS)
    if len(cells.boards) < LEAST_BOARDS or len(cells.models) < LEAST_MEASUREMENTS:
        return None
    fitted = fit(cells)
    draws = {what: refits(fitted, what, n) for what in RESAMPLED}
    content = [speaks.newest(v.content, today) for v in known]
    return Index(
        fitted,
        capability_table(fitted, draws).assign(as_of=as_of),
        draws,
        max(day for day in content if day is not None),
    )


def well_placed(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of models that may hold a frontier: those whose `se` is at most `WIDEST_SE` or not known."""
    return table[~(table["se"].astype(float) > WIDEST_SE)]


def index_pair(index: Index, models: pd.DataFrame, leader: str, follower: str, as_of: pd.Timestamp) -> Pair:
    """The index as a board on which two groups are compared; models placed worse than `WIDEST_SE` take no
    part.
    """
    rows = index.table.merge(models, on="model_id", how="inner", validate="m:1").dropna(
        subset=["released_on"]
    )
    rows = well_placed(rows[rows["released_on"] <= as_of])
    rows = rows.assign(
        board_id=BOARD, board_version="1", vintage=as_of, merit=rows["capability"], se=rows["se"]
    )
    return pair_of(rows, leader, follower)


def index_work(index: Index, pair: Pair, what: str = "boards", z: float = 0.0) -> Work:
    """The work on the index whose intervals come from joint refits, not from noise added model by model.

    A model that a resample left without cells keeps its fitted capability in that draw.
    """
    place = {name: i for i, name in enumerate(index.fitted.cells.models.tolist())}
    draws = np.where(np.isnan(index.draws[what]), index.fitted.capability, index.draws[what])
    sides = [draws[:, [place[name] for name in side.ids.tolist()]] for side in (pair.leader, pair.follower)]
    return Work(replace(pair), "released", z, Scores(pair, (sides[0], sides[1])))


def wider_work(index: Index, pair: Pair, z: float = 0.0) -> Work:
    """`index_work` of the resampling scheme that spreads capabilities more."""
    spread = {what: float(np.nanmean(np.nanstd(draws, axis=0))) for what, draws in index.draws.items()}
    return index_work(index, pair, max(spread, key=lambda what: spread[what]), z)


def _pair_rows(index: Index, pair: Pair, today: int, days: Days, silent: bool) -> list[Rows]:
    """All definitions for one pair of groups, with intervals from the refits; `silent`: of no day."""
    rows: list[Rows] = []
    gone = bool((pair.leader.gone <= today).any() or (pair.follower.gone <= today).any())
    for z in TOLERANCES:
        work = wider_work(index, pair, z)
        rows += [event_rows(work, today), *catchup_rows(work, min(today, index.content_on))]
        if z == 0:
            scale = index.fitted.capability
            rows += [
                threshold_rows(work, today, float(scale.min()), float(scale.max())),
                *([regression_rows(work, days[-1:])] if len(days) else []),
                *(silent_rows(work, min(today, index.content_on)) if silent else []),
            ]
        daily: list[Rows] = []
        for kind in KINDS if len(days) else ():
            if kind == "released" or gone:
                daily = parity_rows(replace(work, kind=kind), days) + (
                    [significant_rows(work, days)] if z > 0 else []
                )
            rows += [row | {"kind": np.broadcast_to(np.asarray(kind), len(row["valid_on"]))} for row in daily]
    return rows


def index_speaks(index: Index, pair: Pair, flagships: speaks.Flagships, today: int) -> speaks.Speaks:
    """What the index says of a pair of groups: its content is that of its boards, and it lists its models."""
    ids = {str(name) for side in (pair.leader, pair.follower) for name in side.ids}
    return speaks.speaks(today, index.content_on, flagships, ids, (pair.leader_name, pair.follower_name))


def index_speaks_table(
    index: Index, models: pd.DataFrame, as_of: pd.Timestamp, pairs: Iterable[tuple[str, str]] = PAIRS
) -> pd.DataFrame:
    """The rows of the index in `lag_tables.speaks_table`."""
    today = int(epoch_days(pd.Series([as_of]))[0])
    flagships, rows = speaks.flagships_of(models, today), []
    for leader, follower in pairs:
        pair = index_pair(index, models, leader, follower, as_of)
        if len(pair.leader) and len(pair.follower):
            found = index_speaks(index, pair, flagships, today)
            listed = frozenset(str(name) for side in (pair.leader, pair.follower) for name in side.ids)
            names = {"board_id": BOARD, "board_version": "1", "leader": leader, "follower": follower}
            rows.append(speaks.row_of(found, **names, listed=listed))
    return speaks.table_of(rows)


def index_lags(
    index: Index,
    models: pd.DataFrame,
    as_of: pd.Timestamp,
    pairs: Iterable[tuple[str, str]] = PAIRS,
    days: Days | None = None,
) -> pd.DataFrame:
    """The `lag` rows of the index as a board (`capability_index`), as known on `as_of`; columns as
    `lag_tables.lag_tables` gives them.

    The index is fitted anew for each as-of day, so there is no capture at launch: basis `as_of` only.
    `models` (with the column flagship) and `days` as there.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    days = month_ends(today) if days is None else np.unique(days[days <= today])
    flagships = speaks.flagships_of(models, today)
    parts = []
    for leader, follower in pairs:
        pair = index_pair(index, models, leader, follower, as_of)
        if len(pair.leader) and len(pair.follower):
            found = index_speaks(index, pair, flagships, today)
            spoken, silent = speaks.daily_days(days, found), found.until is None
            parts += [
                (rows, today, "as_of", (BOARD, "1"), (leader, follower))
                for rows in _pair_rows(index, pair, today, spoken, silent)
            ]
    table = stacked(parts)
    return table.assign(as_of=as_of) if len(table) else table
