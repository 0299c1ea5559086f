"""LiteLLM's map: one JSON object, model key -> entry with `litellm_provider` and prices in USD per token (per
image, second, ...).

Traps. The first key `sample_spec` is documentation; `fallback_generalizations` is a rule set; in 2023 some
entries named no provider. One model stands under many keys (`deepseek-v4-pro`, `deepseek/deepseek-v4-pro`,
`bedrock/us-east-1/...`). Amounts are floats (4.35e-07). Key names cross unit, context threshold, cache life
and service tier: `_litellm_keys`.
`tiered_pricing` gives prices by range of prompt tokens instead. `off_peak_pricing` (2026-11) says when the
cheaper price holds; the headline is then the peak. `provider_specific_entry` {us, fast} and the `uplift` keys
are multipliers on all token prices. Zero is a price only where the key says free: the map carries zeros for
what nobody filled in. Some 30 prices (`wandb/...`) are given per 1e6 or per 1e3 tokens where per token is
meant; they fall outside the limits of
`Expects.amounts` and are set aside row by row.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from extractors.feeds._feed import (
    UNREADABLE,
    Amounts,
    Json,
    Reading,
    account,
    bears_on_price,
    body,
    read_entries,
    set_aside,
    short,
    tidy,
    unknown_key,
)
from extractors.feeds._litellm_keys import Price, meaning
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row, Unread
from warehouse.time_bands import ALWAYS, DAYS, band

SOURCE = Source(
    id="litellm",
    title="LiteLLM model map",
    kind="feeds",
    addresses=(
        "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
    ),
    tables=(LIST_PRICES,),
    licence="mit",
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (60, 60_000)},
        models=("gpt-4", "gpt-4o"),
        amounts=(0.0005, 1000.0),
        vanished_share=0.25,
    ),
)

NOT_MODELS = frozenset({"sample_spec", "fallback_generalizations"})
ZERO_IS_FREE = (":free",)
BY_POWER = {0: Amounts(0), 6: Amounts(6)}
FREE = Decimal(0)
_new = tuple.__new__


def parse(capture: Capture) -> list[Row]:
    """Prices of one capture."""
    return read(capture).rows


def read(capture: Capture) -> Reading:
    """The rows with the account of every entry."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: Reading) -> None:
    document: dict[str, Json] = body(capture, dict)
    for model, entry in document.items():
        if model in NOT_MODELS:
            continue
        before = len(reading.rows)
        if not isinstance(entry, dict):
            set_aside(reading, before, model, ValueError(f"no entry: {entry!r}"), model)
            continue
        try:
            provider = entry.get("litellm_provider", "").lower()
            if not provider:
                reading.entries += 1
                reading.skipped["no provider"] += 1
                continue
            _prices(entry, provider, model, reading)
        except UNREADABLE as error:
            set_aside(reading, before, model, error, model)
            continue
        zero = entry.get("input_cost_per_token") == 0
        account(reading, before, "zero, not said to be free" if zero else "no price the key has a place for")


def _prices(entry: Json, provider: str, model: str, reading: Reading) -> None:
    """Every price of one entry."""
    zero = False
    before = len(reading.rows)
    strangers: list[str] = []
    found: list[tuple[Price, Decimal]] = []
    special: list[str] = []
    for key, value in entry.items():
        price = meaning(key)
        if price == "":
            continue
        if type(price) is Price:
            if value and value is not True:
                found.append((price, BY_POWER[price.power][value]))
            elif value is None or isinstance(value, bool):
                raise ValueError(f"{model}: {key} is {value!r}")
            else:
                zero = True
                reading.ignored["zero"] += 1
        elif price == "special":
            special.append(key)
        elif price == "unknown":
            strangers.append(key)
        else:
            reading.ignored[key] += 1
    bands = _off_peak(entry["off_peak_pricing"], model) if "off_peak_pricing" in special else {}
    rows = reading.rows
    head = len(rows)
    for price, amount in _distinct(found, model):
        when = bands["peak"] if bands and price.component in bands["off_peak"] and not price.start else ALWAYS
        rows.append(_row(provider, model, price, amount, when))
    if zero and len(rows) == head and model.endswith(ZERO_IS_FREE):
        rows.extend(
            ListPrice(provider, model, component, FREE, "USD", price_kind="free")
            for component in ("input", "output")
        )
    for key in special:
        _special(key, entry[key], provider, model, bands, rows, head, reading)
    for key in strangers:
        unknown_key(reading, before, model, model, key, entry[key])


