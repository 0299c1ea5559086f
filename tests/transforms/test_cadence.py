"""The days between a lab's releases, of its majors and of all."""

from __future__ import annotations

import pandas as pd

from tests.transforms.made_offers import MODELS
from transforms.cadence import cadence, release_gaps


def test_fifteen_months_between_majors_is_eight_between_releases():
    majors = release_gaps(MODELS[MODELS["tier"] == "major"]).set_index("model_id")["days"]
    assert majors["lab/v4"] == 459  # 15.1 months after R1
    assert release_gaps(MODELS).set_index("model_id")["days"]["lab/v4"] == 246
    table = cadence(MODELS, pd.Timestamp("2026-07-01")).set_index(["measure", "release_tier", "window_days"])
    assert table.loc[("last_days", "major", 0), "value"] == 459
    assert table.loc[("last_days", "any", 0), "value"] == 246
    assert table.loc[("open_days", "any", 0), "value"] == 68
    assert table.loc[("releases", "any", 456), "value"] == 2


def test_cadence_knows_nothing_of_releases_after_the_as_of_day():
    table = cadence(MODELS, pd.Timestamp("2026-04-23"))
    assert "lab/v4" not in set(table["last_model_id"])
