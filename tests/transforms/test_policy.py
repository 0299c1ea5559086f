"""The lag before and after a day: a break that is there is found, and a wandering lag gives none."""

import numpy as np
import pandas as pd

from tests.transforms.pooled_world import AS_OF, made_world
from transforms.pooled import policy, tables
from warehouse.mart_tables import mart_tables

DAYS = np.arange(19000, 20500, policy.STEP)


def series(level):
    noise = 0.2 * np.random.default_rng(1).standard_normal((400, len(DAYS)))
    return policy.Series(DAYS, level[None, :] + noise)


def test_a_step_is_a_change_of_level_on_its_day_and_not_of_slope():
    found = policy.changes(series(np.where(DAYS < 19750, 6.0, 9.0)), 19750)
    assert abs(np.median(found[:, 0]) - 3.0) < 0.2
    assert abs(np.median(found[:, 1])) < 0.4


def test_a_day_without_half_a_year_on_both_sides_has_no_change():
    assert policy.changes(series(np.full(len(DAYS), 6.0)), int(DAYS[0]) + 30) is None


def test_what_scatters_as_much_on_other_days_is_not_established():
    wander = np.cumsum(np.random.default_rng(3).standard_normal(len(DAYS)))
    made = series(wander)
    others = policy.placebo(made)
    days = np.arange(DAYS[0] + 200, DAYS[-1] - 200, 25)
    out = []
    for day in days:
        low, _, high = policy.widened(policy.changes(made, int(day)), others)
        out.append((low > 0) | (high < 0))
    assert np.mean(out) < 0.3


def test_events_have_rows_with_the_declared_columns():
    world = made_world()
    fit = tables.pooled_as_known(world.versions, world.models, world.boards, AS_OF)
    events = pd.DataFrame({"event_on": ["2025-01-13", "2030-01-01"], "label": ["a rule", "never"]})
    found = policy.policy_effects(fit, events)
    assert set(found.columns) | {"as_of"} == set(mart_tables()["policy_effects"].column_names)
    assert found["event_label"].tolist() == ["a rule"]
    assert policy.policy_effects(None, events).empty
