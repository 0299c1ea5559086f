"""LiteLLM's map: one JSON object, model key -> entry with `litellm_provider` and prices in USD per token (per
image, second, ...).

Traps. The first key `sample_spec` is documentation; `fallback_generalizations` is a rule set; in 2023 some
entries named no provider. One model stands under many keys (`deepseek-v4-pro`, `deepseek/deepseek-v4-pro`,
`bedrock/us-east-1/...`). Amounts are floats (4.35e-07). Key names cross unit, context threshold, cache life
and service tier: `_litellm_keys`.
`tiered_pricing` gives prices by range of prompt tokens instead. `off_peak_pricing` (2026-11) says when the
cheaper price holds; the headline is then the peak. `provider_specific_entry` {us, fast} and the `uplift` keys
are multipliers on all token prices. Zero is a price only where the key says free: the map carries zeros for
what nobody filled in. `deprecation_date` is the last day at that provider (a `Release` of kind withdrawn).
Some 30 prices (`wandb/...`) are given per 1e6 or per 1e3 tokens where per token is
meant; they fall outside the limits of
`Expects.amounts` and are set aside row by row.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from extractors.feeds._feed import UNREADABLE, FeedAudit, Json, account, body, read_entries, set_aside
from extractors.feeds._litellm_hours import off_peak
from extractors.feeds._litellm_keys import BY_POWER, Price, meaning
from extractors.feeds._litellm_special import row_of, special_prices
from extractors.feeds._unknown import unknown_key
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, RELEASES, ListPrice, Release, Row
from warehouse.time_bands import ALWAYS

SOURCE = Source(
    id="litellm",
    title="LiteLLM model map",
    kind="feeds",
    addresses=(
        "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
    ),
    tables=(LIST_PRICES, RELEASES),
    licence="mit",
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (60, 60_000), "releases": (0, 10_000)},
        models=("gpt-4", "gpt-4o"),
        amounts=(0.0005, 1000.0),
        vanished_share=0.25,
    ),
)

NOT_MODELS = frozenset({"sample_spec", "fallback_generalizations"})
ZERO_IS_FREE = (":free",)
FREE = Decimal(0)
_new = tuple.__new__


def parse(capture: Capture) -> list[Row]:
    """Prices of one capture."""
    return read(capture).rows


def read(capture: Capture) -> FeedAudit:
    """The rows with the account of every entry."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: FeedAudit) -> None:
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
        reading.rows += _withdrawn(entry, provider, model)


def _withdrawn(entry: Json, provider: str, model: str) -> list[Release]:
    """The day from which the provider no longer sells the model; a day that is none dates nothing."""
    try:
        day = date.fromisoformat(str(entry.get("deprecation_date", "")))
    except ValueError:
        return []
    return [Release(model, day, "withdrawn", lab=provider)]


def _prices(entry: Json, provider: str, model: str, reading: FeedAudit) -> None:
    """Every price of one entry."""
    zero = False
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
    bands = off_peak(entry["off_peak_pricing"], model) if "off_peak_pricing" in special else {}
    rows = reading.rows
    head = len(rows)
    for price, amount in _distinct(found, model):
        when = bands["peak"] if bands and price.component in bands["off_peak"] and not price.start else ALWAYS
        rows.append(row_of(provider, model, price, amount, when))
    if zero and len(rows) == head and model.endswith(ZERO_IS_FREE):
        rows.extend(
            ListPrice(provider, model, component, FREE, "USD", price_kind="free")
            for component in ("input", "output")
        )
    for key in special:
        special_prices(key, entry[key], provider, model, bands, rows, head, reading)
    for key in strangers:
        unknown_key(reading, head, model, model, key, entry[key])


def _distinct(found: list[tuple[Price, Decimal]], model: str) -> list[tuple[Price, Decimal]]:
    """One amount a price: two keys for one thing (`cache_read...`, `...cache_hit`) must agree."""
    if len({price for price, _ in found}) == len(found):
        return found
    by_price: dict[Price, Decimal] = {}
    for price, amount in found:
        if by_price.setdefault(price, amount) != amount:
            raise ValueError(f"{model}: two amounts for {price}: {by_price[price]} and {amount}")
    return list(by_price.items())
