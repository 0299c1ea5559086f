"""How often the 90 % intervals hold the true lag in the simulated worlds. `python -m
studies.coverage [WORLDS]` prints it.
"""

from __future__ import annotations

import sys

import numpy as np

from tests.transforms.made_boards import LENGTH, WORLDS, world
from transforms.boards import lag, mid_quantiles, true_scores, uncertainty

DAYS = np.arange(400, LENGTH, 25)
YEAR_ENDS = np.array([700, LENGTH - 1])


def _held(low, high, truth) -> list[bool]:
    known = ~np.isnan(truth) & ~np.isnan(low)
    return list(((low <= truth + 1e-9) & (truth <= high + 1e-9))[known])


def one(kind: str, seed: int) -> dict[str, list[bool]]:
    """Whether each interval of one world holds the true value, by definition."""
    truth, seen = world(kind, seed)
    grid = np.arange(LENGTH)
    true_lag, seen_lag = lag.parity(truth, grid).lag, lag.parity(seen, grid).lag
    drawn = uncertainty.draw_parity(seen, true_scores.draw_scores(seen))
    daily = uncertainty.widened(*uncertainty.parity_interval(drawn, DAYS), seen_lag[DAYS])
    year = uncertainty.widened(
        *mid_quantiles.mid_quantiles(uncertainty.trailing_draws(drawn, YEAR_ENDS, 365)),
        lag.trailing_mean(seen_lag, 365)[YEAR_ENDS],
    )
    true_event = dict(zip(truth.follower.ids, np.nan_to_num(lag.event(truth), nan=-1e9), strict=True))
    true_event = np.array(
        [
            max(true_event[m], d - LENGTH - 1.0)
            for m, d in zip(seen.follower.ids, seen.follower.days, strict=True)
        ]
    )
    draws = uncertainty.event_draws(seen, drawn, as_of=LENGTH)
    event = uncertainty.widened(
        *mid_quantiles.mid_quantiles(draws, mid_quantiles.LUMPY_LEVEL), lag.event(seen)
    )
    record = seen.follower.records & (seen.follower.days > 300)
    return {
        "parity": _held(*daily, true_lag[DAYS]),
        "trailing12": _held(*year, lag.trailing_mean(true_lag, 365)[YEAR_ENDS]),
        "event": _held(event[0][record], event[1][record], true_event[record]),
    }


def coverage(worlds: int) -> dict[str, dict[str, float]]:
    """Coverage by world and definition, over `worlds` worlds of each kind (noise of 1, 2 and 3 points in
    turn).
    """
    out = {}
    for kind in WORLDS:
        found = [one(kind, seed) for seed in range(worlds)]
        out[kind] = {name: float(np.mean([x for f in found for x in f[name]])) for name in found[0]}
    return out


if __name__ == "__main__":
    for kind, shares in coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 150).items():
        sys.stdout.write(
            f"{kind:15}" + "".join(f"  {name} {share:.3f}" for name, share in shares.items()) + "\n"
        )
