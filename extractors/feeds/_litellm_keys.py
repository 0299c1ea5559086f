"""LiteLLM's price keys: 255 names that are crossed by rule, read by that rule. The name says all but the
amount.

`cache_read_input_token_cost_above_272k_tokens_priority` = cache_read, text, from 272,000 tokens, service tier
priority.
`input_cost_per_token` = input, text. `cache_creation_input_token_cost_above_1hr` = the write that lives one
hour.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from extractors.feeds._amounts import Amounts


class Price(NamedTuple):
    """What one key prices; `power` is the power of ten from the printed unit to `per`."""

    component: str
    modality: str
    per: str
    power: int
    service_tier: str
    start: int


# Printed number -> amount per `per`, by power.
BY_POWER = {0: Amounts(0), 6: Amounts(6)}
# The name without its suffixes -> component, modality, per, power of ten.
_BASES: dict[str, tuple[str, str, str, int]] = {
    "input_cost_per_token": ("input", "text", "1e6 tokens", 6),
    "output_cost_per_token": ("output", "text", "1e6 tokens", 6),
    "cache_read_input_token_cost": ("cache_read", "text", "1e6 tokens", 6),
    "input_cost_per_token_cache_hit": ("cache_read", "text", "1e6 tokens", 6),
    "cache_creation_input_token_cost": ("cache_write", "text", "1e6 tokens", 6),
    "output_cost_per_reasoning_token": ("reasoning", "text", "1e6 tokens", 6),
    "input_cost_per_audio_token": ("input", "audio", "1e6 tokens", 6),
    "output_cost_per_audio_token": ("output", "audio", "1e6 tokens", 6),
    "cache_read_input_audio_token_cost": ("cache_read", "audio", "1e6 tokens", 6),
    "cache_read_input_token_cost_per_audio_token": ("cache_read", "audio", "1e6 tokens", 6),
    "cache_creation_input_audio_token_cost": ("cache_write", "audio", "1e6 tokens", 6),
    "input_cost_per_image_token": ("input", "image", "1e6 tokens", 6),
    "output_cost_per_image_token": ("output", "image", "1e6 tokens", 6),
    "cache_read_input_image_token_cost": ("cache_read", "image", "1e6 tokens", 6),
    "input_cost_per_video_token": ("input", "video", "1e6 tokens", 6),
    "output_cost_per_video_token": ("output", "video", "1e6 tokens", 6),
    "input_cost_per_character": ("input", "text", "1e6 characters", 6),
    "output_cost_per_character": ("output", "text", "1e6 characters", 6),
    "input_cost_per_image": ("input", "image", "1 image", 0),
    "output_cost_per_image": ("output", "image", "1 image", 0),
    "input_cost_per_pixel": ("input", "image", "1 megapixel", 6),
    "output_cost_per_pixel": ("output", "image", "1 megapixel", 6),
    "input_cost_per_audio_per_second": ("input", "audio", "1 second", 0),
    "input_cost_per_video_per_second": ("input", "video", "1 second", 0),
    "output_cost_per_video_per_second": ("output", "video", "1 second", 0),
    "input_cost_per_second": ("input", "text", "1 second", 0),
    "output_cost_per_second": ("output", "text", "1 second", 0),
    "input_cost_per_query": ("request", "text", "1 request", 0),
    "input_cost_per_request": ("request", "text", "1 request", 0),
    "ocr_cost_per_page": ("page", "document", "1 page", 0),
}
# Priced in units that the method's key has no place for, or by picture size, resolution or add-on; left out
# by name.
_LEFT_OUT = re.compile(
    r"annotation_cost_per_page|citation_cost_per_token|code_interpreter_cost_per_session|cost_per_second|"
    r"google_maps_grounding_cost_per_query|guardrail_cost_per_unit|(?:in|out)put_dbu?_cost_per_token|ocr_cost_per_credit|"
    r"input_cost_per_text_message|input_cost_per_video_per_second_above_\d+s_interval|search_context_cost_per_query|explicit_cache_.*|"
    r"output_cost_per_image_(?:above_.*|premium_image|[\d.]+K?)|output_cost_per_second_\w+|vector_store_cost_per_gb_per_day|"
    r"file_search_cost_per_(?:1k_calls|gb_per_day)|computer_use_(?:in|out)put_cost_per_1k_tokens|web_search_billing_unit"
)
_TIERS = {
    "": "standard",
    "batches": "batch",
    "batch_requests": "batch",
    "flex": "flex",
    "priority": "priority",
    "balanced": "balanced",
    "ultrafast": "ultrafast",
    "decisions": "decisions",
}
_SHAPE = re.compile(
    r"(?P<base>.+?)(?:_above_(?P<hours>\d+)hr)?(?:_above_(?P<k>\d+)k_tokens)?(?:_(?P<tier>batches|batch_requests|flex|priority|balanced|ultrafast|decisions))?"
)
_PRICELIKE = re.compile(
    r"cost|price|pricing|multiplier|uplift|discount|surcharge|provider_specific_entry|_fee|free_requests"
)
SPECIAL = frozenset(
    {
        "tiered_pricing",
        "off_peak_pricing",
        "provider_specific_entry",
        "regional_processing_uplift_multiplier_eu",
        "regional_processing_uplift_multiplier_us",
        "regional_endpoint_uplift_multiplier",
        "fedramp_uplift_multiplier",
        "search_free_requests",
    }
)


@lru_cache(maxsize=4096)
def meaning(key: str) -> Price | str:
    """What a key of an entry prices; `""` where it is no price, `"special"`, `"left out"`, or `"unknown"`
    where its words are those of a price and no rule has it.
    """
    if key in SPECIAL:
        return "special"
    if not _PRICELIKE.search(key):
        return ""
    if _LEFT_OUT.fullmatch(key.removesuffix("_batches")):
        return "left out"
    shape = _SHAPE.fullmatch(key)
    if shape is None or shape["base"] not in _BASES:
        return "unknown"
    component, modality, per, power = _BASES[shape["base"]]
    if shape["hours"]:
        if component != "cache_write" or shape["hours"] not in {"1", "12"}:
            return "unknown"
        if shape["hours"] == "12":
            return "left out"
        component = "cache_write_1h"
    return Price(component, modality, per, power, _TIERS[shape["tier"] or ""], int(shape["k"] or 0) * 1000)
