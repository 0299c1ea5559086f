"""What capability costs, how often labs release, and who serves the open weights."""

from __future__ import annotations

from warehouse import columns as c
from warehouse.schema import Table
from warehouse.tables import fields

FRONTIER_PREMIUM = Table(
    "frontier_premium", 1, "What ten points of capability cost, per country: the price of the last step to the edge.",
    fields(
        c.as_of, c.day, c.country, c.basis, c.premium_models, c.slope_log10_per_10, c.slope_lo90, c.slope_hi90, c.factor_per_10,
        c.models_counted, c.edge_model_id,
    ),
    key=("as_of", "day", "country", "basis", "premium_kind"),
)  # fmt: skip
MODEL_PRICES = Table(
    "model_prices", 1, "What a model costs on the as-of day (its lab's own price, else the cheapest host's), beside its capability.",
    fields(
        c.as_of, c.day, c.model_id, c.country, c.provider_id, c.first_party, c.input_usd, c.output_usd, c.blend_3_1_usd,
        c.blend_agentic_usd, c.capability, c.capability_lo90, c.capability_hi90, c.fitted_blend_3_1_usd,
        nullable=(
            c.input_usd, c.output_usd, c.blend_3_1_usd, c.blend_agentic_usd, c.capability, c.capability_lo90, c.capability_hi90,
            c.fitted_blend_3_1_usd,
        ),
    ),
    key=("as_of", "day", "model_id"),
)  # fmt: skip
PRICE_DECLINE = Table(
    "price_decline", 1, "How fast a level of capability gets cheaper, per country.",
    fields(
        c.as_of, c.country, c.basis, c.capability_level, c.slope_log_per_year, c.slope_lo90, c.slope_hi90, c.factor_per_year,
        c.days_counted, c.first_day, c.last_day,
    ),
    key=("as_of", "country", "basis", "level"),
)  # fmt: skip
CADENCE = Table(
    "cadence", 1, "Days between a lab's releases and releases per window; major, minor and variant apart.",
    fields(
        c.as_of, c.lab_id, c.country, c.cadence_measure, c.release_tier, c.window_days, c.cadence_value, c.releases, c.last_model_id,
        c.last_released_on, c.released_models, nullable=(c.released_models,),
    ),
    key=("as_of", "lab_id", "measure", "release_tier", "window_days"),
)  # fmt: skip
COST_PER_TASK = Table(
    "cost_per_task", 1, "What a board's run cost per task, where the board says so.",
    fields(
        c.as_of, c.board_id, c.board_version, c.metric, c.model_id, c.setting, c.lab_id, c.country, c.score, c.cost_per_task_usd, c.tasks,
        c.token_price_usd, c.cost_over_token_price, c.observed_on, c.source_id,
        nullable=(c.score, c.tasks, c.token_price_usd, c.cost_over_token_price),
    ),
    key=("as_of", "board_id", "board_version", "metric", "model_id", "setting"),
)  # fmt: skip
HOSTING_FOOTPRINT = Table(
    "hosting_footprint", 1, "Who else runs an open-weights model, in how many countries, and how soon abroad.",
    fields(
        c.as_of, c.model_id, c.home_country, c.hosts, c.countries, c.offshore_hosts, c.unknown_country_hosts, c.offshore_share,
        c.first_hosted_on, c.first_offshore_on, c.days_to_offshore, c.first_offshore_provider_id,
        nullable=(c.offshore_share, c.first_offshore_on, c.days_to_offshore, c.first_offshore_provider_id),
    ),
    key=("as_of", "model_id"),
)  # fmt: skip
HOST_PREMIUM = Table(
    "host_premium", 1, "Median price of hosts abroad / the lab's own price, for open-weights models.",
    fields(
        c.as_of, c.day, c.model_id, c.basis, c.first_party_price_usd, c.median_host_price_usd, c.cheapest_host_price_usd,
        c.cheapest_host_provider_id, c.hosts, c.host_premium,
    ),
    key=("as_of", "day", "model_id", "basis"),
)  # fmt: skip
CAPACITY = Table(
    "capacity", 1, "Signs of scarce compute at first parties: concurrency and rate limits, peak multipliers.",
    fields(c.as_of, c.provider_id, c.model_id, c.capacity_sign, c.measure_value, c.measure_unit, c.printed, c.source_id, c.observed_on),
    key=("as_of", "provider_id", "model_id", "sign", "source_id"),
)  # fmt: skip
TABLES = (FRONTIER_PREMIUM, MODEL_PRICES, PRICE_DECLINE, CADENCE, COST_PER_TASK, HOSTING_FOOTPRINT, HOST_PREMIUM, CAPACITY)
