"""One latent capability a model, each board a noisy ruler of it, drawn from the posterior by Gibbs sampling.

    z[m,b] = t_b + a_b (C_m + delta_b [m Chinese] + lambda[lab,b]) + e       e ~ t5 with scale s_b   (cells)
    C_m    = x_m'beta + u_lab + v[lab,year] - gamma_k |h_m| + N(0, tau_k^2)  h ~ N(0,1), k: flagship or not

x: 1, years since 2023 with hinges at 2023, 2024 and 2025 (years 1, 2, 3); Chinese, by itself, by years and by
the hinges of 2024 and 2025; of neither country; flagship. delta, lambda, u and v are normal round zero; every
variance is scaled inverse chi-square with 4 degrees of freedom; a ~ N(1, 1), kept positive; gamma ~ N(0, 1/4).
A model's shortfall h lets a lab release what is far below its best. All conditionals are conjugate (the t5 is
a normal with a gamma-distributed precision: Geweke 1993), so a sweep is some sums by board, model and lab.

Chains run side by side in one batch: arrays have the chain as their first axis, and a chain may leave out
cells (`weight` 0), which is how a board is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from transforms.boards.frontier import Reals
from transforms.boards.true_scores import SEED
from transforms.pooled.panel import Index, Panel

CHAINS, KEEP, BURN, THIN = 4, 1200, 300, 1
RULERS_EVERY = 4  # of the kept draws, those whose rulers are kept too
FREEDOM = 5.0  # of the cells' noise
# 2023-01-01, and the first day that the years of labs are counted from, 2022-01-01.
YEAR_ZERO, YEARS_FROM = 19358, 18993
YEARS = 20
# Scales of the priors of variances: cells; models that are flagships or not; labs, labs' years, countries and
# labs by board.
CELL, MODEL, LAB, OTHER = 0.05, 0.02, 0.05, 0.02
GAMMA_PRECISION = 4.0
SLOPE_MEAN, SLOPE_PRECISION, OFFSET_PRECISION, TREND_PRECISION = 1.0, 1.0, 0.01, 0.05
LEAST_SLOPE = 1e-3
CHINESE = 5  # the column of `design` that is 1 for Chinese models
STEP = 0.15  # of the widths, in logarithms


class Draws(NamedTuple):
    """Draws from the posterior, chain x draw x ...: capability of every model and country-by-board effects,
    both in standard deviations of the tested models' capability, and the spread of what is left over; of one
    draw in `RULERS_EVERY` also the rulers (offset, slope, noise) and labs by board.
    """

    capability: Reals
    delta: Reals
    spread: Reals
    offset: Reals
    slope: Reals
    noise: Reals
    quirk: Reals
    quirk_of: Index


class Grouped:
    """Sums of values (chains x n) by group."""

    def __init__(self, of: Index, size: int, chains: int) -> None:
        self.size, self.shape = size, (chains, size)
        self.flat = (of + size * np.arange(chains)[:, None]).ravel()

    def sum(self, values: Reals) -> Reals:
        """Sums by chain and group (chains x groups)."""
        return np.bincount(self.flat, values.ravel(), self.shape[0] * self.size).reshape(self.shape)


def design(panel: Panel) -> Reals:
    """The trends' regressors (models x 11): see the module's docstring."""
    years = (panel.days - YEAR_ZERO) / 365.25
    chinese = (panel.country == "CN").astype(float)
    neither = 1.0 - chinese - (panel.country == "US")
    hinge = [np.maximum(years - k, 0.0) for k in (1, 2, 3)]
    trends = [np.ones(len(years)), years, *hinge, chinese, chinese * years, chinese * hinge[1]]
    return np.column_stack([*trends, chinese * hinge[2], neither, panel.flagship.astype(float)])


@dataclass(eq=False)
class Gibbs:
    """A batch of chains on one panel. weight: 0 for cells that a chain leaves out (chains x cells), else 1."""

    panel: Panel
    weight: Reals
    random: np.random.Generator
    chains: int = field(init=False)

    def __post_init__(self) -> None:
        panel, self.chains = self.panel, len(self.weight)
        self.x = design(panel)
        self.chinese = (panel.country == "CN").astype(float)
        self.kind = panel.flagship.astype(np.int64)
        of_kind = [self.x[self.kind == j] for j in (0, 1)]
        self.squares = np.stack([x.T @ x for x in of_kind])  # of the regressors, by kind of model
        self.cell_chinese = self.chinese[panel.model]
        sizes = len(panel.models), len(panel.rulers), int(panel.lab.max(initial=0)) + 1
        pair = panel.lab[panel.model] * sizes[1] + panel.ruler
        self.pairs, self.pair = np.unique(pair, return_inverse=True)
        year = ((panel.days - YEARS_FROM) // 365).clip(0, YEARS - 1)
        season = np.unique(panel.lab * YEARS + year, return_inverse=True)[1]
        self.season = season
        count = int(season.max(initial=0)) + 1
        self.by_ruler = Grouped(panel.ruler, sizes[1], self.chains)
        self.by_model = Grouped(panel.model, sizes[0], self.chains)
        self.by_pair = Grouped(self.pair, len(self.pairs), self.chains)
        self.by_lab = Grouped(panel.lab, sizes[2], self.chains)
        self.by_season = Grouped(season, count, self.chains)
        self.season_lab = np.zeros(count, dtype=np.int64)
        self.season_lab[season] = panel.lab
        self.seasons = Grouped(self.season_lab, sizes[2], self.chains)
        self.lab_seasons = np.bincount(self.season_lab, minlength=sizes[2])
        self.chinese_labs = np.zeros(sizes[2])
        self.chinese_labs[panel.lab[panel.country == "CN"]] = 1.0
        self.labs = Grouped(self.pairs // sizes[1], sizes[2], self.chains)
        self.lab_rulers = np.bincount(self.pairs // sizes[1], minlength=sizes[2])
        self._start()

    @cached_property
    def cells(self) -> Reals:
        """Cells of each ruler (chains x rulers)."""
        return self.by_ruler.sum(self.weight)

    @cached_property
    def tested(self) -> np.ndarray:
        """Which models a chain has a cell of (chains x models)."""
        return self.by_model.sum(self.weight) > 0

    def _start(self) -> None:
        """Standardised scores as the first capabilities, and the trends through them for who has none."""
        panel, k = self.panel, self.chains
        z = np.broadcast_to(panel.z, self.weight.shape)
        n = np.maximum(self.cells, 1.0)
        mean = self.by_ruler.sum(self.weight * z) / n
        spread = np.sqrt(
            np.maximum(self.by_ruler.sum(self.weight * (z - mean[:, panel.ruler]) ** 2) / n, 0.01)
        )
        standard = (z - mean[:, panel.ruler]) / spread[:, panel.ruler]
        count = self.by_model.sum(self.weight)
        c = self.by_model.sum(self.weight * standard) / np.maximum(count, 1.0)
        ridge = self.x.T @ self.x + np.eye(self.x.shape[1])
        self.beta = np.linalg.solve(ridge, (c @ self.x).T).T
        self.c = np.where(count > 0, c, self.beta @ self.x.T)
        self.a, self.t, self.s2 = spread.copy(), mean, (0.5 * spread) ** 2
        self.delta, self.quirk = np.zeros_like(mean), np.zeros((k, len(self.pairs)))
        self.u, self.v = np.zeros(self.by_lab.shape), np.zeros(self.by_season.shape)
        self.h = np.full(self.c.shape, 0.8)
        self.heavy = self.weight.copy()  # the cells' precisions, relative to 1 / s2
        self.gamma, self.tau2 = np.zeros((k, 2)), np.tile([0.5, 0.3], (k, 1))
        self.su2, self.sv2, self.sd2, self.sl2 = (np.full(k, s) for s in (0.1, 0.03, 0.05, 0.05))

    def _normal(self, weighted: Reals, precision: Reals) -> Reals:
        return weighted / precision + self.random.standard_normal(precision.shape) / np.sqrt(precision)

    def _variance(self, squares: Reals, n: Reals | int, prior: float) -> Reals:
        return (squares + 4 * prior) / self.random.chisquare(np.broadcast_to(n, np.shape(squares)) + 4.0)

    def _over_models(self) -> tuple[Reals, Reals]:
        """gamma and 1 / tau^2 of each model's kind (chains x models)."""
        return self.gamma[:, self.kind], 1.0 / self.tau2[:, self.kind]

    def sweep(self) -> None:
        """One draw of everything, each given the rest."""
        self._rulers()
        self._capabilities()
        self._shifts()
        self._trends()
        self._shortfalls()
        self._widths()
        self._variances()

    def _rulers(self) -> None:
        """Offset, slope and noise of each ruler, and which cells lie far off."""
        p, z, sums = self.panel, self.panel.z, self.by_ruler.sum
        x = self.c[:, p.model] + self.delta[:, p.ruler] * self.cell_chinese + self.quirk[:, self.pair]
        w = self.heavy / self.s2[:, p.ruler]
        wx = w * x
        s0, s1 = sums(w) + OFFSET_PRECISION, sums(wx)
        s2, r0 = sums(wx * x) + SLOPE_PRECISION, sums(w * z)
        r1 = sums(wx * z) + SLOPE_PRECISION * SLOPE_MEAN
        det = s0 * s2 - s1**2
        slope = (s0 * r1 - s1 * r0) / det + np.sqrt(s0 / det) * self.random.standard_normal(det.shape)
        self.a = np.maximum(np.abs(slope), LEAST_SLOPE)
        self.t = self._normal(r0 - s1 * self.a, s0)
        left = (z - self.t[:, p.ruler] - self.a[:, p.ruler] * x) ** 2
        self.s2 = self._variance(sums(self.heavy * left), self.cells, CELL)
        # Gamma of shape (5 + 1) / 2 = 3: a sum of three exponentials.
        three = self.random.standard_exponential((3, *left.shape)).sum(axis=0)
        self.heavy = self.weight * three / ((FREEDOM + left / self.s2[:, p.ruler]) / 2)

    def _capabilities(self) -> None:
        """Capability of each model, and what countries and labs do on single rulers."""
        p = self.panel
        gamma, over = self._over_models()
        mean = self.beta @ self.x.T + self.u[:, p.lab] + self.v[:, self.season] - gamma * self.h
        a = self.a[:, p.ruler]
        g = a * self.heavy / self.s2[:, p.ruler]
        ga, base = g * a, self.panel.z - self.t[:, p.ruler]
        country, quirk = self.delta[:, p.ruler] * self.cell_chinese, self.quirk[:, self.pair]
        precision = self.by_model.sum(ga) + over
        self.c = self._normal(self.by_model.sum(g * base - ga * (country + quirk)) + mean * over, precision)
        rest = g * base - ga * self.c[:, p.model]
        on = self.cell_chinese
        self.delta = self._normal(
            self.by_ruler.sum((rest - ga * quirk) * on), self.by_ruler.sum(ga * on) + 1 / self.sd2[:, None]
        )
        country = self.delta[:, p.ruler] * on
        self.quirk = self._normal(
            self.by_pair.sum(rest - ga * country), self.by_pair.sum(ga) + 1 / self.sl2[:, None]
        )

    def _shifts(self) -> None:
        """Moves along what the scores do not tell apart, where step by step the chain would hardly move: a
        lab's models and place up and its quirks down, Chinese models and their trend up and the countries'
        effects down, a lab's place up and its years down, Chinese labs up and the Chinese trend down.
        """
        p, q = self.panel, self.pairs // len(self.panel.rulers)
        over_u, over_l = 1 / self.su2[:, None], 1 / self.sl2[:, None]
        over_d, over_v = 1 / self.sd2[:, None], 1 / self.sv2[:, None]
        by = self._normal(
            self.labs.sum(self.quirk) * over_l - self.u * over_u, self.lab_rulers * over_l + over_u
        )
        self.u += by
        self.c += by[:, p.lab]
        self.quirk -= by[:, q]
        trend = self.beta[:, CHINESE : CHINESE + 1]
        by = self._normal(
            self.delta.sum(axis=1, keepdims=True) * over_d - TREND_PRECISION * trend,
            self.delta.shape[1] * over_d + TREND_PRECISION,
        )
        self.beta[:, CHINESE : CHINESE + 1] += by
        self.c += by * self.chinese
        self.delta -= by
        by = self._normal(
            self.seasons.sum(self.v) * over_v - self.u * over_u, self.lab_seasons * over_v + over_u
        )
        self.u += by
        self.v -= by[:, self.season_lab]
        by = self._normal(
            TREND_PRECISION * self.beta[:, CHINESE : CHINESE + 1]
            - (self.u @ self.chinese_labs)[:, None] * over_u,
            TREND_PRECISION + self.chinese_labs.sum() * over_u,
        )
        self.u += by * self.chinese_labs
        self.beta[:, CHINESE : CHINESE + 1] -= by

    def _widths(self) -> None:
        """How wide models lie round their trend, moved together with the models: each model keeps its place in
        units of the width (Yu and Meng 2011), and the cells decide.
        """
        p = self.panel
        gamma, _ = self._over_models()
        mean = self.beta @ self.x.T + self.u[:, p.lab] + self.v[:, self.season] - gamma * self.h
        a = self.a[:, p.ruler]
        g = a * self.heavy / self.s2[:, p.ruler]
        base = (
            p.z
            - self.t[:, p.ruler]
            - a * (self.delta[:, p.ruler] * self.cell_chinese + self.quirk[:, self.pair])
        )
        precision, pull = self.by_model.sum(g * a), self.by_model.sum(g * base)
        for j in (0, 1):
            mine = self.kind == j
            # the cells' log likelihood of a width is -w^2 A / 2 + w B, for places of one unit
            place = (self.c - mean)[:, mine]
            A = (precision[:, mine] * place**2).sum(axis=1)
            B = ((pull - precision * mean)[:, mine] * place).sum(axis=1)
            step = np.exp(STEP * self.random.standard_normal(self.chains))
            new = self.tau2[:, j] * step**2
            change = -(step**2 - 1) * A / 2 + (step - 1) * B
            change += -4 * np.log(step) - 2 * MODEL * (1 / new - 1 / self.tau2[:, j])
            taken = np.log(self.random.random(self.chains)) < change
            width = np.where(taken, step, 1.0)
            self.tau2[:, j] *= width**2
            self.c[:, mine] = mean[:, mine] + place * width[:, None]
            # and the shortfall, whose size is as linear in the cells
            side = self.h[:, mine]
            rest = (pull - precision * (self.c + gamma * self.h))[:, mine]
            new_gamma = self._normal(
                -(side * rest).sum(axis=1), (precision[:, mine] * side**2).sum(axis=1) + GAMMA_PRECISION
            )
            self.c[:, mine] -= (new_gamma - self.gamma[:, j])[:, None] * side
            self.gamma[:, j] = new_gamma

    def _trends(self) -> None:
        """The countries' trends, and how labs and their years stand to them."""
        p, x = self.panel, self.x
        gamma, over = self._over_models()
        level = self.c + gamma * self.h
        a = np.einsum("kj,jab->kab", 1 / self.tau2, self.squares) + TREND_PRECISION * np.eye(x.shape[1])
        right = (over * (level - self.u[:, p.lab] - self.v[:, self.season])) @ x
        noise = np.linalg.solve(
            np.linalg.cholesky(a).transpose(0, 2, 1), self.random.standard_normal(right.shape)[:, :, None]
        )
        self.beta = (np.linalg.solve(a, right[:, :, None]) + noise)[:, :, 0]
        level = level - self.beta @ x.T
        self.u = self._normal(
            self.by_lab.sum(over * (level - self.v[:, self.season])),
            self.by_lab.sum(over) + 1 / self.su2[:, None],
        )
        self.v = self._normal(
            self.by_season.sum(over * (level - self.u[:, p.lab])),
            self.by_season.sum(over) + 1 / self.sv2[:, None],
        )

    def _shortfalls(self) -> None:
        """How far each model stays below its lab's best: half-normal, given the rest."""
        from scipy.special import ndtr, ndtri

        p = self.panel
        gamma, over = self._over_models()
        left = self.c - self.beta @ self.x.T - self.u[:, p.lab] - self.v[:, self.season]
        precision = 1 + gamma**2 * over
        middle, root = -gamma * left * over / precision, np.sqrt(precision)
        below = ndtr(-middle * root)
        share = below + self.random.random(below.shape) * (1 - below)
        self.h = np.maximum(middle + ndtri(np.clip(share, 1e-12, 1 - 1e-12)) / root, 0.0)
        for j in (0, 1):
            mine, rest = self.h[:, self.kind == j], left[:, self.kind == j]
            over_tau = 1 / self.tau2[:, j]
            self.gamma[:, j] = self._normal(
                -(mine * rest).sum(axis=1) * over_tau, (mine**2).sum(axis=1) * over_tau + GAMMA_PRECISION
            )
            squares = ((rest + self.gamma[:, j : j + 1] * mine) ** 2).sum(axis=1)
            self.tau2[:, j] = self._variance(squares, mine.shape[1], MODEL)

    def _variances(self) -> None:
        for name, of, prior in (("su2", self.u, LAB), ("sv2", self.v, OTHER), ("sd2", self.delta, OTHER)):
            setattr(self, name, self._variance((of**2).sum(axis=1), of.shape[1], prior))
        self.sl2 = self._variance((self.quirk**2).sum(axis=1), self.quirk.shape[1], OTHER)

    def unit(self) -> Reals:
        """The standard deviation of the tested models' capability in each chain (chains x 1)."""
        n = self.tested.sum(axis=1)
        mean = (self.c * self.tested).sum(axis=1) / n
        return np.sqrt(((self.c - mean[:, None]) ** 2 * self.tested).sum(axis=1) / n)[:, None]


