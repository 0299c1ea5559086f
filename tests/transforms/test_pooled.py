"""The pooled lag: what must not change it, what must, and what stands in its tables."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transforms.pooled_world import AS_OF, UNITS, World, made_world
from transforms.pooled import diagnostics, draw_lags, groups, published, tables
from transforms.pooled.panel import panel_of
from transforms.pooled.posterior import Posterior, posterior_of
from transforms.pooled.rulers import cells_of, rulers
from transforms.pooled.sampler import sample
from warehouse.mart_tables import mart_tables

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAYS = np.array([np.datetime64("2026-06-30").astype("datetime64[D]").astype(int)])


def panel(world: World):
    return panel_of(cells_of(rulers(world.versions, world.boards, AS_OF)), world.models, AS_OF)


def lag(made) -> np.ndarray:
    """Draws of the measured lag of the year, in months."""
    found = Posterior(made, sample(made, keep=300, burn=150))
    return published.trailing(found, groups.pair_of(made, "US", "CN"), DAYS, 3)


@pytest.fixture(scope="module")
def world():
    return made_world()


@pytest.fixture(scope="module")
def fit(world):
    found = tables.pooled_as_known(world.versions, world.models, world.boards, AS_OF)
    assert found is not None
    return found


def test_a_known_lag_is_found(fit):
    pair = groups.pair_of(fit.posterior.panel, "US", "CN")
    low, value, high = draw_lags.middle_and_ends(published.trailing(fit.posterior, pair, DAYS, 3))[:, 0]
    assert low < 6.5 < high + 1.0
    assert 4.0 < value < 8.5


@FEW
@given(st.floats(-5000, 5000), st.floats(0.05, 20))
def test_the_origin_and_the_unit_of_an_elo_scale_change_nothing(world, origin, unit):
    elo = world.history["board_id"] == "board_0"
    score = world.history["score"]
    other = world.history.assign(score=score.where(~elo, origin + unit * score))
    assert panel(world._replace(history=other)).digest == panel(world).digest


@FEW
@given(st.sampled_from([f"board_{n}" for n in range(len(UNITS))]), st.sampled_from(["a_copy", "z_copy"]))
def test_a_copy_of_a_board_under_another_name_of_the_same_ruler_changes_nothing(world, original, name):
    rows = world.history[world.history["board_id"] == original].assign(board_id=name)
    board = world.boards[world.boards["board_id"] == original].assign(board_id=name)
    more = World(
        pd.concat([world.history, rows]), world.models, pd.concat([board, world.boards], ignore_index=True)
    )
    assert panel(more).digest == panel(world).digest


def test_an_edition_of_much_the_same_models_is_no_ruler_of_its_own(world):
    rows = world.history[world.history["board_id"] == "board_1"].assign(board_version="2")
    few = rows.groupby("board_id").head(len(rows) * 3 // 4)
    more = world._replace(history=pd.concat([world.history, few]))
    assert panel(more).digest == panel(world).digest


@FEW
@given(st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(world, seed):
    shuffled = World(
        world.history.sample(frac=1, random_state=seed),
        world.models.sample(frac=1, random_state=seed + 1).reset_index(drop=True),
        world.boards.sample(frac=1, random_state=seed + 2).reset_index(drop=True),
    )
    assert panel(shuffled).digest == panel(world).digest


@FEW
@given(st.lists(st.integers(1, 400), min_size=1, max_size=4))
def test_captures_that_say_the_same_again_change_nothing(world, days_before):
    again = [world.history.assign(vintage=AS_OF - pd.Timedelta(days=days)) for days in days_before]
    more = world._replace(history=pd.concat([*again, world.history]))
    assert panel(more).digest == panel(world).digest


def test_the_same_panel_gives_the_same_draws(world):
    made = panel(world)
    np.testing.assert_array_equal(
        sample(made, keep=5, burn=5).capability, sample(made, keep=5, burn=5).capability
    )


def test_swapped_groups_change_the_sign_and_the_ends(fit):
    one, other = (
        published.variants(fit.posterior, groups.pair_of(fit.posterior.panel, *names), DAYS, DAYS, True)
        for names in (("US", "CN"), ("CN", "US"))
    )
    for name in ("published", "measured", "completed"):
        assert one[name].value == pytest.approx(-other[name].value)
        assert one[name].low == pytest.approx(-other[name].high)


@pytest.mark.parametrize("seed", [3, 11])
def test_chinese_models_a_month_later_are_a_month_further_behind(seed):
    world = made_world(seed=seed)
    chinese = world.models["country"] == "CN"
    days = world.models["released_on"]
    later = days.where(~chinese, days + pd.Timedelta(days=30))
    shifted = world._replace(models=world.models.assign(released_on=later))
    end = pd.Timestamp("2026-07-30")
    made = [panel_of(cells_of(rulers(w.versions, w.boards, end)), w.models, end) for w in (world, shifted)]
    before, after = (float(np.median(lag(one))) for one in made)
    assert after - before == pytest.approx(1.0, abs=0.3)


def test_untested_models_at_par_bound_the_lag_from_below(fit):
    pair = groups.pair_of(fit.posterior.panel, "US", "CN")
    found = published.variants(fit.posterior, pair, DAYS, DAYS, True)
    assert found["at_par"].value <= found["measured"].value
    assert found["published"].low <= found["published"].value <= found["published"].high
    assert found["published"].value == found["measured"].value


def hardly_tested(posterior: Posterior, country: str, before: str) -> Posterior:
    """The same draws with at most two cells of each of a country's models of before a day."""
    panel = posterior.panel
    early = (panel.country == country) & (
        panel.days < np.datetime64(before).astype("datetime64[D]").astype(int)
    )
    number = pd.Series(panel.model).groupby(panel.model).cumcount().to_numpy()
    return Posterior(panel.only(~early[panel.model] | (number < 2)), posterior.draws)


