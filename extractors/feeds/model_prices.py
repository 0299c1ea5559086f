"""wakamex/model-prices: {"prices": {provider: {model: {tier: [{start, rates}]}}}, "schedules": ...}, USD per
1e6 tokens, dated.

The list of a tier is its history, oldest first: each element holds from `start` (null for the first: since
ever) to the next. `rates: null` says that nothing is known from then on. The tier `thinking` is the price
with thinking on. Rates may carry `tiers` from a context size on. `schedules` says when in the day a
provider's price is another one: a
`peak_multiplier` (DeepSeek: its rates are the off-peak ones), or an `off_peak_multiplier` by model (its rates
are the full price); an interval is cut where a schedule starts or ends. Traps. A Chinese holiday is off-peak,
which a weekly band cannot say. Zeros are free tiers, plans and gaps alike: no price.
`cache_write_1h_multiple` is another number at each vendor and is left out. `recorded` repeats what models.dev
had; `estimates` and `plans` are no prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

from extractors.feeds._amounts import Amounts, tidy
from extractors.feeds._feed import UNREADABLE, FeedAudit, Json, account, body, read_entries, set_aside
from extractors.feeds._unknown import short, unknown_among
from extractors.source import EmbeddedBody, Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row, Unread
from warehouse.time_bands import ALWAYS, band

PACKAGE = "model-prices"


def package_body() -> Iterable[EmbeddedBody]:
    """The snapshot inside the installed model-prices package (MIT), in the feed's form; its address names the
    version. Its content was known from the day of its update on.
    """
    from importlib.metadata import version
    from importlib.resources import files

    import orjson

    body = files("model_prices").joinpath("snapshot.json").read_bytes()
    known_from = datetime.fromisoformat(orjson.loads(body)["updated_at"]).date()
    yield EmbeddedBody(f"urn:package:{PACKAGE}:{version(PACKAGE)}", body, "application/json", known_from)


SOURCE = Source(
    id="model_prices",
    title="model-prices",
    kind="feeds",
    addresses=("https://raw.githubusercontent.com/wakamex/model-prices/data/v1/latest.json",),
    matches=(
        r"https://raw\.githubusercontent\.com/wakamex/model-prices/data/v1/latest\.json",
        r"urn:package:model-prices:[\w.]+",
    ),
    tables=(LIST_PRICES,),
    licence="mit",
    embedded=package_body,
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (1_500, 30_000)},
        models=("deepseek-v4-flash", "gpt-5", "claude-opus-4-6"),
        amounts=(0.0005, 1000.0),
        vanished_share=0.2,
    ),
)

Span = tuple[datetime | None, datetime | None]
RATES = {"input": "input", "output": "output", "cache_read": "cache_read", "cache_write": "cache_write"}
OTHER_FIELDS = frozenset({"source", "valid_from", "valid_from_basis", "model", "tiers", "above"})
TIERS = {
    "standard": "standard",
    "thinking": "standard",
    "batch": "batch",
    "fast": "fast",
    "flex": "flex",
    "ultrafast": "ultrafast",
}
AMOUNT = Amounts(0)


def parse(capture: Capture) -> list[Row]:
    """Prices of one capture, with the dates and hours that it states."""
    return read(capture).rows


def read(capture: Capture) -> FeedAudit:
    """The rows with the account of every entry (one entry = one model)."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: FeedAudit) -> None:
    document = body(capture, dict)
    if document["schema"] != 1:
        raise ValueError(f"schema {document['schema']!r}")
    schedules: list[Json] = document["schedules"]["schedule"]
    for provider, models in document["prices"].items():
        for model, tiers in models.items():
            before = len(reading.rows)
            try:
                for tier, history in tiers.items():
                    if tier not in TIERS:
                        why = "a tier that no rule knows"
                        said = f"{tier}: {short(history)}"
                        reading.leftovers.append(Unread(f"{provider} {model}", said, why, 1, model))
                        continue
                    for rates, span, when, factor in _in_force(provider, model, history, schedules, reading):
                        entry = f"{provider} {model}"
                        known = _known_rates(reading, before, entry, model, rates)
                        known["tiers"] = [
                            _known_rates(reading, before, entry, model, step)
                            for step in known.get("tiers", ())
                        ]
                        reading.rows += _rows(
                            (provider.lower(), model),
                            tier,
                            known,
                            span,
                            when,
                            factor,
                            capture.captured_at,
                            reading,
                        )
            except UNREADABLE as error:
                set_aside(reading, before, f"{provider} {model}", error, model)
                continue
            account(reading, before, "zero or null")


