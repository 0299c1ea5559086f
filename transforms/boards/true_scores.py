"""Draws of the true scores behind the observed ones, each side deconvolved by itself."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from transforms.boards.frontier import Pair, Reals, Side
from transforms.boards.lag import filled, has_errors

DRAWS = 1000


SEED = 20260424


GRID = 60


EM_ROUNDS = 40


PRIOR_WEIGHT = 5.0


LEAST_TO_DECONVOLVE = 5


BATCHES = 20


DAYS_SCALE = 365.25


def generator(pair: Pair) -> np.random.Generator:
    """The generator of one board and pair of groups: the same numbers on every run."""
    names = sorted((pair.leader_name, pair.follower_name))
    return np.random.default_rng(
        [SEED, crc32("|".join((pair.board_id, pair.board_version, *names)).encode())]
    )


def _prior(likelihood: Reals, normal: Reals, weights: Reals) -> Reals:
    """EM for the mixing distribution on the grid (batches x grid) under each batch of weights of the models
    (batches x models).
    """
    prior = np.repeat(normal[None, :], len(weights), axis=0)
    for _ in range(EM_ROUNDS):
        share = weights / (prior @ likelihood.T)
        prior = (prior * (share @ likelihood) + PRIOR_WEIGHT * normal) / (
            weights.sum(axis=1, keepdims=True) + PRIOR_WEIGHT
        )
    return prior


def true_score_draws(side: Side, rng: np.random.Generator, n: int = DRAWS) -> Reals:
    """n draws (n x models) of the side's true scores given the observed ones; every standard error must be
    known (`lag.filled`).

    The prior is itself estimated, from few models; each batch of draws therefore uses its own, fitted under
    random weights of the models (Bayesian bootstrap, Rubin 1981).
    """
    if len(side) < LEAST_TO_DECONVOLVE:
        return side.merit + side.se * rng.standard_normal((n, len(side)))
    se = np.maximum(side.se, 1e-9 + 1e-6 * float(np.median(side.se)))
    when = (side.days - side.days.mean()) / DAYS_SCALE
    design = np.column_stack((np.ones(len(side)), when))
    rest = side.merit - design @ np.linalg.lstsq(design, side.merit, rcond=None)[0]
    grid = np.linspace(rest.min() - se.max(), rest.max() + se.max(), GRID)
    step = float(grid[1] - grid[0])
    likelihood = np.exp(-0.5 * ((rest[:, None] - grid) / np.hypot(se, step / 2)[:, None]) ** 2) + 1e-300
    normal = np.exp(-0.5 * (grid / max(float(rest.std()), step)) ** 2) + 1e-3
    prior = _prior(likelihood, normal / normal.sum(), rng.standard_exponential((BATCHES, len(side))))
    jitter = step * (rng.random((n, len(side))) - 0.5)
    shares = np.cumsum(prior[:, None, :] * likelihood[None, :, :], axis=2)
    shares /= shares[:, :, -1:]
    # One sorted list for each batch (models one above the other) answers all of its draws by one search.
    above = np.arange(len(side))
    drawn = np.empty((n, len(side)))
    for batch in range(BATCHES):
        ladder = (shares[batch] + above[:, None]).ravel()
        u = rng.random((len(drawn[batch::BATCHES]), len(side))) + above
        drawn[batch::BATCHES] = grid[np.clip(np.searchsorted(ladder, u) - GRID * above, 0, GRID - 1)]
    drawn += jitter + (side.merit - rest)
    # A score measured much more finely than the grid needs no prior: it is drawn as observed.
    return np.where(side.se < step / 2, side.merit + side.se * rng.standard_normal((n, len(side))), drawn)


def draw_scores(pair: Pair, n: int = DRAWS) -> tuple[Reals, Reals] | None:
    """n draws of the true scores of both sides; None where no standard error is known or a group has no
    model.
    """
    if not (has_errors(pair) and len(pair.leader) and len(pair.follower)):
        return None
    pair, rng = filled(pair), generator(pair)
    return true_score_draws(pair.leader, rng, n), true_score_draws(pair.follower, rng, n)
