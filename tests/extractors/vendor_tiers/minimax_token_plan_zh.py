"""As on the pay-as-you-go page."""

from tests.extractors.vendor_tiers import minimax_paygo_en

adjust = minimax_paygo_en.adjust