def test_a_lag_that_hangs_on_models_of_the_leader_that_are_not_measured_is_not_published(fit):
    old = hardly_tested(fit.posterior, "US", "2026-01-15")
    pair = groups.pair_of(old.panel, "US", "CN")
    assert published.hangs(fit.posterior, pair, DAYS)[0] < published.HANGS
    assert published.hangs(old, pair, DAYS)[0] > published.HANGS
    found = published.variants(old, pair, DAYS, DAYS, True)
    assert np.isfinite(found["measured"].value).all()
    assert np.isnan([found["published"].value, found["published"].low, found["published"].high]).all()
    swapped = groups.pair_of(old.panel, "CN", "US")
    np.testing.assert_allclose(published.hangs(old, swapped, DAYS), published.hangs(old, pair, DAYS))


def test_a_pair_without_a_published_lag_of_the_last_day_has_none_of_an_older_day(fit):
    shown = tables.pooled_lag(fit, True)
    first = (shown["leader"] == "US") & (shown["follower"] == "CN") & (shown["variant"] == "published")
    assert first.any()
    old = replace(fit, posterior=hardly_tested(fit.posterior, "US", "2026-01-15"))
    found = tables.pooled_lag(old, True)
    of_both = found[(found["leader"] == "US") & (found["follower"] == "CN")]
    assert set(of_both["variant"]) >= {"measured", "completed"}
    assert not {"published", "without"} & set(of_both["variant"])


def test_what_the_chains_do_not_agree_on_is_not_published(fit):
    apart = fit.posterior.draws.capability.copy()
    apart[0, :, fit.posterior.panel.country == "CN"] += 2.0
    broken = Posterior(fit.posterior.panel, fit.posterior.draws._replace(capability=apart))
    pair = groups.pair_of(broken.panel, "US", "CN")
    found = published.variants(broken, pair, DAYS, DAYS, True)
    assert "published" not in found
    assert "measured" not in found


def test_chains_that_agree_have_an_r_hat_of_one_and_many_effective_draws():
    random = np.random.default_rng(1)
    white = random.standard_normal((4, 800, 2))
    assert diagnostics.r_hat(white) == pytest.approx(1.0, abs=0.01)
    assert (diagnostics.effective(white) > 2000).all()
    slow = np.repeat(random.standard_normal((4, 40, 2)), 20, axis=1)
    assert (diagnostics.effective(slow) < 400).all()
    assert (diagnostics.r_hat(white + np.arange(4)[:, None, None]) > 1.05).all()


def test_the_tables_have_the_declared_columns_and_unique_keys(fit):
    index = pd.DataFrame({"model_id": pd.Series(dtype=str), "capability": pd.Series(dtype=float)})
    made = tables.pooled_tables(fit, index, True)
    assert set(made) == {"pooled_lag", "pooled_capability", "board_effects"}
    for name, frame in made.items():
        declared = mart_tables()[name]
        assert set(frame.columns) | {"as_of"} == set(declared.column_names)
        assert not frame.duplicated([c for c in declared.key if c != "as_of"]).any()
        assert not frame.isna().any().any()


def test_without_our_index_the_first_anchor_has_its_points(fit, monkeypatch):
    nothing = pd.DataFrame({"model_id": pd.Series(dtype=str), "capability": pd.Series(dtype=float)})
    assert tables.points(fit, nothing) == tables.POINTS
    panel = fit.posterior.panel
    name = str(panel.models[np.flatnonzero(panel.tested == 3)[0]])
    monkeypatch.setattr(tables, "ANCHORS", ((name, 130.0), ("nobody/model", 150.0)))
    found = tables.pooled_capability(fit, nothing).set_index("model_id")["capability"]
    assert found[name] == pytest.approx(130.0)


def test_dates_without_a_new_score_share_the_draws_and_a_kept_posterior_is_a_fresh_one(world):
    kept: dict = {}
    one = posterior_of(panel(world), kept)
    again = world._replace(history=pd.concat([world.history.assign(vintage=AS_OF), world.history]))
    assert posterior_of(panel(again), kept) is one
    np.testing.assert_array_equal(one.capability, posterior_of(panel(world), {}).capability)
    fewer = world._replace(history=world.history.iloc[1:])
    other = posterior_of(panel(fewer), kept)
    assert other is not one
    assert list(kept.values()) == [other]


def test_only_groups_of_which_two_boards_of_many_subjects_speak_have_a_lag(fit):
    found = tables.pooled_lag(fit, False)
    assert set(found["leader"]) == {"US", "closed_weights", "other_US"}
    assert found["speaks_until"].nunique() >= 1
    silent = [replace_general(one) for one in fit.rulers]
    assert tables.pooled_lag(replace(fit, rulers=silent), False).empty


def replace_general(ruler):
    return ruler._replace(general=ruler.name == "board_0@1")


def test_a_board_left_out_is_left_out_of_every_cell(fit):
    found = tables.pooled_lag(fit, True)
    out = found[found["variant"] == "without"]
    assert set(out["left_out"]) <= {"board_0", "board_1", "board_2"}
    assert len(out) >= 2


def test_where_too_little_is_known_there_is_no_fit(world):
    few = world._replace(history=world.history.head(9))
    assert tables.pooled_as_known(few.versions, few.models, few.boards, AS_OF) is None
