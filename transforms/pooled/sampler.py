"""Draws from the posterior of the pooled model (chains.py)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.boards.frontier import Reals
from transforms.boards.true_scores import SEED
from transforms.pooled import conditionals, moves
from transforms.pooled.chains import Chains
from transforms.pooled.panel import Index, Panel

CHAINS, KEEP, BURN, THIN = 4, 1200, 300, 1
RULERS_EVERY = 4  # of the kept draws, those whose rulers are kept too


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


def sweep(chains: Chains) -> None:
    """One draw of everything, each block given the rest."""
    conditionals.rulers(chains)
    conditionals.capabilities(chains)
    moves.shifts(chains)
    conditionals.trends(chains)
    conditionals.shortfalls(chains)
    moves.widths(chains)
    conditionals.variances(chains)


def sample(
    panel: Panel,
    weight: Reals | None = None,
    seed: int = 0,
    keep: int = KEEP,
    burn: int = BURN,
    thin: int = THIN,
) -> Draws:
    """`keep` draws of each chain after `burn` sweeps, one in `thin` sweeps. weight as in `Chains` (default:
    `CHAINS` chains of all cells).
    """
    weight = np.ones((CHAINS, len(panel.z))) if weight is None else weight
    chains = Chains(panel, np.asarray(weight, dtype=float), np.random.default_rng([SEED, seed]))
    kept: list[list[Reals]] = [[] for _ in range(7)]
    for _ in range(burn):
        sweep(chains)
    for number in range(keep):
        for _ in range(thin):
            sweep(chains)
        s = chains.unit()
        variances = np.column_stack([chains.tau2, chains.su2, chains.sv2, chains.sd2, chains.sl2])
        now = [chains.c / s, chains.delta / s, np.sqrt(variances) / s]
        if number % RULERS_EVERY == 0:
            now += [chains.t.copy(), chains.a * s, np.sqrt(chains.s2), chains.quirk / s]
        for store, value in zip(kept, now, strict=False):
            store.append(value)
    capability, delta, spread, *of_rulers = (np.stack(store, axis=1) for store in kept)
    offset, slope, noise, quirk = of_rulers
    return Draws(capability, delta, spread, offset, slope, noise, quirk, chains.pairs)
