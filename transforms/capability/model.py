"""The capability index: one scale for all models from every board's scores.

Two-parameter logistic (Birnbaum 1968; the form of Epoch AI's ECI): y[m, b] = sigmoid(a_b (C_m - D_b)), least
squares on scores scaled to [0, 1] with a small ridge. Inside, a_b = exp(alpha_b) (a board never ranks
backwards) and t_b = a_b D_b. The ridge fixes the free origin and unit; the published scale is then set by two
anchors, and errors are those of *differences*, so that anchors are as uncertain as any other model. The
normal equations are solved for the boards only (Schur complement: a model meets others only through boards),
with the analytic Jacobian and Levenberg-Marquardt steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, cast

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
ANCHORS = (("anthropic/claude-3.5-sonnet", 130.0), ("openai/gpt-5", 150.0))
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


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted index. `scale` and `origin` take inner abilities to the anchored scale: capability = origin +
    scale x ability.
    """

    cells: Cells
    parameters: Parameters
    rmse: float
    rounds: int
    scale: float
    origin: float
    reference: Reals = field(default_factory=lambda: np.zeros(0))

    @property
    def capability(self) -> Reals:
        """Capability of every model on the anchored scale."""
        return self.origin + self.scale * self.parameters.ability


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


def _cost(
    cells: Cells, score: Reals, weight: Reals, p: Parameters, ridge: float
) -> tuple[float, Reals, Reals]:
    expected = predict(p, cells.model, cells.board)
    rest = score - expected
    size = (p.ability**2).sum() + (p.alpha**2).sum() + OFFSET_RIDGE * (p.offset**2).sum()
    return float((weight * rest * rest).sum() + ridge * size), expected, rest


class Normal(NamedTuple):
    """The normal equations in blocks: models (diagonal), boards (2 x 2 blocks, stacked), and between them."""

    models: Reals
    boards: Reals
    between: Reals
    model_side: Reals
    board_side: Reals


def _normal(cells: Cells, weight: Reals, p: Parameters, expected: Reals, rest: Reals, ridge: float) -> Normal:
    m, b = len(cells.models), len(cells.boards)
    model, board = cells.model, cells.board
    steep = expected * (1 - expected)
    d_ability = steep * np.exp(p.alpha)[board]
    d_alpha, d_offset = d_ability * p.ability[model], -steep
    heavy = weight * rest
    boards = np.zeros((2 * b, 2 * b))
    i = np.arange(b)
    boards[i, i] = np.bincount(board, weight * d_alpha * d_alpha, b) + ridge
    boards[b + i, b + i] = np.bincount(board, weight * d_offset * d_offset, b) + OFFSET_RIDGE * ridge
    boards[i, b + i] = boards[b + i, i] = np.bincount(board, weight * d_alpha * d_offset, b)
    between = (
        np.bincount(
            np.concatenate((model * 2 * b + board, model * 2 * b + b + board)),
            np.concatenate((weight * d_ability * d_alpha, weight * d_ability * d_offset)),
            m * 2 * b,
        )
        .reshape(m, 2 * b)
        .astype(float)
    )
    return Normal(
        np.asarray(np.bincount(model, weight * d_ability**2, m) + ridge, dtype=float),
        boards,
        between,
        np.bincount(model, heavy * d_ability, m) - ridge * p.ability,
        np.concatenate(
            (
                np.bincount(board, heavy * d_alpha, b) - ridge * p.alpha,
                np.bincount(board, heavy * d_offset, b) - OFFSET_RIDGE * ridge * p.offset,
            )
        ),
    )


def _step(n: Normal, damping: float, p: Parameters) -> tuple[Parameters, float]:
    """The damped Gauss-Newton step, and the fall of the cost that its quadratic model promises."""
    b = len(p.alpha)
    models = n.models * (1 + damping)
    diagonal = np.diag(n.boards)
    scaled = n.between / np.sqrt(models)[:, None]
    schur = n.boards - scaled.T @ scaled  # a matrix with itself: half the work
    schur[np.diag_indices_from(schur)] += damping * diagonal
    boards = np.linalg.solve(schur, n.board_side - n.between.T @ (n.model_side / models))
    ability = (n.model_side - n.between @ boards) / models
    promised = (
        ability @ n.model_side
        + boards @ n.board_side
        + damping * (ability**2 @ n.models + boards**2 @ diagonal)
    )
    return Parameters(p.ability + ability, p.alpha + boards[:b], p.offset + boards[b:]), float(promised)


