"""Which model a printed name means, and what is known of each model."""

from __future__ import annotations

from warehouse import columns as c
from warehouse.schema import Table
from warehouse.tables import fields

MODELS = Table(
    "models",
    1,
    "One row a model, as known on a day.",
    fields(
        c.as_of,
        c.model_id,
        c.lab_id,
        c.country,
        c.family,
        c.name,
        c.released_on,
        c.open_weights,
        c.opened_on,
        c.params_total,
        c.params_active,
        c.context_tokens,
        c.flagship,
        c.model_kind,
        c.tier,
        c.base_model_id,
        c.method,
        nullable=(
            c.released_on,
            c.open_weights,
            c.opened_on,
            c.params_total,
            c.params_active,
            c.context_tokens,
        ),
    ),
    key=("as_of", "model_id"),
)

MODEL_DATES = Table(
    "model_dates",
    1,
    "Release dates of models and of their dated builds, by kind, each with its evidence.",
    fields(
        c.as_of,
        c.model_id,
        c.revision,
        c.date_kind,
        c.released_on,
        c.date_precision,
        c.evidence,
        c.confidence,
        c.method,
    ),
    key=("as_of", "model_id", "revision", "date_kind"),
)

MODEL_ALIASES = Table(
    "model_aliases",
    1,
    "What each printed name means; a name that changed its meaning has one row a meaning, with dates.",
    fields(
        c.as_of,
        c.source_id,
        c.provider_id,
        c.listed_model,
        c.listed_setting,
        c.model_id,
        c.revision,
        c.setting,
        c.method,
        c.reviewed,
        c.valid_from,
        c.valid_to,
        c.printed_means,
        nullable=(c.valid_from, c.valid_to),
    ),
    key=("as_of", "source_id", "provider_id", "listed_model", "listed_setting", "valid_from"),
)

UNMATCHED = Table(
    "unmatched",
    1,
    "Printed names that no seed, rule or registry knows, with the nearest models for a person to settle.",
    fields(
        c.as_of,
        c.source_id,
        c.provider_id,
        c.listed_model,
        c.listed_setting,
        c.listed_lab,
        c.rows,
        c.first_seen,
        c.last_seen,
        c.candidates,
    ),
    key=("as_of", "source_id", "provider_id", "listed_model", "listed_setting"),
)

TABLES = (MODELS, MODEL_DATES, MODEL_ALIASES, UNMATCHED)
