"""How old content is: the worked example of METHOD.md, and what must not make anything newer."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.content_age import ENDED_LEAST, ContentAge, ages, together

PAGE = (Path(__file__).parents[2] / "METHOD.md").read_text(encoding="utf-8")
SECTION = PAGE.split("### How old content is")[1].split("\n### ")[0].split("\n## ")[0]
CAPTURE = re.compile(r"^\| (\d{4}-\d\d-\d\d) \| (\w+) \|$", re.MULTILINE)
CLAIM = re.compile(r"^- `(\w+)\((\d{4}-\d\d-\d\d)\) = ([^`]+)`", re.MULTILINE)
BOARD, PAGE_OF_IT = "board", "https://board.example/table"


def rows(seen: list[tuple[date, str]]) -> list[dict]:
    return [
        {"source_id": BOARD, "address": PAGE_OF_IT, "observed_on": day, "capture_sha256": sha}
        for day, sha in seen
    ]


def example() -> list[tuple[date, str]]:
    return [(date.fromisoformat(day), sha) for day, sha in CAPTURE.findall(SECTION)]


@pytest.mark.parametrize(("question", "when", "printed"), CLAIM.findall(SECTION))
def test_the_page_says_how_old_its_board_is(question: str, when: str, printed: str):
    day = date.fromisoformat(when)
    age = ages(rows(example()), day)[BOARD][PAGE_OF_IT]
    answers = {
        "content_on": str(age.content_on),
        "captured_on": str(age.captured_on),
        "rhythm_days": "not known" if age.rhythm_days is None else str(age.rhythm_days),
        "quiet": "yes" if age.quiet(day) else "no",
        "ended": "yes" if age.ended else "no",
    }
    assert answers[question] == printed


def test_the_page_has_an_example_of_every_term():
    assert {question for question, _, _ in CLAIM.findall(SECTION)} == {
        "content_on",
        "captured_on",
        "rhythm_days",
        "quiet",
        "ended",
    }


captures = st.lists(st.tuples(st.integers(0, 900), st.sampled_from("abc")), min_size=1, max_size=30)


@given(captures, st.integers(1, 400))
def test_a_capture_that_says_the_same_makes_nothing_newer(seen: list[tuple[int, str]], later: int):
    first = date(2024, 1, 1)
    dated = [(first + timedelta(days=day), sha) for day, sha in sorted(seen, key=lambda s: s[0])]
    again = (dated[-1][0] + timedelta(days=later), dated[-1][1])
    end = again[0]
    before, after = (ages(rows(s), end)[BOARD][PAGE_OF_IT] for s in (dated, [*dated, again]))
    assert after.content_on == before.content_on
    assert after.rhythm_days == before.rhythm_days
    assert (after.captured_on, after.captures) == (again[0], before.captures + 1)


@given(captures)
def test_what_is_known_on_a_day_rests_on_no_later_capture(seen: list[tuple[int, str]]):
    first = date(2024, 1, 1)
    dated = [(first + timedelta(days=day), sha) for day, sha in sorted(seen, key=lambda s: s[0])]
    for day in {day for day, _ in dated}:
        assert ages(rows(dated), day) == ages(rows([s for s in dated if s[0] <= day]), day)


def test_a_source_is_as_new_as_the_newest_of_its_pages_and_ends_with_the_last_of_them():
    start = date(2025, 1, 1)
    old = ContentAge(tuple(start + timedelta(days=10 * n) for n in range(5)), date(2026, 6, 1), 60)
    new = ContentAge((date(2026, 5, 20),), date(2026, 6, 1), 3)
    assert old.ended
    both = together([old, new])
    assert both is not None
    assert (both.content_on, both.captures, both.ended) == (date(2026, 5, 20), 63, False)
    assert together([]) is None
    assert (old.captured_on - old.content_on).days > ENDED_LEAST
