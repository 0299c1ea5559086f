"""Moves of several blocks at once, along what the scores do not tell apart: without them the chains would
need some seven times as many sweeps for as many effective draws of the lag.
"""

from __future__ import annotations

import numpy as np

from transforms.boards.frontier import Flags, Reals
from transforms.pooled.chains import CHINESE, GAMMA_PRECISION, MODEL, STEP, TREND_PRECISION, Chains, at


def shifts(g: Chains) -> None:
    """Moves along what the scores do not tell apart, where step by step the chain would hardly move: a
    lab's models and place up and its quirks down, Chinese models and their trend up and the countries'
    effects down, a lab's place up and its years down, Chinese labs up and the Chinese trend down.
    """
    p, q = g.panel, g.pairs // len(g.panel.rulers)
    over_u, over_l = 1 / g.su2[:, None], 1 / g.sl2[:, None]
    over_d, over_v = 1 / g.sd2[:, None], 1 / g.sv2[:, None]
    by = g.normal(g.labs.sum(g.quirk) * over_l - g.u * over_u, g.lab_rulers * over_l + over_u)
    g.u += by
    g.c += at(by, p.lab)
    g.quirk -= at(by, q)
    trend = g.beta[:, CHINESE : CHINESE + 1]
    by = g.normal(
        g.delta.sum(axis=1, keepdims=True) * over_d - TREND_PRECISION * trend,
        g.delta.shape[1] * over_d + TREND_PRECISION,
    )
    g.beta[:, CHINESE : CHINESE + 1] += by
    g.c += by * g.chinese
    g.delta -= by
    by = g.normal(g.seasons.sum(g.v) * over_v - g.u * over_u, g.lab_seasons * over_v + over_u)
    g.u += by
    g.v -= at(by, g.season_lab)
    by = g.normal(
        TREND_PRECISION * g.beta[:, CHINESE : CHINESE + 1] - (g.u @ g.chinese_labs)[:, None] * over_u,
        TREND_PRECISION + g.chinese_labs.sum() * over_u,
    )
    g.u += by * g.chinese_labs
    g.beta[:, CHINESE : CHINESE + 1] -= by


def widths(g: Chains) -> None:
    """How wide models lie round their trend, and how large their shortfalls are, moved together with the
    models: each model keeps its place in units of the width (Yu and Meng 2011), and the cells decide.
    """
    slope, weight, _, score, precision = g.read
    effects = at(g.delta, g.panel.ruler) * g.cell_chinese + at(g.quirk, g.pair)
    pull = g.by_model.sum(weight * (score - slope * effects))
    for kind in (0, 1):
        mine = g.kind == kind
        _width(g, kind, mine, precision[:, mine], pull[:, mine])
        _shortfall(g, kind, mine, precision[:, mine], pull[:, mine])


def _width(g: Chains, kind: int, mine: Flags, precision: Reals, pull: Reals) -> None:
    """A Metropolis step of tau of one kind of models, in logarithms. In w = new / old the cells' log
    likelihood is - w^2 bend / 2 + w slope.
    """
    mean = g.place()[:, mine]
    away = g.c[:, mine] - mean
    bend = (precision * away**2).sum(axis=1)
    slope = ((pull - precision * mean) * away).sum(axis=1)
    step = np.exp(STEP * g.random.standard_normal(g.count))
    old = g.tau2[:, kind]
    change = -(step**2 - 1) * bend / 2 + (step - 1) * slope
    change += -4 * np.log(step) - 2 * MODEL * (1 / step**2 - 1) / old
    width = np.where(np.log(g.random.random(g.count)) < change, step, 1.0)
    g.tau2[:, kind] = old * width**2
    g.c[:, mine] = mean + away * width[:, None]


def _shortfall(g: Chains, kind: int, mine: Flags, precision: Reals, pull: Reals) -> None:
    """A draw of gamma of one kind given the cells, with what is left of each model kept."""
    size, old = g.h[:, mine], g.gamma[:, kind : kind + 1]
    without = g.c[:, mine] + old * size
    new = g.normal(
        -(size * (pull - precision * without)).sum(axis=1),
        (precision * size**2).sum(axis=1) + GAMMA_PRECISION,
    )
    g.c[:, mine] = without - new[:, None] * size
    g.gamma[:, kind] = new
