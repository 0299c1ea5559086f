"""Which boards the pooled lag reads, and their scores on a scale on which noise is of one size.

A board is a ruler of capability. Two copies of one measurement (Epoch's copy of ARC, both fits of Arena's
votes, two editions of LiveBench of much the same models) would count its noise twice as if it were agreement:
of every measurement one ruler is read (`boards.csv`, column `ruler`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from transforms.boards.board_versions import ELO, Version, frame_at
from transforms.boards.frontier import Reals, epoch_days

LEAST_MODELS = 8  # of a board: fewer place no ruler, nor does a board on which all score the same
SHARED = 0.5  # of a version's models on another one of the same board: then it is another edition of it
CLIP = 0.01  # a share of right answers is read between 1 and 99 %: beyond, its logit is noise
SHORTEST = 0.1  # minutes
MINUTES = "minutes"


class Ruler(NamedTuple):
    """One version of a board as known on a day: its name (`board@version`), its models and their merits, its
    unit, and whether it is of many subjects.
    """

    name: str
    version: Version
    rows: pd.DataFrame
    unit: str
    general: bool


def rulers(
    versions: Iterable[Version], boards: pd.DataFrame, as_of: pd.Timestamp, without: Sequence[str] = ()
) -> list[Ruler]:
    """The rulers known on `as_of`, by name; boards in `without` take no part.

    `versions` from `lag_tables.prepare`; `boards`: the seed, with role, ruler, general, pooled.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    facts = boards.set_index("board_id")
    groups: dict[str, list[Ruler]] = {}
    for version in versions:
        if (
            version.board_id in facts.index
            and version.board_id not in without
            and len(version.vintages(today))
        ):
            fact: Any = facts.loc[version.board_id]
            if bool(fact["pooled"]):
                found = _ruler(version, today, str(fact["unit"]), bool(fact["general"]))
                if len(found.rows) >= LEAST_MODELS and found.rows["merit"].nunique() > 1:
                    groups.setdefault(str(fact["ruler"]), []).append(found)
    kept = [one for ruler, some in groups.items() for one in one_copy(ruler, some)]
    return sorted(kept, key=lambda one: one.name)


def measurements(versions: Iterable[Version], boards: pd.DataFrame, today: int) -> list[Version]:
    """The versions without copies: of every measurement (`ruler`) one, as known on a day."""
    facts = boards.set_index("board_id")["ruler"]
    groups: dict[str, list[Ruler]] = {}
    for version in versions:
        name = str(facts.get(version.board_id, version.board_id))
        groups.setdefault(name, []).append(_ruler(version, today, "", False))
    return [one.version for name, some in groups.items() for one in one_copy(name, some)]


def _ruler(version: Version, today: int, unit: str, general: bool) -> Ruler:
    rows = frame_at(version, int(version.vintages(today)[-1]))
    rows = rows[~rows["model_id"].astype(str).str.contains("@", regex=False)]
    rows = pd.DataFrame({"model_id": rows["model_id"].astype(str), "merit": rows["merit"].astype(float)})
    rows = rows[np.isfinite(rows["merit"])]
    return Ruler(f"{version.board_id}@{version.board_version}", version, rows, unit, general)


def one_copy(ruler: str, some: list[Ruler]) -> list[Ruler]:
    """Of several boards of one measurement the one it is named after, else that of most models; of its
    versions those that share few models with a larger one.
    """
    by_board: dict[str, list[Ruler]] = {}
    for one in some:
        by_board.setdefault(one.version.board_id, []).append(one)
    board = max(by_board, key=lambda name: (name == ruler, sum(len(r.rows) for r in by_board[name]), name))
    kept: list[tuple[Ruler, frozenset[str]]] = []
    order = sorted(by_board[board], key=lambda r: (len(r.rows), r.version.started, r.name), reverse=True)
    for one in order:
        models = frozenset(one.rows["model_id"])
        if all(len(models & other) < SHARED * len(models) for _, other in kept):
            kept.append((one, models))
    return [one for one, _ in kept]


def scaled(ruler: Ruler) -> Reals:
    """The ruler's scores, in the order of its rows: the logit of a share of right answers, the logarithm of
    minutes, and an Elo scale in its own standard deviations (its origin and unit are conventions).
    """
    merit, version = ruler.rows["merit"].to_numpy(dtype=float), ruler.version
    if ruler.unit == ELO:
        return np.round((merit - merit.mean()) / max(float(merit.std()), 1e-9), 9)
    if ruler.unit == MINUTES:
        return np.log(np.maximum(merit, SHORTEST))
    low, high = version.low, version.high
    if np.isnan(low) or np.isnan(high):
        low, high = merit.min() - 0.05 * np.ptp(merit), merit.max() + 0.05 * np.ptp(merit)
    share = np.clip((merit - low) / (high - low), CLIP, 1 - CLIP)
    return np.asarray(np.log(share / (1 - share)))


def cells_of(found: Iterable[Ruler]) -> pd.DataFrame:
    """One row a model and ruler: model_id, ruler, z, in the order of names."""
    parts = [
        pd.DataFrame({"model_id": one.rows["model_id"], "ruler": one.name, "z": scaled(one)}) for one in found
    ]
    if not parts:
        return pd.DataFrame({"model_id": [], "ruler": [], "z": []})
    return pd.concat(parts).sort_values(["ruler", "model_id"], kind="stable").reset_index(drop=True)
