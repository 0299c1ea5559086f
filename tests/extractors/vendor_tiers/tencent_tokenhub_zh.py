"""Tencent TokenHub: a tab is a region; the notice of withdrawal is no part of a name."""

from __future__ import annotations

from tests.extractors.vendor_tiers import Wants

WORDS: dict[str, Wants] = {"广州 tab": {"region": "广州"}, "新加坡 tab": {"region": "新加坡"}}


def listed(line: dict[str, str]) -> list[str]:
    return [line["model"].split("（")[0]]
