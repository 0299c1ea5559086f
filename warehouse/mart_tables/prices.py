"""Prices as derived: what held when, where sources disagree, and the ratios built on them."""

from __future__ import annotations

from warehouse import columns as c
from warehouse import interval_columns as i
from warehouse.columns import REAL, TEXT
from warehouse.schema import Column, Table
from warehouse.tables import fields

OFFER = (
    c.provider_id,
    c.market,
    c.model_id,
    c.revision,
    c.setting,
    c.component,
    c.service_tier,
    c.modality,
    c.thinking,
    c.context_from_tokens,
    c.output_from_tokens,
    c.region,
    c.currency,
    c.per,
    c.time_band,
)

# Readers ask for one model: its rows lie together, and row groups are small enough to be skipped.
BY_MODEL = ("as_of", "model_id", *(k.name for k in OFFER if k is not c.model_id), "price_kind", "valid_from")

PRICE_INTERVALS = Table(
    "price_intervals",
    1,
    "What each offer cost when: the sources reconciled, half-open in UTC.",
    fields(
        c.as_of,
        *OFFER,
        c.price_kind,
        c.amount_held,
        c.amount_usd,
        i.rate_age_days,
        c.price_from,
        c.price_to,
        i.valid_from_basis,
        i.valid_to_basis,
        c.last_seen_at,
        c.source_id,
        c.listed_model,
        c.own_page,
        c.first_party,
        c.sources_seen,
        c.sources_agree,
        c.capture_sha256,
        nullable=(c.amount_usd, i.rate_age_days, c.price_to),
    ),
    key=("as_of", *(k.name for k in OFFER), "price_kind", "valid_from"),
    history=False,
    sort_by=BY_MODEL,
    group_rows=20_000,
)
SOURCE_PRICE_INTERVALS = Table(
    "source_price_intervals",
    1,
    "What each source says an offer cost when, before reconciliation.",
    PRICE_INTERVALS.fields,
    key=("as_of", "source_id", "listed_model", *(k.name for k in OFFER), "price_kind", "valid_from"),
    history=False,
    sort_by=(*BY_MODEL, "source_id", "listed_model"),
    group_rows=20_000,
)
PRICE_VERDICTS = Table(
    "price_verdicts",
    1,
    "Where sources list different prices for one offer on the as-of day: the values, the chosen one, one"
    " reason.",
    fields(c.as_of, c.day, *OFFER, c.chosen_source, c.chosen_amount, c.reason, c.detail, c.values),
    key=("as_of", "day", *(k.name for k in OFFER)),
)
_SIDES = (c.us_model_id, c.cn_model_id, c.us_provider_id, c.cn_provider_id, c.us_price_usd, c.cn_price_usd)
PRICE_RATIO = Table(
    "price_ratio",
    1,
    "US price / Chinese price: pairs, the cheapest at equal capability, the flagships.",
    fields(
        c.as_of,
        c.day,
        c.comparison,
        c.basis,
        c.capability_level,
        c.capability_bound,
        *_SIDES,
        c.price_ratio,
        c.ratio_lo90,
        c.ratio_hi90,
        c.window_days,
        nullable=(c.capability_level, *_SIDES, c.ratio_lo90, c.ratio_hi90),
    ),
    key=("as_of", "day", "comparison", "basis", "level", "bound", "window_days"),
)
amount_before = Column(
    "amount_before",
    REAL,
    "What the offer cost before the change, in `currency` per `per`.",
    "currency/per",
    0,
    1e8,
)
change = Column(
    "change",
    TEXT,
    "What happened: the list price fell or rose, or a price of another kind began.",
    choices=("cut", "rise", "promotional", "introductory", "free"),
)
change_verdict = Column(
    "change_verdict",
    TEXT,
    "What the change rests on; an artefact is none, and `why` says what explains it.",
    choices=("own page", "stated", "agreed", "one source", "artefact"),
)
why = Column("why", TEXT, "What explains an artefact; empty for a change.")
source_before = Column("source_before", TEXT, "The source of the amount before.")
PRICE_CHANGES = Table(
    "price_changes",
    1,
    "Every change of a price at a lab's own shop, with a verdict: real, or only feeds taking turns.",
    fields(
        c.as_of,
        *OFFER,
        c.price_kind,
        c.price_from,
        amount_before,
        c.amount_held,
        change,
        change_verdict,
        why,
        source_before,
        c.source_id,
        i.valid_from_basis,
        c.sources_agree,
        c.capture_sha256,
    ),
    key=("as_of", *(k.name for k in OFFER), "price_kind", "valid_from"),
    history=False,
)
TABLES = (PRICE_CHANGES, PRICE_INTERVALS, SOURCE_PRICE_INTERVALS, PRICE_VERDICTS, PRICE_RATIO)
