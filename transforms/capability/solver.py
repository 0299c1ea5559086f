"""Weighted least squares of the capability index by Levenberg-Marquardt: one fit, or many at once, batched
over sets of weights.

A refit on its own spends its time in numpy's calls, not in arithmetic: the arrays are small. Here whatever
goes cell by cell is done for a batch of refits. The Schur complement of each, on which the arithmetic is
spent, is made and solved by itself: one triangle of a symmetric matrix, for the boards alone that the refit
has drawn. Each refit keeps its own damping and leaves the batch when it has converged, and no sum runs over
two refits: what one gives does not depend on the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np

from transforms.capability.cells import (
    ENOUGH,
    FIRST_DAMPING,
    OFFSET_RIDGE,
    RIDGE,
    ROUNDS,
    Cells,
    Parameters,
    Reals,
    Whole,
    start_of,
)

# of an array of a batch (cells, a refit): larger ones leave the caches, smaller ones are mostly calls
BATCH_BYTES = 1_000_000
HOPELESS = 1.0e8
# of a log slope: a board without cells is held by the ridge alone, and a bold step must not overflow
STEEPEST = 30.0


class Runs(NamedTuple):
    """Where each model's, or each board's, run of cells begins; those without cells have none."""

    present: Whole
    starts: Whole
    number: int

    def sums(self, values: Reals) -> Reals:
        """Sums (refits x models or boards) of values (refits x cells)."""
        out = np.zeros((len(values), self.number))
        out[:, self.present] = np.add.reduceat(values, self.starts, axis=1)
        return out


class Layout(NamedTuple):
    """The cells board by board, the way from there to model by model, and each cell's place in a 2 boards x
    models matrix.
    """

    order: Whole
    model: Whole
    board: Whole
    boards: Runs
    to_models: Whole
    models: Runs
    place: Whole
    scaled: Reals

    def by_model(self, values: Reals) -> Reals:
        """Sums over each model's cells."""
        return self.models.sums(values.take(self.to_models, axis=1))


class State(NamedTuple):
    """A batch of refits: parameters (refits x models or boards), expected scores and rests (refits x cells),
    cost (refits).
    """

    ability: Reals
    alpha: Reals
    offset: Reals
    expected: Reals
    rest: Reals
    cost: Reals


def next_damping(damping: Reals, fall: Reals, promised: Reals) -> Reals:
    """Less damping after a step that kept what it promised, more after one that fell short, much more after
    one that failed (More 1978).
    """
    kept = fall / np.maximum(promised, 1e-300)
    return cast(Reals, damping * np.select([kept > 0.75, kept > 0.25, fall >= 0], [0.2, 1.0, 3.0], 8.0))


def layout_of(cells: Cells) -> Layout:
    """The layout that all refits share, with the matrix that each step of each fills anew, at the same
    places.
    """
    order = np.argsort(cells.board, kind="stable")
    model, board = cells.model[order], cells.board[order]
    to_models = np.argsort(model, kind="stable")
    runs = [
        Runs(*np.unique(name, return_index=True), len(names))
        for name, names in ((board, cells.boards), (model[to_models], cells.models))
    ]
    m, b = len(cells.models), len(cells.boards)
    return Layout(order, model, board, runs[0], to_models, runs[1], board * m + model, np.zeros((2 * b, m)))


def _state(layout: Layout, score: Reals, weight: Reals, p: Parameters, ridge: float) -> State:
    """State at parameters (refits x ...)."""
    z = np.exp(p.alpha).take(layout.board, axis=1)
    z *= p.ability.take(layout.model, axis=1)
    z -= p.offset.take(layout.board, axis=1)
    np.clip(z, -60.0, 60.0, out=z)
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1.0
    expected = np.reciprocal(z, out=z)
    rest = score - expected
    size = (p.ability**2).sum(axis=1) + (p.alpha**2).sum(axis=1) + OFFSET_RIDGE * (p.offset**2).sum(axis=1)
    squares = rest * rest
    squares *= weight
    return State(p.ability, p.alpha, p.offset, expected, rest, squares.sum(axis=1) + ridge * size)


class Normals(NamedTuple):
    """The normal equations, one set a refit: models and boards (log slopes, then offsets) as diagonals, what
    joins the two of a board, and what each cell puts between its model and the log slope, and the offset, of
    its board.
    """

    models: Reals
    boards: Reals
    joined: Reals
    to_alpha: Reals
    to_offset: Reals
    model_side: Reals
    board_side: Reals


def _normals(layout: Layout, weight: Reals, s: State, ridge: float) -> Normals:
    by_board, slope = layout.boards.sums, np.exp(s.alpha)
    steep = 1.0 - s.expected
    steep *= s.expected
    heavy = weight * steep
    square = heavy * steep
    heavy *= s.rest
    ability, each_slope = s.ability.take(layout.model, axis=1), slope.take(layout.board, axis=1)
    mixed = square * ability
    joined, bent = by_board(mixed), by_board(np.multiply(mixed, ability, out=mixed))
    offsets, offset_side = by_board(square), by_board(heavy)
    alpha_side = by_board(np.multiply(heavy, ability, out=mixed))
    heavy *= each_slope
    square *= each_slope
    to_models = square * each_slope
    return Normals(
        layout.by_model(to_models) + ridge,
        np.concatenate((bent * slope * slope + ridge, offsets + OFFSET_RIDGE * ridge), axis=1),
        -joined * slope,
        np.multiply(to_models, ability, out=ability),
        np.negative(square, out=square),
        layout.by_model(heavy) - ridge * s.ability,
        np.concatenate(
            (alpha_side * slope - ridge * s.alpha, -offset_side - OFFSET_RIDGE * ridge * s.offset), axis=1
        ),
    )


