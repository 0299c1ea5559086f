"""Every seed is read strictly, and the seeds say what the record says."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd
import pytest

from warehouse.conventions import DAYS_PER_MONTH
from warehouse.seed_rows import SEEDS
from warehouse.seeds import board_ids, boards, check_references, columns_of, read_seed, seed, seeds

HEAD = "model_id,revision,date_kind,released_on,precision,evidence,confidence\n"
GOOD = "openai/o1,,api,2024-12-17,day,Epoch ECI 2026-07-01,high\n"


FOLDER = files("warehouse").joinpath("seeds")


def text_of(name: str) -> str:
    return FOLDER.joinpath(f"{name}.csv").read_text(encoding="utf-8")


def test_every_table_kept_by_hand_has_its_model_and_every_row_its_evidence() -> None:
    assert {f.name for f in FOLDER.iterdir()} == {*(f"{name}.csv" for name in SEEDS), "claims.yaml"}
    for name in {*SEEDS} - {"provider_names"}:
        assert list(seed(name).columns) == list(columns_of(name))
        assert (seed(name)["evidence"].str.len() > 3).all(), name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD.replace("precision", "exactness") + GOOD, "columns are"),
        (HEAD + GOOD.replace("api", "launch"), "date_kind is 'launch'"),
        (HEAD + GOOD.replace("2024-12-17", "2024-13-17"), "released_on is '2024-13-17'"),
        (HEAD + GOOD.replace("high", "sure"), "confidence is 'sure'"),
        (HEAD + GOOD.replace("Epoch ECI 2026-07-01", ""), "evidence is ''"),
        (HEAD + GOOD.replace("openai/o1", "o1"), "model_id is 'o1'"),
        (HEAD + GOOD + GOOD, "a second row"),
        (HEAD + GOOD.strip() + ",more\n", "not 7 values"),
        (HEAD + "openai/o1,,api\n", "not 7 values"),
    ],
)
def test_a_row_that_is_not_what_the_table_says_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_seed("model_dates", text)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "told"),
    [
        ("boards", ",per cent,", ",percent,", r"unit is 'percent', allowed: .*; did you mean 'per cent'\?"),
        ("boards", ",fraction,", ",Fraction,", "unit is 'Fraction', .* mean 'fraction'"),
        ("boards", ",benchmark,", ",benchmarks,", "role is 'benchmarks', .* mean 'benchmark'"),
        ("boards", ",cc_by_4_0,", ",cc_by_4,", "licence is 'cc_by_4', .* mean 'cc_by_4_0'"),
        ("boards", ",arc_agi_1,no,", ",arc_agi_one,no,", "ruler names no row .* 'arc_agi_one'"),
        ("boards", ",fraction,yes,0,1,", ",fraction,yes,0,100,", "a fraction are 0 and 1"),
        ("boards", ",no,no,", ",no,false,", "general is 'false', allowed: 'yes' or 'no'"),
        ("providers", ",aggregator,", ",agregator,", "kind is 'agregator', .* mean 'aggregator'"),
        ("providers", ",CN,", ",China,", "country is 'China', allowed: two capital letters"),
        ("provider_names", "models_dev,anthropic,anthropic,", "models_dev,anthropic,antropic,", "mean 'anth"),
        ("policy_events", ",tightened,", ",tighter,", "direction is 'tighter', allowed: 'tightened' or"),
        ("labs", ",US,", ",us,", "country is 'us', allowed: two capital letters"),
        ("models", ",yes,", ",true,", "open_weights is 'true', allowed: 'yes' or 'no'"),
        ("eci_scores", "161.28", "a161.28", "ECI Score is 'a161.28.*', allowed: a number"),
    ],
)
def test_a_slip_in_any_seed_is_refused_by_its_row_and_column_with_what_is_right(
    name: str, right: str, wrong: str, told: str
) -> None:
    text = text_of(name)
    assert right in text
    with pytest.raises(ValueError, match=rf"seeds/{name}.csv.*{told}"):
        check_references(name, read_seed(name, text.replace(right, wrong, 1)))


def test_a_ruler_is_a_board_that_measures_by_itself() -> None:
    of = boards().set_index("board_id")["ruler"]
    assert (of.loc[of.unique()] == of.unique()).all()


def test_one_measurement_in_two_rows_has_one_ruler() -> None:
    of = boards().set_index("board_id")["ruler"]
    assert of["lmarena_text"] == of["lmarena_text_style_control"]
    assert of["epoch_eci"] == of["capability_index"]
    copies = {
        "arc_agi_1",
        "arc_agi_2",
        "metr_time_horizon",
        "aider_polyglot",
        "livebench",
        "swebench_bash_only",
    }
    assert {of[board] for board in of.index if board.startswith("epoch_")} >= copies


def test_boards_are_told_apart_by_their_columns_and_not_by_their_names_or_notes() -> None:
    seed = boards()
    assert board_ids("role", "composite") == {"epoch_eci", "artificial_analysis", "capability_index"}
    assert board_ids("role", "unranked") >= {"vectara_hallucination", "nyt_connections", "swebench_verified"}
    assert set(seed.loc[seed["refitted"], "unit"]) == {"Elo points", "ECI points", "capability points"}
    assert not seed.loc[seed["role"].isin(["unranked", "benchmark"]), "general"].any()


def test_every_flagship_of_the_us_and_china_has_a_dated_release() -> None:
    models, labs, dates = seeds()["models"], seeds()["labs"], seeds()["model_dates"]
    both = models.merge(labs.loc[labs["country"].isin(["US", "CN"]), ["lab_id", "country"]], on="lab_id")
    flagships = both[both["flagship"]]
    public = dates[(dates["revision"] == "") & (dates["date_kind"] != "withdrawn")]
    assert set(flagships["model_id"]) <= set(public["model_id"])
    assert flagships["country"].value_counts().min() >= 80


def test_o1_has_two_release_days_and_a_reason_for_each() -> None:
    dates = seeds()["model_dates"].query("model_id == 'openai/o1'").set_index("date_kind")["released_on"]
    assert dates.to_dict() == {"ga": pd.Timestamp("2024-12-05"), "api": pd.Timestamp("2024-12-17")}


def test_deepseek_released_five_models_between_r1_and_v4_and_others_launched_seven_times() -> None:
    models, dates = seeds()["models"], seeds()["model_dates"]
    first = (
        dates[(dates["revision"] == "") & (dates["date_kind"] != "withdrawn")]
        .groupby("model_id")["released_on"]
        .min()
    )
    launches = models.assign(day=models["model_id"].map(first)).set_index("model_id")
    r1, v4 = launches.loc["deepseek/deepseek-r1", "day"], launches.loc["deepseek/deepseek-v4-pro", "day"]
    between = launches[(launches["day"] > r1) & (launches["day"] < v4)]
    assert (v4 - r1).days / DAYS_PER_MONTH == pytest.approx(15, abs=0.2)
    assert (between.loc[between["flagship"], "lab_id"] == "deepseek").sum() == 5
    families = between[between["family"].isin(["gpt", "gemini", "claude"])].drop_duplicates(["lab_id", "day"])
    assert (families["lab_id"].value_counts()[["openai", "google", "anthropic"]] >= 7).all()


def test_dated_meanings_of_a_name_leave_no_gap_and_do_not_overlap() -> None:
    aliases = seeds()["aliases"]
    dated = aliases[aliases["valid_from"].notna() | aliases["valid_to"].notna()]
    for key, rows in dated.sort_values("valid_from", na_position="first").groupby(
        ["source_id", "listed_model"]
    ):
        for end, start in zip(rows["valid_to"][:-1], rows["valid_from"][1:], strict=True):
            assert end == start, key
