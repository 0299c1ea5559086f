"""What each number does not know."""

import pandas as pd

from tests.transforms.pooled_world import AS_OF, made_world
from transforms import coverage
from transforms.coverage_subjects import of_models, subjects
from transforms.pooled import completed, tables
from warehouse.covered import COVERED, covered_by
from warehouse.mart_tables import mart_tables

DAY = pd.Timestamp("2026-06-15")


def flags():
    days = ["2026-05-01", "2026-06-20", "2026-06-25", "2026-06-28"]
    return pd.DataFrame(
        {
            "model_id": ["old/a", "us/b", "cn/c", "cn/d"],
            "lab_id": ["old", "us", "cn", "cn"],
            "country": ["US", "US", "CN", "CN"],
            "open_weights": [False, False, True, True],
            "flagship": True,
            "released_on": pd.to_datetime(days),
        }
    )


def row(known, until="2026-06-15"):
    day = pd.Timestamp(until) if until else pd.NaT
    state = "current" if until else "not_covered"
    subject = coverage.Subject("lag", "b", "1", "US", "CN", pd.Timestamp("2026-06-15"), day, state, known)
    return coverage.coverage([subject], flags(), {"cn/c"}, AS_OF).iloc[0]


def test_flagships_released_since_and_missing_are_counted_by_group():
    found = row({"us/b"})
    assert (found["leader_since"], found["follower_since"]) == (1, 2)
    assert (found["leader_missing"], found["follower_missing"]) == (0, 2)
    assert (found["leader_missing_on_sale"], found["follower_missing_on_sale"]) == (0, 1)
    assert found["not_in_it_on_sale"] == "cn/c"
    assert found["sentence"] == (
        "Not in it: 0 US and 2 Chinese flagships released since 2026-06-15; 0 and 1 of them are on sale."
        " Of the flagships of the year to 2026-06-15 it has 0 of 1 US and 0 of 0 Chinese ones."
    )


def test_a_number_that_knows_all_says_so():
    assert row({"us/b", "cn/c", "cn/d"})["sentence"] == (
        "No flagship released since 2026-06-15 is missing from it."
        " Of the flagships of the year to 2026-06-15 it has 0 of 1 US and 0 of 0 Chinese ones."
    )


def test_a_board_that_covers_no_day_counts_from_its_newest_content():
    found = row({"us/b"}, until="")
    assert found["follower_since"] == 2
    assert found["sentence"].startswith("It covers no day of both groups. Not in it: ")


def test_every_number_of_a_date_has_a_row_with_the_declared_columns():
    world = made_world()
    fit = tables.pooled_as_known(world.versions, world.models, world.boards, AS_OF)
    found = subjects(world.versions, world.models, None, fit, AS_OF)
    sold = pd.DataFrame({"model_id": world.models["model_id"], "first_party": True})
    names = ("model_prices", "cost_per_task", "hosting_footprint")
    found += of_models(dict.fromkeys(names, sold), world.models, AS_OF)
    table = coverage.coverage(found, world.models, set(), AS_OF)
    declared = mart_tables()["coverage"]
    assert set(table.columns) | {"as_of"} == set(declared.column_names)
    assert not table.duplicated([c for c in declared.key if c != "as_of"]).any()
    assert set(table["metric"]) == set(COVERED)


def test_every_table_of_numbers_has_a_row_that_says_what_it_does_not_know():
    told = {name for name in mart_tables() if covered(name)}
    assert mart_tables().keys() - told == {
        "address_freshness", "attributions", "claim_verdicts", "coverage", "freshness", "gates",
        "model_aliases", "model_dates", "models", "set_aside", "unmatched",
    }  # fmt: skip


def covered(name):
    try:
        return covered_by(name) in COVERED
    except KeyError:
        return False


def test_a_lab_is_compared_with_the_rest_of_its_country():
    subject = coverage.Subject("pooled_lag", "", "", "other_US", "us", DAY, DAY, "current", {"us/b"})
    found = coverage.coverage([subject], flags(), set(), AS_OF).iloc[0]
    assert (found["leader_year"], found["leader_year_known"], found["follower_since"]) == (1, 0, 1)
    assert "0 of 1 other US and 0 of 0 us ones" in found["sentence"]


def test_a_table_of_models_speaks_until_its_newest_flagship_of_the_country_that_has_older_ones():
    (_, costs) = of_models({"cost_per_task": pd.DataFrame({"model_id": ["old/a", "cn/c"]})}, flags(), AS_OF)
    assert costs.speaks_until == pd.Timestamp("2026-05-01")
    (_, none) = of_models({"cost_per_task": pd.DataFrame({"model_id": ["cn/c"]})}, flags(), AS_OF)
    assert none.state == "not_covered"


def test_a_silent_board_is_completed_and_one_that_speaks_is_not():
    world = made_world(count=240)
    models = world.models.set_index("model_id")
    on = world.history.loc[world.history["board_id"] == "board_4", "model_id"]
    late = on[
        (models.loc[on, "country"] == "CN").to_numpy()
        & (models.loc[on, "released_on"] > "2024-10-01").to_numpy()
    ]
    old = [
        m
        for m in late
        if models.loc[m, "flagship"] and models.loc[m, "released_on"] < pd.Timestamp("2026-01-01")
    ]
    kept = old[-1]
    lost = (world.history["board_id"] == "board_4") & world.history["model_id"].isin(set(late) - {kept})
    few = world._replace(history=world.history[~lost])
    fit = tables.pooled_as_known(few.versions, few.models, few.boards, AS_OF)
    found = completed.completed_lag(fit)
    assert found["board_id"].tolist() == ["board_4"]
    declared = mart_tables()["completed_lag"]
    assert set(found.columns) | {"as_of"} == set(declared.column_names)
    assert (found["completed_lo90"] <= found["completed_hi90"]).all()
    assert (found["at_par_days"] <= found["carried_lag_days"]).all()
    assert (found["completed_lag_days"] < found["carried_lag_days"]).all()
    assert completed.completed_lag(None).empty