def _solver(layout: Layout) -> Callable[[Reals, Reals, Reals, Reals], Reals]:
    """What solves one refit's boards, from its scaled matrix (2 boards x models), diagonal, what joins the
    two of a board, and right side.

    NaN, which is a step that failed, where rounding leaves the Schur complement indefinite.
    """
    from scipy.linalg.blas import dsyrk
    from scipy.linalg.lapack import dposv

    room = np.zeros(len(layout.scaled) ** 2)

    def solved(scaled: Reals, diagonal: Reals, joined: Reals, side: Reals) -> Reals:
        n, half = len(diagonal), len(joined)
        flat = room[: n * n]
        schur = dsyrk(-1.0, scaled.T, c=flat.reshape(n, n).T, trans=1, lower=1, overwrite_c=1)
        flat[:: n + 1] += diagonal
        flat[half :: n + 1][:half] += joined
        _, found, failed = dposv(schur, side, lower=1, overwrite_a=1)
        return np.full(n, np.nan) if failed else np.asarray(found)

    return solved


def _step(layout: Layout, n: Normals, damping: Reals, s: State, ridge: float) -> tuple[Parameters, Reals]:
    """The damped Gauss-Newton step of each refit, and the fall of the cost that its quadratic model
    promises.
    """
    b, damped = s.alpha.shape[1], n.boards * (1 + damping[:, None])
    root = np.sqrt(n.models * (1 + damping[:, None]))
    shrink = (1 / root).take(layout.model, axis=1)
    to_alpha, to_offset = n.to_alpha * shrink, n.to_offset * shrink
    boards, lead = n.board_side / damped, n.model_side / root
    ability = lead.copy()
    drawn = (
        n.boards[:, b:] > OFFSET_RIDGE * ridge
    )  # a board without cells meets no model: its step is its own
    drawn = np.concatenate((drawn, drawn), axis=1)
    solved, half, flat = _solver(layout), layout.scaled.size // 2, layout.scaled.reshape(-1)
    for k, both in enumerate(map(np.flatnonzero, drawn)):
        flat[layout.place], flat[layout.place + half] = to_alpha[k], to_offset[k]
        scaled = layout.scaled if len(both) == 2 * b else layout.scaled.take(both, axis=0)
        found = solved(
            scaled,
            damped[k, both],
            n.joined[k, both[: len(both) // 2]],
            n.board_side[k, both] - scaled @ lead[k],
        )
        boards[k, both] = found
        ability[k] -= found @ scaled
    ability /= root
    promised = (ability * n.model_side).sum(axis=1) + (boards * n.board_side).sum(axis=1)
    promised += damping * ((ability**2 * n.models).sum(axis=1) + (boards**2 * n.boards).sum(axis=1))
    alpha = np.clip(s.alpha + boards[:, :b], -STEEPEST, STEEPEST)
    return Parameters(s.ability + ability, alpha, s.offset + boards[:, b:]), promised


def _either(better: np.ndarray, tried: State, here: State) -> State:
    """The refits as tried where that is better, else as they were."""
    return (
        tried
        if better.all()
        else State(
            *(
                np.where(better if new.ndim == 1 else better[:, None], new, old)
                for new, old in zip(tried, here, strict=True)
            )
        )
    )


def _batch(
    layout: Layout, score: Reals, weight: Reals, start: Parameters, enough: float, ridge: float
) -> Parameters:
    found = Parameters(*(np.repeat(part[None, :], len(weight), axis=0) for part in start))
    here = _state(layout, score, weight, found, ridge)
    running, damping = np.arange(len(weight)), np.full(len(weight), FIRST_DAMPING)
    for _ in range(ROUNDS):
        step, promised = _step(layout, _normals(layout, weight, here, ridge), damping, here, ridge)
        tried = _state(layout, score, weight, step, ridge)
        fall = here.cost - tried.cost
        better = fall >= 0
        damping = next_damping(damping, fall, promised)
        here = _either(better, tried, here)
        for kept, part in zip(found, here[:3], strict=True):
            kept[running] = part
        going = ~np.where(better, fall < enough * here.cost, damping > HOPELESS)
        if not going.any():
            break
        if not going.all():
            running, damping, weight, here = (
                running[going],
                damping[going],
                weight[going],
                State(*(part[going] for part in here)),
            )
    return found


def solve_many(
    cells: Cells, score: Reals, weights: Reals, start: Parameters, enough: float, ridge: float = RIDGE
) -> Parameters:
    """Least squares from one start under each row of `weights` (refits x cells; weight 0 says nothing):
    parameters as refits x models or boards.
    """
    layout = layout_of(cells)
    score, weights = score[layout.order], weights[:, layout.order]
    size = max(1, BATCH_BYTES // (8 * len(score)))
    parts = [
        _batch(layout, score, weights[i : i + size], start, enough, ridge)
        for i in range(0, len(weights), size)
    ]
    return Parameters(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def solve(
    cells: Cells,
    score: Reals,
    weight: Reals,
    start: Parameters | None = None,
    enough: float = ENOUGH,
    ridge: float = RIDGE,
) -> Parameters:
    """The one fit under `weight` (cells): parameters by model or board."""
    found = solve_many(cells, score, weight[None, :], start or start_of(cells, score), enough, ridge)
    return Parameters(*(part[0] for part in found))
