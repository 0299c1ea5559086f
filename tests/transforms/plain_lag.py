"""The rolling lag in plain pandas, day by day and board by board: slow, obvious, and the oracle of
transforms.boards.lag.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.boards.frontier import Pair


def plain_frame(pair: Pair) -> pd.DataFrame:
    """One row a model: group, day, score."""
    sides = [
        pd.DataFrame({"group": g, "day": s.days, "score": s.merit})
        for g, s in (("L", pair.leader), ("F", pair.follower))
    ]
    return pd.concat(sides, ignore_index=True)


def plain_parity(pair: Pair, days: np.ndarray) -> pd.Series:
    """METHOD's `parity` by its words: t - d_L(F_F(t)); roles swapped and the sign negative where the follower
    is ahead.
    """
    frame = plain_frame(pair)
    values = {}
    for t in days.tolist():
        known = frame[frame["day"] <= t]
        leader, follower = known[known["group"] == "L"], known[known["group"] == "F"]
        if leader.empty or follower.empty:
            values[t] = np.nan
            continue
        best_l, best_f = leader["score"].max(), follower["score"].max()
        first_l = leader.loc[leader["score"] >= best_f, "day"].min()
        first_f = follower.loc[follower["score"] >= best_l, "day"].min()
        ahead = best_f > best_l or (best_f == best_l and first_f < first_l)
        values[t] = (
            float(first_f - t)
            if ahead
            else float(t - first_l)
            if best_f != best_l or first_f != first_l
            else 0.0
        )
    return pd.Series(values)
