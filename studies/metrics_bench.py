"""`python -m studies.metrics_bench`: what the metrics cost and how well they fit, beside a floor or
a peer in the same run.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from statistics import median

# Small matrices on shared cores: threads of the linear algebra only wait for each other (100 times slower on
# a busy machine).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from studies import capability_residuals
from tests import recordings
from tests.transforms import capability_cells
from tests.transforms.made_boards import many_boards
from tests.transforms.plain_lag import plain_parity
from transforms.boards import lag, true_scores, uncertainty
from transforms.capability import cells as fitted_to
from transforms.capability import model as capability
from transforms.capability import refits as capability_refits
from transforms.capability import solver

DAYS = np.arange(0, 1500)


def timed(work: Callable[[], object], times: int = 5, pick: Callable[[list[float]], float] = median) -> float:
    """Seconds of a piece of work: the median of its runs (`pick=min`: the best, which a busy machine disturbs
    least).
    """
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return pick(taken)


def rolling(pairs) -> list[np.ndarray]:
    """Daily parity of all boards: 12 x 1,500 cells."""
    return [lag.parity(pair, DAYS).lag for pair in pairs]


def searchsorted_floor(pairs) -> list[np.ndarray]:
    """The least that a rolling lag can cost: running maxima and three searches a board, no roles, no
    states.
    """
    out = []
    for pair in pairs:
        leader, follower = (
            np.maximum.accumulate(pair.leader.merit),
            np.maximum.accumulate(pair.follower.merit),
        )
        at = np.maximum(np.searchsorted(pair.follower.days, DAYS, "right") - 1, 0)
        lead = np.maximum(np.searchsorted(pair.leader.days, DAYS, "right") - 1, 0)
        since = pair.leader.days[np.minimum(np.searchsorted(leader, follower[at]), len(leader) - 1)]
        out.append(np.where(follower[at] > leader[lead], np.nan, DAYS - since))
    return out


def fresh(pairs):
    """The same pairs with nothing cached in them."""
    return [
        type(p)(
            *(
                getattr(p, n)
                for n in p.__dataclass_fields__
                if n not in ("leader", "follower", "sign", "started")
            ),
            type(p.leader)(*(getattr(p.leader, n) for n in p.leader.__dataclass_fields__)),
            type(p.follower)(*(getattr(p.follower, n) for n in p.follower.__dataclass_fields__)),
        )
        for p in pairs
    ]


def draws(pairs) -> list[tuple[np.ndarray, np.ndarray]]:
    """1,000 draws of every board's scores, and the interval of every daily cell."""
    return [
        uncertainty.parity_interval(uncertainty.draw_parity(p, true_scores.draw_scores(p)), DAYS)
        for p in pairs
    ]


def numeric_peer(cells: fitted_to.Cells) -> Callable[[], object]:
    """scipy's least_squares with a numeric Jacobian on the same problem, from the same start."""
    from scipy.optimize import least_squares

    start = fitted_to.start_of(cells, cells.score)
    m, b = len(cells.models), len(cells.boards)
    root = np.sqrt(fitted_to.RIDGE)

    def rest(x):
        p = fitted_to.Parameters(x[:m], x[m : m + b], x[m + b :])
        ridge = root * np.concatenate((p.ability, p.alpha, np.sqrt(0.1) * p.offset))
        return np.concatenate((cells.score - fitted_to.predict(p, cells.model, cells.board), ridge))

    return lambda: least_squares(rest, np.concatenate(start), method="trf", jac="2-point", ftol=1e-7)


def held_out(cells, kin, seed: int) -> tuple[float, float]:
    """Five-fold RMSE with residual structure, and the share of held-out scores inside their 90 % prediction
    intervals.
    """
    everything = np.arange(len(cells.score))
    fold = capability_residuals.folds_of(len(everything), seed)
    expected, inside = np.empty(len(everything)), np.empty(len(everything), dtype=bool)
    for k in range(capability_residuals.FOLDS):
        out = everything[fold == k]
        expected[out], low, high = capability_residuals.prediction_intervals(
            cells, kin, everything[fold != k], out
        )
        inside[out] = (low <= cells.score[out]) & (cells.score[out] <= high)
    return float(np.sqrt(np.mean((cells.score - expected) ** 2))), float(inside.mean())


def plain_held_out(cells, seed: int) -> float:
    """Five-fold RMSE of the index alone."""
    everything = np.arange(len(cells.score))
    fold = capability_residuals.folds_of(len(everything), seed)
    errors = np.empty(len(everything))
    for k in range(capability_residuals.FOLDS):
        p = solver.solve(cells, cells.score, (fold != k).astype(float))
        out = fold == k
        errors[out] = cells.score[out] - fitted_to.predict(p, cells.model[out], cells.board[out])
    return float(np.sqrt(np.mean(errors**2)))


def lag_lines() -> list[str]:
    """The rolling lag's lines."""
    pairs = many_boards()
    for pair in pairs:
        lag.parity(pair, DAYS)
    ours, floor = timed(lambda: rolling(pairs), 15), timed(lambda: searchsorted_floor(pairs), 15)
    cold = timed(lambda: rolling(fresh(pairs)), 15)
    plain = timed(lambda: plain_parity(pairs[0], DAYS[::50]), 1) * 12 * 50
    drawn = timed(lambda: draws(pairs), 3)
    return [
        (
            f"rolling lag, 18,000 cells, prepared: {ours * 1e3:.1f} ms (cold {cold * 1e3:.1f} ms); floor"
            f" {floor * 1e3:.1f} ms; ratio {ours / floor:.2f}; plain pandas about {plain:.0f} s"
        ),
        f"1,000 draws of all of them with intervals: {drawn:.2f} s",
    ]


def capability_lines() -> list[str]:
    """The capability index's lines."""
    frame, facts = capability_cells.read()
    cells = fitted_to.cells_of(frame)
    fitted = capability.fit(cells, capability_cells.ANCHORS)
    ours, peer = (
        timed(lambda: capability.fit(cells, capability_cells.ANCHORS), 9),
        timed(numeric_peer(cells), 1),
    )
    kin = capability_residuals.kin_of(cells, facts)
    everything = np.arange(len(cells.score))
    structured = timed(
        lambda: capability_residuals.cross_predicted(
            cells, kin, everything, capability_residuals.folds_of(len(everything))
        )
    )
    lines = [
        (
            f"capability fit, {len(cells.score)} scores, {len(cells.models)} models, {len(cells.boards)}"
            f" boards: {ours * 1e3:.1f} ms, RMSE {fitted.rmse:.4f}; numeric Jacobian {peer:.1f} s;"
            f" {peer / ours:.0f} times faster"
        ),
        f"five folds with residual structure: {structured * 1e3:.0f} ms",
    ]
    for seed in range(4):
        rmse, inside = held_out(cells, kin, seed)
        lines.append(
            f"  folds of seed {seed}: RMSE alone {plain_held_out(cells, seed):.4f}, with structure"
            f" {rmse:.4f}; 90 % cover {inside:.3f}"
        )
    for what in capability_refits.RESAMPLED:
        seconds = timed(lambda what=what: capability_refits.refits(fitted, what), 1)
        lines.append(f"{capability_refits.REFITS:,} refits over {what}: {seconds:.1f} s")
    return lines


if __name__ == "__main__":
    for line in lag_lines() + (
        capability_lines() if recordings.ROOT.is_dir() else ["no recordings beside the checkout"]
    ):
        sys.stdout.write(line + "\n")
