"""Exact numbers: grouping told from decimals, keys that stand twice, YAML without surprises, slips."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from extractors.boards.aider_polyglot import parse as aider
from extractors.boards.metr_time_horizon import parse as metr
from extractors.printed import money, number
from warehouse.capture import Capture
from warehouse.tables import Score, Unread


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", "1234"), ("12,345,678.50", "12345678.50"), ("0.120", "0.120"), (".5", "0.5"), ("7", "7"),
        ("1'234", "1234"), ("1’234.5", "1234.5"), ("1\u202f234", "1234"),
        ("\uff11\uff12\uff0e\uff15", "12.5"), ("1\uff0c234", "1234"),
    ],
)  # fmt: skip
def test_a_number_is_read_with_its_groups_of_thousands(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["0,120", "0,120,000", "7,2", "1,23", "12,34,567", "1,2345", "1.2.3", "1.234,56", "007", "1,234'567"],
)  # fmt: skip
def test_a_number_that_could_mean_two_things_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="not a printed number"):
        number(text)


@pytest.mark.parametrize("text", ["$0,120", "$7,2 / MTok", "$1.234,56", "$1 234.50", "¥0,50"])
def test_a_price_with_a_decimal_comma_or_split_by_a_blank_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a printed number|split by a space"):
        money(text)


def board(body: str, address: str) -> Capture:
    return Capture("board", address, datetime(2026, 10, 3, tzinfo=UTC), body.encode())


AIDER = "https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml"
RUNS = "".join(f"- {{model: m{n}, pass_rate_2: {30 + 2.5 * n}, test_cases: 225}}\n" for n in range(12))


def odd_one(entry: str) -> tuple[list[Score], list[Unread]]:
    rows = aider(board(RUNS + entry, AIDER))
    mine = [r for r in rows if isinstance(r, Score) and r.listed_model == "odd"]
    assert len({r.listed_model for r in rows if isinstance(r, Score)} - {"odd"}) == 12
    return mine, [r for r in rows if isinstance(r, Unread)]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("- {model: odd, pass_rate_2: 0.88, test_cases: 225}\n", "a fraction among per cents"),
        ('- {model: odd, pass_rate_2: "7,2", test_cases: 225}\n', "a comma that groups no thousands"),
        ("- {model: odd, pass_rate_2: 44.9, pass_rate_2: 4.49, test_cases: 225}\n", "two values of"),
        ("- {model: odd, pass_rate_2: 40.0, pass_num_2: 90, test_cases: 200}\n", "its own counts"),
        ("- {model: odd, pass_rate_2: 50.0, test_cases: 225, date: 2026-07}\n", "a day"),
        ("- {model: odd, pass_rate_2: 1:30, test_cases: 225}\n", "a number"),
    ],
)
def test_an_odd_entry_of_a_board_goes_aside_with_its_reason(entry: str, why: str) -> None:
    mine, left = odd_one(entry)
    assert mine == []
    assert [why in row.why_unread for row in left] == [True]


@pytest.mark.parametrize(
    "entry",
    [
        "- {model: odd, pass_rate_2: 0.9, test_cases: 225}\n",  # two of 225
        "- {model: odd, pass_rate_2: 45.0, pass_num_2: 90, test_cases: 200}\n",
        "- {model: odd, pass_rate_2: 45.0, pass_rate_2: 45.0, test_cases: 200}\n",
        "- {model: odd, pass_rate_2: 45.0, commit_hash: 1:30, test_cases: 200}\n",
    ],
)
def test_what_is_possible_is_read(entry: str) -> None:
    mine, left = odd_one(entry)
    assert len(mine) == 1
    assert left == []


def test_a_key_twice_and_a_time_for_a_number_take_their_model_aside() -> None:
    body = "benchmark_name: METR-Horizon-v1.1\nresults:\n" + "".join(
        f"  m_{n}:\n    metrics:\n      p50_horizon_length: {{estimate: {10 + n}, ci_low: 5, ci_high: 30}}\n"
        for n in range(10)
    )
    odd = "  m_3:\n    metrics:\n      p50_horizon_length: {estimate: 2:17, ci_low: 1:05, ci_high: 4:25}\n"
    rows = metr(board(body + odd, "https://metr.org/assets/benchmark_results_1_1.yaml"))
    assert {r.listed_model for r in rows if isinstance(r, Score)} == {f"m_{n}" for n in range(10) if n != 3}
    assert [r.place for r in rows if isinstance(r, Unread)] == ["m_3"]
    assert 137.0 not in {r.score for r in rows if isinstance(r, Score)}
    alone = replace(board(body.replace("m_3", "m_x"), "x"), body=(body + odd.replace("m_3", "m_y")).encode())
    assert "m_y" in {r.place for r in metr(alone) if isinstance(r, Unread)}


@pytest.mark.parametrize("text", ["0.62¹", "2²", "1½"])
def test_a_figure_above_the_line_is_no_digit(text: str) -> None:
    with pytest.raises(ValueError, match="above or below the line"):
        number(text)
