"""How far the capability index moves when its data are drawn again: joint refits over resampled cells and
over resampled boards.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from transforms.capability.cells import Cells, Reals
from transforms.capability.model import Fit, ability_covariance, own_se
from transforms.capability.solver import solve_many
from warehouse.conventions import Z90

REFITS = 1000
SEED = 20260424
ENOUGH = 1.0e-4
RESAMPLED = ("cells", "boards")


def weights(cells: Cells, what: str, n: int, seed: int = SEED) -> Reals:
    """How often each cell is drawn in each of n resamples (n x cells): cells one by one, or whole boards with
    all their cells.
    """
    rng = np.random.default_rng([seed, RESAMPLED.index(what)])
    units = len(cells.score) if what == "cells" else len(cells.boards)
    drawn = rng.multinomial(units, np.full(units, 1 / units), n).astype(float)
    return drawn if what == "cells" else drawn[:, cells.board]


def aligned(draws: Reals, target: Reals) -> Reals:
    """Each row of draws (n x models, NaN allowed), moved and stretched to fit `target` best: a gauge in which
    no model is special.
    """
    known = ~np.isnan(draws)
    n = known.sum(axis=1, keepdims=True)
    at = np.where(known, target, 0.0)
    values = np.where(known, draws, 0.0)
    mean_at, mean = at.sum(axis=1, keepdims=True) / n, values.sum(axis=1, keepdims=True) / n
    centred = np.where(known, values - mean, 0.0)
    stretch = (centred * (at - mean_at)).sum(axis=1, keepdims=True) / (centred**2).sum(axis=1, keepdims=True)
    return cast(Reals, mean_at + stretch * (draws - mean))


def refits(fitted: Fit, what: str, n: int = REFITS, seed: int = SEED) -> Reals:
    """Capabilities of n refits (n x models) on the anchored scale; NaN for a model with no cell in a
    resample.
    """
    cells = fitted.cells
    drawn = weights(cells, what, n, seed)
    ability = solve_many(cells, cells.score, drawn, fitted.parameters, ENOUGH).ability
    in_model = cells.model[:, None] == np.arange(len(cells.models))
    draws = np.where(drawn @ in_model > 0, ability, np.nan)
    return aligned(draws, fitted.capability)


def interval_of(draws: Reals, value: Reals, level: float = 0.90) -> tuple[Reals, Reals]:
    """Central interval of each column, NaN left out, stretched where needed to hold the value."""
    low, high = np.nanquantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.minimum(low, value), np.maximum(high, value)


def wider(fitted: Fit, draws: dict[str, Reals]) -> tuple[Reals, Reals]:
    """For every model the wider of the intervals of the resampling schemes."""
    ends = [interval_of(d, fitted.capability) for d in draws.values()]
    low, high = np.array([e[0] for e in ends]), np.array([e[1] for e in ends])
    widest = (high - low).argmax(axis=0)
    columns = np.arange(low.shape[1])
    return low[widest, columns], high[widest, columns]


def capability_table(fitted: Fit, draws: dict[str, Reals]) -> pd.DataFrame:
    """model_id, capability, se, lo90, hi90, boards: one row a model, best first. `draws`: `refits` by what
    was resampled.

    A resample of four cells cannot show how little four cells say: where the analytic error is wider than the
    refits, it is published.
    """
    analytic = own_se(ability_covariance(fitted), fitted.capability)
    low, high = wider(fitted, draws)
    low, high = (
        np.minimum(low, fitted.capability - Z90 * analytic),
        np.maximum(high, fitted.capability + Z90 * analytic),
    )
    table = pd.DataFrame(
        {
            "model_id": pd.Series(fitted.cells.models, dtype="str"),
            "capability": fitted.capability,
            "se": (high - low) / (2 * Z90),
            "lo90": low,
            "hi90": high,
            "boards": np.bincount(fitted.cells.model, minlength=len(fitted.cells.models)),
        }
    )
    return table.sort_values(["capability", "model_id"], ascending=[False, True]).reset_index(drop=True)


def scaled_scores(best: pd.DataFrame, boards: pd.DataFrame, least_models: int = 5) -> pd.DataFrame:
    """Cells for the index from best scores (`best_settings` of one as-of frame): model_id, board_id,
    score_fraction in [0, 1].

    A board with two stated ends is scaled by them; any other (Elo, minutes) by its own lowest and highest
    score, less a twentieth of the range at each end. Boards with fewer than `least_models` models, and
    composites of other boards, are left out.
    """
    facts = boards.set_index("board_id")
    rows = (
        best[~best["board_id"].map(facts["composite"]).astype(bool)].copy()
        if "composite" in facts
        else best.copy()
    )
    rows["board_id"] = rows["board_id"].astype("str") + "@" + rows["board_version"].astype("str")
    ends = facts.reindex(rows["board_id"].str.split("@").str[0])[["scale_min", "scale_max"]].astype(float)
    by_board = rows.groupby("board_id")["score"]
    low, high = by_board.transform("min"), by_board.transform("max")
    room = (high - low) / 18
    floor = np.where(ends["scale_min"].notna(), ends["scale_min"], low - room)
    ceiling = np.where(ends["scale_max"].notna(), ends["scale_max"], high + room)
    rows["score_fraction"] = np.clip((rows["score"] - floor) / (ceiling - floor), 0.0, 1.0)
    turned = (
        ~facts["higher_is_better"].astype(bool).reindex(rows["board_id"].str.split("@").str[0]).to_numpy()
    )
    rows.loc[turned, "score_fraction"] = 1 - rows.loc[turned, "score_fraction"]
    enough = (by_board.transform("size") >= least_models) & (high > low)
    return rows.loc[enough, ["model_id", "board_id", "score_fraction"]].reset_index(drop=True)
