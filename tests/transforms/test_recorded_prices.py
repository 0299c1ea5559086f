"""The recordings' own acceptance: V4 Pro hour by hour, the gold set, the ratios of its launch day, a verdict
for every disagreement.
"""

from __future__ import annotations

import pandas as pd
import pytest

from studies.price_verdicts import verdicts_on
from studies.right_hours import FEEDS, V4_PRO, charged_at, gold, judged, released
from tests import recordings
from tests.transforms import recorded_prices
from transforms.prices.panel import price_panel
from transforms.prices.ratios import ratio_pair
from transforms.prices.runs import micros, price_runs
from transforms.prices.table import reconciled_intervals, source_intervals
from transforms.prices.verdict_reasons import REASONS

pytestmark = [recordings.needed, pytest.mark.recorded, pytest.mark.slow]
AS_OF = pd.Timestamp("2026-11-20")


@pytest.fixture(scope="module")
def truth():
    return reconciled_intervals(source_intervals(price_runs(recorded_prices.prices()), AS_OF, released()))


@pytest.fixture(scope="module")
def results():
    return judged(AS_OF)


def test_v4_pro_is_right_in_every_hour_that_the_recordings_carry(truth):
    wanted = gold().query("model == @V4_PRO and currency == 'USD'").reset_index(drop=True)
    found = charged_at(truth, wanted)
    wrong = wanted[~(abs(found / wanted["amount"] - 1) < 1e-6)]
    # Not carried: that the peak holds on Monday to Friday only since about 2026-08-23. The dollar page was
    # last captured on 2026-08-17.
    hours = pd.to_datetime(wrong["hour"], unit="us", utc=True)
    assert (hours.dt.day_of_week >= 5).all()
    assert (hours >= pd.Timestamp("2026-08-23", tz="UTC")).all()
    assert hours.nunique() <= 35


def test_v4_pros_list_change_and_promotion_carry_the_dates_of_the_method(truth):
    mine = truth[
        (truth["our_provider_id"] == "deepseek")
        & (truth["listed_model"] == V4_PRO)
        & (truth["currency"] == "USD")
    ]
    starts = {(r.component, r.price_kind, r.amount): r.start for r in mine.itertuples()}
    stated = pd.Series(["2026-04-26T12:15Z", "2026-05-31T15:59Z", "2026-08-16T16:00Z"])
    cut, ended, peak = micros(stated)
    assert starts["cache_read", "list", 0.0145] == cut
    assert starts["input", "list", 0.435] == starts["output", "list", 0.87] == ended
    assert starts["input", "list", 0.66] == starts["output", "list", 3.96] == peak


def test_on_its_launch_day_v4_pro_lists_output_at_an_eighth_of_gpt_and_a_seventh_of_opus(truth):
    panel = price_panel(
        truth[truth["first_party"]], pd.DatetimeIndex(["2026-04-24"]), recorded_prices.rates(), charged=False
    )
    v4 = ("deepseek", recorded_prices.named(V4_PRO)[1])
    ratios = {
        name: ratio_pair(panel, (provider, recorded_prices.named(name)[1]), v4, "output")["ratio"].to_list()
        for provider, name in (("openai", "gpt-5.5"), ("anthropic", "claude-opus-4.7"))
    }
    assert ratios["gpt-5.5"] == pytest.approx([8.6], abs=0.05)
    assert ratios["claude-opus-4.7"] == pytest.approx([7.2], abs=0.05)


def test_gapledger_is_right_more_often_than_every_feed(results):
    share = {name: table["right"].sum() / table["hours"].sum() for name, table in results.items()}
    assert len(results["gapledger"].groupby(["provider_id", "model"])) >= 60
    assert share["gapledger"] >= 0.999
    assert share["gapledger without the pages"] > max(share[feed] for feed in FEEDS)


@pytest.mark.parametrize(
    "day", ["2025-12-15", "2026-02-28", "2026-04-30", "2026-07-01", "2026-08-25", "2026-09-14"]
)
def test_every_disagreement_of_a_day_has_a_verdict_and_few_are_unresolved(day):
    common, verdicts = verdicts_on(pd.Timestamp(day))
    assert common > 1000
    assert set(verdicts["reason"]) <= set(REASONS)
    # A reason stands only where the rows bear its premise: what nothing explains says so.
    assert (verdicts["reason"] == "unresolved").mean() <= 0.3
