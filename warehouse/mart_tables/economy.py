"""What capability costs, how often labs release, and who serves the open weights."""

from __future__ import annotations

from warehouse import board_columns as b
from warehouse import columns as c
from warehouse import interval_columns as i
from warehouse import price_columns as p
from warehouse.schema import Table
from warehouse.tables import fields

FRONTIER_PREMIUM = Table(
    "frontier_premium",
    1,
    "What ten points of capability cost, per country: the price of the last step to the edge.",
    fields(
        c.as_of,
        p.day,
        c.country,
        p.basis,
        p.premium_models,
        p.slope_log10_per_10,
        p.slope_lo90,
        p.slope_hi90,
        p.factor_per_10,
        p.models_counted,
        p.edge_model_id,
    ),
    key=("as_of", "day", "country", "basis", "premium_kind"),
)
MODEL_PRICES = Table(
    "model_prices",
    1,
    "What a model costs on the as-of day (its lab's own price, else the cheapest host's), beside its"
    " capability.",
    fields(
        c.as_of,
        p.day,
        c.model_id,
        c.country,
        c.provider_id,
        p.first_party,
        p.input_usd,
        p.output_usd,
        p.blend_3_1_usd,
        p.blend_agentic_usd,
        b.capability,
        b.capability_lo90,
        b.capability_hi90,
        p.fitted_blend_3_1_usd,
        nullable=(
            p.input_usd,
            p.output_usd,
            p.blend_3_1_usd,
            p.blend_agentic_usd,
            b.capability,
            b.capability_lo90,
            b.capability_hi90,
            p.fitted_blend_3_1_usd,
        ),
    ),
    key=("as_of", "day", "model_id"),
)
PRICE_DECLINE = Table(
    "price_decline",
    1,
    "How fast a level of capability gets cheaper, per country.",
    fields(
        c.as_of,
        c.country,
        p.basis,
        p.capability_level,
        p.slope_log_per_year,
        p.slope_lo90,
        p.slope_hi90,
        p.factor_per_year,
        i.first_price_usd,
        i.last_price_usd,
        p.days_counted,
        p.first_day,
        p.last_day,
    ),
    key=("as_of", "country", "basis", "level"),
)
CADENCE = Table(
    "cadence",
    1,
    "Days between a lab's releases and releases per window; major, minor and variant apart.",
    fields(
        c.as_of,
        c.lab_id,
        c.country,
        p.cadence_measure,
        p.release_tier,
        b.window_days,
        p.cadence_value,
        p.releases,
        p.last_model_id,
        p.last_released_on,
        p.released_models,
        nullable=(p.released_models,),
    ),
    key=("as_of", "lab_id", "measure", "release_tier", "window_days"),
)
COST_PER_TASK = Table(
    "cost_per_task",
    1,
    "What a board's run cost per task, where the board says so.",
    fields(
        c.as_of,
        c.board_id,
        c.board_version,
        c.metric,
        c.model_id,
        c.setting,
        c.lab_id,
        c.country,
        c.score,
        p.cost_per_task_usd,
        p.tasks,
        p.token_price_usd,
        p.cost_over_token_price,
        c.observed_on,
        c.source_id,
        nullable=(c.score, p.tasks, p.token_price_usd, p.cost_over_token_price),
    ),
    key=("as_of", "board_id", "board_version", "metric", "model_id", "setting"),
)
HOSTING_FOOTPRINT = Table(
    "hosting_footprint",
    1,
    "Who else runs an open-weights model, in how many countries, and how soon abroad.",
    fields(
        c.as_of,
        c.model_id,
        p.home_country,
        p.hosts,
        p.countries,
        p.offshore_hosts,
        p.unknown_country_hosts,
        p.offshore_share,
        p.first_hosted_on,
        p.first_offshore_on,
        p.days_to_offshore,
        p.first_offshore_provider_id,
        nullable=(p.offshore_share, p.first_offshore_on, p.days_to_offshore, p.first_offshore_provider_id),
    ),
    key=("as_of", "model_id"),
)
HOST_PREMIUM = Table(
    "host_premium",
    1,
    "Median price of hosts abroad / the lab's own price, for open-weights models.",
    fields(
        c.as_of,
        p.day,
        c.model_id,
        p.basis,
        p.first_party_price_usd,
        p.median_host_price_usd,
        p.cheapest_host_price_usd,
        p.cheapest_host_provider_id,
        p.hosts,
        p.host_premium,
    ),
    key=("as_of", "day", "model_id", "basis"),
)
CAPACITY = Table(
    "capacity",
    1,
    "Signs of scarce compute at first parties: concurrency and rate limits, peak multipliers.",
    fields(
        c.as_of,
        c.provider_id,
        c.model_id,
        p.capacity_sign,
        p.measure_value,
        p.measure_unit,
        c.printed,
        c.source_id,
        c.observed_on,
    ),
    key=("as_of", "provider_id", "model_id", "sign", "source_id"),
)
TABLES = (
    FRONTIER_PREMIUM,
    MODEL_PRICES,
    PRICE_DECLINE,
    CADENCE,
    COST_PER_TASK,
    HOSTING_FOOTPRINT,
    HOST_PREMIUM,
    CAPACITY,
)
