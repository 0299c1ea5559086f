"""The audit of claims: every kind of verdict from small made tables, what depends on board and basis, and
what flips.
"""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.transforms.made_claims import AS_OF, claim, lags, models, prices
from transforms.claims.audit import COLUMNS, METRICS, audit
from transforms.claims.claim_pairs import flips
from warehouse.claims_file import read_claims, seed_claims
from warehouse.mart_tables.claims import CLAIM_VERDICTS, VERDICTS

MONTH = 30.4375
MODELS = models(
    ("lab/m", "CN", "2026-04-24", "major"),
    ("lab/old", "CN", "2025-01-24", "major"),
    ("us/x", "US", "2026-01-01", "major"),
)


def overall(claims, marts):
    found = audit(claims, marts, AS_OF)
    rows = found[found["scope"] == "overall"]
    return rows.iloc[0] if len(rows) == 1 else rows.set_index("claim_id")


def on_boards(*values, **changes):
    """The verdict on lags of so many months (or value, low, high), one board each."""
    rows = []
    for number, value in enumerate(values):
        middle, low, high = value if isinstance(value, tuple) else (value, None, None)
        rows.append((f"board_{number}", "1", middle * MONTH, low and low * MONTH, high and high * MONTH))
    return overall(claim(**changes), {"models": MODELS, "lag": lags(*rows)})


EXAMPLES = (
    (Path(__file__).parents[2] / "METHOD.md")
    .read_text(encoding="utf-8")
    .split("### Example claims")[1]
    .split("###")[0]
)
READING = re.compile(r"([\d.]+)(?: \(([\d.]+) to ([\d.]+)\))?")


@pytest.mark.parametrize(
    ("readings", "verdict"), re.findall(r"^\| ([\d(n][^|]*) \| ([a-z ]+) \|$", EXAMPLES, re.MULTILINE)
)
def test_the_examples_of_the_method_get_the_verdicts_printed_there(readings, verdict):
    found = [tuple(float(part) for part in parts if part) for parts in READING.findall(readings)]
    assert on_boards(*[values if len(values) == 3 else values[0] for values in found])["verdict"] == verdict


def test_the_method_has_an_example_of_every_verdict():
    assert {verdict for verdict in VERDICTS if f"| {verdict} |" in EXAMPLES} == set(VERDICTS)


def test_a_lag_inside_the_range_on_every_board_supports_the_claim():
    found = on_boards(4, 5)
    assert found["verdict"] == "supported"
    assert found["value"] == pytest.approx(4.5)
    assert "board_0" in found["explanation"] and "board_1" in found["explanation"]


def test_a_lag_outside_the_range_on_every_board_contradicts_it():
    assert on_boards(8, 9)["verdict"] == "contradicted"


def test_boards_that_disagree_make_it_contested_and_are_all_named():
    found = on_boards(2, 5, 9)
    assert found["verdict"] == "contested"
    assert "Supported on board_1" in found["explanation"]
    assert "Contradicted on board_0" in found["explanation"] and "board_2" in found["explanation"]


def test_an_interval_across_the_end_of_the_range_establishes_nothing():
    assert on_boards((5, 2, 8))["verdict"] == "not established"
    assert on_boards((5, 4, 5.5))["verdict"] == "supported"
    assert on_boards((8, 7, 9))["verdict"] == "contradicted"


def test_one_firm_board_is_outvoted_by_two_that_straddle():
    assert on_boards(5, (5, 2, 8), (4, 1, 9))["verdict"] == "not established"
    assert on_boards(5, 4, (4, 1, 9))["verdict"] == "supported"


def test_a_model_that_does_not_exist_yet_is_open():
    found = on_boards(5, arguments={"model": "lab/next"})
    assert found["verdict"] == "not computable"
    assert found["explanation"].startswith("open: no model lab/next")


def test_missing_tables_make_a_claim_not_computable_and_no_error():
    assert overall(claim(), {})["verdict"] == "not computable"


def test_a_lag_over_few_models_does_not_count_and_one_from_before_the_board_began_says_so():
    rows = lags(("a", "1", 9 * MONTH, None, None), ("b", "1", 5 * MONTH, None, None))
    rows.loc[0, "leader_models"] = 7
    rows.loc[1, "left_truncated"] = True
    found = overall(claim(), {"models": MODELS, "lag": rows})
    assert found["verdict"] == "supported"
    assert "may be longer" in found["explanation"]


def test_a_board_of_one_subject_is_shown_and_never_turns_a_claim_about_the_whole():
    rows = lags(("livebench", "1", 9 * MONTH, None, None), ("epoch_gpqa_diamond", "1", 5 * MONTH, None, None))
    found = overall(claim(), {"models": MODELS, "lag": rows})
    assert found["verdict"] == "contradicted"
    assert "Beside it, supported on epoch_gpqa_diamond" in found["explanation"]
    named = claim(arguments={"model": "lab/m", "boards": "epoch_gpqa_diamond"})
    assert overall(named, {"models": MODELS, "lag": rows})["verdict"] == "supported"


