"""The frames handed to the marts: every declared column, unique keys, the same answers from a shared
cache.
"""

import numpy as np
import pandas as pd
import pytest

from transforms.boards import board_versions, lag_tables, revisions
from transforms.boards.frontier import epoch_days
from transforms.boards.lag_cache import Cache
from transforms.boards.lag_columns import Work
from transforms.boards.lag_rows import event_rows
from transforms.boards.trends import kaplan_meier, lag_trends, trend
from transforms.capability import table as capability_table
from warehouse.mart_tables import mart_tables

DAYS = [pd.Timestamp(d) for d in ("2026-02-01", "2026-03-01", "2026-03-02")]


def made_history(boards: int = 6, seed: int = 5):
    """A history of two captures of each of a few boards with 60 models; the second rescales the first two
    boards and adds models.
    """
    rng = np.random.default_rng(seed)
    released = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 780, 60)), unit="D")
    country = np.where(rng.random(60) < 0.5, "US", "CN")
    models = pd.DataFrame(
        {
            "model_id": [f"lab{i % 7}/m{i}" for i in range(60)],
            "lab_id": [f"lab{i % 7}" for i in range(60)],
            "country": country,
            "released_on": released,
            "withdrawn_on": pd.NaT,
            "open_weights": country == "CN",
            "family": "f",
            "base_model_id": "",
        }
    )
    models.loc[3, "withdrawn_on"] = pd.Timestamp("2025-06-01")
    ability = (released - released[0]).days.to_numpy() / 365 + rng.normal(0, 0.4, 60)
    rows = []
    for b in range(boards):
        for day in ("2026-01-20", "2026-02-20"):
            score = 100 / (1 + np.exp(-(ability - 1 - b / 4))) + rng.normal(0, 2, 60)
            for i in np.flatnonzero((released <= day) & (rng.random(60) < 0.9)):
                rows.append(
                    (
                        f"board_{b}",
                        "1",
                        pd.Timestamp(day),
                        f"lab{i % 7}/m{i}",
                        "",
                        float(np.clip(score[i], 0, 100)),
                        500 if b % 3 else None,
                    )
                )
    history = pd.DataFrame(
        rows, columns=["board_id", "board_version", "vintage", "model_id", "setting", "score", "n"]
    )
    history = history.assign(
        score_low=None, score_high=None, interval_level=None, score_se=None, flagged=False
    )
    facts = pd.DataFrame(
        {
            "board_id": [f"board_{b}" for b in range(boards)],
            "ruler": [f"board_{b}" for b in range(boards)],
            "higher_is_better": True,
            "scale_min": 0.0,
            "scale_max": 100.0,
            "unit": ["Elo points" if b < 2 else "per cent" for b in range(boards)],
            "refitted": [b < 2 for b in range(boards)],
            "role": "headline",
        }
    )
    return history, models, facts


@pytest.fixture(scope="module")
def built():
    versions = board_versions.prepare(*made_history())
    cache = Cache()
    return versions, cache, {day: lag_tables.lag_tables(versions, day, cache=cache) for day in DAYS}


@pytest.mark.parametrize("name", ["frontier", "lag"])
def test_the_frames_have_every_declared_column_and_unique_keys(built, name):
    declared = mart_tables()[name]
    for tables in built[2].values():
        frame = getattr(tables, name)
        assert set(declared.column_names) == set(frame.columns)
        assert not frame.duplicated(list(declared.key)).any()
        for field in declared.fields:
            assert field.nullable or not frame[field.name].isna().any(), field.name
            if field.column.choices:
                assert frame[field.name].isin(field.column.choices).all(), field.name


def test_all_definitions_kinds_and_pairs_are_there(built):
    table = built[2][DAYS[0]].lag
    assert set(table["definition"]) == {
        "parity",
        "event",
        "significant",
        "catchup",
        "catchup_median",
        "threshold",
        "regression",
        "gap",
        "trailing12",
    }
    assert set(table["kind"]) == {"released", "available"}
    assert set(table["tolerance"]) == {0.0, 1.645}
    assert set(table.loc[table["definition"] == "parity", "window_days"]) == {0, 90, 180, 365}
    assert set(zip(table["leader"], table["follower"], strict=True)) == {
        ("US", "CN"),
        ("closed_weights", "open_weights"),
    }


def test_an_interval_holds_its_lag_and_boards_without_errors_have_none(built):
    table = built[2][DAYS[1]].lag
    known = table[table["lo90_days"].notna() & table["hi90_days"].notna() & table["lag_days"].notna()]
    assert len(known) > 500
    assert (known["lo90_days"] <= known["lag_days"] + 1e-9).all()
    assert (known["lag_days"] <= known["hi90_days"] + 1e-9).all()
    blind = table[table["board_id"].isin(["board_0", "board_3"]) & (table["definition"] != "catchup_median")]
    assert blind["lo90_days"].isna().all()


def test_a_shared_cache_changes_no_number(built):
    versions, _, tables = built
    alone = lag_tables.lag_tables(versions, DAYS[2])
    pd.testing.assert_frame_equal(alone.lag, tables[DAYS[2]].lag)


def test_draws_of_a_superseded_capture_are_given_back_and_made_again_the_same(built):
    versions, cache, tables = built
    held = {
        id(work.scores): "drawn" in vars(work.scores)
        for work in cache.work.values()
        if isinstance(work, Work)
    }
    assert any(held.values())
    assert not all(held.values())
    again = lag_tables.lag_tables(versions, DAYS[0], cache=cache)
    pd.testing.assert_frame_equal(again.lag, tables[DAYS[0]].lag)
    lag_tables.lag_tables(versions, DAYS[2], cache=cache)


