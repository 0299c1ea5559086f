"""The metrics' speed against a peer in the same run, their fit on Epoch's cells, and how often their
intervals hold the truth.
"""

import numpy as np
import pandas as pd
import pytest

from studies import capability_residuals, coverage, metrics_bench
from tests import recordings
from tests.transforms import capability_cells
from tests.transforms.made_boards import WORLDS, many_boards
from tests.transforms.plain_lag import plain_parity
from transforms.boards import lag
from transforms.capability import cells as fitted_to
from transforms.capability import model as capability
from transforms.capability import refits as capability_refits
from transforms.capability import solver as capability_solver


@pytest.fixture(scope="module")
def boards():
    return many_boards()


def test_the_rolling_lag_is_what_plain_pandas_says(boards):
    days = np.arange(0, 1500, 29)
    for pair in boards[:3]:
        np.testing.assert_array_equal(lag.parity(pair, days).lag, plain_parity(pair, days).to_numpy())


@pytest.mark.alone
def test_18_000_cells_of_rolling_lag_cost_little_more_than_the_searches_they_need(boards):
    metrics_bench.rolling(boards)
    ours = metrics_bench.timed(lambda: metrics_bench.rolling(boards), 25, min)
    floor = metrics_bench.timed(lambda: metrics_bench.searchsorted_floor(boards), 25, min)
    assert ours < 6 * floor


@pytest.mark.alone
def test_a_thousand_draws_of_all_cells_cost_less_than_one_board_in_plain_pandas(boards):
    drawn = metrics_bench.timed(lambda: metrics_bench.draws(boards), 1)
    days = np.arange(0, 1500, 30)
    plain = metrics_bench.timed(lambda: plain_parity(boards[0], days), 1) * 30
    assert drawn < 2 * plain


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORLDS)
def test_the_90_percent_interval_holds_the_true_lag_in_85_to_95_of_100_worlds(kind):
    found = [coverage.one(kind, seed) for seed in range(150)]
    for definition in ("parity", "trailing12", "event"):
        held = [x for f in found for x in f[definition]]
        assert 0.85 <= np.mean(held) <= 0.95, (kind, definition, np.mean(held))


@pytest.fixture(scope="module")
def epoch():
    frame, facts = capability_cells.read()
    cells = fitted_to.cells_of(frame)
    return cells, capability_residuals.kin_of(cells, facts)


@recordings.needed
@pytest.mark.recorded
def test_the_index_fits_epochs_cells_at_least_as_well_as_epochs_own_code(epoch):
    cells, _ = epoch
    fitted = capability.fit(cells, capability_cells.ANCHORS)
    assert (len(cells.score), len(cells.models), len(cells.boards)) == (1324, 179, 38)
    assert fitted.rmse <= 0.0715
    for name, value in capability_cells.ANCHORS:
        assert fitted.capability[cells.models == name] == pytest.approx(value)


@recordings.needed
@pytest.mark.recorded
@pytest.mark.parametrize("seed", range(4))
def test_residual_structure_lowers_the_held_out_error_and_its_intervals_cover(epoch, seed):
    rmse, inside = metrics_bench.held_out(*epoch, seed)
    assert rmse <= 0.095
    assert rmse < metrics_bench.plain_held_out(epoch[0], seed)
    assert 0.88 <= inside <= 0.92


@pytest.mark.alone
@recordings.needed
@pytest.mark.recorded
def test_the_analytic_fit_is_many_times_faster_than_a_numeric_jacobian(epoch):
    cells, _ = epoch
    ours = metrics_bench.timed(lambda: capability.fit(cells, capability_cells.ANCHORS), 9, min)
    start = fitted_to.start_of(cells, cells.score)
    size = len(start.ability) + 2 * len(start.alpha)
    residuals = metrics_bench.timed(lambda: fitted_to.predict(start, cells.model, cells.board), 9, min)
    # A numeric Jacobian asks for the residuals once a parameter in each of at least ten rounds.
    assert ours < 10 * size * residuals


@recordings.needed
@pytest.mark.recorded
def test_errors_are_those_of_differences_so_that_the_anchors_are_as_uncertain_as_others(epoch):
    cells, _ = epoch
    fitted = capability.fit(cells, capability_cells.ANCHORS)
    covariance = capability.ability_covariance(fitted)
    se = capability.own_se(covariance, fitted.capability)
    anchors = np.isin(cells.models, [name for name, _ in capability_cells.ANCHORS])
    assert (se[anchors] > 0.5).all()
    draws = {what: capability_refits.refits(fitted, what, 60) for what in capability_refits.RESAMPLED}
    table = capability_refits.capability_table(fitted, draws)
    assert ((table["lo90"] <= table["capability"]) & (table["capability"] <= table["hi90"])).all()
    spread = dict(zip(table["model_id"], table["hi90"] - table["lo90"], strict=True))
    assert all(spread[name] > 1 for name, _ in capability_cells.ANCHORS)


