"""Names are folded and peeled by rules; what names another model is never peeled."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.naming import build_day, key_of, read_name, slug_of

SAME = [
    ("claude-opus-4-5-20251101", "us.anthropic.claude-opus-4-5-20251101-v1:0"),
    ("claude-3-5-sonnet", "Claude 3.5 Sonnet"),
    ("claude-3-5-sonnet", "claude-v3.5-sonnet"),
    ("claude-opus-4-1", "claude-4-1-opus"),
    ("llama-3.1-405b-instruct", "accounts/fireworks/models/llama-v3p1-405b-instruct"),
    ("Llama 3.1 Instruct 405B", "meta-llama/Meta-Llama-3.1-405B-Instruct"),
    ("deepseek-v3.2", "fireworks/deepseek-v3p2"),
    ("deepseek-r1", "deepseek.r1-v1:0"),
    ("gpt-3.5-turbo", "gpt-35-turbo"),
    ("gemini-1.5-flash", "google/gemini-flash-1.5"),
    ("Qwen3-Coder-480B-A35B-Instruct", "Qwen3-Coder 480B/A35B Instruct"),
    ("command-r-plus", "Command R+"),
    ("nova-pro", "amazon.nova-pro-v1:0"),
]
LAST = [
    ("deepseek-v4-pro-high-20260813", "deepseek-v4-pro", "2026-08-13", "high"),
    ("claude-opus-4-6_120K", "claude-opus-4-6", "", "120k"),
    ("claude-opus-4-5-20251101-thinking-64k-high-effort", "claude-opus-4-5", "2025-11-01", "thinking-64-k high-effort"),
    ("GPT-5 (2025-08-07) (medium reasoning)", "gpt-5", "2025-08-07", "medium reasoning"),
    ("muse-spark-1.2 (xHigh)", "muse-spark-1.2", "", "xhigh"),
    ("meta-llama/llama-3.3-70b-instruct:free", "llama-3.3-70b", "", "free"),
    ("GPT-4o (Nov '24)", "gpt-4o", "2024-11", ""),
    ("gemini-2.5-flash-preview-09-2025-no-thinking", "gemini-2.5-flash", "2025-09", "preview no-thinking"),
    ("nemotron-3-ultra-550b-a55b-nvfp4", "nemotron-3-ultra-550b-a55b", "", "nvfp-4"),
    ("mistral-large-2411", "mistral-large", "2024-11", ""),
    ("doubao-1-5-pro-32k-250115", "doubao-1-5-pro-32k", "2025-01-15", ""),
]
OTHERS = ["gpt-5-mini", "gpt-5-pro", "gemini-2.5-flash-lite", "qwen3-max", "deepseek-v3.1-terminus", "glm-4.5-air", "grok-4-fast",
          "kimi-k2-turbo", "mistral-large-latest", "gemini-2.5-deep-think", "claude-fable-5", "phi-4-mini", "o1-pro"]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(("printed", "name", "revision", "setting"), LAST)
def test_what_says_how_and_which_build_is_peeled_off_the_end(printed: str, name: str, revision: str, setting: str) -> None:
    assert read_name(printed).readings[-1] == (key_of(name), revision, setting)


@pytest.mark.parametrize("printed", OTHERS)
def test_words_that_name_another_model_are_never_peeled(printed: str) -> None:
    assert len(read_name(printed).readings) == 1


def test_the_whole_name_is_read_before_anything_is_peeled() -> None:
    assert [r.key for r in read_name("kimi-k2-thinking").readings] == [key_of("kimi-k2-thinking"), key_of("kimi-k2")]


def test_the_brand_says_the_lab_unless_a_word_says_who_built_on_it() -> None:
    assert read_name("llama-3.1-8b").brand_lab == "meta"
    assert read_name("llama-3.1-nemotron-70b").brand_lab == "nvidia"
    assert read_name("somebody/deepseek-v3").brand_lab == "deepseek"
    assert read_name("celeris-1").brand_lab == ""


def test_publishers_before_the_name_are_kept_and_regions_are_not() -> None:
    assert read_name("openrouter/anthropic/claude-2").publishers == ("openrouter", "anthropic")
    assert read_name("eu.anthropic.claude-3-haiku-20240307-v1:0").publishers == ("anthropic",)


@pytest.mark.parametrize(
    ("revision", "released", "day"),
    [
        ("2026-08-13", None, date(2026, 8, 13)),
        ("0813", date(2026, 4, 24), date(2026, 8, 13)),
        ("0121", date(2024, 12, 19), date(2025, 1, 21)),
        ("2024-11", None, date(2024, 11, 1)),
        ("002", date(2024, 5, 14), None),
        ("2025-20-25", None, None),
        ("0813", None, None),
    ],
)
def test_a_build_is_the_day_in_its_name(revision: str, released: date | None, day: date | None) -> None:
    assert build_day(revision, released) == day


def test_ids_are_spelt_as_the_vendor_spells_them() -> None:
    assert slug_of("Claude 4.5 Opus", key_of("Claude 4.5 Opus")) == "claude-opus-4.5"
    assert slug_of("Claude 3.5 Haiku", key_of("Claude 3.5 Haiku")) == "claude-3.5-haiku"
    assert slug_of("Qwen2.5 Instruct 72B", key_of("Qwen2.5 Instruct 72B")) == "qwen2.5-72b"
    assert slug_of("GPT-4o mini", key_of("GPT-4o mini")) == "gpt-4o-mini"


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_each_reading_is_shorter(text: str) -> None:
    readings = read_name(text).readings
    assert all(len(after.key) < len(before.key) for before, after in pairwise(readings))


@given(st.from_regex(r"[a-z]{2,8}(-[a-z0-9]{1,4}){0,4}", fullmatch=True))
def test_a_key_is_its_own_key(name: str) -> None:
    assert key_of(key_of(name)) == key_of(name)
