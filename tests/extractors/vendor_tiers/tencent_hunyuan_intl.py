"""Tencent's international page: a tab is a region."""

from __future__ import annotations

from tests.extractors.vendor_tiers import Wants

WORDS: dict[str, Wants] = {
    "新加坡 tab (first table)": {"region": "新加坡"},
    "广州 tab (second table)": {"region": "广州"},
}
