"""The feeds' parsers refuse what they do not know, and amounts are exact."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import replace
from decimal import Decimal

import orjson
import pytest

from extractors.errors import EmptyPage, ParseError, Truncated, UnknownValue, WrongPage
from extractors.feeds._amounts import exact
from extractors.feeds._litellm_keys import Price, meaning
from extractors.source import discover
from tests.extractors.golden import golden_files, load
from warehouse.tables import ListPrice, Unread

FEEDS = (
    "models_dev",
    "openrouter",
    "openrouter_endpoints",
    "litellm",
    "genai_prices",
    "llm_prices",
    "model_prices",
)
GOLDEN = {
    f"{f.parent.name}/{f.name.removesuffix('.rows.json')}": f
    for f in golden_files()
    if f.parent.name in FEEDS
}
# Where each feed's newest golden capture has an input price of a model: the path to it in the JSON.
PRICE_AT = {
    "models_dev/2026-09-30": ("anthropic", "models", "claude-opus-4-6", "cost", "input"),
    "openrouter/2026-08-18": ("data", 2, "pricing", "prompt"),
    "openrouter_endpoints/2026-07-22": ("models", 1, "endpoints", 0, "pricing", "prompt"),
    "litellm/2026-11-12": ("claude-opus-4-6", "input_cost_per_token"),
    "genai_prices/2026-11-10": (1, "models", 0, "prices", "input_mtok"),
    "llm_prices/2026-07-30": ("prices", 0, "input"),
    "model_prices/2026-10-26": ("prices", "deepseek", "deepseek-v4-pro", "standard", 0, "rates", "input"),
}


def damaged(name, change):
    capture, _ = load(GOLDEN[name])
    document = json.loads(capture.body)
    node = document
    for step in PRICE_AT[name][:-1]:
        node = node[step]
    change(node, PRICE_AT[name][-1])
    return replace(capture, body=json.dumps(document).encode(), sha256="")


def parse(capture):
    return discover()[capture.source_id].parse(capture)


@pytest.mark.parametrize("name", PRICE_AT)
@pytest.mark.parametrize("value", [-5, "five", True, None, [1], {"usd": 1}, "NaN", "1e999"], ids=repr)
def test_a_price_that_is_no_number_gives_no_row_or_a_named_error(name, value):
    def change(node, key):
        node[key] = value

    try:
        rows = parse(damaged(name, change))
    except ParseError:
        return
    whole = {r for r in parse(load(GOLDEN[name])[0]) if isinstance(r, ListPrice)}
    assert {r for r in rows if isinstance(r, ListPrice)} < whole
    assert value is None or any(isinstance(r, Unread) and r.amounts for r in rows)


@pytest.mark.parametrize("name", PRICE_AT)
def test_an_unknown_price_key_takes_its_own_entrys_component_and_is_left_unread(name):
    def change(node, key):
        node[f"{key}_cost_per_dream"] = 1

    rows, whole = parse(damaged(name, change)), parse(load(GOLDEN[name])[0])
    left = [r for r in rows if isinstance(r, Unread) and "dream" in r.leftover]
    assert len(left) == 1
    gone = {r for r in whole if isinstance(r, ListPrice)} - set(rows)
    assert len({(r.listed_model, r.component) for r in gone}) <= 1
    assert left[0].amounts == 1 + len(gone)


@pytest.mark.parametrize("name", PRICE_AT)
def test_an_unknown_key_that_names_no_price_takes_nothing_and_is_counted(name):
    def change(node, key):
        node["dreams"] = "vivid"

    rows, whole = parse(damaged(name, change)), parse(load(GOLDEN[name])[0])
    assert [r for r in rows if not isinstance(r, Unread)] == [r for r in whole if not isinstance(r, Unread)]
    assert sum(r.amounts for r in rows if isinstance(r, Unread)) == sum(
        r.amounts for r in whole if isinstance(r, Unread)
    )


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda body: body[: len(body) // 2], Truncated),
        (lambda body: b"<!doctype html><title>Just a moment...</title>", WrongPage),
        (lambda body: b"", EmptyPage),
        (lambda body: b"{}", (EmptyPage, WrongPage)),
        (lambda body: b"[]", (EmptyPage, WrongPage)),
        (lambda body: b'{"error": {"message": "rate limited"}}', ParseError),
    ],
    ids=[
        "half the body",
        "a challenge page",
        "no bytes",
        "an empty object",
        "an empty list",
        "an error object",
    ],
)
def test_another_body_is_a_named_error(name, change, error):
    capture = load(GOLDEN[name])[0]
    with pytest.raises(error):
        parse(replace(capture, body=change(capture.body), sha256=""))


def test_a_paged_openrouter_list_is_not_taken_for_the_whole():
    capture, _ = load(GOLDEN["openrouter/2026-08-18"])
    document = json.loads(capture.body) | {"links": {"next": "https://openrouter.ai/api/v1/models?page=2"}}
    with pytest.raises(Truncated, match="whole list"):
        parse(replace(capture, body=json.dumps(document).encode(), sha256=""))


@pytest.mark.parametrize(
    ("printed", "power", "amount"),
    [
        (4.35e-07, 6, "0.435"),
        ("0.000000003625", 6, "0.003625"),
        (0.49299999999999994, 0, "0.493"),
        (1.0000000000000001e-07, 6, "0.1"),
        (100, 0, "100"),
        (2.0, 0, "2"),
        (0.08333333333333334, 0, "0.083333333"),
        ("0.00000066", 6, "0.66"),
    ],
)
def test_an_amount_is_the_decimal_that_the_feed_means(printed, power, amount):
    found = exact(printed, power)
    assert (found, str(found)) == (Decimal(amount), amount)


@pytest.mark.parametrize("value", [True, None, -1, "-1", "", float("inf"), float("nan"), [], "0x10"])
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(ValueError, match="no amount"):
        exact(value)


@pytest.mark.parametrize(
    ("key", "price"),
    [
        ("input_cost_per_token", Price("input", "text", "1e6 tokens", 6, "standard", 0)),
        (
            "cache_read_input_token_cost_above_272k_tokens_priority",
            Price("cache_read", "text", "1e6 tokens", 6, "priority", 272_000),
        ),
        (
            "cache_creation_input_token_cost_above_1hr",
            Price("cache_write_1h", "text", "1e6 tokens", 6, "standard", 0),
        ),
        (
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
            Price("cache_write_1h", "text", "1e6 tokens", 6, "standard", 200_000),
        ),
        ("output_cost_per_token_batches", Price("output", "text", "1e6 tokens", 6, "batch", 0)),
        ("cache_creation_input_token_cost_above_12hr_above_272k_tokens_flex", "left out"),
        ("provider_specific_entry", "special"),
        ("supports_vision", ""),
    ],
)
def test_a_litellm_key_says_component_threshold_and_tier(key, price):
    assert meaning(key) == price


def test_a_new_crossing_of_litellm_keys_is_read_and_a_new_word_is_unknown():
    assert meaning("input_cost_per_token_above_64k_tokens_flex") == Price(
        "input", "text", "1e6 tokens", 6, "flex", 64_000
    )
    assert meaning("input_cost_per_token_weekend") == "unknown"


def _many(odd: int) -> dict:
    """A hundred LiteLLM entries, `odd` of them with a price key that no rule covers."""
    entries = {
        f"acme/m{i}": {
            "litellm_provider": "acme",
            "mode": "chat",
            "input_cost_per_token": 1e-06,
            "output_cost_per_token": 2e-06,
        }
        for i in range(100)
    }
    for i in range(odd):
        entries[f"acme/m{i}"]["input_cost_per_tokem"] = 1e-05
    return entries


def test_an_unknown_price_takes_its_component_of_its_own_entry_alone():
    capture = replace(
        load(next(f for f in golden_files() if f.parent.name == "litellm"))[0],
        body=orjson.dumps(_many(odd=2)),
        sha256="",
    )
    rows = parse(capture)
    inputs = {r.listed_model for r in rows if isinstance(r, ListPrice) and r.component == "input"}
    outputs = {r.listed_model for r in rows if isinstance(r, ListPrice) and r.component == "output"}
    assert inputs == {f"acme/m{i}" for i in range(2, 100)}
    assert outputs == {f"acme/m{i}" for i in range(100)}
    assert [r.place for r in rows if isinstance(r, Unread)] == ["acme/m0", "acme/m1"]


def test_many_entries_that_nobody_understands_are_another_format():
    capture = replace(
        load(next(f for f in golden_files() if f.parent.name == "litellm"))[0],
        body=orjson.dumps({name: {**e, "input_cost_per_token": "dear"} for name, e in _many(odd=0).items()}),
        sha256="",
    )
    with pytest.raises(UnknownValue, match="no amount"):
        parse(capture)


def test_two_values_of_one_key_are_both_disbelieved_and_what_they_agree_on_is_not():
    one = (
        '"acme/m0": {"litellm_provider": "acme", "input_cost_per_token": 1e-06, "output_cost_per_token": %s}'
    )
    others = orjson.dumps(_many(odd=0)).decode()[1:]
    body = f"{{{one % '2e-06'}, {one % '3e-06'}, {others}"
    capture = replace(
        load(next(f for f in golden_files() if f.parent.name == "litellm"))[0], body=body.encode(), sha256=""
    )
    rows = parse(capture)
    assert "acme/m0" not in {r.listed_model for r in rows if isinstance(r, ListPrice)}
    assert [r.place for r in rows if isinstance(r, Unread)] == ["acme/m0"]
    same = replace(capture, body=f"{{{one % '2e-06'}, {one % '2e-06'}, {others}".encode(), sha256="")
    assert "acme/m0" in {r.listed_model for r in parse(same) if isinstance(r, ListPrice)}


def test_a_byte_order_mark_before_a_feed_is_no_part_of_it():
    for rows_file in GOLDEN.values():
        capture, _ = load(rows_file)
        assert parse(replace(capture, body=b"\xef\xbb\xbf" + capture.body, sha256="")) == parse(capture)


def test_reading_a_feed_costs_a_few_times_its_decoding():
    """About three times on one core; the bound has slack for a busy machine, and catches a Decimal made per
    row.
    """
    models = {
        f"model-{i}": {
            "id": f"model-{i}",
            "name": "A model",
            "release_date": "2026-01-02",
            "open_weights": True,
            "limit": {"context": 1000 + i % 40},
            "cost": {
                "input": (i % 90) / 100 + 0.01,
                "output": (i % 70) / 10 + 0.1,
                "cache_read": (i % 50) / 1000 + 0.001,
            },
            "modalities": {"input": ["text", "image"], "output": ["text"]},
            "family": "a",
            "tool_call": True,
            "description": "word " * 12,
        }
        for i in range(400)
    }
    body = orjson.dumps(
        {f"host-{i}": {"id": f"host-{i}", "name": "A host", "models": models} for i in range(20)}
    )
    capture = replace(load(GOLDEN["models_dev/2026-09-30"])[0], body=body, sha256="")

    def seconds(work):
        started = time.process_time()
        work()
        return time.process_time() - started

    decoding = statistics.median(seconds(lambda: orjson.loads(body)) for _ in range(7))
    reading = statistics.median(seconds(lambda: parse(capture)) for _ in range(7))
    assert reading < 12 * decoding
