"""Short forms of the coverage studies on made worlds: intervals hold what is known whole about as often as
they say, and a lag with hidden tests lies between its bounds.
"""

import numpy as np
import pandas as pd
import pytest

from studies import hedonic_coverage, pooled_coverage
from tests.transforms.pooled_world import AS_OF, made_world
from transforms.pooled import tables
from transforms.pooled.completed import board_scores, carried_and_at_par
from transforms.pooled.groups import pair_of
from transforms.pooled.posterior import Posterior
from transforms.pooled.sampler import sample
from transforms.prices.hedonic import Monthly

PATTERNS = 60
NEVER_WORSE = 1e-9


@pytest.fixture(scope="module")
def fit():
    world = made_world()
    found = tables.pooled_as_known(world.versions, world.models, world.boards, AS_OF)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["steady, 6 months", "Chinese lead", "half of late Chinese untested"])
def test_the_published_interval_holds_the_lag_of_all_models_of_a_made_world(fit, kind):
    pattern = pooled_coverage.Pattern(fit.posterior, fit.as_of)
    days = pattern.as_of - np.array(pooled_coverage.BACK)
    held = [pooled_coverage.covered(pattern, kind, days, seed)[0] for seed in range(900, 906)]
    assert np.mean(held) >= 0.75


def market(seed: int) -> hedonic_coverage.Market:
    """Twenty months of two countries, three new models a month and country, each for a year; capability is
    known to three points.
    """
    random, months = np.random.default_rng(seed), pd.period_range("2025-01", periods=20, freq="M")
    rows = [
        (country, month, 60 * country + 3 * start + k)
        for country in (0, 1)
        for start in range(20)
        for k in range(3)
        for month in range(start, min(start + 12, 20))
    ]
    country, month, model = (np.array(column) for column in zip(*rows, strict=True))
    capability = np.tile(120 + 1.5 * np.repeat(np.arange(20), 3), 2) + random.normal(0, 6, 120)
    price = np.exp(random.normal(0, 0.7, 120))[model] * np.exp((capability[model] - 140) / 20)
    draws = capability + random.normal(0, 3, 120) + random.normal(0, 3, (200, 120))
    return hedonic_coverage.Market(Monthly(country, month, model, price, months), draws)


def test_the_interval_of_the_price_ratio_holds_the_true_ratio_of_made_markets():
    made = market(1)
    cells = [cell for seed in range(25) for cell in hedonic_coverage.world(made, seed).ratio]
    assert 0.82 <= np.mean([held for held, _ in cells]) <= 0.98
    assert abs(np.mean([off for _, off in cells])) < 0.15


def test_hidden_tests_leave_the_lag_between_its_bounds(fit):
    """Only Chinese models are hidden, and none that was better than every US model of its day: `at_par`
    bounds no such lead.
    """
    posterior, pair = fit.posterior, pair_of(fit.posterior.panel, "US", "CN")
    panel, nobody = posterior.panel, np.zeros(len(posterior.panel.models), dtype=bool)
    random, tight = np.random.default_rng(60), 0
    for number in range(PATTERNS):
        scores = board_scores(posterior, number % len(panel.rulers))
        day = fit.as_of - int(random.integers(0, 200))
        on = ~np.isnan(scores)
        best = [
            scores[on & pair.leading & (panel.days <= released)].max(initial=-np.inf)
            for released in panel.days
        ]
        hidden = on & pair.following & (scores <= best) & (random.random(len(on)) < random.uniform(0.2, 0.9))
        known, _ = carried_and_at_par(posterior, scores, nobody, pair, day)
        seen = np.where(hidden, np.nan, scores)
        carried, at_par = carried_and_at_par(posterior, seen, hidden, pair, day)
        assert at_par <= known + NEVER_WORSE
        assert not known > carried + NEVER_WORSE  # NaN where no Chinese model is left
        tight += carried > known > at_par
    assert tight > PATTERNS / 3


def test_other_seeds_draw_other_chains_of_the_same_lag(fit):
    panel = fit.posterior.panel
    one, other = (Posterior(panel, sample(panel, seed=s, keep=60, burn=60)) for s in (1, 2))
    assert (one.capability != other.capability).any()
    assert np.corrcoef(one.capability.mean(axis=0), other.capability.mean(axis=0))[0, 1] > 0.98
