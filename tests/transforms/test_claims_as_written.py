"""Claims as they are written down: what is refused by name, and the seed."""

import json

import pandas as pd
import pytest

from tests.transforms.made_claims import AS_OF, MODELS, claim, lags
from transforms.claims.audit import METRICS, audit
from warehouse.claims_file import read_claims, seed_claims


@pytest.mark.parametrize(
    ("metric", "arguments", "says"),
    [
        ("lag_evnt", {"model": "cn/a"}, "no metric is called 'lag_evnt'; metrics: .*lag_event"),
        ("lag_event", {"modell": "cn/a"}, "it needs model; it may have leader"),
        (
            "launches",
            {"lab": "us", "since": "2025-01-01", "scope": "every"},
            "scope is 'every', expected one of major, flagship, any",
        ),
        (
            "launches",
            {"lab": "us", "since": "last year"},
            "since is 'last year', expected a day as YYYY-MM-DD",
        ),
        ("lag_records", {"statistic": "mode"}, "expected one of mean, median, min, max"),
        ("price_ratio", {"dear": "us/a", "cheap": "cn/a", "basis": "words"}, "basis is 'words'"),
        ("price_ratio", {"dear": "us/a", "cheap": "cn/a", "kind": "dear"}, "expected one of list, charged"),
    ],
)
def test_a_wrong_argument_is_an_error_that_names_the_claim_and_what_is_right(metric, arguments, says):
    with pytest.raises(ValueError, match=f"claim c.*{says}"):
        audit(claim(metric=metric, arguments=arguments), {"models": MODELS}, AS_OF)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"metric": "vibes"}, "no metric is called 'vibes'"),
        ({"arguments": {"modell": "lab/m"}}, "missing a required argument: 'model'"),
        ({"arguments": {"model": "lab/m", "colour": "red"}}, "unexpected keyword argument 'colour'"),
        ({"unit": "years"}, "lag_event is in months, the claim in years"),
    ],
)
def test_a_claim_with_an_unknown_metric_argument_or_unit_is_refused_by_name(changes, says):
    with pytest.raises(ValueError, match=says):
        audit(claim(**changes), {"models": MODELS, "lag": lags(("a", "1", 150.0, None, None))}, AS_OF)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"said_on": "spring"}, "said_on is 'spring'"),
        ({"comparator": "roughly"}, "comparator is 'roughly'"),
        ({"value": "much"}, "value is 'much'"),
        ({"value": [1, 2], "comparator": "about"}, "expected a number for about"),
        ({"tolerance": "a bit"}, "tolerance is 'a bit'"),
        ({"colour": "red"}, "unknown fields \\['colour'\\]"),
    ],
)
def test_a_file_that_is_not_as_described_is_refused_by_claim_and_field(changes, says):
    with pytest.raises(ValueError, match=says):
        claim(**changes)


def test_the_same_claims_come_from_csv_and_from_yaml():
    header = "id,text,who,said_on,source,metric,arguments,comparator,value,unit\n"
    row = "c,five months behind,somebody,2026-05-01,a page,lag_event,model=lab/m,between,3; 6,months\n"
    pd.testing.assert_frame_equal(read_claims(header + row, "made.csv"), claim())


def test_the_seed_holds_forty_claims_each_with_a_source_a_day_and_a_metric_that_exists():
    seed = seed_claims()
    assert len(seed) >= 40
    assert (seed["source"].str.len() > 5).all() and seed["said_on"].notna().all()
    assert set(seed["metric"]) <= set(METRICS)


def test_the_press_name_of_r1_is_resolved_and_said():
    row = seed_claims().set_index("claim_id").loc["note_further_than_r1"]
    assert json.loads(row["arguments"])["than"] == "deepseek/deepseek-r1"
    assert row["remark"] == "'R3' is deepseek/deepseek-r1"
