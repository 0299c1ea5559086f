"""Which day a model counts from on a board."""

from __future__ import annotations

import pandas as pd
import pytest

from transforms.boards.board_scores import best_settings

BOARDS = pd.DataFrame(
    {"board_id": ["made"], "higher_is_better": [True], "scale_min": [None], "scale_max": [None]}
)


def entered(stated_on: list[str | None], released_on: str) -> pd.DataFrame:
    """What `best_settings` makes of one model whose settings a board dates as given; `released_on` is the
    model's own day.
    """
    scored = pd.DataFrame(
        {
            "board_id": "made",
            "board_version": "1",
            "vintage": pd.Timestamp("2026-02-23"),
            "model_id": "lab/model",
            "setting": [str(i) for i in range(len(stated_on))],
            "score": [float(i) for i in range(len(stated_on))],
            "score_low": None,
            "score_high": None,
            "interval_level": None,
            "score_se": None,
            "n": None,
            "flagged": False,
            "stated_on": pd.to_datetime(stated_on),
        }
    )
    models = pd.DataFrame(
        {
            "model_id": ["lab/model"],
            "released_on": [pd.Timestamp(released_on)],
            "country": "US",
            "lab_id": "lab",
        }
    )
    return best_settings(scored, models, BOARDS)


@pytest.mark.parametrize(
    ("stated", "counts_from"),
    [
        (["2024-12-17"], "2024-12-17"),  # a board may count from the API where we count from the app
        ([None], "2024-12-05"),
        (["2023-12-05"], "2024-12-05"),  # the right day in a wrong year
        (["2025-12-05"], "2024-12-05"),
        (["2023-12-05", "2024-12-17"], "2024-12-17"),
    ],
)
def test_the_boards_own_day_counts_unless_it_is_ours_in_another_year(
    stated: list[str | None], counts_from: str
) -> None:
    assert entered(stated, "2024-12-05")["released_on"].tolist() == [pd.Timestamp(counts_from)]


def test_one_row_a_model_is_left_and_it_is_the_best_settings() -> None:
    assert entered(["2024-12-17", None, "2024-12-20"], "2024-12-05")[
        ["setting", "released_on"]
    ].values.tolist() == [["2", pd.Timestamp("2024-12-17")]]
