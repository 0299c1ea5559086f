"""Kinds 3 and 11 of what attacks broke: a body that grows when it is read ends in a named error, in bounded
memory.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractors.html import soup, soup_of_markdown, text_of
from extractors.markup import MAX_CELLS, MAX_DEPTH, widened
from extractors.vendors._cloud import plain_markdown
from tests.attacks.bombs import BOMBS
from tests.faults.test_hostile import GIGABYTE, alone


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_is_a_named_error_in_bounded_memory(name: str, tmp_path: Path) -> None:
    source_id, make = BOMBS[name]
    (tmp_path / "body").write_bytes(make())
    said = alone("parse", tmp_path / "body", tmp_path, source_id)
    assert re.match(r"(WrongPage|LayoutChanged|UnknownValue|EmptyPage|Truncated): ", said["said"])
    assert said["most_bytes"] < GIGABYTE


def test_pages_nested_as_pages_are_stay_readable() -> None:
    deep = "<div>" * (MAX_DEPTH - 10) + "<p>$1</p>" + "</div>" * (MAX_DEPTH - 10)
    page = soup(f"<html><body>{deep}</body></html>")
    assert text_of(page.body)[0] == "$1"
    with pytest.raises(ValueError, match="deep"):
        soup("<div>" * (MAX_DEPTH + 10))


def test_a_pipe_table_is_widened_to_its_longest_row_and_no_further_than_a_page() -> None:
    assert widened("|a|\n|-|\n|1|2|\n") == "|a| |\n|-| --- |\n|1|2|\n"
    assert soup_of_markdown("|a|\n|-|\n|1|2|\n").find_all("td")[1].text == "2"
    rows = MAX_CELLS // 100 + 1
    with pytest.raises(ValueError, match="pipe tables"):
        widened("|a|\n|-|\n" + "|x" * 100 + "|\n" + "|y|\n" * rows)


SPACES = (
    " " * 60_000,
    "\n" * 60_000,
    "\n \n" * 20_000,
    "<table>" * 5_000,
    "<Tab " * 5_000,
    "<table>" + "\n" * 60_000,
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("number", range(len(SPACES)))
def test_white_space_and_open_tags_are_read_once(number: int) -> None:
    assert isinstance(plain_markdown(SPACES[number] + "x"), str)
    assert isinstance(plain_markdown("<table>" + SPACES[number] + "x</table>"), str)


def test_tables_stand_in_blocks_of_their_own_without_blank_lines() -> None:
    text = "before\n  <table><tr>\n\n  <td>1\n > a remark</td></tr></table>  \nafter"
    assert plain_markdown(text) == "before\n\n<table><tr>\n<td>1<br>a remark</td></tr></table>\n\nafter"
