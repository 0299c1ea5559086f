"""Epoch's index in the place of ours, for days on which our own boards do not suffice: it has the same
anchors.
"""

from __future__ import annotations

import pandas as pd

from transforms.boards.board_versions import Version, frame_at
from transforms.boards.frontier import epoch_days
from transforms.capability.table import BOARD
from warehouse.conventions import Z90
from warehouse.seeds import board_ids


def epochs_index(versions: list[Version], as_of: pd.Timestamp) -> pd.DataFrame:
    """model_id, capability (ECI points), se, lo90, hi90 and boards (1) of the newest capture by `as_of`; no
    rows where there is none.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    same_anchors = board_ids("ruler", BOARD) - {BOARD}
    eci = [v for v in versions if v.board_id in same_anchors and len(v.vintages(today))]
    if not eci:
        return pd.DataFrame(columns=["model_id", "capability", "se", "lo90", "hi90", "boards"])
    rows = frame_at(eci[0], int(eci[0].vintages(today)[-1])).drop_duplicates("model_id")
    rows = rows[~rows["model_id"].astype("str").str.contains("@", regex=False)]
    value, se = rows["score"].astype("float64"), rows["se"].astype("float64")
    ends = {"lo90": value - Z90 * se, "hi90": value + Z90 * se}
    return pd.DataFrame(
        {"model_id": rows["model_id"].astype("str"), "capability": value, "se": se, "boards": 1, **ends}
    )
