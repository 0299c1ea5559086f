"""The lag of single labs, board by board."""

import pandas as pd

from tests.transforms.pooled_world import AS_OF, made_world
from transforms.boards.lab_lags import lab_lags, lab_pairs
from transforms.boards.lag_cache import Cache
from warehouse.mart_tables import mart_tables


def test_labs_with_three_models_on_a_board_have_rows_there_and_others_none():
    world = made_world()
    assert lab_pairs(world.models) == [("US", "cn0"), ("US", "cn1"), ("US", "cn2")]
    rare = world.history["model_id"].str.startswith("cn1/") & (world.history["board_id"] == "board_1")
    kept = pd.concat([world.history[~rare], world.history[rare].head(2)])
    rows = lab_lags(world._replace(history=kept).versions, AS_OF, world.models, Cache())
    assert set(rows["follower"]) == {"cn0", "cn1", "cn2"}
    assert set(rows["definition"]) == {"event", "parity", "trailing12"}
    on_board = rows[rows["board_id"] == "board_1"]
    assert set(on_board["follower"]) == {"cn0", "cn2"}
    declared = mart_tables()["lag"]
    assert not rows.duplicated([c for c in declared.key if c in rows.columns]).any()


def test_without_labs_there_are_no_rows():
    world = made_world()
    models = world.models.assign(flagship=False)
    assert lab_lags(world.versions, AS_OF, models, Cache()).empty
