"""Prices at equal capability, by country and month."""

from __future__ import annotations

from warehouse import columns as c
from warehouse import pooled_columns as p
from warehouse import price_columns as price
from warehouse.schema import Table
from warehouse.tables import fields

NAMED = (p.blend, p.index_kind, p.population)
PRICE_INDEX = Table(
    "price_index",
    1,
    "What a model of a given capability costs in a month, by country: a hedonic index over the models on"
    " sale.",
    fields(
        c.as_of,
        c.country,
        p.index_level,
        p.month,
        *NAMED,
        p.index_price,
        p.index_lo90,
        p.index_hi90,
        p.index_models,
    ),
    key=("as_of", "country", "level", "month", "basis", "priced_at", "population"),
)
PRICE_INDEX_RATIO = Table(
    "price_index_ratio",
    1,
    "The US price over the Chinese one at equal capability, by month.",
    fields(
        c.as_of,
        p.month,
        *NAMED,
        price.price_ratio,
        price.ratio_lo90,
        price.ratio_hi90,
        p.us_models,
        p.cn_models,
    ),
    key=("as_of", "month", "basis", "priced_at", "population"),
)
PRICE_FALL = Table(
    "price_fall",
    1,
    "By what factor the price of a capability fell over a year, by country.",
    fields(
        c.as_of,
        c.country,
        p.index_level,
        p.month_from,
        p.month,
        *NAMED,
        p.fall,
        p.fall_lo90,
        p.fall_hi90,
        p.extrapolated,
    ),
    key=("as_of", "country", "level", "month", "basis", "priced_at", "population"),
)

TABLES = (PRICE_INDEX, PRICE_INDEX_RATIO, PRICE_FALL)
