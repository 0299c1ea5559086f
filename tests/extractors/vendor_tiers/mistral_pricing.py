"""Mistral's page: lines of tools and of prices that are not per token have no cells."""

from __future__ import annotations

KNOWN_WRONG = {
    (
        "*",
        "Voxtral Small",
        "*",
        "input",
    ): "the page prints $0.1 (text) per M tokens; docs.mistral.ai says 0.1 /M Tokens too",
    (
        "*",
        "Voxtral Mini",
        "*",
        "input",
    ): "the page prints $0.04 (text) per M tokens under 'Input (per min / per M tok)'",
    (
        "*",
        "Mistral Moderation",
        "non-token",
        "input",
    ): "the card says Free; docs.mistral.ai says free, 0 /M Tokens",
}
