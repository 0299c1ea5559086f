"""The audit of claims: every kind of verdict from small made tables, what depends on board and basis, and
what flips.
"""

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.transforms.made_claims import AS_OF, MODELS, MONTH, claim, lags, models, overall
from transforms.claims.audit import COLUMNS, audit
from transforms.claims.claim_pairs import flips
from warehouse.mart_tables.claims import CLAIM_VERDICTS, VERDICTS


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
