"""Mid-quantiles of lumpy draws (Ma, Genton and Parzen 2011), many rows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transforms.boards.frontier import Reals

LEVEL = 0.90


# What is asked of the draws for a 90 % interval of a daily lag or an event: these take few values (launch
# days), and even mid-quantiles at 0.90 covered 93 to 96 % of the true lags in the simulated worlds of
# tests/transforms; at 0.85 they cover 90 to 94 %.
LUMPY_LEVEL = 0.85


COUNTED = 64  # rows of a thousand draws that are faster counted through than bisected


def mid_positions(ordered: Reals, level: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Reals]:
    """Where both ends of the central interval of each row of sorted draws (rows x n) lie, as mid-quantiles:
    two positions in the row and the weight of the second (each 2 x rows).

    Equal draws share the middle of the ranks they fill. The value at rank p n and the nearest other value on
    the far side of p bracket it.
    """
    count, n = ordered.shape
    row, p = np.arange(count), np.array([[(1 - level) / 2], [(1 + level) / 2]])
    at = np.clip(np.ceil(p * n).astype(np.int64) - 1, 0, n - 1)

    def run_of(place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first rank of the value at each row's place, and the rank after its last. Only where it has
        equals are they looked for.
        """
        value = ordered[row, place]
        first, after = place.copy(), place + 1
        alone = (ordered[row, np.maximum(place - 1, 0)] < value) | (place == 0)
        alone &= (ordered[row, np.minimum(place + 1, n - 1)] > value) | (place == n - 1)
        end, shared = np.nonzero(~alone)
        first[end, shared], after[end, shared] = _ranks(ordered, shared, value[end, shared])
        return first, after

    first, after = run_of(np.repeat(at, count, axis=1))
    middle = (first + after) / (2.0 * n)
    below = middle <= p
    beside = np.where(below, np.minimum(after, n - 1), np.maximum(first - 1, 0))
    other = np.add(*run_of(beside)) / (2.0 * n)
    first = np.minimum(first, n - 1)  # a row of nothing but NaN has no rank
    low, high = np.where(below, first, beside), np.where(below, beside, first)
    start, stop = np.where(below, middle, other), np.where(below, other, middle)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(stop > start, (p - start) / (stop - start), 0.0)
    return low, high, np.clip(weight, 0.0, 1.0)


def _ranks(
    ordered: Reals, row: NDArray[np.int64], value: Reals
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many of each sorted row are below the value, and how many at or below it (none for NaN): counted
    for a few rows, by bisection of all rows at once for many.
    """
    if len(row) <= COUNTED:
        some = ordered[row]
        return np.count_nonzero(some < value[:, None], axis=1), np.count_nonzero(
            some <= value[:, None], axis=1
        )
    low, high = np.zeros((2, len(row)), dtype=np.int64), np.full((2, len(row)), ordered.shape[1])
    for _ in range(ordered.shape[1].bit_length()):
        middle = np.minimum((low + high) >> 1, ordered.shape[1] - 1)
        there = ordered[row, middle]
        over = low < high
        passed = np.array([there[0] < value, there[1] <= value])
        low, high = np.where(over & passed, middle + 1, low), np.where(over & ~passed, middle, high)
    return low[0], low[1]


def mid_quantiles(draws: Reals, level: float = LEVEL) -> tuple[Reals, Reals]:
    """Lower and upper end of the central interval of each column (n draws x columns), by mid-quantiles."""
    ordered = np.sort(np.ascontiguousarray(draws.T), axis=1)
    row = np.arange(len(ordered))
    low, high, weight = mid_positions(ordered, level)
    lower, upper = ordered[row, low] * (1 - weight) + ordered[row, high] * weight
    return lower, upper
