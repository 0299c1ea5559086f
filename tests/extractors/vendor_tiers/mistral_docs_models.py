"""Mistral's model pages: one expected file overlooks a price."""

from __future__ import annotations

KNOWN_WRONG = {
    (
        "*",
        "zai-glm-5-2",
        "*",
        "cached_input",
    ): 'the page\'s input has {"price": 0.14, "label": "Cached input"}'
}