def _row(
    provider: str,
    model: str,
    price: Price,
    amount: Decimal,
    when: str,
    printed: str | None = None,
    region: str = "",
) -> ListPrice:
    return _new(
        ListPrice,
        (
            provider,
            model,
            price.component,
            amount,
            "USD",
            price.per,
            price.service_tier,
            price.modality,
            "any",
            price.start,
            0,
            region,
            when,
            "list",
            None,
            None,
            None,
            printed,
        ),
    )


def _distinct(found: list[tuple[Price, Decimal]], model: str) -> list[tuple[Price, Decimal]]:
    """One amount a price: two keys for one thing (`cache_read...`, `...cache_hit`) must agree."""
    if len({price for price, _ in found}) == len(found):
        return found
    by_price: dict[Price, Decimal] = {}
    for price, amount in found:
        if by_price.setdefault(price, amount) != amount:
            raise ValueError(f"{model}: two amounts for {price}: {by_price[price]} and {amount}")
    return list(by_price.items())


def _special(
    key: str,
    value: Any,
    provider: str,
    model: str,
    bands: dict[str, Any],
    rows: list[Row],
    head: int,
    reading: Reading,
) -> None:
    """The prices that no single number says."""
    if key == "tiered_pricing":
        _tiered(value, provider, model, rows, head, reading)
    elif key == "off_peak_pricing":
        for price, amount in bands["off_peak"].values():
            rows.append(_row(provider, model, price, amount, bands["hours"]))
    elif key == "search_free_requests":
        reading.ignored[key] += 1
    else:
        factors = value if key == "provider_specific_entry" else {REGION_OF_UPLIFT[key]: value}
        for name, factor in factors.items():
            _factor(key, name, factor, model, rows, head, reading)


def _factor(
    key: str, name: str, factor: Any, model: str, rows: list[Row], head: int, reading: Reading
) -> None:
    """One factor of an entry. A number under a name that no rule knows may be a multiplier of a place or tier
    of its own: it is left unread and takes nothing. 0, 1 and what is no number are switches.
    """
    a_number = isinstance(factor, (int, float)) and not isinstance(factor, bool)
    if name in FACTORS or key != "provider_specific_entry":
        if not a_number or factor <= 0:
            raise ValueError(f"{model}: {key} {name} {factor!r}")
        _multiplied(name, factor, rows, head)
    elif name in NOT_FACTORS:
        reading.ignored[key] += 1
    elif a_number and factor not in (0, 1):
        why = "a factor under a name that no rule knows"
        reading.leftovers.append(Unread(model, f"{key}: {name} {factor!r}", why, 1, model))
    elif bears_on_price(name, factor):
        unknown_key(reading, head, model, model, name, factor)
    else:
        reading.strangers.setdefault(f"{key}: {name} {short(factor)}", []).append(model)


FACTORS = frozenset({"us", "fast"})
REGION_OF_UPLIFT = {
    "regional_processing_uplift_multiplier_eu": "eu", "regional_processing_uplift_multiplier_us": "us",
    "regional_endpoint_uplift_multiplier": "regional endpoint", "fedramp_uplift_multiplier": "fedramp",
}  # fmt: skip
NOT_FACTORS = frozenset(
    {
        "dashscope_video_reference_input",
        "bedrock_invocation_schema",
        "volcengine_video_frames",
        "minimax_free_input_images",
    }
)


def _multiplied(name: str, factor: float, rows: list[Row], head: int) -> None:
    """The rows of a multiplier: the entry's standard text-token prices times it, with the multiplication in
    `printed`.
    """
    tier, region = ("fast", "") if name == "fast" else ("standard", name)
    for row in rows[head:]:
        if isinstance(row, ListPrice) and (row.service_tier, row.region, row.per) == (
            "standard",
            "",
            "1e6 tokens",
        ):
            amount = tidy(row.amount * Decimal(repr(factor)))
            rows.append(
                row._replace(
                    amount=amount, service_tier=tier, region=region, printed=f"{row.amount} x {name} {factor}"
                )
            )