def test_scores_of_a_later_capture_do_not_widen_a_scale_that_nobody_states():
    history, models, facts = made_history(boards=1)
    history.loc[history["vintage"] == "2026-02-20", "score"] *= 10
    (version,) = board_versions.prepare(history, models, facts.assign(scale_min=np.nan, scale_max=np.nan))
    early = history.loc[history["vintage"] == "2026-01-20", "score"]
    assert version.scale(int(epoch_days(pd.Series(DAYS[:1]))[0])) == (early.min(), early.max())
    assert version.scale(int(epoch_days(pd.Series(DAYS[1:2]))[0]))[1] > 2 * early.max()


def test_revisions_name_a_cause_for_every_change(built):
    versions, cache, _ = built
    found = revisions.lag_revisions(versions, DAYS[0], DAYS[1], lag_tables.PAIRS, cache).assign(as_of=DAYS[1])
    declared = mart_tables()["lag_revisions"]
    assert set(declared.column_names) == set(found.columns)
    assert not found.duplicated(list(declared.key)).any()
    assert len(found) > 20
    assert (found["cause_model_id"] != "").all()
    assert found["cause"].isin(revisions.CAUSES).all()


def test_trends_have_the_declared_columns(built):
    found = lag_trends(built[2][DAYS[1]].lag, pd.Timestamp("2024-06-01"))
    assert set(mart_tables()["lag_trend"].column_names) == set(found.columns)
    assert (found["per_year_lo90"] <= found["per_year_hi90"]).all()


def test_the_capability_index_is_a_table_and_a_board(built):
    _, models, facts = made_history()
    index = capability_table.capability_as_known(built[0], facts, DAYS[1], 50)
    assert set(mart_tables()["capability"].column_names) == set(index.table.columns)
    pair = capability_table.index_pair(index, models, "US", "CN", DAYS[1])
    work = capability_table.wider_work(index, pair)
    rows = event_rows(work, 20600)
    assert np.isfinite(rows["lo90_days"]).any()
    assert capability_table.capability_as_known(built[0][:2], facts, DAYS[1], 5) is None


def test_the_index_reads_one_board_of_every_measurement(built):
    facts = made_history()[2]
    names = set(facts["board_id"])
    copied = facts.assign(ruler=facts["ruler"].where(facts["board_id"] != "board_3", "board_2"))
    found = [capability_table.capability_as_known(built[0], some, DAYS[1], 2) for some in (facts, copied)]
    whole, without = ({name.rsplit("@", 1)[0] for name in one.fitted.cells.boards} for one in found)
    assert {name.split("|")[0] for name in whole} == names
    assert {name.split("|")[0] for name in without} == names - {"board_3"}


def test_an_index_is_on_its_scale_only_where_both_anchors_are_scored(built):
    index = capability_table.capability_as_known(built[0], made_history()[2], DAYS[1], 5)
    assert not index.anchored
    cells = index.fitted.cells
    order = np.argsort(index.fitted.capability)
    anchors = ((str(cells.models[order[0]]), 130.0), (str(cells.models[order[-1]]), 150.0))
    scaled = index._replace(fitted=capability_table.fit(cells, anchors))
    assert scaled.anchored
    one = index._replace(fitted=capability_table.fit(cells, (anchors[0], ("nobody/model", 150.0))))
    assert not one.anchored


def test_the_lag_on_the_index_is_a_board_of_the_lag_table_with_intervals_from_the_refits(built):
    _, models, facts = made_history()
    index = capability_table.capability_as_known(built[0], facts, DAYS[1], 50)
    found = capability_table.index_lags(index, models, DAYS[1], [("US", "CN")])
    assert set(found.columns) == set(built[2][DAYS[1]].lag.columns)
    assert set(found["board_id"]) == {"capability_index"}
    assert {
        "parity",
        "trailing12",
        "event",
        "significant",
        "catchup",
        "threshold",
        "regression",
        "gap",
    } <= set(found["definition"])
    events = found[(found["definition"] == "event") & (found["tolerance"] == 0) & found["lag_days"].notna()]
    assert ((events["lo90_days"] <= events["lag_days"]) & (events["lag_days"] <= events["hi90_days"])).all()
    declared = mart_tables()["lag"]
    assert not found.duplicated([c for c in declared.key if c in found.columns]).any()


def test_a_model_that_its_boards_cannot_place_is_on_no_frontier_of_the_index(built):
    _, models, facts = made_history()
    index = capability_table.capability_as_known(built[0], facts, DAYS[1], 20)
    pair = capability_table.index_pair(index, models, "US", "CN", DAYS[1])
    best = pair.leader.ids[pair.leader.merit.argmax()]
    vague = index.table.assign(se=index.table["se"].where(index.table["model_id"] != best, 20.0))
    left = capability_table.index_pair(index._replace(table=vague), models, "US", "CN", DAYS[1])
    assert best not in left.leader.ids
    assert len(left.leader) == len(pair.leader) - 1


def test_a_steady_rise_is_established_and_noise_hardly_more_often_than_one_time_in_ten():
    days = np.arange(0, 730, 60.0)
    noise = [np.random.default_rng(seed).normal(0, 1, len(days)) for seed in range(200)]
    assert trend(days, days / 10 + noise[0]).established
    assert 0.03 < np.mean([trend(days, n, 300).established for n in noise]) < 0.2
    assert trend(days, days).per_year == pytest.approx(365.25)


def test_a_median_with_more_than_half_running_is_unknown():
    running = kaplan_meier(np.array([10.0, 50.0, 60.0]), np.array([False, True, True]))
    assert running.days == float("inf")
    done = kaplan_meier(np.array([10.0, 20.0, 30.0, 40.0, 50.0]), np.zeros(5, dtype=bool))
    assert (done.days, done.censored) == (30.0, 0)
    assert done.lo90 <= 30 <= done.hi90