def test_over_several_boards_a_change_is_shown_only_after_the_correction_for_their_number():
    """Five boards asked at once at 90 % each are wrong somewhere in a quarter of cases; one alone is not."""
    change = {
        "metric": "lag_change",
        "arguments": {"model": "lab/m", "than": "lab/old"},
        "value": 0,
        "unit": "months",
    }
    boards = [f"board_{n}" for n in range(5)]
    new = lags(*[(b, "1", 4 * MONTH, 2.5 * MONTH, (5.5 if b == "board_0" else 9) * MONTH) for b in boards])
    old = lags(*[(b, "1", 6 * MONTH, 5 * MONTH, 7 * MONTH) for b in boards], model="lab/old")
    marts = {"models": MODELS, "lag": pd.concat([new, old])}
    several = overall(claim(**change, comparator="not_shown_below"), marts)
    assert several["verdict"] == "supported"
    assert "board_0" in several["explanation"].split("corrected for 5")[0].split("interval lies beyond on")[1]
    one = change | {"arguments": change["arguments"] | {"boards": "board_0"}}
    assert overall(claim(**one, comparator="not_shown_below"), marts)["verdict"] == "contradicted"


def test_a_claim_that_a_change_is_not_shown_survives_an_interval_across_zero():
    change = {
        "metric": "lag_change",
        "arguments": {"model": "lab/m", "than": "lab/old"},
        "value": 0,
        "unit": "months",
    }
    new = lags(("a", "1", 5 * MONTH, 1 * MONTH, 9 * MONTH))
    old = lags(("a", "1", 6 * MONTH, 5 * MONTH, 7 * MONTH), model="lab/old")
    marts = {"models": MODELS, "lag": pd.concat([new, old])}
    assert overall(claim(**change, comparator="not_shown_below"), marts)["verdict"] == "supported"
    assert overall(claim(**change, comparator="above"), marts)["verdict"] == "not established"
    sure = {"models": MODELS, "lag": pd.concat([lags(("a", "1", 2 * MONTH, 1 * MONTH, 3 * MONTH)), old])}
    assert overall(claim(**change, comparator="not_shown_below"), sure)["verdict"] == "contradicted"


RATIO = {"metric": "price_ratio", "comparator": "about", "tolerance": "10 %", "unit": "times"}


def ratio(times, prices_of, **arguments):
    arguments = {"dear": "us/x", "cheap": "lab/m", "day": "2026-04-24"} | arguments
    return overall(
        claim(**RATIO, value=times, arguments=arguments), {"models": MODELS, "price_intervals": prices_of}
    )


def test_a_ratio_is_judged_on_list_output_and_says_where_else_it_does_not_hold():
    found = ratio(8, prices(("us/x", 5, 24), ("lab/m", 1, 3)))
    assert (found["verdict"], found["value"]) == ("supported", 8)
    assert "contradicted on input, list, 2026-04-24: 5" in found["explanation"]


def test_a_ratio_that_holds_on_another_basis_only_is_contested():
    found = ratio(5, prices(("us/x", 5, 24), ("lab/m", 1, 3)))
    assert found["verdict"] == "contested"
    assert "Beside it, supported on input" in found["explanation"]


def test_a_ratio_that_holds_on_no_basis_is_contradicted():
    assert ratio(50, prices(("us/x", 5, 24), ("lab/m", 1, 3)))["verdict"] == "contradicted"


def test_a_yuan_price_counts_only_where_there_is_no_dollar_price():
    both = prices(("us/x", 5, 24), ("lab/m", 1, 3))
    yuan = prices(("lab/m", 0.5, 1.5)).assign(currency="CNY", market="CN")
    assert ratio(8, pd.concat([both, yuan]))["value"] == 8
    assert ratio(16, pd.concat([both[both["model_id"] == "us/x"], yuan]))["value"] == 16


def pair_of_claims(second_price):
    said = [
        claim(
            **RATIO,
            id=f"to_{name}",
            value=value,
            arguments={"dear": f"us/{name}", "cheap": "lab/m", "day": "2026-04-24"},
        )
        for name, value in (("x", 8), ("y", 4))
    ]
    marts = {
        "models": MODELS,
        "price_intervals": prices(("us/x", 5, 24), ("us/y", *second_price), ("lab/m", 1, 3)),
    }
    return overall(pd.concat(said, ignore_index=True), marts)


def test_two_ratios_to_models_of_one_list_price_are_remarked_upon_without_being_told():
    found = pair_of_claims((5, 24))
    assert "us/x and us/y list at the same price on 2026-04-24" in found.loc["to_x", "remark"]
    assert found.loc["to_x", "remark"] == found.loc["to_y", "remark"]


def test_models_of_different_list_prices_get_no_such_remark():
    assert set(pair_of_claims((5, 25))["remark"]) == {""}


