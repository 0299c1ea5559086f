"""Every recorded capture of the price feeds and of the exchange rates is read, each entry accounted for."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter

import pytest

from extractors.feeds import genai_prices
from extractors.feeds._feed import FeedAudit
from extractors.source import discover
from tests import recordings
from warehouse.checks.days import QUARANTINED_SHARE
from warehouse.seeds import seed
from warehouse.tables import STAMPED, TABLE_OF_ROW, ListPrice, Offer, Release

pytestmark = [recordings.needed, pytest.mark.recorded]

FOLDERS = {
    "models_dev": "models_dev",
    "openrouter": "openrouter",
    "openrouter_endpoints": "openrouter_endpoints",
    "litellm": "litellm",
    "genai_prices": "genai_prices",
    "genai_prices_pkg": "genai_prices",
    "llm_prices": "llm_prices",
    "model_prices": "model_prices",
}
DAYS = (
    "2025-12-15",
    "2026-07-01",
    "2026-07-30",
    "2026-08-18",
    "2026-09-30",
    "2026-10-26",
    "2026-11-10",
    "2026-11-12",
)
KEY_OF = {
    kind: itemgetter(*(kind._fields.index(name) for name in TABLE_OF_ROW[kind].key if name not in STAMPED))
    for kind in (ListPrice, Offer, Release)
}
# Reasons for which an entry or a single price may be left out. A new reason is news.
SKIPPED = {
    "models_dev": {"no cost", "subscription plan", "zero, not said to be free"},
    "openrouter": {"router (-1)", "zero, not said to be free"},
    "openrouter_endpoints": {"model without endpoints", "zero, not said to be free", "router (-1)"},
    "litellm": {"zero, not said to be free", "no price the key has a place for", "no provider"},
    "genai_prices": {"prices: {}", "zero, null or left out"},
    "llm_prices": {"listed twice"},
    "model_prices": {"zero or null"},
}


def read(source_id, capture) -> FeedAudit:
    import importlib

    return importlib.import_module(f"extractors.feeds.{source_id}").read(capture)


@cache
def summary(folder):
    """(an account of each capture, all provider ids, the captures that were the newest on one of DAYS) of a
    recorded file, read once.
    """
    accounts, providers, newest = [], set(), {}
    for capture in recordings.captures("prices", folder):
        assert capture.source_id == FOLDERS[folder]
        for day in DAYS:
            if capture.observed_on.isoformat() <= day and "current-v1" not in capture.address:
                newest[day] = max(newest.get(day, capture), capture, key=lambda c: c.captured_at)
        accounts.append(_account(capture, providers))
    return accounts, providers, newest


def _account(capture, providers):
    """(capture without its body, FeedAudit without its rows, rows by table, models, duplicate keys, prices
    outside the limits).
    """
    found = read(capture.source_id, capture)
    least, most = discover()[capture.source_id].source.expects.amounts
    rows, seen, models, outside = Counter(), set(), set(), []
    for kind, place in KEY_OF.items():
        mine = [row for row in found.rows if type(row) is kind]
        rows[TABLE_OF_ROW[kind].name] = len(mine)
        seen.update(map(place, mine))
        models.update(row.listed_model for row in mine)
        if kind is not Release:
            providers.update(row.provider_id for row in mine)
        if kind is ListPrice:
            tokens = (
                row
                for row in mine
                if row.per == "1e6 tokens" and row.modality == "text" and row.price_kind != "free"
            )
            outside = [row for row in tokens if not least <= row.amount <= most]
    twice = len(found.rows) - len(seen)
    found.rows = []
    return replace(capture, body=b""), found, rows, models, twice, outside


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_capture_is_read_within_what_its_source_expects(folder):
    captures = summary(folder)[0]
    expects = discover()[FOLDERS[folder]].source.expects
    assert captures
    for capture, found, rows, models, twice, outside in captures:
        assert found.entries == found.priced + found.skipped.total(), capture
        assert set(found.skipped) <= SKIPPED[FOLDERS[folder]], capture
        assert twice == 0, capture
        assert len(outside) <= QUARANTINED_SHARE * rows["list_prices"], (capture, outside[:3])
        for table, (least, most) in expects.rows.items():
            assert least <= rows[table] <= most, (capture, table, rows)
        assert not expects.models or models & set(expects.models), capture


@pytest.mark.parametrize("source_id", sorted(set(FOLDERS.values())))
def test_every_provider_of_a_feed_has_its_row_in_the_seed(source_id):
    names = seed("provider_names")
    known = set(names.loc[names["source_id"] == source_id, "listed_provider"])
    seen = set().union(*(summary(folder)[1] for folder, source in FOLDERS.items() if source == source_id))
    assert seen <= known


def latest(folder, day):
    return summary(folder)[2][day]


def test_models_dev_of_2026_09_30_has_the_counted_gaps():
    found = read("models_dev", latest("models_dev", "2026-09-30"))
    free = sum(1 for row in found.rows if isinstance(row, ListPrice) and row.price_kind == "free") // 2
    assert (found.entries, found.skipped["no cost"]) == (8337, 423)
    assert free + found.skipped["subscription plan"] + found.skipped["zero, not said to be free"] == 637


def test_v4_pro_is_halved_off_peak_in_each_encoding():
    """OpenRouter, LiteLLM, genai-prices and model-prices encode the time of day four ways; the fifth says
    off-peak only.
    """
    days = {
        "openrouter": "2026-08-18",
        "genai_prices_pkg": "2026-11-10",
        "model_prices": "2026-10-26",
        "litellm": "2026-11-12",
    }
    for folder, day in days.items():
        rows = read(FOLDERS[folder], latest(folder, day)).rows
        prices = {
            row.time_band.partition("@")[0]: row.amount
            for row in rows
            if isinstance(row, ListPrice)
            and re.search(r"deepseek-v4-pro(-0813)?$", row.listed_model)
            and row.component == "output"
            and row.time_band != "always"
        }
        assert {band: str(amount) for band, amount in prices.items()} == {
            "peak": "3.96",
            "off_peak": "1.98",
        }, folder


def test_a_price_announced_for_later_is_no_price_of_today():
    rows = read("llm_prices", latest("llm_prices", "2026-07-30")).rows
    kinds = {
        (str(row.amount), row.price_kind)
        for row in rows
        if isinstance(row, ListPrice) and row.listed_model == "claude-sonnet-5" and row.component == "output"
    }
    assert kinds == {("10", "list"), ("15", "announced")}


def test_the_installed_package_says_what_its_recorded_version_says():
    embedded = next(iter(genai_prices.package_body()))
    same = [c for c in recordings.captures("prices", "genai_prices_pkg") if c.address == embedded.address]
    if not same:
        pytest.skip(f"no recording of {embedded.address}")
    assert genai_prices.parse(replace(same[0], body=embedded.body, sha256="")) == genai_prices.parse(same[0])


def test_the_two_forms_of_the_ecb_file_give_the_same_rates():
    ecb = discover()["ecb"]
    tables = [ecb.parse(capture) for capture in recordings.captures("prices", "fx")]
    assert len(tables) == 2
    assert tables[0] == tables[1]
    assert len(tables[0]) > 80_000


VENDORS = {
    "models_dev": {"moonshotai": "moonshot", "zai": "zhipu"},
    "litellm": {
        "gemini": "google",
        "dashscope": "alibaba",
        "zai": "zhipu",
        "cohere_chat": "cohere",
        "text-completion-openai": "openai",
    },
    "genai_prices": {"x-ai": "xai", "moonshotai": "moonshot", "zai": "zhipu"},
    "llm_prices": {"moonshot-ai": "moonshot", "qwen": "alibaba"},
}
LABS = {
    "openai",
    "anthropic",
    "google",
    "xai",
    "mistral",
    "moonshot",
    "zhipu",
    "minimax",
    "deepseek",
    "alibaba",
    "cohere",
}


@cache
def first_party(folder, day):
    """(lab, model folded) -> component -> price in force at noon of the day: the vendors' own base prices as
    a feed has them.
    """
    noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    prices = {}
    for row in read(folder, latest(folder, day)).rows:
        if not isinstance(row, ListPrice):
            continue
        lab = VENDORS[folder].get(row.provider_id, row.provider_id)
        base = (row.service_tier, row.modality, row.context_from_tokens, row.region, row.per) == (
            "standard",
            "text",
            0,
            "",
            "1e6 tokens",
        )
        if (
            lab not in LABS
            or not base
            or (row.effective_from and row.effective_from > noon)
            or (row.effective_to and row.effective_to <= noon)
        ):
            continue
        name = re.sub(
            r"-(?:20\d\d-?\d\d-?\d\d)$", "", row.listed_model.lower().rsplit("/", 1)[-1].replace(".", "-")
        )
        prices.setdefault((lab, name), {}).setdefault(row.component, float(row.amount))
    return {key: value for key, value in prices.items() if {"input", "output"} <= set(value)}


@pytest.mark.parametrize(
    ("day", "one", "other", "common", "equal"),
    [
        ("2026-07-01", "models_dev", "litellm", 133, 114),
        ("2026-07-01", "models_dev", "llm_prices", 74, 67),
        ("2026-07-01", "genai_prices", "llm_prices", 66, 62),
        ("2026-07-01", "genai_prices", "litellm", 110, 97),
        ("2025-12-15", "models_dev", "litellm", 122, 111),
        ("2025-12-15", "models_dev", "genai_prices", 58, 55),
        ("2025-12-15", "genai_prices", "llm_prices", 43, 40),
    ],
)
def test_two_feeds_agree_as_often_as_was_counted(day, one, other, common, equal):
    """The counts were made apart from this code (ids folded a little differently): within 6 % each."""
    a, b = first_party(one, day), first_party(other, day)
    both = set(a) & set(b)
    same = [k for k in both if all(abs(a[k][c] - b[k][c]) <= a[k][c] / 1e4 for c in ("input", "output"))]
    assert abs(len(both) - common) <= 0.06 * common
    assert abs(len(same) - equal) <= 0.06 * equal


def test_rounding_alone_made_models_dev_differ_on_cached_input_in_2025():
    """It had GPT-5's cached input as 0.13 until January 2026; the price is 0.125."""
    for day, printed in (("2025-12-15", 0.13), ("2026-07-01", 0.125)):
        assert first_party("models_dev", day)["openai", "gpt-5"]["cache_read"] == printed


def test_captures_of_one_address_are_apart_in_time():
    for folder in FOLDERS:
        times = sorted((c.address, c.captured_at) for c, *_ in summary(folder)[0])
        assert all(a != b for a, b in itertools.pairwise(times)), folder