def next_damping(damping: Reals, fall: Reals, promised: Reals) -> Reals:
    """Less damping after a step that kept what it promised, more after one that fell short, much more after
    one that failed (More 1978).
    """
    kept = fall / np.maximum(promised, 1e-300)
    return cast(Reals, damping * np.select([kept > 0.75, kept > 0.25, fall >= 0], [0.2, 1.0, 3.0], 8.0))


def solve(
    cells: Cells,
    score: Reals,
    weight: Reals,
    start: Parameters | None = None,
    enough: float = ENOUGH,
    ridge: float = RIDGE,
) -> tuple[Parameters, int]:
    """Weighted least squares by Levenberg-Marquardt; returns the parameters and the rounds taken. Cells of
    weight 0 say nothing.
    """
    p = start or start_of(cells, score)
    damping = FIRST_DAMPING
    cost, expected, rest = _cost(cells, score, weight, p, ridge)
    for done in range(1, ROUNDS + 1):
        normal = _normal(cells, weight, p, expected, rest, ridge)
        fall = -1.0
        while fall < 0 and damping < 1e8:
            tried, promised = _step(normal, damping, p)
            new_cost, new_expected, new_rest = _cost(cells, score, weight, tried, ridge)
            fall = cost - new_cost
            damping = float(next_damping(np.array([damping]), np.array([fall]), np.array([promised]))[0])
        if fall < 0:
            return p, done
        p, cost, expected, rest = tried, new_cost, new_expected, new_rest
        if fall < enough * cost:
            return p, done
    return p, ROUNDS


def anchored(
    cells: Cells, ability: Reals, anchors: tuple[tuple[str, float], ...] = ANCHORS
) -> tuple[float, float]:
    """Scale and origin that put two models at their anchor values.

    Without both anchors (or with anchors of equal ability) the scale is 1 and the origin 0: the index is then
    on its inner scale.
    """
    at = [np.flatnonzero(cells.models == name) for name, _ in anchors]
    if any(len(i) != 1 for i in at):
        return 1.0, 0.0
    low, high = (float(ability[i[0]]) for i in at)
    if high == low:
        return 1.0, 0.0
    scale = (anchors[1][1] - anchors[0][1]) / (high - low)
    return scale, anchors[0][1] - scale * low


def fit(cells: Cells, anchors: tuple[tuple[str, float], ...] = ANCHORS) -> Fit:
    """The index of all models of `cells`, with in-sample root-mean-square error (score as a fraction)."""
    parameters, rounds = solve(cells, cells.score, np.ones(len(cells.score)))
    rest = cells.score - predict(parameters, cells.model, cells.board)
    scale, origin = anchored(cells, parameters.ability, anchors)
    return Fit(cells, parameters, float(np.sqrt(np.mean(rest**2))), rounds, scale, origin)


def ability_covariance(fitted: Fit) -> Reals:
    """Covariance of the capabilities (models x models) on the anchored scale, from the analytic Jacobian at
    the fit.
    """
    cells, p = fitted.cells, fitted.parameters
    weight = np.ones(len(cells.score))
    _, expected, rest = _cost(cells, cells.score, weight, p, RIDGE)
    n = _normal(cells, weight, p, expected, rest, RIDGE)
    freedom = max(len(rest) - len(p.ability) - 2 * len(p.alpha), 1)
    inverse = np.linalg.inv(n.boards - n.between.T @ (n.between / n.models[:, None]))
    spread = n.between / n.models[:, None]
    return np.asarray(
        (np.diag(1 / n.models) + spread @ inverse @ spread.T) * (rest @ rest) / freedom * fitted.scale**2
    )


def difference_se(covariance: Reals) -> Reals:
    """Standard errors of the differences of every two capabilities (models x models): the free origin cancels
    in them.
    """
    variance = np.diag(covariance)
    return cast(Reals, np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * covariance, 0.0)))


def own_se(covariance: Reals, capability: Reals) -> Reals:
    """One standard error a model, in a gauge in which no model is special: what is left when origin and unit
    are free.

    The common shift and the common stretch of the whole scale are projected out (as
    `capability_refits.aligned` does with refits): they move all models together and change no order and no
    lag. With them a model far from the mean would look uncertain against its neighbour, which it is not.
    """
    n = len(covariance)
    axes = np.column_stack((np.ones(n), capability - capability.mean()))
    axes = np.linalg.qr(axes)[0][:, : 2 if np.ptp(capability) > 0 else 1]
    rest = np.eye(n) - axes @ axes.T
    return cast(Reals, np.sqrt(np.maximum(np.diag(rest @ covariance @ rest), 0.0)))
