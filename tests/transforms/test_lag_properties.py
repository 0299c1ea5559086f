"""What no lag may depend on, and how it must answer to known changes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.made_boards import pair, side
from transforms.boards import board_versions, lag, lag_tables, true_scores, uncertainty
from transforms.boards.frontier import NEVER, Side, in_group
from warehouse.conventions import TOLERANCE_Z

WHEN = st.integers(0, 900)
SCORE = st.integers(0, 400).map(lambda i: i / 4)
MODELS = st.lists(st.tuples(WHEN, SCORE), min_size=1, max_size=25)
DAYS = np.arange(0, 1500, 7)


def made(us, cn):
    return pair(side(*zip(*us, strict=True), prefix="us"), side(*zip(*cn, strict=True), prefix="cn"))


def lags(p, days=DAYS):
    return lag.parity(p, days).lag


@given(MODELS, MODELS)
def test_a_monotone_rescaling_of_the_scores_changes_no_lag(us, cn):
    bent = [[(d, float(np.exp(s / 30)) - 5) for d, s in group] for group in (us, cn)]
    np.testing.assert_array_equal(lags(made(us, cn)), lags(made(*bent)))
    np.testing.assert_array_equal(lag.event(made(us, cn)), lag.event(made(*bent)))


@given(MODELS, MODELS, st.integers(1, 300))
def test_delaying_the_follower_by_k_days_adds_k_to_every_event_lag(us, cn, k):
    late = [(d + k, s) for d, s in cn]
    np.testing.assert_array_equal(lag.event(made(us, late)), lag.event(made(us, cn)) + k)


@given(MODELS, MODELS, st.integers(1, 300))
def test_delaying_a_trailing_follower_by_k_days_adds_k_to_parity_k_days_later(us, cn, k):
    best = max(s for _, s in us)
    behind = [(d + 901, min(s, best)) for d, s in cn]
    late = [(d + k, s) for d, s in behind]
    before, after = (
        lags(made(us, behind), np.arange(901, 2100)),
        lags(made(us, late), np.arange(901 + k, 2100 + k)),
    )
    np.testing.assert_array_equal(after, before + k)


@given(MODELS, MODELS, st.lists(st.tuples(WHEN, st.floats(0.25, 50)), max_size=10))
def test_a_weaker_later_model_changes_nothing(us, cn, extra):
    weaker = []
    for when, less in extra:
        best = max((s for d, s in cn if d <= when), default=None)
        if best is not None:
            weaker.append((when, best - less))
    np.testing.assert_array_equal(lags(made(us, cn)), lags(made(us, cn + weaker)))


@given(MODELS, MODELS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(us, cn, random):
    mixed = us[:]
    random.shuffle(mixed)
    np.testing.assert_array_equal(lags(made(us, cn)), lags(made(mixed, cn)))


@given(MODELS, MODELS)
def test_swapping_the_groups_turns_the_sign_and_nothing_else(us, cn):
    p = made(us, cn)
    np.testing.assert_array_equal(lags(p), -lags(p.swapped()))


@given(MODELS, MODELS)
def test_parity_on_a_day_needs_no_model_dated_later(us, cn):
    day = 450
    until = [[m for m in group if m[0] <= day] for group in (us, cn)]
    if all(until):
        np.testing.assert_array_equal(
            lags(made(*until), np.array([day])), lags(made(us, cn), np.array([day]))
        )


@given(MODELS, MODELS)
def test_a_tolerance_never_makes_the_follower_look_nearer(us, cn):
    p = made(us, cn)
    noisy = replace(
        p, leader=replace(p.leader, se=np.ones(len(us))), follower=replace(p.follower, se=np.ones(len(cn)))
    )
    strict, tolerant = lag.event(noisy), lag.event(noisy, TOLERANCE_Z)
    known = ~np.isnan(strict)
    assert (tolerant[known] >= strict[known]).all()


@given(MODELS, MODELS)
def test_the_available_frontier_is_the_released_one_where_nothing_is_withdrawn(us, cn):
    p = made(us, cn)
    one_gone = replace(p, leader=replace(p.leader, gone=np.where(np.arange(len(us)) == 0, 5000, NEVER)))
    np.testing.assert_array_equal(lag.parity(one_gone, DAYS, "available").lag, lags(p))


@given(MODELS, MODELS)
@settings(max_examples=20)
def test_a_missing_standard_error_removes_no_model(us, cn):
    p = made(us, cn)
    known = replace(p, leader=replace(p.leader, se=np.where(np.arange(len(us)) % 2, 1.0, np.nan)))
    np.testing.assert_array_equal(lags(known), lags(p))
    drawn = (
        uncertainty.draw_parity(known, true_scores.draw_scores(known), "released")
        if lag.has_errors(known)
        else None
    )
    assert drawn is None or drawn.leader.shape[1] == len(us)


@given(MODELS, MODELS)
@settings(max_examples=25)
def test_an_interval_holds_the_published_value_and_repeats_itself(us, cn):
    p = made(us, cn)
    p = replace(
        p,
        leader=replace(p.leader, se=np.full(len(us), 2.0)),
        follower=replace(p.follower, se=np.full(len(cn), 2.0)),
    )
    value = lags(p)
    ends = [
        uncertainty.parity_interval(uncertainty.draw_parity(p, true_scores.draw_scores(p, 200)), DAYS)
        for _ in range(2)
    ]
    np.testing.assert_array_equal(ends[0], ends[1])
    low, high = uncertainty.widened(*ends[0], value)
    known = ~np.isnan(value)
    assert (low[known] <= value[known]).all()
    assert (value[known] <= high[known]).all()


@given(MODELS, MODELS, st.sampled_from((90, 180, 365)))
@settings(max_examples=25)
def test_the_exact_sum_over_steps_is_the_mean_of_the_daily_lags(us, cn, window):
    p = made(us, cn)
    exact = replace(
        p, leader=replace(p.leader, se=np.zeros(len(us))), follower=replace(p.follower, se=np.zeros(len(cn)))
    )
    scores = (np.repeat(p.leader.merit[None], 2, 0), np.repeat(p.follower.merit[None], 2, 0))
    grid = np.arange(0, 1500)
    daily = lag.parity(p, grid)
    tied = (
        lag.gap(p, daily)[0] == 0
    ).any()  # draws are never exactly equal; on ties parity asks who was first, draws need not
    if not tied:
        summed = uncertainty.trailing_draws(uncertainty.draw_parity(exact, scores), DAYS, window)[0]
        np.testing.assert_allclose(summed, lag.trailing_mean(daily.lag, window)[DAYS], atol=1e-6)


def test_groups_are_countries_weights_and_labs():
    models = pd.DataFrame(
        {
            "model_id": ["a/1", "b/1", "c/1"],
            "lab_id": ["a", "b", "c"],
            "country": ["US", "CN", "CN"],
            "open_weights": [False, True, None],
        }
    )
    assert in_group(models, "CN").tolist() == [False, True, True]
    assert in_group(models, "b").tolist() == [False, True, False]
    assert in_group(models, "open_weights").tolist() == [False, True, False]
    assert in_group(models, "closed_weights").tolist() == [True, False, False]


def test_an_empty_group_has_no_lag():
    empty = Side(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, np.int64), np.zeros(0, object))
    p = pair(side([0, 10], [1, 2]), empty)
    assert np.isnan(lag.parity(p, DAYS).lag).all()
    assert not len(lag.event(p))


@pytest.fixture
def arena():
    """A refitted board that drops the leader's old model between two captures, as Arena did with ChatGPT-4o
    of 2024-11.
    """
    models = pd.DataFrame(
        {
            "model_id": ["openai/old", "openai/new", "deepseek/r1"],
            "lab_id": ["openai", "openai", "deepseek"],
            "country": ["US", "US", "CN"],
            "released_on": pd.to_datetime(["2024-11-20", "2025-02-17", "2025-01-20"]),
            "withdrawn_on": pd.NaT,
            "open_weights": [False, False, True],
        }
    )
    rows = [
        ("2025-01-24", "openai/old", 1365.0), ("2025-01-24", "deepseek/r1", 1360.0),
        ("2025-02-22", "openai/new", 1400.0), ("2025-02-22", "deepseek/r1", 1361.0),
    ]  # fmt: skip
    history = pd.DataFrame(rows, columns=["vintage", "model_id", "score"]).assign(
        board_id="lmarena_text",
        board_version="1",
        setting="",
        score_low=None,
        score_high=None,
        interval_level=None,
        score_se=None,
        n=None,
        flagged=False,
    )
    boards = pd.DataFrame(
        {
            "board_id": ["lmarena_text"],
            "higher_is_better": [True],
            "scale_min": [np.nan],
            "scale_max": [np.nan],
            "unit": ["Elo points"],
            "refitted": [True],
        }
    )
    return history.assign(vintage=pd.to_datetime(history["vintage"])), models, boards


def test_rows_that_a_refitted_board_drops_change_no_lag_at_launch(arena):
    versions = board_versions.prepare(*arena)
    for day, content in (("2025-01-31", "2025-01-24"), ("2025-03-01", "2025-02-22")):
        table = lag_tables.lag_tables(versions, pd.Timestamp(day), [("US", "CN")], intervals=False).lag
        launch = table[(table["definition"] == "event") & (table["vintage_basis"] == "launch")]
        assert launch["lag_days"].tolist() == [61.0]
        daily = table[(table["definition"] == "parity") & (table["vintage_basis"] == "launch")].set_index(
            "valid_on"
        )["lag_days"]
        assert daily[pd.Timestamp(content)] == (pd.Timestamp(content) - pd.Timestamp("2024-11-20")).days


def test_two_captures_of_a_refitted_board_never_meet_in_one_frontier(arena):
    versions = board_versions.prepare(*arena)
    table = lag_tables.lag_tables(
        versions, pd.Timestamp("2025-03-01"), [("US", "CN")], intervals=False
    ).frontier
    assert table.loc[table["group"] == "US", "model_id"].unique().tolist() == ["openai/new"]


def test_a_board_as_known_on_a_day_uses_no_later_capture(arena):
    history, models, boards = arena
    early = history[history["vintage"] <= "2025-01-31"]
    both = [
        lag_tables.lag_tables(
            board_versions.prepare(h, models, boards),
            pd.Timestamp("2025-01-31"),
            [("US", "CN")],
            intervals=False,
        ).lag
        for h in (history, early)
    ]
    pd.testing.assert_frame_equal(*both)
