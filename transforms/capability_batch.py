"""Many refits of the capability index at once: the weighted least squares of `capability.solve`, batched over sets of weights.

A refit on its own spends its time in numpy's calls, not in arithmetic: the arrays are small. Here the blocks of the normal equations of a
whole batch of refits are stacked and their Schur complements multiplied and solved together; each refit keeps its own damping and leaves
the batch when it has converged.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.capability import FIRST_DAMPING, OFFSET_RIDGE, RIDGE, ROUNDS, Cells, Parameters, Reals, Whole, next_damping

BATCH_BYTES = 24_000_000  # of the largest array of a batch (models x board parameters, a refit): larger ones leave the caches
HOPELESS = 1.0e8
STEEPEST = 30.0  # of a log slope: a board without cells is held by the ridge alone, and a bold step must not overflow


class Layout(NamedTuple):
    """The cells by model, where each model begins, and each cell's place among the boards and in a models x 2 boards matrix."""

    order: Whole
    model: Whole
    board: Whole
    starts: Whole
    present: Whole
    on_board: Reals
    place: Whole


class State(NamedTuple):
    """A batch of refits: parameters (refits x models or boards), expected scores and rests (refits x cells), cost (refits)."""

    ability: Reals
    alpha: Reals
    offset: Reals
    expected: Reals
    rest: Reals
    cost: Reals

    def take(self, rows: Whole) -> State:
        """Some of the refits."""
        return State(*(part[rows] for part in self))


def layout_of(cells: Cells) -> Layout:
    """Sums over a model's cells are sums over a run of the sorted cells; over a board's, a product with a small matrix."""
    order = np.argsort(cells.model, kind="stable")
    model, board = cells.model[order], cells.board[order]
    present, starts = np.unique(model, return_index=True)
    on_board = (board[:, None] == np.arange(len(cells.boards))).astype(float)
    width = 2 * len(cells.boards)
    return Layout(order, model, board, starts, present, on_board, model * width + board)


def _by_model(layout: Layout, values: Reals, models: int) -> Reals:
    out = np.zeros((len(values), models))
    out[:, layout.present] = np.add.reduceat(values, layout.starts, axis=1)
    return out


def _state(layout: Layout, score: Reals, weight: Reals, p: Parameters, ridge: float) -> State:
    """State at parameters (refits x ...)."""
    z = np.exp(p.alpha)[:, layout.board]
    z *= p.ability[:, layout.model]
    z -= p.offset[:, layout.board]
    np.clip(z, -60.0, 60.0, out=z)
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1.0
    expected = np.reciprocal(z, out=z)
    rest = score - expected
    size = (p.ability**2).sum(axis=1) + (p.alpha**2).sum(axis=1) + OFFSET_RIDGE * (p.offset**2).sum(axis=1)
    return State(p.ability, p.alpha, p.offset, expected, rest, np.einsum("kc,kc,kc->k", weight, rest, rest) + ridge * size)


class Normals(NamedTuple):
    """`capability.Normal` of a batch: the same blocks, one set a refit."""

    models: Reals
    boards: Reals
    between: Reals
    model_side: Reals
    board_side: Reals


def _normals(layout: Layout, weight: Reals, s: State, ridge: float) -> Normals:
    k, m = s.ability.shape
    b = s.alpha.shape[1]
    steep = s.expected * (1 - s.expected)
    d_ability = steep * np.exp(s.alpha)[:, layout.board]
    d_alpha = d_ability * s.ability[:, layout.model]
    by_ability, heavy = weight * d_ability, weight * s.rest
    to_alpha, to_offset = by_ability * d_alpha, -by_ability * steep
    i = np.arange(b)
    boards = np.zeros((k, 2 * b, 2 * b))
    boards[:, i, i] = (weight * d_alpha * d_alpha) @ layout.on_board + ridge
    boards[:, b + i, b + i] = (weight * steep * steep) @ layout.on_board + OFFSET_RIDGE * ridge
    boards[:, i, b + i] = boards[:, b + i, i] = -(weight * d_alpha * steep) @ layout.on_board
    between = np.zeros((k, m * 2 * b))
    between[:, layout.place], between[:, layout.place + b] = to_alpha, to_offset
    side = np.concatenate(((heavy * d_alpha) @ layout.on_board - ridge * s.alpha,
                           -(heavy * steep) @ layout.on_board - OFFSET_RIDGE * ridge * s.offset), axis=1)  # fmt: skip
    return Normals(
        _by_model(layout, by_ability * d_ability, m) + ridge, boards, between.reshape(k, m, 2 * b),
        _by_model(layout, heavy * d_ability, m) - ridge * s.ability, side,
    )  # fmt: skip


def _step(n: Normals, damping: Reals, s: State) -> tuple[Parameters, Reals]:
    """The damped Gauss-Newton step of each refit, and the fall of the cost that its quadratic model promises."""
    b = s.alpha.shape[1]
    models = n.models * (1 + damping[:, None])
    root = np.sqrt(models)
    scaled = n.between / root[:, :, None]
    # One product of a matrix with itself a refit: numpy then computes half of it, which a stacked product does not.
    schur = n.boards - np.stack([part.T @ part for part in scaled])
    i = np.arange(2 * b)
    diagonal = n.boards[:, i, i]
    schur[:, i, i] += damping[:, None] * diagonal
    side = n.board_side - np.einsum("kmp,km->kp", scaled, n.model_side / root)
    boards = np.linalg.solve(schur, side[:, :, None])[:, :, 0]
    ability = n.model_side / models - np.einsum("kmp,kp->km", scaled, boards) / root
    promised = (ability * n.model_side).sum(axis=1) + (boards * n.board_side).sum(axis=1)
    promised += damping * ((ability**2 * n.models).sum(axis=1) + (boards**2 * diagonal).sum(axis=1))
    alpha = np.clip(s.alpha + boards[:, :b], -STEEPEST, STEEPEST)
    return Parameters(s.ability + ability, alpha, s.offset + boards[:, b:]), promised


def _batch(layout: Layout, score: Reals, weight: Reals, start: Parameters, enough: float, ridge: float) -> State:
    k = len(weight)
    whole = _state(layout, score, weight, Parameters(*(np.repeat(part[None, :], k, axis=0) for part in start)), ridge)
    damping = np.full(k, FIRST_DAMPING)
    running = np.arange(k)
    for _ in range(ROUNDS):
        here = whole.take(running)
        step, promised = _step(_normals(layout, weight[running], here, ridge), damping[running], here)
        tried = _state(layout, score, weight[running], step, ridge)
        fall = here.cost - tried.cost
        better = fall >= 0
        damping[running] = next_damping(damping[running], fall, promised)
        for mine, theirs in zip(whole, tried, strict=True):
            mine[running[better]] = theirs[better]
        running = running[~np.where(better, fall < enough * tried.cost, damping[running] > HOPELESS)]
        if not len(running):
            break
    return whole


def solve_many(cells: Cells, score: Reals, weights: Reals, start: Parameters, enough: float, ridge: float = RIDGE) -> Parameters:
    """`capability.solve` from one start under each row of `weights` (refits x cells): parameters as refits x models or boards."""
    layout = layout_of(cells)
    score, weights = score[layout.order], weights[:, layout.order]
    size = max(1, BATCH_BYTES // (16 * len(cells.models) * len(cells.boards)))
    parts = [_batch(layout, score, weights[i : i + size], start, enough, ridge) for i in range(0, len(weights), size)]
    return Parameters(*(np.concatenate([getattr(part, name) for part in parts]) for name in Parameters._fields))
