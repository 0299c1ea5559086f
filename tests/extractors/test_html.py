"""Tables as grids, strictly; Markdown read by the same code as HTML."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.errors import LayoutChanged
from extractors.html import Grid, filled, grid, one, soup, soup_of_markdown, tables, text_of
from warehouse.capture import Capture

CAPTURE = Capture("vendor", "https://example.org/pricing", datetime(2026, 7, 1, tzinfo=UTC), b"")


def texts(cells: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in cells]


def first_grid(markup: str, *, markdown: bool = False) -> list[list[str]]:
    page = soup_of_markdown(markup) if markdown else soup(markup)
    return texts(grid(page.find("table"), CAPTURE))


def test_spans_repeat_their_cell_in_every_place_they_cover() -> None:
    markup = (
        "<table><tr><td rowspan='2'>a</td><td colspan='2'>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    )
    assert first_grid(markup) == [["a", "b", "b"], ["a", "c", "d"]]


@pytest.mark.parametrize(
    "placeholder", ['class="table-hide" rowspan="0"', 'class="hidden"', 'style="display: none"']
)
def test_placeholders_of_merged_cells_shift_nothing(placeholder: str) -> None:
    markup = (
        f"<table><tr><td rowspan='2'>a</td><td>1</td></tr><tr><td {placeholder}></td><td>2</td></tr></table>"
    )
    assert first_grid(markup) == [["a", "1"], ["a", "2"]]


@pytest.mark.parametrize("span", ["x", "-1", "9999"])
def test_a_span_that_is_no_sensible_number_is_an_error(span: str) -> None:
    with pytest.raises(LayoutChanged, match="rowspan"):
        first_grid(f"<table><tr><td rowspan='{span}'>a</td></tr></table>")


def test_struck_out_text_and_footnote_marks_stand_apart_from_the_price() -> None:
    cell = soup("<p><s>$1.36</s> $0.68<sup>4</sup><br>per <!-- x -->M\u200b tokens</p>").find("p")
    assert text_of(cell) == ("$0.68\nper M tokens", ("$1.36",))


def test_a_markdown_row_longer_than_its_header_keeps_its_cells() -> None:
    page = (
        "|  | Short | Long |\n| --- | --- | --- |\n| Model | In | Out | In | Out |\n| m | $1 | $2 | $3 |"
        " $4 |\n"
    )
    assert first_grid(page, markdown=True)[1:] == [
        ["Model", "In", "Out", "In", "Out"],
        ["m", "$1", "$2", "$3", "$4"],
    ]


def test_a_markdown_row_shorter_than_its_header_is_filled_up_at_its_end() -> None:
    assert first_grid("| a | b |\n| --- | --- |\n| 1 |\n", markdown=True) == [["a", "b"], ["1", ""]]


def test_an_indented_markdown_table_is_a_table_and_no_code() -> None:
    page = (
        '<Accordion title="Legacy">\n\n    | a | b |\n    | --- | --- |\n    | 1 | \\|2 |\n\n</Accordion>\n'
    )
    assert first_grid(page, markdown=True) == [["a", "b"], ["1", "|2"]]


def test_front_matter_is_no_part_of_the_page() -> None:
    assert soup_of_markdown("---\ntitle: x\n---\n\n# Y\n").get_text(strip=True) == "Y"


def test_tables_come_with_the_headings_above_them() -> None:
    page = soup("<h1>P</h1><h2>A</h2><h3>B</h3><table></table><h2>C</h2><table></table>")
    assert [headings for headings, _ in tables(page)] == [("P", "A", "B"), ("P", "C")]


def test_an_element_that_is_missing_or_there_twice_is_named() -> None:
    with pytest.raises(LayoutChanged, match=r"2: p\.a, p"):
        one(soup("<p class='a'>1</p><p>2</p>"), "p", CAPTURE)
    with pytest.raises(LayoutChanged, match="without any"):
        filled(soup("<table></table>").find("table"), CAPTURE)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("$0.62¹", "$0.62"),
        ("$0.62<sup>1</sup>", "$0.62"),
        ("$2<span style='display: none'>$9</span>", "$2"),
        ("$2<span hidden>$9</span>", "$2"),
        ("GLM-5<div>NEW</div>", "GLM-5\nNEW"),
        ("GLM-5<table><tr><td>vivid</td></tr></table>", "GLM-5\nvivid"),
    ],
)
def test_a_cell_says_what_is_seen_and_a_block_starts_a_line_of_its_own(markup: str, text: str) -> None:
    cell = one(soup(f"<table><tr><td class='x'>{markup}</td></tr></table>"), ".x", CAPTURE)
    assert text_of(cell)[0] == text
