"""What the capability index is fitted to, and its curve: scores as arrays, parameters, expected scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]

RIDGE = 1.0e-3
OFFSET_RIDGE = 0.1  # of the ridge
FIRST_DAMPING = 1.0e-2
ROUNDS = 60
ENOUGH = 1.0e-7  # relative fall of the cost at which the fit stops
LEAST_CELLS = 4


@dataclass(frozen=True, eq=False)
class Cells:
    """Scores as arrays: model and board positions, score in [0, 1], and their names."""

    model: Whole
    board: Whole
    score: Reals
    models: NDArray[np.object_]
    boards: NDArray[np.object_]


class Parameters(NamedTuple):
    """Ability of each model, log slope and offset of each board, on the inner scale."""

    ability: Reals
    alpha: Reals
    offset: Reals


def cells_of(frame: pd.DataFrame, least: int = LEAST_CELLS) -> Cells:
    """Arrays from model_id, board_id, score_fraction (one row each); models with fewer than `least` boards
    are left out.
    """
    frame = frame.sort_values(["model_id", "board_id"])
    frame = frame[frame.groupby("model_id")["board_id"].transform("size") >= least]
    model, models = pd.factorize(frame["model_id"], sort=True)
    board, boards = pd.factorize(frame["board_id"], sort=True)
    return Cells(
        model.astype(np.int64),
        board.astype(np.int64),
        frame["score_fraction"].to_numpy(dtype=float),
        np.asarray(models, dtype=object),
        np.asarray(boards, dtype=object),
    )


def predict(parameters: Parameters, model: Whole, board: Whole) -> Reals:
    """Expected scores of (model, board) pairs."""
    z = np.exp(parameters.alpha)[board] * parameters.ability[model] - parameters.offset[board]
    return 1.0 / (1.0 + np.exp(-np.clip(z, -60.0, 60.0)))


def start_of(cells: Cells, score: Reals) -> Parameters:
    """A first guess: unit slopes, offsets and abilities from the mean logits."""
    p = np.clip(score, 0.02, 0.98)
    logit = np.log(p / (1 - p))
    m, b = len(cells.models), len(cells.boards)
    offset = -np.bincount(cells.board, logit, b) / np.maximum(np.bincount(cells.board, minlength=b), 1)
    ability = np.bincount(cells.model, logit + offset[cells.board], m) / np.maximum(
        np.bincount(cells.model, minlength=m), 1
    )
    return Parameters(ability, np.zeros(b), offset)