def test_a_percentage_of_an_interval_scale_is_called_unsound_and_the_gap_is_still_shown():
    rows = lags(("lmarena_text", "1", 1.0, None, None)).assign(
        definition="gap",
        gap=39.0,
        gap_lo90=30.0,
        gap_hi90=48.0,
        win_probability=0.556,
        vintage_basis="as_of",
        valid_on=pd.Timestamp("2026-04-24"),
    )
    asked = {"metric": "gap", "arguments": {}, "comparator": "about", "value": 2.7, "tolerance": 0.3}
    found = overall(claim(**asked, unit="per cent"), {"models": MODELS, "lag": rows})
    assert found["verdict"] == "not computable"
    assert "unsound" in found["explanation"] and "39 [30 to 48]" in found["explanation"]


def test_launches_count_by_scope_and_the_other_scopes_are_shown():
    many = models(
        *[
            ("us/big", "US", "2025-03-01", "major"),
            ("us/mid", "US", "2025-06-01", "minor"),
            ("us/small", "US", "2025-06-01", "variant"),
        ]
    )
    asked = {"metric": "launches", "comparator": "at_least", "value": 2, "unit": "releases"}
    arguments = {"lab": "us", "since": "2025-01-01", "until": "2026-01-01"}
    assert overall(claim(**asked, arguments=arguments), {"models": many})["verdict"] == "supported"
    found = overall(claim(**asked, arguments=arguments | {"scope": "major"}), {"models": many})
    assert found["verdict"] == "contested"
    assert "Contradicted on major: 1 (big)" in found["explanation"]


def test_several_models_on_one_day_are_one_launch():
    many = models(
        *[(f"us/{size}", "US", "2025-06-01", "variant") for size in ("s", "m", "l")],
        ("us/next", "US", "2025-07-01", "variant"),
    )
    arguments = {"lab": "us", "since": "2025-01-01", "until": "2026-01-01"}
    found = overall(
        claim(metric="launches", arguments=arguments, comparator="about", value=2, unit="releases"),
        {"models": many},
    )
    assert (found["verdict"], found["value"]) == ("supported", 2)


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


def test_a_claim_about_the_frontier_is_not_judged_on_a_word_game_alone():
    found = overall(claim(), {"models": MODELS, "lag": lags(("nyt_connections", "1", 400.0, None, None))})
    assert found["verdict"] == "not computable"
    assert "beside it: nyt_connections" in found["explanation"]
    both = lags(("nyt_connections", "1", 400.0, None, None), ("livebench", "1", 150.0, None, None))
    assert overall(claim(), {"models": MODELS, "lag": both})["verdict"] == "supported"


def test_a_pair_of_groups_that_the_tables_lack_is_named_with_those_that_they_have():
    asked = claim(metric="lag_on", arguments={"leader": "openai", "follower": "deepseek"})
    found = overall(asked, {"models": MODELS, "lag": lags(("a", "1", 150.0, None, None))})
    assert found["verdict"] == "not computable"
    assert "deepseek behind openai" in found["explanation"] and "US and CN" in found["explanation"]


def test_a_gap_between_majors_is_contradicted_beside_it_for_any_release():
    three = models(
        ("lab/a", "CN", "2025-01-20", "major"),
        ("lab/b", "CN", "2026-01-20", "variant"),
        ("lab/c", "CN", "2026-04-24", "major"),
    )
    found = overall(
        claim(
            metric="release_gap",
            arguments={"lab": "lab", "model": "lab/c"},
            comparator="about",
            value=15,
            tolerance=0.5,
        ),
        {"models": three},
    )
    assert found["verdict"] == "supported"
    assert found["value"] == pytest.approx(459 / MONTH)
    assert "Beside it, contradicted on" in found["explanation"] and "any: 3.088" in found["explanation"]


def test_what_was_said_after_the_day_takes_no_part():
    assert audit(claim(said_on="2026-07-02"), {"models": MODELS}, AS_OF).empty


def test_a_verdict_that_differs_between_two_days_is_a_flip():
    old, new = (
        audit(claim(), {"models": MODELS, "lag": lags(("a", "1", months * MONTH, None, None))}, day)
        for months, day in ((5, AS_OF), (8, pd.Timestamp("2026-08-24")))
    )
    found = flips(old, new)
    assert found[["claim_id", "verdict_old", "verdict_new"]].to_numpy().tolist() == [
        ["c", "supported", "contradicted"]
    ]
    assert flips(new, new).empty


def test_the_columns_are_those_of_the_table_and_no_key_comes_twice():
    found = audit(
        claim(),
        {"models": MODELS, "lag": lags(("a", "1", 150.0, None, None), ("b", "1", 90.0, 60.0, 120.0))},
        AS_OF,
    )
    assert set(COLUMNS) == set(CLAIM_VERDICTS.column_names)
    assert not found.duplicated(list(CLAIM_VERDICTS.key)).any()


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
