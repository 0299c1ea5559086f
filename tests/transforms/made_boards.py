"""Boards made for tests: sides and pairs from plain lists, the simulated worlds, and the seeded boards of the
benchmark.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from transforms.boards.frontier import NEVER, Pair, Side

WORLDS = ("steady", "widening", "chinese lead", "sparse", "missing errors")
GROWTH = 15 / 365  # points a day
LENGTH = 1100


def side(days, merit, se=None, prefix="m", gone=None) -> Side:
    """A side from plain lists, in the order that the project keeps (by day, then best first)."""
    days, merit = np.asarray(days, dtype=np.int64), np.asarray(merit, dtype=float)
    se = np.full(len(days), np.nan) if se is None else np.asarray(se, dtype=float)
    gone = np.full(len(days), NEVER) if gone is None else np.asarray(gone, dtype=np.int64)
    order = np.lexsort((-merit, days))
    ids = np.array([f"{prefix}/{i}" for i in order], dtype=object)
    return Side(days[order], merit[order], se[order], gone[order], ids)


def pair(leader: Side, follower: Side, board: str = "made") -> Pair:
    """Two sides as the US and China on one capture of one board."""
    return Pair(board, "1", pd.Timestamp("2026-07-01"), "US", "CN", leader, follower)


def world(kind: str, seed: int) -> tuple[Pair, Pair]:
    """(truth, observed): a world whose true scores are known, and what a board with noise of 1 to 3 points
    shows of it.

    Both groups release at random days; a model is its group's trend less an exponential shortfall of 5 points
    on average. The follower's trend is the leader's, 200 days later (steady, sparse, missing errors), 100 to
    300 days later (widening), or 150 days earlier.
    """
    rng = np.random.default_rng([seed, WORLDS.index(kind)])
    n_leader, n_follower = (25, 12) if kind == "sparse" else (60, 50)
    noise = 1.0 + seed % 3
    days_l, days_f = (np.sort(rng.integers(0, LENGTH, n)) for n in (n_leader, n_follower))
    behind = {"widening": 100 + 200 * days_f / LENGTH, "chinese lead": np.full(n_follower, -150.0)}.get(
        kind, np.full(n_follower, 200.0)
    )
    true_l = GROWTH * days_l - rng.exponential(5, n_leader)
    true_f = GROWTH * (days_f - behind) - rng.exponential(5, n_follower)
    se_l, se_f = (noise * rng.uniform(0.7, 1.3, n) for n in (n_leader, n_follower))
    truth = pair(side(days_l, true_l, se_l, "us"), side(days_f, true_f, se_f, "cn"), f"world{seed}")
    seen_l, seen_f = (
        true_l + se_l * rng.standard_normal(n_leader),
        true_f + se_f * rng.standard_normal(n_follower),
    )
    if kind == "missing errors":
        se_l, se_f = (np.where(rng.random(len(se)) < 0.3, np.nan, se) for se in (se_l, se_f))
    return truth, pair(side(days_l, seen_l, se_l, "us"), side(days_f, seen_f, se_f, "cn"), f"world{seed}")


def many_boards(boards: int = 12, models: int = 400, days: int = 1500, seed: int = 7) -> list[Pair]:
    """Seeded boards with `models` models each, half in each group, over `days` days."""
    rng = np.random.default_rng(seed)
    out = []
    for i in range(boards):
        half = models // 2
        days_l, days_f = np.sort(rng.integers(0, days, half)), np.sort(rng.integers(0, days, half))
        scores = [0.04 * days_l - rng.exponential(8, half), 0.04 * (days_f - 180) - rng.exponential(8, half)]
        leader, follower = (
            side(d, s, rng.uniform(0.5, 2, half), p)
            for d, s, p in zip((days_l, days_f), scores, ("us", "cn"), strict=True)
        )
        out.append(replace(pair(leader, follower), board_id=f"board{i}"))
    return out
