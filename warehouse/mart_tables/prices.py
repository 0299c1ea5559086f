"""Prices as derived: what held when, where sources disagree, and the ratios built on them."""

from __future__ import annotations

from warehouse import board_columns as b
from warehouse import columns as c
from warehouse import interval_columns as i
from warehouse import price_columns as p
from warehouse.columns import REAL, TEXT
from warehouse.schema import Column, Table
from warehouse.tables import fields

OFFER = (
    c.provider_id,
    p.market,
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
        p.amount_held,
        p.amount_usd,
        i.rate_age_days,
        p.price_from,
        p.price_to,
        i.valid_from_basis,
        i.valid_to_basis,
        p.last_seen_at,
        c.source_id,
        c.listed_model,
        p.own_page,
        p.first_party,
        p.sources_seen,
        p.sources_agree,
        c.capture_sha256,
        nullable=(p.amount_usd, i.rate_age_days, p.price_to),
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
    fields(c.as_of, p.day, *OFFER, p.chosen_source, p.chosen_amount, p.reason, p.detail, p.values),
    key=("as_of", "day", *(k.name for k in OFFER)),
)
_SIDES = (p.us_model_id, p.cn_model_id, p.us_provider_id, p.cn_provider_id, p.us_price_usd, p.cn_price_usd)
_THIRD = (p.us_third_usd, p.cn_third_usd)
PRICE_RATIO = Table(
    "price_ratio",
    1,
    "US price / Chinese price: pairs, the cheapest at equal capability, the flagships.",
    fields(
        c.as_of,
        p.day,
        p.comparison,
        p.basis,
        p.capability_level,
        p.capability_bound,
        *_SIDES,
        *_THIRD,
        p.price_ratio,
        p.ratio_lo90,
        p.ratio_hi90,
        b.window_days,
        nullable=(p.capability_level, *_SIDES, *_THIRD, p.ratio_lo90, p.ratio_hi90),
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
        p.price_from,
        amount_before,
        p.amount_held,
        change,
        change_verdict,
        why,
        source_before,
        c.source_id,
        i.valid_from_basis,
        p.sources_agree,
        c.capture_sha256,
    ),
    key=("as_of", *(k.name for k in OFFER), "price_kind", "valid_from"),
    history=False,
)
TABLES = (PRICE_CHANGES, PRICE_INTERVALS, SOURCE_PRICE_INTERVALS, PRICE_VERDICTS, PRICE_RATIO)
