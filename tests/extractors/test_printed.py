"""Amounts with their currency and the words around them, as printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.printed import money, number, tokens


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        (r"\$3 / MTok", [("3", "USD", "", "/ MTok")]),
        (
            "$2.00, prompts <= 200k tokens $4.00, prompts > 200k",
            [
                ("2.00", "USD", "", ", prompts <= 200k tokens"),
                ("4.00", "USD", ", prompts <= 200k tokens", ", prompts > 200k"),
            ],
        ),
        ("0.4元/百万tokens", [("0.4", "CNY", "", "/百万tokens")]),
        ("￥4.00", [("4.00", "CNY", "", "")]),
        ("US$1,250.5 per month", [("1250.5", "USD", "", "per month")]),
        ("32K tokens, 1,000,000 of them", []),
        ("0.28 $", [("0.28", "USD", "", "")]),
        ("0.28$ / MTok", [("0.28", "USD", "", "/ MTok")]),
        ("3 €", [("3", "EUR", "", "")]),
        ("USD $2.50", [("2.50", "USD", "", "")]),
        ("US $2.50", [("2.50", "USD", "", "")]),
        ("2 models $3", [("3", "USD", "2 models", "")]),
    ],
)
def test_every_amount_with_a_currency_is_found_and_no_other_number(
    text: str, amounts: list[tuple[str, str, str, str]]
) -> None:
    assert [(str(m.amount), m.currency, m.before, m.after) for m in money(text)] == amounts


@given(st.decimals(min_value=0, max_value=10**6, places=6))
def test_an_amount_is_read_exactly_as_it_is_written(amount: Decimal) -> None:
    (found,) = money(f"${amount:f} / MTok")
    assert found.amount == amount


@pytest.mark.parametrize(
    ("text", "count"), [("200K", 200_000), ("1M", 1_000_000), ("272,000", 272_000), ("32千", 32_000)]
)
def test_token_counts_have_their_unit(text: str, count: int) -> None:
    assert tokens(text) == count


@pytest.mark.parametrize("text", ["", "1.2.3", "12 apples", "1,2", "-1"])
def test_what_is_no_number_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        number(text)


@pytest.mark.parametrize(
    "text",
    [
        "HK$15",
        "A$3 / MTok",
        "Input NT$30",
        "S$7",
        "R$5",
        "JP¥150",
        "-$5",
        "−$5",
        "$1e-6",
        "$3½",
        "$1\u00a0000",
    ],
)
def test_what_touches_an_amount_and_makes_it_another_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"another currency|split by a space"):
        money(text)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("US$2", ["2"]),
        ("$1-$2", ["1", "2"]),
        ("$1–$2", ["1", "2"]),
        ("TTS$15", ["15"]),
        ("- $5", ["5"]),
        ("$5 each", ["5"]),
        ("$5²", ["5"]),
    ],
)
def test_what_touches_an_amount_and_leaves_it_as_it_is_is_text(text: str, amounts: list[str]) -> None:
    assert [str(found.amount) for found in money(text)] == amounts
