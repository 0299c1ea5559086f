"""An odd price cell takes only its model's prices of that component; whatever else is odd takes its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from extractors.errors import LayoutChanged
from extractors.reading import parsed
from extractors.source import discover
from extractors.vendors._wording import header_forms, names_models
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Unread

PAGE = """# xAI pricing

| Model | Context | Input / 1M tokens | Cached input / 1M tokens | Output / 1M tokens |
| --- | --- | --- | --- | --- |
| grok-9 (< 200k prompt tokens) | 1M | $2.00 | $0.50 | $6.00 |
| grok-9 (> 200k prompt tokens) | 1M | $4.00 | $1.00 | $12.00 |
| grok-8 | 1M | $3.00 | $0.75 | $15.00 |
| grok-7 | 1M | $0.20 | $0.02 | $1.50 |
"""
KNOWN = frozenset({"grok-9", "grok-8", "grok-7"})
Said = list[tuple[str, str, int, Decimal]]


def read(text: str) -> tuple[Said, list[Unread]]:
    when = datetime(2026, 11, 1, tzinfo=UTC)
    page = Capture("xai", "https://docs.x.ai/developers/pricing.md", when, text.encode())
    rows = parsed(discover()["xai"], page, KNOWN)
    prices = [r for r in rows if isinstance(r, ListPrice)]
    said = [(r.listed_model, r.component, r.context_from_tokens, r.amount) for r in prices]
    return said, [r for r in rows if isinstance(r, Unread)]


def without(*gone: tuple[str, str]) -> Said:
    return [row for row in read(PAGE)[0] if row[:2] not in gone]


@pytest.mark.parametrize("odd", ["from $3.00", "$3.00 - $9.00", "$-3.00", "$3.0.0", "$3.00 / image", "€3.00"])
def test_an_odd_price_cell_leaves_the_others_of_its_line(odd: str):
    said, left = read(PAGE.replace("$3.00", odd))
    assert said == without(("grok-8", "input"))
    assert [(row.known_model, row.amounts) for row in left] == [("grok-8", 1 if "9.00" not in odd else 2)]


def test_a_price_of_one_length_of_the_prompt_is_not_published_without_that_of_the_other():
    said, left = read(PAGE.replace("$4.00", "up to $4.00"))
    assert said == without(("grok-9", "input"))
    assert [row.known_model for row in left] == ["grok-9", "grok-9"]
    assert "another price of input" in left[0].why_unread


def test_a_cell_that_prints_no_amount_may_be_a_shifted_one_and_takes_its_line():
    said, _ = read(PAGE.replace("| grok-8 | 1M | $3.00 |", "| grok-8 | | 1M |"))
    assert said == without(*(("grok-8", c) for c in ("input", "cache_read", "output")))


def test_one_model_out_of_order_is_left_and_many_refuse_the_page():
    said, left = read(PAGE.replace("$3.00 | $0.75 | $15.00", "$33.00 | $0.75 | $15.00"))
    assert said == without(*(("grok-8", c) for c in ("input", "cache_read", "output")))
    assert "as of the other models" in left[0].why_unread
    swapped = (
        PAGE.replace("Input / 1M", "\0").replace("Output / 1M", "Input / 1M").replace("\0", "Output / 1M")
    )
    with pytest.raises(LayoutChanged):
        read(swapped)


def test_a_line_struck_out_is_unread_and_its_model_not_gone():
    struck = "| ~~grok-7~~ | ~~1M~~ | ~~$0.20~~ | ~~$0.02~~ | ~~$1.50~~ |"
    said, left = read(PAGE.replace("| grok-7 | 1M | $0.20 | $0.02 | $1.50 |", struck))
    assert said == without(*(("grok-7", c) for c in ("input", "cache_read", "output")))
    assert [(row.known_model, row.amounts) for row in left] == [("grok-7", 0)]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("Model ", "Models "),
        lambda text: text.replace("Model ", "Model name "),
        lambda text: text.replace("Input /", "Input price /"),
        lambda text: text.replace("/ 1M tokens", "(per 1M tokens)"),
        lambda text: text.replace("$3.00", "3.00 $"),
        lambda text: text.replace("$3.00", "**$3.00**<!-- was here -->"),
    ],
    ids=["line ends", "plural", "model name", "price", "unit", "sign behind", "bold"],
)
def test_what_a_site_writes_otherwise_is_read_alike(change: Callable[[str], str]):
    said, left = read(change(PAGE))
    assert said == read(PAGE)[0]
    assert left == []


def test_a_price_by_the_hour_is_one_of_storage_only():
    page = (
        "# Pricing\n\n## Text models\n\nPrices per 1M tokens.\n\n| Model | Input | Cached Input | Output |\n"
        "| --- | --- | --- | --- |\n| GLM-9 | $1.4 / hour | $0.26 | $4.4 |\n| GLM-8 | $1 | $0.2 | $3 |\n\n"
        "## Vision models\n\nPrices per 1M tokens.\n\n| Model | Input | Cached Input | Output |\n"
        "| --- | --- | --- | --- |\n| GLM-9V | $1.2 | $0.24 | $4 |\n\n## Built-in tools\n\n"
        "| Tool | Cost |\n| --- | --- |\n| Web Search | $0.01 / use |\n"
    )
    when = datetime(2026, 11, 1, tzinfo=UTC)
    source = discover()["zhipu_zai"]
    rows = parsed(source, Capture("zhipu_zai", source.source.addresses[0], when, page.encode()))
    prices = {(r.listed_model, r.component): r.amount for r in rows if isinstance(r, ListPrice)}
    assert ("GLM-9", "input") not in prices
    assert prices["GLM-9", "output"] == Decimal("4.4")


def test_the_forms_of_a_header_end_with_the_barest():
    assert header_forms("cached input price (per 1m tokens)")[-1] == "cached input"
    assert header_forms("base input tokens") == ("base input tokens",)
    assert header_forms("outputs")[-1] == "output"
    assert header_forms("input / image")[-1] == "input / image"
    assert [names_models(h) for h in ("Model ID", "模型名称", "Models", "Model tier")] == [
        True,
        True,
        True,
        False,
    ]
