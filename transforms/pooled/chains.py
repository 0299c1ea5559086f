"""One latent capability a model, each board a noisy ruler of it, drawn from the posterior by Gibbs sampling.

    z[m,b] = t_b + a_b (C_m + delta_b [m Chinese] + lambda[lab,b]) + e       e ~ t5 with scale s_b   (cells)
    C_m    = x_m'beta + u_lab + v[lab,year] - gamma_k |h_m| + N(0, tau_k^2)  h ~ N(0,1), k: flagship or not

x: 1, years since 2023 with hinges at 1, 2 and 3 of them; Chinese, by itself, by years and by the last two
hinges; of neither country; flagship. delta, lambda, u and v are normal round zero; every variance is scaled
inverse chi-square with 4 degrees of freedom; a ~ N(1, 1), kept positive; gamma ~ N(0, 1/4). A model's
shortfall h lets a lab release what is far below its best. All conditionals are conjugate (the t5 is a normal
with a gamma-distributed precision: Geweke 1993), so a sweep is some sums by board, model and lab.

Chains run side by side in one batch: arrays have the chain as their first axis, and a chain may leave out
cells (`weight` 0), which is how a board is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from transforms.boards.frontier import Flags, Reals
from transforms.pooled.panel import Index, Panel

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


class Grouped:
    """Sums of values (chains x n) by group."""

    def __init__(self, of: Index, size: int, chains: int) -> None:
        self.size, self.shape = size, (chains, size)
        self.flat = (of + size * np.arange(chains)[:, None]).ravel()

    def sum(self, values: Reals) -> Reals:
        """Sums by chain and group (chains x groups)."""
        sums = np.bincount(self.flat, values.ravel(), self.shape[0] * self.size)
        return np.asarray(sums.reshape(self.shape), dtype=np.float64)


def at(values: Reals, index: Index) -> Reals:
    """Values (chains x n) by an index (chains x its length): `values[:, index]`, five times as fast and in
    the order of memory in which `Grouped` reads.
    """
    return values.take(index, axis=1)


class Read(NamedTuple):
    """What the rulers say of the cells (chains x cells): their slope a, a / s^2 and a^2 / s^2 (s: the cell's
    noise) and the score above the offset; and the sum of a^2 / s^2 by model (chains x models).
    """

    slope: Reals
    weight: Reals
    square: Reals
    score: Reals
    by_model: Reals


def design(panel: Panel) -> Reals:
    """The trends' regressors (models x 11): see the module's docstring."""
    years = (panel.days - YEAR_ZERO) / 365.25
    chinese = (panel.country == "CN").astype(float)
    neither = 1.0 - chinese - (panel.country == "US")
    hinge = [np.maximum(years - k, 0.0) for k in (1, 2, 3)]
    trends = [np.ones(len(years)), years, *hinge, chinese, chinese * years, chinese * hinge[1]]
    return np.column_stack([*trends, chinese * hinge[2], neither, panel.flagship.astype(float)])


@dataclass(eq=False)
class Chains:
    """A batch of chains on one panel. weight (chains x cells): 0 where a chain leaves a cell out, else 1."""

    panel: Panel
    weight: Reals
    random: np.random.Generator
    count: int = field(init=False)
    read: Read = field(init=False)

    def __post_init__(self) -> None:
        panel, self.count = self.panel, len(self.weight)
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
        self.by_ruler = Grouped(panel.ruler, sizes[1], self.count)
        self.by_model = Grouped(panel.model, sizes[0], self.count)
        self.by_pair = Grouped(self.pair, len(self.pairs), self.count)
        self.by_lab = Grouped(panel.lab, sizes[2], self.count)
        self.by_season = Grouped(season, count, self.count)
        self.season_lab = np.zeros(count, dtype=np.int64)
        self.season_lab[season] = panel.lab
        self.seasons = Grouped(self.season_lab, sizes[2], self.count)
        self.lab_seasons = np.bincount(self.season_lab, minlength=sizes[2])
        self.chinese_labs = np.zeros(sizes[2])
        self.chinese_labs[panel.lab[panel.country == "CN"]] = 1.0
        self.labs = Grouped(self.pairs // sizes[1], sizes[2], self.count)
        self.lab_rulers = np.bincount(self.pairs // sizes[1], minlength=sizes[2])
        self._start()

    @cached_property
    def cells(self) -> Reals:
        """Cells of each ruler (chains x rulers)."""
        return self.by_ruler.sum(self.weight)

    @cached_property
    def tested(self) -> Flags:
        """Which models a chain has a cell of (chains x models)."""
        return self.by_model.sum(self.weight) > 0

    def _start(self) -> None:
        """Standardised scores as the first capabilities, and the trends through them for who has none."""
        panel, k = self.panel, self.count
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

    def normal(self, weighted: Reals, precision: Reals) -> Reals:
        """Draws from normals given by their precision, and by it times the mean."""
        return weighted / precision + self.random.standard_normal(precision.shape) / np.sqrt(precision)

    def variance(self, squares: Reals, n: Reals | int, prior: float) -> Reals:
        """Draws of variances given `n` squares' sum, under scaled inverse chi-squares of scale `prior`."""
        return (squares + 4 * prior) / self.random.chisquare(np.broadcast_to(n, np.shape(squares)) + 4.0)

    def over_models(self) -> tuple[Reals, Reals]:
        """gamma and 1 / tau^2 of each model's kind (chains x models)."""
        return at(self.gamma, self.kind), at(1.0 / self.tau2, self.kind)

    def reread(self) -> None:
        """Keeps what the rulers say of the cells until the rulers change."""
        p = self.panel
        slope = at(self.a, p.ruler)
        weight = slope * self.heavy / at(self.s2, p.ruler)
        square = weight * slope
        self.read = Read(slope, weight, square, p.z - at(self.t, p.ruler), self.by_model.sum(square))

    def place(self) -> Reals:
        """Where the trends, labs and shortfalls put each model (chains x models)."""
        p = self.panel
        level = self.beta @ self.x.T + at(self.u, p.lab) + at(self.v, self.season)
        return np.asarray(level - at(self.gamma, self.kind) * self.h)

    def unit(self) -> Reals:
        """The standard deviation of the tested models' capability in each chain (chains x 1); 1 where fewer
        than two are tested.
        """
        tested = self.tested.sum(axis=1)
        n = np.maximum(tested, 1)
        mean = (self.c * self.tested).sum(axis=1) / n
        spread = np.sqrt(((self.c - mean[:, None]) ** 2 * self.tested).sum(axis=1) / n)
        return np.where((tested > 1) & (spread > 0), spread, 1.0)[:, None]
