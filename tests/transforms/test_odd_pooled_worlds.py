"""Worlds of shapes that the boards do not have today: the pooled lag never breaks on one, and nothing that
the scores do not tell gets a narrow interval.
"""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from tests.transforms.pooled_world import AS_OF, World, made_world
from transforms.pooled import left_out, posterior, sampler, tables
from transforms.pooled.completed import completed_lag
from transforms.pooled.panel import Panel
from transforms.pooled.policy import policy_effects
from warehouse.mart_tables import mart_tables

NARROW = 2.0 * 30.4375  # days: what no interval of a world that tells nothing is as narrow as


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Enough draws for whether it breaks and how wide it is."""
    for module in (posterior, left_out):
        monkeypatch.setattr(module, "sample", partial(_sample, module.sample))


def _sample(whole, panel, weight=None, **given):
    return whole(panel, weight, **(given | {"keep": 120, "burn": 120}))


def published(world: World) -> pd.DataFrame | None:
    """The published rows of the US and China; None where there is no fit."""
    fit = tables.pooled_as_known(world.versions, world.models, world.boards, AS_OF)
    if fit is None:
        return None
    made = tables.pooled_tables(fit, pd.DataFrame({"model_id": [], "capability": []}), True)
    assert len(completed_lag(fit)) >= 0
    events = pd.DataFrame({"event_on": pd.to_datetime(["2025-06-30"]), "label": ["a"]})
    assert len(policy_effects(fit, events)) <= 1
    for name, frame in made.items():
        numbers = frame.select_dtypes("number").drop(columns=["r_hat", "effective_draws"], errors="ignore")
        assert np.isfinite(numbers.to_numpy(dtype=float)).all(), name
        assert set(frame.columns) | {"as_of"} == set(mart_tables()[name].column_names)
    lag = made.get("pooled_lag", pd.DataFrame({"variant": [], "leader": [], "follower": []}))
    return lag[(lag["variant"] == "published") & (lag["leader"] == "US") & (lag["follower"] == "CN")]


def scored(world: World, score) -> World:
    """The world with other scores."""
    return world._replace(history=world.history.assign(score=score))


def only(world: World, rows) -> World:
    """The world with some of its scores."""
    return world._replace(history=world.history[np.asarray(rows)])


def country(world: World) -> np.ndarray:
    """The country of the model of each score."""
    return world.history["model_id"].map(world.models.set_index("model_id")["country"]).to_numpy()


def one_model(world: World) -> World:
    """China has one model."""
    chinese = world.models.loc[world.models["country"] == "CN", "model_id"].iloc[-10]
    kept = (world.models["country"] == "US") | (world.models["model_id"] == chinese)
    return only(
        world._replace(models=world.models[kept]),
        world.history["model_id"].isin(world.models[kept]["model_id"]),
    )


def no_board_of_both(world: World) -> World:
    """Every other board has the models of one country, the rest those of the other."""
    number = world.history["board_id"].str[-1].astype(int)
    return only(world, (number % 2 == 0) == (country(world) == "US"))


def all_of_one_day(world: World) -> World:
    """All models were released on one day."""
    return world._replace(models=world.models.assign(released_on=pd.Timestamp("2025-03-01")))


def all_ties(world: World) -> World:
    """Every score of every board is the same."""
    return scored(world, 50.0)


def constant(world: World) -> World:
    """An Elo board and one of unknown scale that give all the same score."""
    boards = world.boards.assign(
        scale_min=world.boards["scale_min"].where(world.boards["board_id"] != "board_1"),
        scale_max=world.boards["scale_max"].where(world.boards["board_id"] != "board_1"),
    )
    same = world.history["board_id"].isin(["board_0", "board_1"])
    return scored(world, world.history["score"].where(~same, 50.0))._replace(boards=boards)


def one_row_boards(world: World) -> World:
    """Three boards have tested one model each."""
    first = ~world.history.duplicated("board_id")
    return only(world, first | ~world.history["board_id"].isin(["board_0", "board_4", "board_5"]))


def unknown_scores(world: World) -> World:
    """Some scores and all errors are unknown."""
    random = np.random.default_rng(1)
    score = world.history["score"].where(random.random(len(world.history)) < 0.8)
    return scored(world, score)


def beyond_the_scale(world: World) -> World:
    """Scores below and above the ends of their boards."""
    return scored(world, world.history["score"] * 3 - 40)


def one_lab(world: World) -> World:
    """Every country has one lab."""
    return world._replace(models=world.models.assign(lab_id=world.models["country"].str.lower()))


def no_flagship(world: World) -> World:
    """No model is a flagship."""
    return world._replace(models=world.models.assign(flagship=False))


def only_flagships(world: World) -> World:
    """Every model is a flagship."""
    return world._replace(models=world.models.assign(flagship=True))


def without_facts(world: World) -> World:
    """Countries, labs and weights of some models are unknown."""
    some = np.arange(len(world.models)) % 5 == 0
    models = world.models.assign(open_weights=world.models["open_weights"].astype("boolean"))
    for name in ("country", "lab_id", "open_weights"):
        models[name] = models[name].mask(some)
    return world._replace(models=models)


def noise(world: World) -> World:
    """Scores that have nothing to do with models."""
    random = np.random.default_rng(2)
    return scored(world, random.permutation(world.history["score"].to_numpy()) % 100)


SHAPES = {
    shape.__name__: shape
    for shape in (
        one_model, no_board_of_both, all_of_one_day, all_ties, constant, one_row_boards, unknown_scores,
        beyond_the_scale, one_lab, no_flagship, only_flagships, without_facts, noise,
    )
}  # fmt: skip
TELL_NOTHING = ("no_board_of_both", "all_of_one_day", "all_ties", "noise", "one_model")


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_breaks_it_and_none_gets_a_narrow_interval_from_nothing(shape):
    rows = published(SHAPES[shape](made_world()))
    if rows is None or not len(rows):
        return
    assert (rows["lo90_days"] <= rows["lag_days"]).all()
    assert (rows["lag_days"] <= rows["hi90_days"]).all()
    width = rows["hi90_days"] - rows["lo90_days"]
    assert (width > (NARROW if shape in TELL_NOTHING else 1.0)).all(), width.describe()


def bare(z, model, ruler, count: int, rulers: int, **facts) -> Panel:
    """A panel as the sampler takes it: models ten days apart, of two countries and three labs."""
    number = np.arange(count)
    rows = {
        "model_id": [f"m{i}" for i in number],
        "lab_id": [f"l{i % 3}" for i in number],
        "country": np.where(number % 2 == 0, "CN", "US"),
        "released_on": pd.Timestamp("2024-01-01") + pd.to_timedelta(number * 10, unit="D"),
        "flagship": True,
        "open_weights": False,
    }
    table = pd.DataFrame(rows | facts)
    names = np.array([f"b{i}" for i in range(rulers)], dtype=object)
    cells = np.asarray(z, dtype=float), np.asarray(model, dtype=np.int64), np.asarray(ruler, dtype=np.int64)
    return Panel(table["model_id"].to_numpy(object), names, *cells, table)


def whole(count: int, rulers: int, **facts) -> Panel:
    """Every model on every ruler, with scores of nothing."""
    model, ruler = np.divmod(np.arange(count * rulers), max(rulers, 1))
    return bare(np.random.default_rng(0).normal(size=count * rulers), model, ruler, count, rulers, **facts)


PANELS = {
    "no model": bare([], [], [], 0, 0),
    "no cell": bare([], [], [], 6, 0),
    "one cell": bare([1.0], [0], [0], 4, 1),
    "one model": whole(1, 3),
    "one country": whole(12, 3, country="CN"),
    "one lab": whole(12, 3, lab_id="x"),
    "one day": whole(12, 3, released_on=pd.Timestamp("2025-01-01")),
    "of twenty years": whole(12, 3, released_on=pd.date_range("2006-01-01", periods=12, freq="600D")),
    "all ties": bare(np.ones(24), np.repeat(np.arange(8), 3), np.tile(np.arange(3), 8), 8, 3),
    "right or wrong": bare(
        np.tile([-4.6, 4.6], 30), np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20), 20, 3
    ),
    "huge scores": bare(
        np.linspace(-1e9, 1e9, 60), np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20), 20, 3
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", PANELS)
def test_the_sampler_draws_a_number_for_every_model_of_any_panel(shape):
    made = sampler.sample(PANELS[shape], keep=20, burn=20)
    assert made.capability.shape == (4, 20, len(PANELS[shape].models))
    assert np.isfinite(made.capability).all()
    assert np.isfinite(made.spread).all()


def test_three_thousand_models_are_no_other_matter():
    made = sampler.sample(panel_of_many(), keep=4, burn=4)
    assert made.capability.shape == (4, 4, 3000)
    assert np.isfinite(made.capability).all()


def panel_of_many() -> Panel:
    """3,000 models on 60 rulers, 5 cells a model."""
    random = np.random.default_rng(5)
    ruler = np.concatenate([random.choice(60, 5, replace=False) for _ in range(3000)])
    model = np.repeat(np.arange(3000), 5)
    level = np.arange(3000) / 1000
    days = pd.Timestamp("2022-06-01") + pd.to_timedelta(np.arange(3000) // 2, unit="D")
    return bare(level[model] + random.normal(0, 0.3, 15000), model, ruler, 3000, 60, released_on=days)
