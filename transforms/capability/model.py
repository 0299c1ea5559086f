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

from transforms.capability.cells import OFFSET_RIDGE, RIDGE, Cells, Parameters, Reals, predict
from transforms.capability.solver import solve

ANCHORS = (("anthropic/claude-3.5-sonnet", 130.0), ("openai/gpt-5", 150.0))
UNANCHORED = (1.0, 0.0)  # scale and origin without both of them


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted index. `scale` and `origin` take inner abilities to the anchored scale: capability = origin +
    scale x ability.
    """

    cells: Cells
    parameters: Parameters
    rmse: float
    scale: float
    origin: float
    reference: Reals = field(default_factory=lambda: np.zeros(0))

    @property
    def capability(self) -> Reals:
        """Capability of every model on the anchored scale."""
        return self.origin + self.scale * self.parameters.ability


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


def anchored(
    cells: Cells, ability: Reals, anchors: tuple[tuple[str, float], ...] = ANCHORS
) -> tuple[float, float]:
    """Scale and origin that put two models at their anchor values.

    Without both anchors (or with anchors of equal ability) the scale is 1 and the origin 0: the index is then
    on its inner scale.
    """
    at = [np.flatnonzero(cells.models == name) for name, _ in anchors]
    if any(len(i) != 1 for i in at):
        return UNANCHORED
    low, high = (float(ability[i[0]]) for i in at)
    if high == low:
        return UNANCHORED
    scale = (anchors[1][1] - anchors[0][1]) / (high - low)
    return scale, anchors[0][1] - scale * low


def fit(cells: Cells, anchors: tuple[tuple[str, float], ...] = ANCHORS) -> Fit:
    """The index of all models of `cells`, with in-sample root-mean-square error (score as a fraction)."""
    parameters = solve(cells, cells.score, np.ones(len(cells.score)))
    rest = cells.score - predict(parameters, cells.model, cells.board)
    scale, origin = anchored(cells, parameters.ability, anchors)
    return Fit(cells, parameters, float(np.sqrt(np.mean(rest**2))), scale, origin)


def ability_covariance(fitted: Fit) -> Reals:
    """Covariance of the capabilities (models x models) on the anchored scale, from the analytic Jacobian at
    the fit.
    """
    cells, p = fitted.cells, fitted.parameters
    weight = np.ones(len(cells.score))
    expected = predict(p, cells.model, cells.board)
    rest = cells.score - expected
    n = _normal(cells, weight, p, expected, rest, RIDGE)
    freedom = max(len(rest) - len(p.ability) - 2 * len(p.alpha), 1)
    inverse = np.linalg.inv(n.boards - n.between.T @ (n.between / n.models[:, None]))
    spread = n.between / n.models[:, None]
    return np.asarray(
        (np.diag(1 / n.models) + spread @ inverse @ spread.T) * (rest @ rest) / freedom * fitted.scale**2
    )


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
