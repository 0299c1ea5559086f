"""The worked examples of METHOD.md: the board, the questions and the answers are read from the page
itself.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.transforms.made_boards import pair, side
from transforms.boards import lag
from transforms.boards.trends import kaplan_meier
from warehouse.conventions import TOLERANCE_Z

PAGE = (Path(__file__).parents[2] / "METHOD.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (US|CN) \| (\w) \| (\d{4}-\d\d-\d\d) \| (\d+) \|$", re.MULTILINE)
CLAIM = re.compile(r"^- `(\w+)\(([^)]*)\) = ([-\d.]+)`", re.MULTILINE)


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def example(board: str) -> pd.DataFrame:
    """One example board of the page: group, model, day, score."""
    section = PAGE.split(f"### Example board: {board}")[1].split("\n### ")[0].split("\n## ")[0]
    frame = pd.DataFrame(ROW.findall(section), columns=["group", "model", "day", "score"])
    return frame.assign(day=frame["day"].map(day), score=frame["score"].astype(float))


def lags_pair(se: float = 2.0):
    frame = example("lags")
    sides = []
    for group in ("US", "CN"):
        rows = frame[frame["group"] == group].sort_values("day")
        made = side(rows["day"], rows["score"], np.full(len(rows), se))
        sides.append(made)
    names = {g: frame[frame["group"] == g].sort_values("day")["model"].tolist() for g in ("US", "CN")}
    return pair(*sides), names


def answer(question: str, argument: str) -> float:
    """What the project computes for one question of the page."""
    p, names = lags_pair()
    words = [w.strip() for w in argument.split(",")]
    z = TOLERANCE_Z if "tau" in words else 0.0
    when = np.array([day(words[0])]) if re.match(r"\d{4}-", words[0]) else np.array([day("2026-04-01")])
    if question == "parity":
        return float(lag.parity(p, when, z=z).lag[0])
    if question == "event":
        return float(lag.event(p, z)[names["CN"].index(words[0])])
    if question == "significant":
        return float(lag.significant(p, when)[0][0])
    if question == "catchup":
        records, value, _ = lag.catchup(p, int(when[0]))
        return float(value[[names["US"][i] for i in records].index(words[0])])
    if question == "catchup_median":
        _, value, censored = lag.catchup(p, int(when[0]))
        return kaplan_meier(value, censored).days
    if question == "threshold":
        levels = np.arange(5.0, 100.0, 5.0)
        found = dict(zip(*lag.threshold(p, levels)[2:], strict=True))
        return float(found[float(words[0])])
    if question == "regression":
        return lag.regression(p, int(when[0]))
    if question == "gap":
        units, in_se = lag.gap(p, lag.parity(p, when))
        return float(in_se[0] if "SE" in words else units[0])
    if question == "win_probability":
        return float(lag.win_probability(np.array([float(words[0])]))[0])
    if question == "trailing12":
        days = np.arange(day("2025-01-01"), int(when[0]) + 1)
        return float(lag.trailing_mean(lag.parity(p, days).lag, 365)[-1])
    raise KeyError(question)


CLAIMS = list(CLAIM.findall(PAGE.split("## Frontier lag")[1].split("\n### Until when")[0]))


@pytest.mark.parametrize(("question", "argument", "printed"), CLAIMS, ids=[f"{q}({a})" for q, a, _ in CLAIMS])
def test_the_page_says_what_the_project_computes(question, argument, printed):
    digits = len(printed.partition(".")[2])
    assert round(answer(question, argument), digits) == float(printed)


def test_every_definition_has_a_worked_example():
    asked = {question for question, _, _ in CLAIMS}
    assert {
        "parity",
        "event",
        "significant",
        "catchup",
        "threshold",
        "regression",
        "gap",
        "trailing12",
    } <= asked
    assert len(example("lags")) == 8


def test_the_page_says_what_is_not_established():
    assert "## What is not established" in PAGE
    assert "+2.9 months a year" in PAGE
