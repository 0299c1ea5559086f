"""Made changes of prices for the tests of the page: one that a lab's own page shows, one artefact."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def price_changes() -> list[dict[str, Any]]:
    """Rows of `price_changes`: a cut of the Chinese flagship's output price, and a rise that is none."""
    plain = {
        "provider_id": "deepseek", "model_id": "deepseek/hostile-formula", "component": "output",
        "currency": "USD", "service_tier": "standard", "modality": "text", "thinking": "any",
        "per": "1e6 tokens", "price_kind": "list", "time_band": "always", "source_before": "deepseek_en",
        "valid_from_basis": "stated",
    }  # fmt: skip
    own = {"source_id": "deepseek_en", "change_verdict": "own page", "amount_before": 3.48, "amount": 0.87}
    artefact = {"source_id": "litellm", "change_verdict": "artefact", "amount_before": 0.87, "amount": 9.99}
    return [
        {**plain, **own, "change": "cut", "valid_from": datetime(2026, 6, 1, tzinfo=UTC)},
        {**plain, **artefact, "change": "rise", "valid_from": datetime(2026, 6, 5, tzinfo=UTC)},
    ]
