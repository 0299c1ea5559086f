"""The snapshot tables and the rows that parsers emit. The derived tables are declared in `mart_tables.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from warehouse import columns as c
from warehouse import leftover_columns as lc
from warehouse.schema import Column, Field, Table

# Filled in by the store from the capture, not by the parser.
STAMPED = ("source_id", "observed_on", "observed_at", "capture_sha256")


class ListPrice(NamedTuple):
    """One component of one price, as printed. A price that is not printed is no row; zero only where the page
    says free.
    """

    provider_id: str
    listed_model: str
    component: str
    amount: Decimal
    currency: str
    per: str = "1e6 tokens"
    service_tier: str = "standard"
    modality: str = "text"
    thinking: str = "any"
    context_from_tokens: int = 0
    output_from_tokens: int = 0
    region: str = ""
    time_band: str = "always"
    price_kind: str = "list"
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    canonical_model: str | None = None
    printed: str | None = None


class Score(NamedTuple):
    """One model's score on one board, in one setting, as printed."""

    board_id: str
    board_version: str
    metric: str
    listed_model: str
    score: float
    listed_setting: str = ""
    listed_lab: str | None = None
    score_low: float | None = None
    score_high: float | None = None
    interval_level: float | None = None
    score_se: float | None = None
    n: int | None = None
    cost_usd: float | None = None
    reporter: str = "board"
    access: str = "public"
    evaluated_on: date | None = None


class Release(NamedTuple):
    """One date of one model, as a registry states it, with the facts beside it."""

    listed_model: str
    released_on: date
    date_kind: str
    date_precision: str = "day"
    lab: str | None = None
    listed_country: str | None = None
    open_weights: bool | None = None
    params_total: float | None = None
    params_active: float | None = None
    context_tokens: int | None = None
    licence: str | None = None
    canonical_model: str | None = None
    evidence_url: str | None = None


class Offer(NamedTuple):
    """A provider that serves a model."""

    provider_id: str
    listed_model: str
    status: str = "offered"
    limits: str | None = None
    canonical_model: str | None = None
    open_weights: bool | None = None
    region: str = ""


class ExchangeRate(NamedTuple):
    """One reference rate of one day."""

    rate_on: date
    base: str
    quote: str
    rate: float


class Unread(NamedTuple):
    """A leftover: something on a page or in a feed that no rule reads, with its place and the reason.

    `amounts` counts the prices or scores in it. `known_model` is filled in by the core
    (extractors/reading.py).
    """

    place: str
    leftover: str
    why_unread: str
    amounts: int = 0
    known_model: str = ""


Row = ListPrice | Score | Release | Offer | ExchangeRate | Unread


def fields(*columns: Column, nullable: Sequence[Column] = ()) -> tuple[Field, ...]:
    """The fields of a table from its columns, in order."""
    return tuple(Field(column, column in nullable) for column in columns)


SAID = (c.source_id, c.observed_on, c.observed_at)  # by whom, on which day, at which moment
PRICE_KEY = (
    c.provider_id,
    c.listed_model,
    c.component,
    c.service_tier,
    c.modality,
    c.thinking,
    c.context_from_tokens,
    c.output_from_tokens,
    c.region,
    c.time_band,
    c.price_kind,
)

LIST_PRICES = Table(
    "list_prices",
    1,
    "Prices as a source printed them on a day.",
    fields(
        *SAID,
        *PRICE_KEY,
        c.amount,
        c.currency,
        c.per,
        c.effective_from,
        c.effective_to,
        c.canonical_model,
        c.printed,
        c.capture_sha256,
        nullable=(c.effective_from, c.effective_to, c.canonical_model, c.printed),
    ),
    key=(
        "source_id",
        "observed_on",
        *(k.name for k in PRICE_KEY),
        "currency",
        "per",
        "effective_from",
        "effective_to",
    ),
    row=ListPrice,
)

SCORES = Table(
    "scores",
    1,
    "Scores as a board printed them on a day.",
    fields(
        *SAID,
        c.board_id,
        c.board_version,
        c.metric,
        c.listed_model,
        c.listed_setting,
        c.listed_lab,
        c.score,
        c.score_low,
        c.score_high,
        c.interval_level,
        c.score_se,
        c.n,
        c.cost_usd,
        c.reporter,
        c.access,
        c.evaluated_on,
        c.capture_sha256,
        nullable=(
            c.listed_lab,
            c.score_low,
            c.score_high,
            c.interval_level,
            c.score_se,
            c.n,
            c.cost_usd,
            c.evaluated_on,
        ),
    ),
    key=(
        "source_id",
        "observed_on",
        "board_id",
        "board_version",
        "metric",
        "listed_model",
        "listed_setting",
        "reporter",
        "evaluated_on",
    ),
    row=Score,
)

RELEASES = Table(
    "releases",
    1,
    "Release dates and facts of models, as a registry stated them on a day.",
    fields(
        *SAID,
        c.listed_model,
        c.lab,
        c.listed_country,
        c.released_on,
        c.date_kind,
        c.date_precision,
        c.open_weights,
        c.params_total,
        c.params_active,
        c.context_tokens,
        c.licence,
        c.canonical_model,
        c.evidence_url,
        c.capture_sha256,
        nullable=(
            c.lab,
            c.listed_country,
            c.open_weights,
            c.params_total,
            c.params_active,
            c.context_tokens,
            c.licence,
            c.canonical_model,
            c.evidence_url,
        ),
    ),
    key=("source_id", "observed_on", "listed_model", "date_kind", "released_on"),
    row=Release,
)

OFFERS = Table(
    "offers",
    1,
    "Who serves which model, as a source stated it on a day.",
    fields(
        *SAID,
        c.provider_id,
        c.listed_model,
        c.status,
        c.limits,
        c.canonical_model,
        c.open_weights,
        c.region,
        c.capture_sha256,
        nullable=(c.limits, c.canonical_model, c.open_weights),
    ),
    key=("source_id", "observed_on", "provider_id", "listed_model", "region"),
    row=Offer,
)

EXCHANGE_RATES = Table(
    "exchange_rates",
    1,
    "Reference rates as the central bank published them.",
    fields(*SAID, c.rate_on, c.base, c.quote, c.rate, c.capture_sha256),
    key=("source_id", "observed_on", "rate_on", "base", "quote"),
    row=ExchangeRate,
)

UNREAD = Table(
    "unread",
    1,
    "What a source's captures of a day hold and no rule reads; nothing of it was guessed.",
    fields(
        *SAID, lc.place, lc.leftover_text, lc.why_unread, lc.unread_amounts, lc.known_model, c.capture_sha256
    ),
    key=("source_id", "observed_on", "place", "leftover", "why_unread", "known_model"),
    row=Unread,
)

SNAPSHOT_TABLES = (LIST_PRICES, SCORES, RELEASES, OFFERS, EXCHANGE_RATES, UNREAD)
TABLE_OF_ROW: dict[type, Table] = {table.row: table for table in SNAPSHOT_TABLES if table.row is not None}
