"""The posterior of one date: its panel, the draws, and how each chain stands in them."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from transforms.boards.frontier import Flags, Reals
from transforms.pooled.panel import MEASURED, Panel
from transforms.pooled.sampler import Draws, sample

SPARE = 4  # one in so many draws is enough for what is not the headline


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of a panel. `capability` is draws x models, chain after chain."""

    panel: Panel
    draws: Draws

    @property
    def chains(self) -> int:
        """Chains that ran."""
        return len(self.draws.capability)

    @cached_property
    def capability(self) -> Reals:
        """All draws of capability (draws x models)."""
        return self.draws.capability.reshape(-1, len(self.panel.models))

    @cached_property
    def spare(self) -> Reals:
        """One in `SPARE` of the draws (draws x models)."""
        return self.draws.capability[:, ::SPARE].reshape(-1, len(self.panel.models))

    @cached_property
    def measured(self) -> Flags:
        """Models on at least `MEASURED` rulers."""
        return self.panel.tested >= MEASURED

    def by_chain(self, draws: Reals) -> Reals:
        """Draws x quantities as chains x draws x quantities."""
        return draws.reshape(self.chains, len(draws) // self.chains, *draws.shape[1:])

    @cached_property
    def centred(self) -> Reals:
        """Capability less the mean of the tested models of each draw: with no origin of its own, so that
        draws can be compared (draws x models).
        """
        tested = self.panel.tested > 0
        return self.capability - self.capability[:, tested].mean(axis=1, keepdims=True)


def posterior_of(panel: Panel, cache: MutableMapping[Any, Any]) -> Posterior:
    """The posterior of a panel; dates on which no cell and no model changed share it through `cache`, which
    keeps the last one.
    """
    key = ("pooled posterior", panel.digest)
    if key not in cache:
        for old in [k for k in cache if isinstance(k, tuple) and k[0] == key[0]]:
            del cache[old]
        cache[key] = Posterior(panel, sample(panel))
    found: Posterior = cache[key]
    return found


def progress(posterior: Posterior, until: int, back: int = 730) -> Reals:
    """Capability that the best measured US model gained a month over the `back` days up to `until`, by draw
    (draws); NaN where there is none on either day.
    """
    panel = posterior.panel
    mine = posterior.measured & (panel.country == "US")
    gains = []
    for day in (until - back, until):
        there = mine & (panel.days <= day)
        if not there.any():
            return np.full(len(posterior.capability), np.nan)
        gains.append(posterior.capability[:, there].max(axis=1))
    return np.asarray((gains[1] - gains[0]) / (back / 30.4375))
