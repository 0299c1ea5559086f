"""The recordings' names have models: every capture of the boards that matter, and the feeds' first-party
rows.
"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from studies import identity_coverage as coverage
from studies import identity_precision as precision
from tests import recordings
from tests.transforms.recorded_names import NO_OFFERS, recorded
from transforms.identity.tables import build_identity
from warehouse.seeds import seeds

pytestmark = [recordings.needed, pytest.mark.recorded, pytest.mark.slow]


@pytest.mark.parametrize("board", list(coverage.BOARDS))
def test_nearly_every_row_of_every_capture_has_a_model_and_each_of_the_best_forty(board: str) -> None:
    for day, rows, share, top, lacking in coverage.shares(board):
        assert share >= 0.97, (day, rows, lacking)
        assert top == 1, (day, lacking)


def test_first_party_rows_of_us_and_chinese_labs_have_models() -> None:
    count, share, lacking = coverage.feed_share("openrouter")
    assert count > 500
    # A rolling name (`...-latest`) has a model on the days for which an alias says which, and on no other.
    assert [name for name in lacking if not name.endswith("-latest")] == []
    assert share >= 0.95, lacking


def test_precision_holds_with_what_the_registries_add() -> None:
    joined, wrong, abroad = precision.measured(precision.index(recordings=True))
    assert joined >= 2500
    assert 1 - len(wrong) / joined >= 0.995, wrong
    assert abroad == []


def test_a_model_keeps_its_id_while_the_record_grows() -> None:
    names, releases = recorded(coverage.REGISTRIES)
    days = pd.to_datetime(["2026-03-01", "2026-06-01", "2026-11-20"])
    built = [
        build_identity(seeds(), names, releases, NO_OFFERS, day.date(), near=False)["model_aliases"]
        for day in days
    ]
    keys = ["source_id", "listed_model", "listed_setting"]
    for earlier, later in pairwise(built):
        both = earlier.drop_duplicates(keys).merge(later.drop_duplicates(keys), on=keys)
        changed = both[both["model_id_x"] != both["model_id_y"]]
        assert len(both) > 300
        assert set(changed["listed_model"]) <= {"deepseek-v4-pro", "hy3"}, changed[
            ["listed_model", "model_id_x", "model_id_y"]
        ]