def sample(
    panel: Panel,
    weight: Reals | None = None,
    seed: int = 0,
    keep: int = KEEP,
    burn: int = BURN,
    thin: int = THIN,
) -> Draws:
    """`keep` draws of each chain after `burn` sweeps, one in `thin` sweeps. weight as in `Gibbs` (default:
    `CHAINS` chains of all cells).
    """
    weight = np.ones((CHAINS, len(panel.z))) if weight is None else weight
    gibbs = Gibbs(panel, np.asarray(weight, dtype=float), np.random.default_rng([SEED, seed]))
    kept: list[list[Reals]] = [[] for _ in range(7)]
    for _ in range(burn):
        gibbs.sweep()
    for number in range(keep):
        for _ in range(thin):
            gibbs.sweep()
        s = gibbs.unit()
        variances = np.column_stack([gibbs.tau2, gibbs.su2, gibbs.sv2, gibbs.sd2, gibbs.sl2])
        now = [gibbs.c / s, gibbs.delta / s, np.sqrt(variances) / s]
        if number % RULERS_EVERY == 0:
            now += [gibbs.t.copy(), gibbs.a * s, np.sqrt(gibbs.s2), gibbs.quirk / s]
        for store, value in zip(kept, now, strict=False):
            store.append(value)
    return Draws(*(np.stack(store, axis=1) for store in kept), gibbs.pairs)
