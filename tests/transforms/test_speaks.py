"""Until when a board speaks: the worked example of METHOD.md, and what must not move the day."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.boards import board_versions, lag_tables, speaks
from transforms.boards.frontier import epoch_days
from transforms.boards.lag_cache import Cache

PAGE = (Path(__file__).parents[2] / "METHOD.md").read_text(encoding="utf-8")
SECTION = PAGE.split("### Until when a board speaks")[1].split("\n### ")[0]
FLAGSHIP = re.compile(r"^\| (US|CN) \| (\w) \| (\d{4}-\d\d-\d\d) \| (yes|no) \|$", re.MULTILINE)
CLAIM = re.compile(r"^- `(\w+)\((\d{4}-\d\d-\d\d)\) = ([^`]+)`", re.MULTILINE)
BOARD = {"board_id": "b", "board_version": "1", "setting": "", "n": None, "flagged": False}
NOTHING = dict.fromkeys(("score_low", "score_high", "interval_level", "score_se"))
SCALE = {"scale_min": 0.0, "scale_max": 100.0, "unit": "per cent"}
FACTS = pd.DataFrame({"board_id": ["b"], "refitted": False, "higher_is_better": True, **SCALE})


def day(text):
    return int(np.datetime64(text, "D").astype(np.int64))


def example():
    """The flagships of the page, and the captures of a board that lists those with `yes` from 2026-06-15 on,
    the older ones from 2026-03-15 on.
    """
    rows = pd.DataFrame(FLAGSHIP.findall(SECTION), columns=["country", "model_id", "released_on", "listed"])
    models = rows.assign(
        released_on=pd.to_datetime(rows["released_on"]),
        lab_id=rows["model_id"] + "lab",
        flagship=True,
        open_weights=False,
        withdrawn_on=pd.NaT,
    )
    listed = models[models["listed"] == "yes"]
    parts = [
        listed[listed["released_on"] <= when].assign(vintage=pd.Timestamp(when))
        for when in ("2026-03-15", "2026-06-15", "2026-09-01")
    ]
    history = pd.concat(parts)[["model_id", "vintage"]].assign(score=50.0, **BOARD, **NOTHING)
    return history, models


def found(history, models, as_of="2026-09-10"):
    (version,) = board_versions.prepare(history, models.drop(columns="listed", errors="ignore"), FACTS)
    today = day(as_of)
    return lag_tables.speaks_of(version, ("US", "CN"), today, speaks.flagships_of(models, today), Cache())


@pytest.mark.parametrize(("question", "when", "printed"), CLAIM.findall(SECTION))
def test_the_page_says_until_when_its_board_speaks(question, when, printed):
    one = found(*example(), when)
    answers = {
        "content_on": str(np.datetime64(one.content_on, "D")),
        "speaks_until": str(None if one.until is None else np.datetime64(one.until, "D")),
        "state": one.state,
    }
    assert answers[question] == printed


def test_the_page_has_a_worked_example_of_each_term():
    assert {question for question, _, _ in CLAIM.findall(SECTION)} == {"content_on", "speaks_until", "state"}


def test_a_capture_without_a_new_model_moves_no_day():
    history, models = example()
    again = history[history["vintage"] == "2026-09-01"].assign(vintage=pd.Timestamp("2026-09-09"), score=60.0)
    assert found(pd.concat([history, again]), models) == found(history, models)


def test_a_model_that_comes_back_is_no_content():
    history, models = example()
    kept = history["model_id"] != "A"
    gone = history[(history["vintage"] != "2026-06-15") | kept]
    assert found(gone, models).content_on == day("2026-06-15")


def test_the_daily_lags_end_with_the_day_until_which_the_board_speaks_and_events_stay():
    history, models = example()
    versions = board_versions.prepare(history, models.drop(columns="listed"), FACTS)
    days = np.arange(day("2026-04-01"), day("2026-09-11"))
    lags = lag_tables.lag_tables(
        versions, pd.Timestamp("2026-09-10"), [("US", "CN")], days, intervals=False, models=models
    ).lag
    daily = lags[lags["definition"].isin(["parity", "gap", "trailing12", "regression"])]
    until = pd.Timestamp(found(history, models).until, unit="D")
    assert daily["valid_on"].max() == until
    assert set(lags.loc[lags["definition"] == "event", "follower_model_id"]) == {"x", "y"}


def test_a_board_that_covers_no_day_has_no_daily_lag():
    history, models = example()
    days = pd.date_range("2025-01-01", "2026-06-10", freq="30D")
    untested = pd.DataFrame({"model_id": [f"u{i}" for i in range(len(days))], "released_on": days})
    more = untested.assign(country="CN", lab_id="ulab", flagship=True, open_weights=True, withdrawn_on=pd.NaT)
    both = pd.concat([models, more], ignore_index=True)
    assert found(history, both).state == "not_covered"
    assert found(history, both).until is None
    versions = board_versions.prepare(history, models.drop(columns="listed"), FACTS)
    lags = lag_tables.lag_tables(
        versions, pd.Timestamp("2026-09-10"), [("US", "CN")], intervals=False, models=both
    ).lag
    daily = ["parity", "trailing12", "gap", "significant", "regression"]
    said = lags[lags["definition"].isin(daily)]
    assert said["lag_days"].isna().all()
    assert set(said["definition"]) == {"parity", "trailing12"}
    assert set(said["state"]) == {"not_covered"}
    assert set(said["valid_on"]) == {pd.Timestamp("2026-06-15")}
    assert not said[["leader_model_id", "follower_model_id"]].astype(str).any(axis=None)
    assert (lags["definition"] == "event").any()


def test_the_table_names_every_pair_of_groups_that_a_board_shows():
    history, models = example()
    versions = board_versions.prepare(history, models.drop(columns="listed"), FACTS)
    pairs = [("US", "CN"), ("Blab", "xlab"), ("US", "nobody")]
    table = lag_tables.speaks_table(versions, pd.Timestamp("2026-09-10"), models, pairs)
    assert list(zip(table["leader"], table["follower"], strict=True)) == pairs[:2]
    assert table["speaks_until"].tolist() == [pd.Timestamp("2026-05-31"), pd.Timestamp("2026-06-15")]


@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=20), st.integers(300, 360))
def test_the_day_is_the_latest_covered_one_counted_through(models, content):
    models = sorted(models)
    facts = pd.DataFrame({"model_id": [f"m{i}" for i in range(len(models))], "country": "US"})
    facts = facts.assign(lab_id="l", open_weights=False)
    flagships = speaks.Flagships(facts, np.array([d for d, _ in models], dtype=np.int64))
    listed = np.array([on for _, on in models], dtype=bool)
    plain = None
    for t in range(content, content - speaks.BACK, -1):
        window = [on for d, on in models if t - speaks.WINDOW < d <= t]
        if len(window) < 2 or sum(window) / len(window) >= 0.5:
            plain = t
            break
    assert speaks.until(content, flagships, listed, ("US",)) == plain


def test_content_is_counted_by_the_first_capture_of_each_model():
    captured = epoch_days(pd.Series(pd.to_datetime(["2026-01-01", "2026-01-01", "2026-02-01", "2026-03-01"])))
    days = speaks.content_days(captured, np.array(["a", "b", "a", "c"]))
    assert days.tolist() == [day("2026-01-01"), day("2026-03-01")]
    assert speaks.newest(days, day("2026-02-10")) == day("2026-01-01")
    assert speaks.newest(days, day("2025-12-31")) is None
