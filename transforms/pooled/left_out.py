"""The headline with one board left out, drawn again without its cells: does the number hang on one board?

Without Artificial Analysis the number stands beside the headline, so it gets more chains: of 800 draws some
140 to 190 count, and its lower end came out between 3.0 and 4.0 months by seed, where 4,800 draws give 3.7
to 3.8.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transforms.boards.frontier import Days
from transforms.pooled.draw_lags import trailing_months
from transforms.pooled.groups import Pair
from transforms.pooled.panel import MEASURED
from transforms.pooled.posterior import Posterior
from transforms.pooled.published import Lags, converged, lags_of, publishable
from transforms.pooled.rulers import Ruler
from transforms.pooled.sampler import sample

KEEP, BURN, CHAINS = 400, 200, 2
BESIDE, CHAINS_BESIDE = "artificial_analysis", 8  # the board without which the number stands beside


def left_out(posterior: Posterior, rulers: Sequence[Ruler], pair: Pair, days: Days) -> dict[str, Lags]:
    """The published lag without each board of many subjects, by board_id; none for a board without which the
    chains do not agree.
    """
    boards = sorted({ruler.version.board_id for ruler in rulers if ruler.general})
    return without(posterior, boards, pair, days)


def without(posterior: Posterior, boards: Sequence[str], pair: Pair, days: Days) -> dict[str, Lags]:
    """The published lag without each of `boards`; none for a board without which the chains do not agree."""
    found = {left: lag_without(some, pair, days) for left, some in redrawn(posterior, boards).items()}
    return {left: lag for left, lag in found.items() if converged(lag)}


def redrawn(posterior: Posterior, boards: Sequence[str]) -> dict[str, Posterior]:
    """The posterior without each of `boards`: chains of all of them run side by side."""
    panel = posterior.panel
    board = np.array([name.rsplit("@", 1)[0] for name in panel.rulers.astype(str)])
    masks = [(board != left)[panel.ruler] for left in boards]
    if not masks:
        return {}
    chains = [CHAINS_BESIDE if left == BESIDE else CHAINS for left in boards]
    weight = np.repeat(np.array(masks, dtype=float), chains, axis=0)
    drawn = sample(panel, weight, seed=1, keep=KEEP, burn=BURN, thin=1).capability
    parts = np.split(drawn, np.cumsum(chains)[:-1])
    return {
        left: Posterior(panel.only(mask), posterior.draws._replace(capability=part))
        for left, mask, part in zip(boards, masks, parts, strict=True)
    }


def lag_without(some: Posterior, pair: Pair, days: Days) -> Lags:
    """The published lag of a pair in a posterior of fewer cells; `pair` of the whole panel."""
    enough = some.panel.tested >= MEASURED
    sides = [(pair.leading & e, pair.following & e) for e in (enough, np.ones_like(enough))]
    lags = [lags_of(some, trailing_months(some.panel, some.capability, *side, days), days) for side in sides]
    return publishable(*lags)
