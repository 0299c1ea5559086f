"""Rows and leftovers: what a parser leaves takes only itself, is counted, and never ends a known model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from extractors.accounting import NOBODY_READS, accounted
from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.leftovers import settle
from extractors.source import Ignored, Reader, Source
from warehouse.capture import Capture
from warehouse.tables import LIST_PRICES, ListPrice, Row, Unread

PAGE = "# Pricing\n\n| Model | Input |\n|---|---|\n" + "".join(
    f"| m-{n} | ${n}.25 / 1M tokens |\n" for n in range(1, 10)
)


def capture(text: str) -> Capture:
    return Capture("made", "https://made.example/p", datetime(2026, 11, 1, tzinfo=UTC), text.encode())


def reader(ignores: tuple[Ignored, ...] = (), parse: Callable[[Capture], list[Row]] | None = None) -> Reader:
    source = Source("made", "Made", "vendors", ("https://made.example/p",), (LIST_PRICES,), "facts")
    made = Source(**{**{f: getattr(source, f) for f in source.__slots__}, "ignores": ignores})
    return Reader(made, parse or rows_of)


def rows_of(page_capture: Capture) -> list[Row]:
    page = Page(page_capture)
    for line in page_capture.text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not cells[0].startswith("m-"):
            continue
        with page.part("Pricing", cells):
            amount = cells[1].removeprefix("$").removesuffix(" / 1M tokens")
            if not amount.replace(".", "").isdecimal():
                raise UnknownValue(page_capture, expected="one price", found=cells[1])
            page.rows.append(ListPrice("made", cells[0], "input", Decimal(amount), "USD", printed=cells[1]))
    return page.finished()


def test_an_odd_row_takes_only_itself_and_says_why():
    rows = rows_of(capture(PAGE.replace("$3.25 / 1M tokens", "$3.25 until spring")))
    left = [row for row in rows if isinstance(row, Unread)]
    assert len(rows) == 9
    assert [(row.place, row.leftover, row.amounts) for row in left] == [
        ("Pricing", "m-3 | $3.25 until spring", 1)
    ]
    assert "expected one price" in left[0].why_unread


def test_rows_added_in_an_odd_part_are_taken_back_and_its_leftovers_with_them():
    page = Page(capture(PAGE))
    with page.part("x", "whole row $1 $2"):
        page.rows.append(ListPrice("made", "m", "input", Decimal(1), "USD"))
        page.leave("x", "cell", "odd")
        raise ValueError("a cell beyond the row")
    assert page.rows == []
    assert [(row.leftover, row.amounts) for row in page.leftovers] == [("whole row $1 $2", 2)]


def test_leftovers_without_any_row_are_an_empty_page():
    page = Page(capture(PAGE))
    page.leave("x", "m-1 $1", "odd")
    with pytest.raises(EmptyPage, match="1 leftovers"):
        page.finished()


def test_an_amount_that_the_parser_passes_over_is_found_and_left_by_itself():
    text = PAGE + "\n## Video\n\n| H3 | $0.90 per 1M tokens |\n"
    found = settle(reader(), capture(text), rows_of(capture(text)), frozenset())
    left = [row for row in found if isinstance(row, Unread)]
    assert [(row.place, row.why_unread, row.amounts) for row in left] == [
        ("Pricing / Video", NOBODY_READS, 1)
    ]


def test_a_rule_that_says_why_ignores_an_amount_and_the_accounts_add_up():
    text = PAGE + "\n## Video\n\n| H3 | $0.90 a clip |\n\n## Credit\n\nYou get $5 of credit.\n"
    account = accounted(reader((Ignored("video", "videos"),)), capture(text), rows_of(capture(text)))
    assert account.ignored == {"videos": 1, "running text that names no unit of tokens": 1}
    assert account.total == account.read + sum(account.ignored.values()) + account.unread == 11


@pytest.mark.parametrize(
    ("lines", "odd", "refused"),
    [
        (40, 9, True),
        (40, 8, False),
        (90, 18, False),
        (10, 2, False),
        (9, 2, True),
        (4, 2, True),
        (2, 1, True),
    ],
)
def test_more_than_a_fifth_of_the_amounts_unread_refuses_the_page_however_small(lines, odd, refused):
    page = page_of(lines, odd)
    if refused:
        with pytest.raises(LayoutChanged, match=f"{odd} of {lines} unread"):
            settle(reader(), page, rows_of(page), frozenset())
    else:
        rows = settle(reader(), page, rows_of(page), frozenset())
        assert sum(isinstance(row, Unread) for row in rows) == odd


def page_of(lines: int, odd: int, more: str = "") -> Capture:
    text = "".join(
        f"| m-{n} | ${n}.25 {'or so' if n <= odd else '/ 1M tokens'} |\n" for n in range(1, lines + 1)
    )
    return capture("# Pricing\n\n| Model | Input |\n|---|---|\n" + text + more)


def test_one_odd_line_of_a_small_page_takes_only_itself():
    rows = settle(reader(), page_of(3, 1), rows_of(page_of(3, 1)), frozenset({"m-1", "m-2", "m-3"}))
    assert [row.known_model for row in rows if isinstance(row, Unread)] == ["m-1"]
    assert [row.listed_model for row in rows if isinstance(row, ListPrice)] == ["m-2", "m-3"]


def test_a_table_that_is_left_as_one_is_not_one_line():
    page = page_of(3, 0, "\n\n## Flex\n\n| f-1 | $1.25 flexed |\n| f-2 | $2.25 flexed |\n")
    rows = [*rows_of(page), Unread("Pricing / Flex", "f-1 | $1.25 flexed | f-2 | $2.25 flexed", "odd", 2)]
    with pytest.raises(LayoutChanged, match="2 of 5 unread"):
        settle(reader(), page, rows, frozenset())


def test_amounts_that_no_rule_of_the_parser_names_are_counted_for_the_refusal():
    page = page_of(6, 0, "\n\n## Video\n\n| H3 | $0.90 a clip |\n| H4 | $0.80 a clip |\n")
    with pytest.raises(LayoutChanged, match="2 of 8 unread"):
        settle(reader(), page, rows_of(page), frozenset())
    rules = (Ignored("/ video", "videos"),)
    assert len(settle(reader(rules), page, rows_of(page), frozenset())) == 6


def test_another_models_amount_in_a_table_of_its_own_is_not_read_because_a_price_is_the_same():
    page = page_of(9, 0, "\n\n## Video\n\n| H3 | $2.25 per 1M tokens |\n")
    account = accounted(reader(), page, rows_of(page))
    assert (account.read, account.unread) == (9, 1)
    assert [row.leftover for row in account.found] == ["| H3 | $2.25 per 1M tokens |"]


def test_a_column_that_was_left_is_not_counted_again_with_its_line():
    text = "# Pricing\n\n| | m-1 | m-2 |\n|---|---|---|\n| Price | $1.25 / 1M tokens | From $2.5 |\n"
    rows: list[Row] = [ListPrice("made", "m-1", "input", Decimal("1.25"), "USD")]
    account = accounted(reader(), capture(text), [*rows, Unread("Pricing", "m-2 | From $2.5", "odd", 1)])
    assert (account.total, account.read, account.unread, account.found) == (2, 1, 1, [])


def test_a_known_model_that_is_unread_is_named_and_a_longer_name_is_another_model():
    odd = PAGE.replace("| m-3 | $3.25 / 1M tokens |", "| m-3-mini | $3.25 or so |")
    known = frozenset({"m-1", "m-3", "m-3-mini"})
    rows = settle(reader(), capture(odd), rows_of(capture(odd)), known)
    assert [row.known_model for row in rows if isinstance(row, Unread)] == ["m-3-mini"]


def test_more_than_a_third_of_the_known_models_unread_refuses_the_page():
    odd = PAGE.replace("| m-3 | $3.25 / 1M tokens |", "| m-3 | $3.25 or so |")
    with pytest.raises(LayoutChanged, match="1 of 2"):
        settle(reader(), capture(odd), rows_of(capture(odd)), frozenset({"m-3", "m-4"}))


def test_a_leftovers_text_is_bounded_and_without_control_characters():
    text = PAGE.replace("$3.25 / 1M tokens", "$3.25 \u202e\x07" + "x" * 900)
    left = [
        r for r in settle(reader(), capture(text), rows_of(capture(text)), frozenset()) if type(r) is Unread
    ]
    assert len(left[0].leftover) <= 300
    assert "\\u202e" in left[0].leftover and "\x07" not in left[0].leftover
