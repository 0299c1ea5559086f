"""Anthropic: dated rows (two for one model) are told apart by the note."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

WORDS: dict[str, dict[str, Any]] = {
    "context>200k": {"context_from_tokens": 200_000},
    "fast mode, context ≤ 200K": {"service_tier": "fast", "context_from_tokens": 0},
    "fast mode, context > 200K": {"service_tier": "fast", "context_from_tokens": 200_000},
    "fast mode": {"service_tier": "fast"},
    "batch": {"service_tier": "batch"},
    "standard": {"service_tier": "standard", "context_from_tokens": 0},
}


def adjust(line: dict[str, str], column: str, wants: dict[str, Any]) -> dict[str, Any]:
    if "through August 31, 2026" in line["note"]:
        return wants | {"price_kind": "introductory", "effective_to": datetime(2026, 9, 1, tzinfo=UTC)}
    if "starting September 1, 2026" in line["note"]:
        return wants | {"price_kind": "announced", "effective_from": datetime(2026, 9, 1, tzinfo=UTC)}
    return wants