def _known_rates(reading: FeedAudit, before: int, entry: str, model: str, rates: Json) -> Json:
    """The rates without the fields that no rule knows, which are left unread; what they may bear on is left
    out with them.
    """
    kept = dict(rates)
    for field in rates.keys() - RATES.keys() - OTHER_FIELDS - {"cache_write_1h_multiple"}:
        rows = [ListPrice("", model, RATES[f], AMOUNT[v], "USD") for f, v in kept.items() if f in RATES and v]
        left = unknown_among(reading, rows, entry, model, field, kept.pop(field))
        stay = {row.component for row in left}
        kept = {f: v for f, v in kept.items() if f not in RATES or RATES[f] in stay or not v}
    return kept


def _in_force(
    provider: str, model: str, history: list[Json], schedules: list[Json], reading: FeedAudit
) -> Iterator[tuple[Json, Span, str, Decimal]]:
    """(rates, from/to, time band, factor) of a history, cut where a schedule of the provider starts or
    ends.
    """
    mine = [
        s
        for s in schedules
        if s["provider"] == provider and ("off_peak_multiplier" not in s or model in s["off_peak_multiplier"])
    ]
    starts = [_moment(step["start"]) for step in history]
    if starts[0] is not None or None in starts[1:] or starts[1:] != sorted(s for s in starts if s):
        raise ValueError(f"{provider} {model}: a history that is not oldest first: {starts}")
    for step, start, end in zip(history, starts, [*starts[1:], None], strict=True):
        if step["rates"] is None:
            reading.ignored["rates unknown"] += 1
            continue
        edges = {
            edge
            for s in mine
            for edge in _bounds(s)
            if edge and (not start or edge > start) and (not end or edge < end)
        }
        cuts = [start, *sorted(edges), end]
        for since, until in pairwise(cuts):
            yield from (
                (step["rates"], (since, until), when, factor) for when, factor in _bands(model, mine, since)
            )


def _bands(model: str, schedules: list[Json], since: datetime | None) -> list[tuple[str, Decimal]]:
    """The bands of the week with their factors, from `since` on."""
    for schedule in schedules:
        start, end = _bounds(schedule)
        if since is None or (start and since < start) or (end and since >= end):
            continue
        days = "mon-fri" if schedule.get("weekdays_only") else "daily"
        if "peak_multiplier" in schedule:
            hours = _hours(schedule["peak_hours_utc"])
            factor = Decimal(repr(schedule["peak_multiplier"]))
            return [
                (band("peak", hours, days=days), factor),
                (band("off_peak", hours, days=days, complement=True), Decimal(1)),
            ]
        hours = _hours(schedule["off_peak_hours_utc"])
        factor = Decimal(repr(schedule["off_peak_multiplier"][model]))
        return [
            (band("off_peak", hours, days=days), factor),
            (band("peak", hours, days=days, complement=True), Decimal(1)),
        ]
    return [(ALWAYS, Decimal(1))]


def _rows(
    head: tuple[str, str],
    tier: str,
    rates: Json,
    span: Span,
    when: str,
    factor: Decimal,
    captured_at: datetime,
    reading: FeedAudit,
) -> Iterator[ListPrice]:
    """The rows of one set of rates and of its context tiers."""
    kind = "announced" if span[0] and span[0] > captured_at else "list"
    for step in (rates, *rates.get("tiers", ())):
        for field, value in step.items():
            if field not in RATES:
                reading.ignored[field] += field == "cache_write_1h_multiple"
                continue
            if isinstance(value, bool):
                raise ValueError(f"{head}: {field} is {value!r}")
            amount = AMOUNT[value]
            if not amount:
                reading.ignored["zero"] += 1
                continue
            yield ListPrice(
                *head,
                RATES[field],
                tidy(amount * factor),
                "USD",
                service_tier=TIERS[tier],
                thinking="on" if tier == "thinking" else "any",
                context_from_tokens=step.get("above", 0),
                time_band=when,
                price_kind=kind,
                effective_from=span[0],
                effective_to=span[1],
                printed=f"{amount} x {factor}" if factor != 1 else None,
            )


def _bounds(schedule: Json) -> Span:
    return _moment(schedule["valid_from"]), _moment(schedule.get("valid_until"))


def _hours(windows: list[list[str]]) -> str:
    return ",".join(f"{start}-{end}" for start, end in windows)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
