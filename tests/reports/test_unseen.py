"""What a number does not know stands beside it, in few words."""

from __future__ import annotations

from datetime import date

import pytest

from reports.all_boards import boards_figure
from reports.headline import headline_lines
from reports.unseen import unseen
from tests.reports.made import made, table
from tests.reports.made_names import AS_OF

PAIR = {"leader": "US", "follower": "CN"}
BOARD = {**PAIR, "metric": "lag", "board_id": "epoch_eci", "speaks_state": "current"}


def lacking(version: str, until: date | None, content: date | None, us: int, cn: int) -> dict:
    return {
        **BOARD, "board_version": version, "speaks_until": until, "content_on": content,
        "leader_missing": us, "follower_missing": cn,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            lacking("1", date(2026, 6, 28), date(2026, 6, 30), 8, 4),
            "not in it: 8 US and 4 Chinese flagships released since 2026-06-28",
        ),
        (
            lacking("1", None, date(2026, 5, 1), 1, 0),
            "not in it: 1 US and 0 Chinese flagships released since 2026-05-01",
        ),
        (
            lacking("1", date(2026, 6, 28), date(2026, 6, 30), 0, 0),
            "no flagship released since 2026-06-28 is missing from it",
        ),
        (lacking("1", None, None, 0, 0), "it speaks of no day"),
    ],
)
def test_what_a_boards_lag_lacks_is_said_with_its_day(row: dict, words: str):
    assert unseen({"coverage": table("coverage", [row])}, "lag", board_id="epoch_eci") == words


def test_of_several_versions_the_newest_counts_and_a_number_without_a_row_says_nothing():
    old, new = (
        lacking("1", date(2025, 1, 1), date(2025, 1, 1), 40, 50),
        lacking("2", date(2026, 6, 28), date(2026, 6, 28), 8, 4),
    )
    tables = {"coverage": table("coverage", [new, old])}
    assert "2026-06-28" in unseen(tables, "frontier", board_id="epoch_eci")
    assert unseen(tables, "pooled_lag") == ""
    assert unseen({}, "lag", board_id="epoch_eci") == ""


def test_the_summary_and_the_first_chart_say_it_of_each_board():
    tables = made()
    version = tables["lag"].filter(tables["lag"]["board_id"].to_numpy() == "epoch_eci")["board_version"][0]
    row = lacking(version.as_py(), date(2026, 6, 28), date(2026, 6, 28), 8, 4)
    tables |= {"coverage": table("coverage", [row])}
    words = "not in it: 8 US and 4 Chinese flagships released since 2026-06-28"
    [line] = [text for text in headline_lines(tables, AS_OF) if text.startswith("lag, Epoch")]
    assert line.endswith(f"; {words}")
    figure = boards_figure(tables, AS_OF)
    assert figure is not None
    assert [cells[-1] for cells in figure.grids[0].rows if cells[0].startswith("Epoch")] == [words]