def _tiered(
    tiers: list[Json], provider: str, model: str, rows: list[Row], head: int, reading: Reading
) -> None:
    """Prices by range of prompt tokens; a search engine's ranges of results are left out."""
    if any("max_results_range" in tier for tier in tiers):
        reading.ignored["tiered_pricing by results"] += len(tiers)
        return
    there = {
        (r.component, r.modality, r.service_tier, r.context_from_tokens): r.amount
        for r in rows[head:]
        if isinstance(r, ListPrice)
    }
    for tier in tiers:
        start = int(tier["range"][0])
        for key, value in tier.items():
            price = meaning(key) if key != "range" else ""
            if not price:
                continue
            if type(price) is not Price or price.start:
                raise ValueError(f"{model}: {key!r} in tiered_pricing")
            place = (price.component, price.modality, price.service_tier, start)
            amount = BY_POWER[price.power][value]
            if there.setdefault(place, amount) != amount:
                raise ValueError(f"{model}: {key} from {start} tokens is {amount} and {there[place]}")
            if amount and not any(_is(row, place) for row in rows[head:]):
                rows.append(_row(provider, model, price._replace(start=start), amount, ALWAYS))


def _is(row: Row, place: tuple[str, str, str, int]) -> bool:
    return (
        isinstance(row, ListPrice)
        and (row.component, row.modality, row.service_tier, row.context_from_tokens) == place
    )


def _off_peak(described: Json, model: str) -> dict[str, Any]:
    """The off-peak prices by component, the band in which they hold (`hours`) and the band of the headline
    (`peak`).
    """
    prices = {}
    for key, value in described.items():
        if key in {"windows", "weekday_timezone"}:
            continue
        price = meaning(key)
        if type(price) is not Price:
            raise ValueError(f"{model}: {key!r} in off_peak_pricing")
        prices[price.component] = (price, BY_POWER[price.power][value])
    windows = tuple(
        (tuple(w["weekdays"]), tuple([w["hours_utc"]] if isinstance(w["hours_utc"], str) else w["hours_utc"]))
        for w in described["windows"]
    )
    days, hours = _peak(windows)
    if described.get("weekday_timezone", "UTC") not in {"UTC", "Asia/Shanghai"} or (
        "weekday_timezone" in described and max(hours.replace(",", "-").split("-")) > "16:00"
    ):
        # Until 16:00 UTC a Shanghai weekday is the UTC weekday; later hours would belong to the next one.
        raise ValueError(f"{model}: weekdays of {described['weekday_timezone']} with the windows {hours}")
    return {
        "off_peak": prices,
        "peak": band("peak", hours, days=days),
        "hours": band("off_peak", hours, days=days, complement=True),
    }


@lru_cache(maxsize=256)
def _peak(windows: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]) -> tuple[str, str]:
    """The peak as (days, windows): what the off-peak windows (ISO weekdays 1-7, UTC hours) leave of each day.

    ValueError where the days that have a peak do not have the same one, or are no range of days.
    """
    left = {day: [True] * 1440 for day in range(1, 8)}
    for weekdays, hours in windows:
        for day in weekdays:
            for window in hours:
                start, end = (int(t[:2]) * 60 + int(t[3:]) for t in window.split("-"))
                for minute in range(start, end or 1440):
                    left[day][minute] = False
    shapes = {day: _windows(minutes) for day, minutes in left.items() if any(minutes)}
    days = sorted(shapes)
    if len(set(shapes.values())) != 1 or days != list(range(days[0], days[-1] + 1)):
        raise ValueError(f"off-peak windows whose rest is no band: {windows!r}")
    return ("daily" if len(days) == 7 else f"{DAYS[days[0] - 1]}-{DAYS[days[-1] - 1]}"), shapes[days[0]]


def _windows(minutes: list[bool]) -> str:
    edges = [
        m for m in range(1441) if (minutes[m] if m < 1440 else False) != (minutes[m - 1] if m else False)
    ]
    return ",".join(
        f"{a // 60:02d}:{a % 60:02d}-{b // 60 % 24:02d}:{b % 60:02d}"
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    )
