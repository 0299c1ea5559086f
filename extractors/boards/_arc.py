"""What both forms of the ARC Prize leaderboard share: data sets as boards, one result as a Score.

`score` is a fraction. The semi-private set is the board's headline (metric `score`), the public and private
evaluation sets have metrics of their own. `costPerTask` is USD per task, `cost` (ARC-AGI-3) the whole run's.
Human panels are listed among the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.boards._read import maybe, name_of, number
from extractors.errors import UnknownValue
from warehouse.capture import Capture
from warehouse.tables import Score

# data set id -> board, metric, access, number of tasks where the contest's rules state it
DATASETS = {
    "v1_Semi_Private": ("arc_agi_1", "score", "private", 100),
    "v1_Public_Eval": ("arc_agi_1", "score:public_eval", "public", 400),
    "v1_Private_Eval": ("arc_agi_1", "score:private_eval", "private", 100),
    "v2_Semi_Private": ("arc_agi_2", "score", "private", 120),
    "v2_Public_Eval": ("arc_agi_2", "score:public_eval", "public", 120),
    "v2_Private_Eval": ("arc_agi_2", "score:private_eval", "private", 120),
    "v3_Semi_Private": ("arc_agi_3", "score", "private", None),
    "v3_Public_Demo": ("arc_agi_3", "score:public_demo", "public", None),
}


def result(entry: Mapping[str, Any], model: str, lab: Any, capture: Capture) -> Score:
    """One evaluation as a Score."""
    dataset = str(entry.get("datasetId"))
    if dataset not in DATASETS:
        raise UnknownValue(capture, expected=f"a data set of {sorted(DATASETS)}", found=dataset)
    board, metric, access, tasks = DATASETS[dataset]
    cost = entry.get("costPerTask")
    return Score(
        board,
        "1",
        metric,
        name_of(model, capture),
        number(entry.get("score"), capture, f"the score of {model}"),
        listed_lab=lab or None,
        n=tasks,
        cost_usd=maybe(cost, capture, "costPerTask"),
        access=access,
    )
