"""Xiaomi: the section is the currency."""

from __future__ import annotations

from tests.extractors.vendor_tiers import Wants

WORDS: dict[str, Wants] = {
    "domestic": {"currency": "CNY"},
    "overseas": {"currency": "USD"},
    "input<=256K": {"context_from_tokens": 0},
    "input 256K-1M": {"context_from_tokens": 256_000},
}
