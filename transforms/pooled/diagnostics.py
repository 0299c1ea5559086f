"""Whether the chains agree: what has to hold before anything of them is published."""

from __future__ import annotations

import numpy as np

from transforms.boards.frontier import Reals

HIGHEST_R_HAT = 1.05  # nothing is published above


def r_hat(chains: Reals) -> Reals:
    """Potential scale reduction (Gelman and Rubin 1992) of each quantity, chains x draws x quantities; 1 for
    one that does not move.
    """
    n = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    between = n * chains.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(within > 0, np.sqrt(((n - 1) / n * within + between / n) / within), 1.0)


def effective(chains: Reals) -> Reals:
    """Effective number of draws of each quantity, chains x draws x quantities (Geyer's initial monotone
    sequence on the mean autocovariance of the chains).
    """
    count, n = chains.shape[:2]
    centred = chains - chains.mean(axis=1, keepdims=True)
    size = 2 ** int(np.ceil(np.log2(2 * n)))
    spectrum = np.fft.rfft(centred, size, axis=1)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, size, axis=1)[:, :n].mean(axis=0) / n
    between = chains.mean(axis=1).var(axis=0, ddof=1)
    whole = covariance[0] * n / (n - 1) * (n - 1) / n + between
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = 1 - (covariance[0] - covariance) / whole
    pairs = correlation[: n // 2 * 2].reshape(n // 2, 2, -1).sum(axis=1)
    falling = np.minimum.accumulate(np.where(np.cumprod(pairs > 0, axis=0), pairs, 0.0), axis=0)
    time = np.maximum(2 * falling.sum(axis=0) - 1, 1 / np.log10(max(count * n, 11)))
    return np.where(np.isfinite(time), count * n / time, count * n)
