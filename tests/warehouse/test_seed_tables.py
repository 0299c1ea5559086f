"""The seeds of identity are read strictly, and say what the record says."""

from __future__ import annotations

import pandas as pd
import pytest

from warehouse.seed_tables import COLUMNS, read_seed, seeds

HEAD = "model_id,revision,date_kind,released_on,precision,evidence,confidence\n"
GOOD = "openai/o1,,api,2024-12-17,day,Epoch ECI 2026-07-01,high\n"


def test_seeds_refer_to_each_other_and_every_row_has_its_evidence() -> None:
    for name, frame in seeds().items():
        assert list(frame.columns) == list(COLUMNS[name])
        assert (frame["evidence"].str.len() > 3).all()


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
    assert (v4 - r1).days / 30.4375 == pytest.approx(15, abs=0.2)
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
