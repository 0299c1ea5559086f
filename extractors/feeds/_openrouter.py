"""OpenRouter's pricing object, the same in its model list and in its endpoints: USD per token (or per unit)
as decimal strings.

Traps. `-1` marks routers (`openrouter/auto`), whose price is that of the model chosen. Until 2026-01-12 every
unit that costs nothing was there as "0", afterwards it is absent: a zero beside other prices is no price. All
zeros are free where the id says so or the model is one of OpenRouter's own cloaked ones; else (Lyria, a Qwen
in July 2025) unknown. `image` is dollars per input image until 2026-01 and dollars per image *token* since
(then it equals `prompt`). `overrides` is a list among strings: prices from `min_prompt_tokens` on, or prices
for a window of UTC hours (`utc_start`, `utc_end` as HHMM, may wrap past midnight). With windows the headline
is only what holds at the moment of the fetch and flips within a day, so the windows speak and the headline is
left out. `discount` is a share that is already taken off the printed prices.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from extractors.feeds._amounts import Amounts, exact, tidy
from extractors.feeds._feed import Json
from warehouse.tables import ListPrice
from warehouse.time_bands import ALWAYS, band

TOKENS = {
    "prompt": ("input", "text"),
    "completion": ("output", "text"),
    "input_cache_read": ("cache_read", "text"),
    "input_cache_write": ("cache_write", "text"),
    "input_cache_write_1h": ("cache_write_1h", "text"),
    "internal_reasoning": ("reasoning", "text"),
    "audio": ("input", "audio"),
    "audio_output": ("output", "audio"),
    "input_audio_cache": ("cache_read", "audio"),
    "image_output": ("output", "image"),
}
CALLS = {"request": "request", "web_search": "web_search"}
PRICES = frozenset({*TOKENS, *CALLS, "image"})
CONDITIONS = frozenset({"min_prompt_tokens", "utc_start", "utc_end", "overrides", "discount"})
LEAST_PER_IMAGE = Decimal("0.00002")
AMOUNT = Amounts(6)
FREE = Decimal(0)
SAYS_FREE = re.compile(r".*:free|(?:openrouter|stealth)/.*")
_new = tuple.__new__
_ZEROS = ("0", "0.0")


def prices(
    pricing: Json, head: tuple[str, str], *, tier: str, region: str, canonical: str | None
) -> tuple[list[ListPrice], str]:
    """The price rows of one pricing object and, where there are none, the reason.

    head: (provider_id, listed_model). tier: the service tier that the id or tag names. Raises ValueError for
    an unknown key or number, KeyError where prompt or completion are missing.
    """
    prompt, completion = pricing["prompt"], pricing["completion"]
    if not isinstance(prompt, str) or not isinstance(completion, str):
        raise ValueError(f"{head}: prompt {prompt!r}, completion {completion!r}")
    if prompt.startswith("-") or completion.startswith("-"):
        if (prompt, completion) != ("-1", "-1"):
            raise ValueError(f"{head}: prompt {prompt!r}, completion {completion!r}")
        return [], "router (-1)"
    overrides = pricing.get("overrides", ())
    bands = [step for step in overrides if "utc_start" in step]
    share = pricing.get("discount") or 0
    if not 0 <= share < 1:
        raise ValueError(f"{head}: discount {share!r}")
    rows = [] if bands else _components(pricing, head, tier, region, canonical, 0, ALWAYS, share)
    for step in overrides:
        if "utc_start" not in step:
            rows += _components(step, head, tier, region, canonical, step["min_prompt_tokens"], ALWAYS, share)
    if bands:
        rows += _banded(pricing, bands, head, tier, region, canonical, share)
    if rows or not SAYS_FREE.fullmatch(head[1]):
        return rows, "zero, not said to be free"
    return [_free(head, component, tier, region, canonical) for component in ("input", "output")], ""


def without_strangers(pricing: Json) -> tuple[Json, Json]:
    """A pricing object without the keys that no rule knows, and these with their values."""
    known = PRICES | CONDITIONS
    strangers = {key: value for key, value in pricing.items() if key not in known}
    steps = []
    for step in pricing.get("overrides", ()):
        strangers |= {f"overrides {key}": value for key, value in step.items() if key not in known}
        steps.append({key: value for key, value in step.items() if key in known})
    kept = {key: value for key, value in pricing.items() if key in known}
    return ({**kept, "overrides": steps} if "overrides" in kept else kept), strangers


def _components(
    pricing: Json,
    head: tuple[str, str],
    tier: str,
    region: str,
    canonical: str | None,
    start: int,
    when: str,
    share: float,
) -> list[ListPrice]:
    """The rows of one flat set of prices; with a discount, the price before it as well where that is a short
    decimal.
    """
    rows = []
    kind, discounted = ("promotional", f" with discount {share}") if share else ("list", "")
    for key, value in pricing.items():
        if key in CONDITIONS or value in _ZEROS:
            continue
        if key not in PRICES or not isinstance(value, str):
            raise ValueError(f"{head}: unknown price {key!r}: {value!r}")
        component, modality, amount, per = _read_price(key, value, pricing, head)
        place = (per, tier, modality, "any", start, 0, region, when, kind, None, None, canonical)
        printed = f"{value}{discounted}" if share else None
        rows.append(_new(ListPrice, (*head, component, amount, "USD", *place, printed)))
        before = _undiscounted(amount, share) if share else None
        if before is not None:
            printed = f"{value} / (1 - {share})"
            rows.append(rows[-1]._replace(amount=before, price_kind="list", printed=printed))
    return rows


def _read_price(key: str, value: str, pricing: Json, head: tuple[str, str]) -> tuple[str, str, Decimal, str]:
    """One printed price as component, modality, amount and unit: ("input", "text", 0.25, "1e6 tokens")."""
    if key in TOKENS:
        return *TOKENS[key], AMOUNT[value], "1e6 tokens"
    if key in CALLS:
        return CALLS[key], "text", exact(value), "1 request"
    return _image(value, pricing, head)


def _image(value: str, pricing: Json, head: tuple[str, str]) -> tuple[str, str, Decimal, str]:
    """`image` as component, modality, amount and unit: per token where it is the prompt's price, else per
    image.
    """
    if value == pricing.get("prompt"):
        return "input", "image", AMOUNT[value], "1e6 tokens"
    amount = exact(value)
    if amount < LEAST_PER_IMAGE:
        raise ValueError(f"{head}: image {value!r} is neither the prompt's price nor a price of an image")
    return "image", "image", amount, "1 image"


def _banded(
    pricing: Json,
    bands: list[Json],
    head: tuple[str, str],
    tier: str,
    region: str,
    canonical: str | None,
    share: float,
) -> list[ListPrice]:
    """The rows of windows of the day: the dearer price is the peak, the cheaper one holds in all other
    hours.
    """
    by_price: dict[tuple[tuple[str, str], ...], list[Json]] = {}
    for step in bands:
        by_price.setdefault(tuple(sorted((k, v) for k, v in step.items() if k not in CONDITIONS)), []).append(
            step
        )
    headline = tuple(sorted((k, pricing[k]) for k, _ in next(iter(by_price))))
    by_price.setdefault(headline, [])
    if len(by_price) != 2 or any("min_prompt_tokens" in step for step in bands):
        raise ValueError(f"{head}: time bands of {len(by_price)} prices: {bands!r}")
    cheap, dear = sorted(by_price, key=lambda p: Decimal(dict(p)["prompt"]))
    windows = by_price[dear]
    if not windows:
        raise ValueError(f"{head}: windows only for the cheaper price: {bands!r}")
    hours = ",".join(sorted(f"{_clock(step['utc_start'])}-{_clock(step['utc_end'])}" for step in windows))
    rest = {k: v for k, v in pricing.items() if k not in dict(cheap)}
    peak, off_peak = band("peak", hours), band("off_peak", hours, complement=True)
    rows = _components(dict(dear), head, tier, region, canonical, 0, peak, share)
    rows += _components(dict(cheap), head, tier, region, canonical, 0, off_peak, share)
    return rows + _components(rest, head, tier, region, canonical, 0, ALWAYS, share)


def _clock(hhmm: int) -> str:
    hours, minutes = divmod(hhmm, 100)
    if not (0 <= hours <= 24 and 0 <= minutes < 60):
        raise ValueError(f"no UTC time as HHMM: {hhmm}")
    return f"{hours % 24:02d}:{minutes:02d}"


def _free(head: tuple[str, str], component: str, tier: str, region: str, canonical: str | None) -> ListPrice:
    return ListPrice(
        *head,
        component,
        FREE,
        "USD",
        service_tier=tier,
        region=region,
        price_kind="free",
        canonical_model=canonical,
    )


@lru_cache(maxsize=4096)
def _undiscounted(amount: Decimal, share: float) -> Decimal | None:
    """The list price behind a discounted one, where it is a decimal of at most nine places; else None."""
    try:
        before = amount / (1 - Decimal(repr(share)))
    except (InvalidOperation, ZeroDivisionError):
        raise ValueError(f"discount {share}") from None
    return tidy(before) if 0 < share < 1 and before == round(before, 9) else None
