"""What the capability index leaves over, where it has structure: relatives do alike on a board, beyond their
capability.

The rest of a cell is modelled as a Gaussian process within each board: covariance 1 (in units of the noise
variance) for each of: the same model in another setting, the same family, the same lab, and nearness in time
(squared exponential, half a year). Index and rest are fitted in turn (three rounds: backfitting), which also
keeps relatives' common quirk out of the capabilities' error. The four weights are round numbers, not tuned to
the decimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.capability.cells import Cells, Parameters, Reals, Whole, predict
from transforms.capability.solver import solve

WEIGHTS = (1.0, 1.0, 1.0, 1.0)  # model, family, lab, date
DATE_SCALE_YEARS = 0.5
BACKFITS = 3
FOLDS = 5
FOLD_SEED = 0
INNER_FOLDS = 10
RIDGE_WITH_REST = 5.0e-3


class Kin(NamedTuple):
    """Of every model of a `Cells`: base model, family and lab as numbers, and the release day in years."""

    base: Whole
    family: Whole
    lab: Whole
    years: Reals


class Block(NamedTuple):
    """One board's used cells, the prior covariance of their rests, and the inverse of it with the noise
    added.
    """

    at: Whole
    prior: Reals
    inverse: Reals


@dataclass(frozen=True, eq=False)
class Structured:
    """Index parameters, what they leave over of every cell, and each board's process."""

    parameters: Parameters
    cells: Cells
    kin: Kin
    rest: Reals
    blocks: dict[int, Block]


def kin_of(cells: Cells, facts: pd.DataFrame) -> Kin:
    """Kinship from facts: model_id, base_model_id, family, lab_id, released_on (one row a model). Unknown kin
    are nobody's kin.
    """
    rows = facts.set_index("model_id").reindex(cells.models)
    own = pd.Series(cells.models, index=rows.index, dtype="str")

    def coded(column: str) -> Whole:
        known = rows[column].astype("str")
        named = known.where(rows[column].notna() & (known != ""), "\0" + own)
        return pd.factorize(named)[0].astype(np.int64)

    days = rows["released_on"].to_numpy(dtype="datetime64[D]")
    years = np.where(np.isnat(days), np.nan, days.astype(np.int64) / 365.25)
    return Kin(coded("base_model_id"), coded("family"), coded("lab_id"), years)


def covariance(kin: Kin, left: Whole, right: Whole) -> Reals:
    """Prior covariance of the rests of two lists of models on one board, in units of the noise variance."""
    total = np.zeros((len(left), len(right)))
    for weight, label in zip(WEIGHTS[:3], (kin.base, kin.family, kin.lab), strict=True):
        total += weight * (label[left][:, None] == label[right][None, :])
    apart = (kin.years[left][:, None] - kin.years[right][None, :]) / DATE_SCALE_YEARS
    near = np.exp(-0.5 * apart * apart)
    return total + WEIGHTS[3] * np.where(np.isnan(near), left[:, None] == right[None, :], near)


def fit_structured(cells: Cells, kin: Kin, used: Whole) -> Structured:
    """Index and rest from the cells at the positions `used`. Boards share nothing but the index: each has a
    process of its own.
    """
    weight = np.zeros(len(cells.score))
    weight[used] = 1.0
    blocks = {}
    for board in np.unique(cells.board[used]).tolist():
        at = used[cells.board[used] == board]
        prior = covariance(kin, cells.model[at], cells.model[at])
        blocks[board] = Block(at, prior, np.asarray(np.linalg.inv(prior + np.eye(len(at))), dtype=float))
    quirk = np.zeros(len(cells.score))
    parameters: Parameters | None = None
    for _ in range(BACKFITS):
        parameters = solve(cells, cells.score - quirk, weight, parameters, enough=1e-5, ridge=RIDGE_WITH_REST)
        rest = cells.score - predict(parameters, cells.model, cells.board)
        for at, prior, inverse in blocks.values():
            quirk[at] = prior @ (inverse @ rest[at])
    assert parameters is not None
    return Structured(parameters, cells, kin, rest, blocks)


def predict_structured(fitted: Structured, wanted: Whole) -> tuple[Reals, Reals]:
    """Expected scores of the cells at `wanted`, clipped to [0, 1], and their relative predictive standard
    deviation.
    """
    cells = fitted.cells
    index = predict(fitted.parameters, cells.model[wanted], cells.board[wanted])
    quirk, explained = np.zeros(len(wanted)), np.zeros(len(wanted))
    for board in np.unique(cells.board[wanted]).tolist():
        if board not in fitted.blocks:
            continue
        at, _, inverse = fitted.blocks[board]
        here = np.flatnonzero(cells.board[wanted] == board)
        cross = covariance(fitted.kin, cells.model[wanted[here]], cells.model[at]) @ inverse
        quirk[here] = cross @ fitted.rest[at]
        explained[here] = (cross * covariance(fitted.kin, cells.model[wanted[here]], cells.model[at])).sum(
            axis=1
        )
    spread = np.sqrt(np.maximum(1.0 + sum(WEIGHTS) - explained, 1e-6))
    # Near the ends of the scale there is less room to err.
    room = np.sqrt(np.maximum(index * (1 - index), 0.02) / 0.25)
    return np.clip(index + quirk, 0.0, 1.0), spread * room


def folds_of(n: int, seed: int = FOLD_SEED, folds: int = FOLDS) -> Whole:
    """A balanced random fold of each of n cells."""
    return np.random.default_rng(seed).permutation(n) % folds


def cross_predicted(cells: Cells, kin: Kin, used: Whole, fold: Whole) -> tuple[Reals, Reals]:
    """Out-of-fold expectation and relative spread of every used cell."""
    expected, spread = np.empty(len(used)), np.empty(len(used))
    for k in np.unique(fold):
        out = fold == k
        expected[out], spread[out] = predict_structured(fit_structured(cells, kin, used[~out]), used[out])
    return expected, spread


def interval_factor(
    cells: Cells, kin: Kin, used: Whole, level: float = 0.90, seed: int = FOLD_SEED + 1
) -> float:
    """How many relative spreads the `level` prediction interval reaches to each side: from out-of-fold errors
    inside `used`

    (cross-validated conformal calibration: Vovk 2015), so that the cells to be predicted take no part in it.
    """
    expected, spread = cross_predicted(cells, kin, used, folds_of(len(used), seed, INNER_FOLDS))
    return float(np.quantile(np.abs(cells.score[used] - expected) / spread, level))


def prediction_intervals(
    cells: Cells, kin: Kin, used: Whole, wanted: Whole, level: float = 0.90
) -> tuple[Reals, Reals, Reals]:
    """Expected score and interval ends for the cells at `wanted`, from the cells at `used` alone."""
    expected, spread = predict_structured(fit_structured(cells, kin, used), wanted)
    reach = interval_factor(cells, kin, used, level) * spread
    return expected, np.clip(expected - reach, 0.0, 1.0), np.clip(expected + reach, 0.0, 1.0)
