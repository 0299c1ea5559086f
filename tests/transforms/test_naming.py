"""Names are folded and peeled by rules; what names another model is never peeled."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.identity.builds import build_day
from transforms.identity.naming import key_of, read_name
from transforms.identity.spelling import shaped_id, slug_of
from transforms.identity.vocabulary import _REWRITES, _REWRITTEN

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
    ("hy3-preview", "hunyuan-hy3-preview"),
    ("QwQ-32B", "Qwen QwQ-32B"),
    ("deepseek-v3.2-speciale", "DeepSeek 3.2 Speciale"),
    ("gemini-3-pro", "gemini-3.0-pro"),
    ("doubao-seed-2.0-pro", "dola-seed-2.0-pro"),
    ("kimi-k2-thinking", "kimi_k2_thinking"),
]
LAST = [
    ("deepseek-v4-pro-high-20260813", "deepseek-v4-pro", "2026-08-13", "high"),
    ("claude-opus-4-6_120K", "claude-opus-4-6", "", "120k"),
    (
        "claude-opus-4-5-20251101-thinking-64k-high-effort",
        "claude-opus-4-5",
        "2025-11-01",
        "thinking-64-k high-effort",
    ),
    ("GPT-5 (2025-08-07) (medium reasoning)", "gpt-5", "2025-08-07", "medium reasoning"),
    ("muse-spark-1.2 (xHigh)", "muse-spark-1.2", "", "xhigh"),
    ("meta-llama/llama-3.3-70b-instruct:free", "llama-3.3-70b", "", "free"),
    ("GPT-4o (Nov '24)", "gpt-4o", "2024-11", ""),
    ("gemini-2.5-flash-preview-09-2025-no-thinking", "gemini-2.5-flash", "2025-09", "preview no-thinking"),
    ("nemotron-3-ultra-550b-a55b-nvfp4", "nemotron-3-ultra-550b-a55b", "", "nvfp-4"),
    ("mistral-large-2411", "mistral-large", "2024-11", ""),
    ("doubao-1-5-pro-32k-250115", "doubao-1-5-pro-32k", "2025-01-15", ""),
    ("claude-35-sonnet-june-24", "claude-3.5-sonnet", "2024-06", ""),
    ("deepseek-v2-5-sep-2024", "deepseek-v2.5", "2024-09", ""),
    ("GPT-4o Feb 2025", "gpt-4o", "2025-02", ""),
    ("Deepseek R1 (05/28)", "deepseek-r1", "0528", ""),
    ("Qwen3-235b-a22b Instruct (25/07)", "qwen3-235b-a22b-instruct", "2025-07", ""),
    ("gemini-1.5-pro-api-0514", "gemini-1.5-pro", "0514", "api"),
    ("grok-4.20-beta1", "grok-4.20", "", "beta-1"),
    ("qwen3.8-max-thinking-high", "qwen3.8-max", "", "thinking-high"),
    ("claude-3-5-sonnet-20241022-v2:0", "claude-3.5-sonnet", "2024-10-22", ""),
]
OTHERS = [
    "gpt-5-mini",
    "gpt-5-pro",
    "gemini-2.5-flash-lite",
    "qwen3-max",
    "deepseek-v3.1-terminus",
    "glm-4.5-air",
    "grok-4-fast",
    "kimi-k2-turbo",
    "mistral-large-latest",
    "gemini-2.5-deep-think",
    "claude-fable-5",
    "phi-4-mini",
    "o1-pro",
    "gpt-5-search-api",
    "deepseek-llm-67b",
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(("printed", "name", "revision", "setting"), LAST)
def test_what_says_how_and_which_build_is_peeled_off_the_end(
    printed: str, name: str, revision: str, setting: str
) -> None:
    assert read_name(printed).readings[-1] == (key_of(name), revision, setting)


@pytest.mark.parametrize("printed", OTHERS)
def test_words_that_name_another_model_are_never_peeled(printed: str) -> None:
    assert len(read_name(printed).readings) == 1


def test_the_whole_name_is_read_before_anything_is_peeled() -> None:
    assert [r.key for r in read_name("kimi-k2-thinking").readings] == [
        key_of("kimi-k2-thinking"),
        key_of("kimi-k2"),
    ]


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


@pytest.mark.parametrize(
    ("printed", "model_id"),
    [
        ("gpt-6-1-mini", "gpt-6.1-mini"),
        ("GPT 6.1 mini", "gpt-6.1-mini"),
        ("claude-5-7-opus", "claude-opus-5.7"),
        ("Qwen 4 Max", "qwen4-max"),
        ("kimi_k4", "kimi-k4"),
        ("deepseek-v5", "deepseek-v5"),
        ("hy4", "hy4"),
        ("Qwen4-235B-A22B-Instruct", "qwen4-235b-a22b"),
        ("o5-mini", "o5-mini"),
        ("gemini-4-flash-lite", "gemini-4-flash-lite"),
        ("minimax-m4", "minimax-m4"),
        ("grok-5.10-fast", "grok-5.10-fast"),
    ],
)
def test_a_brand_a_version_and_words_of_the_list_are_one_models_id_in_every_spelling(
    printed: str, model_id: str
) -> None:
    assert shaped_id(key_of(printed)) == model_id


@pytest.mark.parametrize(
    "printed",
    [
        "gpt-5-old",
        "gpt-52",
        "qwen4-max-uncensored",
        "llama-5-70b",
        "Claude 5.7",
        "gemini-4",
        "Qwen3-1.7B",
        "gpt-4-120b",
        "deepseek-67b-chat",
    ],
)
def test_a_name_whose_make_up_says_too_little_is_nobodys_model(printed: str) -> None:
    assert shaped_id(key_of(printed)) == ""


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_each_reading_is_shorter(text: str) -> None:
    readings = read_name(text).readings
    assert all(len(after.key) < len(before.key) for before, after in pairwise(readings))


@given(st.from_regex(r"[a-z]{2,8}(-[a-z0-9]{1,4}){0,4}", fullmatch=True))
def test_a_key_is_its_own_key(name: str) -> None:
    assert key_of(key_of(name)) == key_of(name)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in _REWRITES], ids=lambda p: p.pattern[:30])
@given(data=st.data())
def test_every_key_that_a_rewrite_could_change_is_tried(
    pattern: re.Pattern[str], data: st.DataObject
) -> None:
    assert data.draw(st.from_regex(pattern)).startswith(_REWRITTEN)
