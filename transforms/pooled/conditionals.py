"""One draw of each block of the model given the rest (chains.py): the steps of a Gibbs sweep."""

from __future__ import annotations

import numpy as np

from transforms.pooled.chains import (
    CELL,
    FREEDOM,
    GAMMA_PRECISION,
    LAB,
    LEAST_SLOPE,
    MODEL,
    OFFSET_PRECISION,
    OTHER,
    SLOPE_MEAN,
    SLOPE_PRECISION,
    TREND_PRECISION,
    Chains,
    at,
)


def rulers(g: Chains) -> None:
    """Offset, slope and noise of each ruler, and which cells lie far off."""
    p, z, sums = g.panel, g.panel.z, g.by_ruler.sum
    x = at(g.c, p.model) + at(g.delta, p.ruler) * g.cell_chinese + at(g.quirk, g.pair)
    w = g.heavy / at(g.s2, p.ruler)
    wx = w * x
    s0, s1 = sums(w) + OFFSET_PRECISION, sums(wx)
    s2, r0 = sums(wx * x) + SLOPE_PRECISION, sums(w * z)
    r1 = sums(wx * z) + SLOPE_PRECISION * SLOPE_MEAN
    det = s0 * s2 - s1**2
    slope = (s0 * r1 - s1 * r0) / det + np.sqrt(s0 / det) * g.random.standard_normal(det.shape)
    g.a = np.maximum(np.abs(slope), LEAST_SLOPE)
    g.t = g.normal(r0 - s1 * g.a, s0)
    left = (z - at(g.t, p.ruler) - at(g.a, p.ruler) * x) ** 2
    g.s2 = g.variance(sums(g.heavy * left), g.cells, CELL)
    # Gamma of shape (5 + 1) / 2 = 3: a sum of three exponentials.
    three = g.random.standard_exponential((3, *left.shape)).sum(axis=0)
    g.heavy = g.weight * three / ((FREEDOM + left / at(g.s2, p.ruler)) / 2)
    g.reread()


def capabilities(g: Chains) -> None:
    """Capability of each model, and what countries and labs do on single rulers."""
    p = g.panel
    _, over = g.over_models()
    mean = g.place()
    _, weight, square, score, read = g.read
    country, quirk = at(g.delta, p.ruler) * g.cell_chinese, at(g.quirk, g.pair)
    pulled = weight * score
    g.c = g.normal(g.by_model.sum(pulled - square * (country + quirk)) + mean * over, read + over)
    rest = pulled - square * at(g.c, p.model)
    on = g.cell_chinese
    g.delta = g.normal(
        g.by_ruler.sum((rest - square * quirk) * on), g.by_ruler.sum(square * on) + 1 / g.sd2[:, None]
    )
    country = at(g.delta, p.ruler) * on
    g.quirk = g.normal(g.by_pair.sum(rest - square * country), g.by_pair.sum(square) + 1 / g.sl2[:, None])


def trends(g: Chains) -> None:
    """The countries' trends, and how labs and their years stand to them."""
    p, x = g.panel, g.x
    gamma, over = g.over_models()
    level = g.c + gamma * g.h
    a = np.einsum("kj,jab->kab", 1 / g.tau2, g.squares) + TREND_PRECISION * np.eye(x.shape[1])
    right = (over * (level - at(g.u, p.lab) - at(g.v, g.season))) @ x
    noise = np.linalg.solve(
        np.linalg.cholesky(a).transpose(0, 2, 1), g.random.standard_normal(right.shape)[:, :, None]
    )
    g.beta = (np.linalg.solve(a, right[:, :, None]) + noise)[:, :, 0]
    level = level - g.beta @ x.T
    g.u = g.normal(g.by_lab.sum(over * (level - at(g.v, g.season))), g.by_lab.sum(over) + 1 / g.su2[:, None])
    g.v = g.normal(
        g.by_season.sum(over * (level - at(g.u, p.lab))), g.by_season.sum(over) + 1 / g.sv2[:, None]
    )


def shortfalls(g: Chains) -> None:
    """How far each model stays below its lab's best: half-normal, given the rest."""
    from scipy.special import ndtr, ndtri

    p = g.panel
    gamma, over = g.over_models()
    left = g.c - g.beta @ g.x.T - at(g.u, p.lab) - at(g.v, g.season)
    precision = 1 + gamma**2 * over
    middle, root = -gamma * left * over / precision, np.sqrt(precision)
    below = ndtr(-middle * root)
    share = below + g.random.random(below.shape) * (1 - below)
    g.h = np.maximum(middle + ndtri(np.clip(share, 1e-12, 1 - 1e-12)) / root, 0.0)
    for j in (0, 1):
        mine, rest = g.h[:, g.kind == j], left[:, g.kind == j]
        over_tau = 1 / g.tau2[:, j]
        g.gamma[:, j] = g.normal(
            -(mine * rest).sum(axis=1) * over_tau, (mine**2).sum(axis=1) * over_tau + GAMMA_PRECISION
        )
        squares = ((rest + g.gamma[:, j : j + 1] * mine) ** 2).sum(axis=1)
        g.tau2[:, j] = g.variance(squares, mine.shape[1], MODEL)


def variances(g: Chains) -> None:
    """How widely labs, their years, countries' and labs' effects on rulers are spread."""
    for name, of, prior in (("su2", g.u, LAB), ("sv2", g.v, OTHER), ("sd2", g.delta, OTHER)):
        setattr(g, name, g.variance((of**2).sum(axis=1), of.shape[1], prior))
    g.sl2 = g.variance((g.quirk**2).sum(axis=1), g.quirk.shape[1], OTHER)
