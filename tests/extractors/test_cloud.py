"""What the Chinese clouds' readers share: ranges, hours, rows without gaps, columns in their order."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue
from extractors.html import Cell
from extractors.vendors import _cloud, _order
from extractors.vendors._cloud import Price, Range
from extractors.vendors._cloud_sheet import chain_breaks, columns_of
from extractors.vendors._hours import hours
from warehouse.capture import Capture
from warehouse.tables import ListPrice

CAPTURE = Capture("test", "https://example.org/", datetime(2026, 8, 1, tzinfo=UTC), b"")


@pytest.mark.parametrize(
    ("printed", "unit", "low", "high"),
    [
        ("输入长度 [0, 32]", 1000, 0, 32_000),
        ("输入长度 (32, 128]", 1000, 32_000, 128_000),
        ("输出长度 (0.2,+∞)", 1000, 200, None),
        ("Prompt length (128, 256]", 1000, 128_000, 256_000),
        ("输入长度（0, 16k）", 1, 0, 16_000),
        ("输入长度 [32k+）", 1, 32_000, None),
        ("输入长度 512k+", 1, 512_000, None),
        ("0 ≤ 输入长度 ＜ 32k", 1, 0, 32_000),
        ("输入长度 ≥ 32k", 1, 32_000, None),
        ("0<Token≤128K", 1, 0, 128_000),
        ("256K<Token≤1M", 1, 256_000, 1_000_000),
        ("0 < T ≤ 32K", 1, 0, 32_000),
        ("≤256K", 1, 0, 256_000),
        ("256K~1M", 1, 256_000, 1_000_000),
        ("无阶梯计价", 1, 0, None),
        ("-", 1, 0, None),
    ],
)
def test_a_range_is_read_in_every_spelling_seen(printed: str, unit: int, low: int, high: int | None) -> None:
    assert _cloud.token_range(printed, CAPTURE, unit) == Range(low, high)


@pytest.mark.parametrize("printed", ["短文本", "32k", "0<Token", "输入长度 [a, b]", "1<2<3"])
def test_words_that_are_no_range_are_refused(printed: str) -> None:
    with pytest.raises(UnknownValue):
        _cloud.token_range(printed, CAPTURE)


def test_ranges_with_a_row_lost_between_them_break() -> None:
    assert chain_breaks([Range(0, 32), Range(32, 128), Range(128, None)]) == ""
    for ranges in ([Range(0, 32), Range(128, None)], [Range(32, 128)], [Range(0, 32), Range(0, 64)]):
        assert "without a gap" in chain_breaks(ranges)


def test_peak_hours_are_those_that_the_page_states_in_beijing_time() -> None:
    page = "价格如下。高峰时段为工作日北京时间 9:00-12:00、14:00～18:00；其余为空闲时段。"
    assert hours("高峰时段", page, CAPTURE) == "peak@mon-fri 01:00-04:00,06:00-10:00"
    assert hours("空闲", page, CAPTURE) == "off_peak@except mon-fri 01:00-04:00,06:00-10:00"
    assert hours("-", page, CAPTURE) == "always"


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("高峰时段", "价格如下。"),
        ("夜间时段", "高峰时段为 9:00-12:00。"),
        ("peak", "Peak hours are 01:00-04:00 (UTC)."),
        ("高峰", "高峰时段为工作日 6:00-12:00。"),
    ],
)
def test_hours_that_the_page_does_not_state_in_beijing_time_are_refused(word: str, page: str) -> None:
    with pytest.raises(UnknownValue):
        hours(word, page, CAPTURE)


def test_a_struck_price_is_the_list_price_of_a_promotion() -> None:
    assert _cloud.bare_amounts(Cell("4.00", ("8.00",)), CAPTURE) == [
        ("list", Decimal("8.00")),
        ("promotional", Decimal("4.00")),
    ]
    assert _cloud.bare_amounts(Cell("免费"), CAPTURE) == [("free", Decimal(0))]
    assert _cloud.bare_amounts(Cell("限时免费"), CAPTURE) == _cloud.bare_amounts(Cell("-"), CAPTURE) == []
    for text in ("", "4.00元", "$4", "4.00 5.00"):
        with pytest.raises(UnknownValue):
            _cloud.bare_amounts(Cell(text), CAPTURE)


def _columns(header: str, *below: str) -> Page:
    """The page on which a table with one more column was read."""
    known: dict[str, _cloud.Role] = {"model": "model", "input": Price("input"), "output": Price("output")}
    head = [Cell("Model"), Cell("Input"), Cell("Output"), Cell(header)]
    rows = [[Cell(f"a-{i}"), Cell("1"), Cell("2"), Cell(text)] for i, text in enumerate(below)]
    page = Page(CAPTURE)
    columns_of([head, *rows], known, page, "prices")
    return page


@pytest.mark.parametrize(
    ("header", "below", "amounts"),
    [
        ("Fine-tuning", ("$3", "-"), 1),
        ("Current status", ("Usage-based", "—"), 0),
        ("Released", ("March", "April"), 0),
        ("Note", ("", ""), 0),
    ],
)
def test_a_new_column_of_amounts_or_of_plain_words_is_left_over(header, below, amounts) -> None:
    (left,) = _columns(header, *below).leftovers
    assert left.amounts == amounts
    assert header.casefold().replace(" ", "") in left.leftover


@pytest.mark.parametrize(
    ("header", "below"),
    [
        ("Discount", ("2", "3")),
        ("Unit", ("per 1K tokens", "per 1K tokens")),
        ("Mode", ("batch", "batch")),
        ("Prompt", ("<= 200K", "> 200K")),
        ("Where", ("$1 in the EU", "")),
        ("时段", ("高峰", "空闲")),
    ],
)
def test_a_new_column_whose_words_bear_on_prices_puts_the_table_in_doubt(header, below) -> None:
    with pytest.raises(LayoutChanged):
        _columns(header, *below)


def test_a_column_of_amounts_is_in_doubt_where_input_or_output_is_missing() -> None:
    known: dict[str, _cloud.Role] = {"model": "model", "input": Price("input")}
    grid = [[Cell("Model"), Cell("Input"), Cell("Result")], [Cell("a-1"), Cell("1"), Cell("2")]]
    with pytest.raises(LayoutChanged, match="input and output"):
        columns_of(grid, known, Page(CAPTURE), "prices")


def _row(model: str, component: str, amount: str, tier: str = "standard") -> ListPrice:
    return ListPrice("test", model, component, Decimal(amount), "CNY", service_tier=tier)


def test_two_columns_the_other_way_round_for_most_models_are_refused_and_for_one_are_not() -> None:
    right = [_row(f"m-{i}", c, a) for i in range(3) for c, a in (("input", "2"), ("output", "8"))]
    odd = [_row("m-captioner", "input", "8"), _row("m-captioner", "output", "2")]
    assert list(_order.ordered([*right, *odd], CAPTURE)) == [*right, *odd]
    with pytest.raises(UnknownValue, match="input"):
        _order.ordered(
            [row._replace(component={"input": "output", "output": "input"}[row.component]) for row in right],
            CAPTURE,
        )


def test_one_key_has_one_amount_and_batch_is_not_dearer() -> None:
    assert _order.settled([_row("m", "input", "2"), _row("m", "input", "2")], CAPTURE) == [
        _row("m", "input", "2")
    ]
    with pytest.raises(LayoutChanged, match="one amount"):
        _order.settled([_row("m", "input", "2"), _row("m", "input", "3")], CAPTURE)
    with pytest.raises(UnknownValue, match="batch"):
        _order.settled([_row("m", "input", "2"), _row("m", "input", "4", "batch")], CAPTURE)


def test_markdown_with_components_keeps_its_tables_whole() -> None:
    text = (
        'Intro\n<Tab title="Singapore">\n<table>\n\n<tr><td>a\n\n>'
        " note</td><td>0\\<Token</td></tr>\n</table>\n</Tab>\nEnd \\$2"
    )
    plain = _cloud.plain_markdown(text)
    assert "#### Singapore" in plain
    assert "<table>\n<tr><td>a<br>note</td><td>0&lt;Token</td></tr>\n</table>" in plain
    assert "$2" in plain
    assert "\\" not in plain


@pytest.mark.parametrize("text", ["1 0.62", "1 234.5", "0.62 0.7"])
def test_a_bare_number_that_a_space_splits_is_refused(text: str) -> None:
    with pytest.raises(UnknownValue, match="a price, a dash"):
        _cloud.bare_amounts(Cell(text), CAPTURE)
