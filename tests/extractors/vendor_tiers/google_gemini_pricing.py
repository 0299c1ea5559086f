"""Gemini: modalities of the input; the output price of a line is the text's unless the page prints one for
the line's modality.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
LIVE = ("gemini-3.1-flash-live-preview", "gemini-2.5-flash-native-audio-preview-12-2025")

WORDS: dict[str, dict[str, Any]] = {
    "(text / image / video)": {"modality": "text"},
    "(text)": {"modality": "text"},
    "(audio)": {"modality": "audio"},
    "(audio / video)": {"modality": "audio"},
    "(image/video)": {"modality": "image"},
    "text output": {},
    "video output": {},
}
KNOWN_WRONG = {
    (
        "*",
        "gemini-2.0-flash",
        "*",
        "cached_input",
    ): "the page prints $0.025 (text/image/video) and $0.175 (audio) / 1,000,000 tokens"
}


def adjust(line: dict[str, str], column: str, wants: dict[str, Any]) -> dict[str, Any]:
    if column == "output" and line["model"] not in LIVE:
        wants = wants | {"modality": "video" if "video output" in line["tier"] else "text"}
    if line["note"].startswith("through "):
        return wants | {"price_kind": "introductory", "effective_to": NEXT_YEAR}
    if line["note"].startswith("starting "):
        return wants | {"price_kind": "announced", "effective_from": NEXT_YEAR}
    return wants
