"""The page of August 2026 is disputed where the one of May is."""

from __future__ import annotations

from tests.extractors.vendor_tiers.mistral_pricing import KNOWN_WRONG

__all__ = ["KNOWN_WRONG"]