def test_refits_repeat_themselves_and_the_order_of_the_cells_changes_nothing():
    rng = np.random.default_rng(3)
    ability, hard = rng.normal(0, 1, 30), rng.normal(0, 1, 8)
    rows = [
        (f"m/{m:02}", f"b{b}", 1 / (1 + np.exp(-(ability[m] - hard[b])))) for m in range(30) for b in range(8)
    ]
    frame = pd.DataFrame(rows, columns=["model_id", "board_id", "score_fraction"])
    one, other = (
        capability.fit(fitted_to.cells_of(f)) for f in (frame, frame.sample(frac=1, random_state=1))
    )
    np.testing.assert_allclose(one.capability, other.capability, atol=1e-9)
    assert np.corrcoef(one.capability, ability)[0, 1] > 0.999
    np.testing.assert_array_equal(
        capability_refits.refits(one, "boards", 5), capability_refits.refits(other, "boards", 5)
    )


def test_an_error_common_to_all_models_is_no_models_error():
    value = np.linspace(90, 160, 12)
    own = np.diag(np.linspace(1.0, 2.0, 12) ** 2)
    shift, stretch = np.ones(12), value - value.mean()
    common = own + 25 * np.outer(shift, shift) + 0.04 * np.outer(stretch, stretch)
    np.testing.assert_allclose(capability.own_se(common, value), capability.own_se(own, value), atol=1e-6)
    assert (capability.own_se(common, value) <= np.linspace(1.0, 2.0, 12) + 1e-9).all()


def made_cells(seed, models=40, boards=9, noise=0.05):
    rng = np.random.default_rng(seed)
    ability, hard, steep = (
        rng.normal(0, 1, models),
        rng.normal(0, 1, boards),
        np.exp(rng.normal(0, 0.3, boards)),
    )
    cells = [(m, b) for m in range(models) for b in range(boards) if rng.random() < 0.7]
    score = [1 / (1 + np.exp(-steep[b] * (ability[m] - hard[b]))) + rng.normal(0, noise) for m, b in cells]
    named = [(f"m/{m:02}", f"b{b}", float(np.clip(s, 0, 1))) for (m, b), s in zip(cells, score, strict=True)]
    return fitted_to.cells_of(pd.DataFrame(named, columns=["model_id", "board_id", "score_fraction"]))


@pytest.mark.parametrize("what", capability_refits.RESAMPLED)
def test_refits_in_one_batch_are_what_each_refit_gives_alone(what):
    cells = made_cells(5)
    fitted = capability.fit(cells)
    weights = capability_refits.weights(cells, what, 30)
    many = capability_solver.solve_many(cells, cells.score, weights, fitted.parameters, 1e-12)
    for i, weight in enumerate(weights):
        one = capability_solver.solve(cells, cells.score, weight, fitted.parameters, 1e-12)
        np.testing.assert_allclose(many.ability[i], one.ability, atol=0.02 * fitted.parameters.ability.std())


def test_a_batch_of_refits_does_not_depend_on_how_it_is_cut(monkeypatch):
    cells = made_cells(6)
    fitted = capability.fit(cells)
    whole = capability_refits.refits(fitted, "cells", 20)
    monkeypatch.setattr(capability_solver, "BATCH_BYTES", 1)
    np.testing.assert_array_equal(capability_refits.refits(fitted, "cells", 20), whole)
    drawn = capability_refits.weights(cells, "boards", 20)
    forth, back = (
        capability_solver.solve_many(cells, cells.score, w, fitted.parameters, 1e-4)
        for w in (drawn, drawn[::-1])
    )
    np.testing.assert_array_equal(forth.ability, back.ability[::-1])


@pytest.mark.alone
@recordings.needed
@pytest.mark.recorded
def test_refits_in_one_batch_cost_far_less_than_as_many_fits(epoch):
    cells, _ = epoch
    fitted = capability.fit(cells, capability_cells.ANCHORS)
    one = metrics_bench.timed(lambda: capability.fit(cells, capability_cells.ANCHORS), 5, min)
    batch = metrics_bench.timed(lambda: capability_refits.refits(fitted, "cells", 200), 3, min)
    assert batch < 100 * one
