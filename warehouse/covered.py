"""Which row of `coverage` says what a number does not know."""

from __future__ import annotations

# The numbers that have rows of their own: of a board (`lag`), of a pair of groups, or of all models.
COVERED = (
    "lag",
    "pooled_lag",
    "price_ratio",
    "price_index",
    "flagship_ratio",
    "model_prices",
    "cost_per_task",
    "hosting_footprint",
    "cadence",
)
# The numbers that rest on the models of another.
RESTS_ON = {
    "frontier": "lag",
    "lag_revisions": "lag",
    "lag_trend": "lag",
    "forecast": "lag",
    "completed_lag": "pooled_lag",
    "policy_effects": "pooled_lag",
    "board_effects": "pooled_lag",
    "pooled_capability": "pooled_lag",
    "capability": "price_ratio",
    "price_decline": "price_ratio",
    "frontier_premium": "price_index",
    "price_index_ratio": "price_index",
    "price_fall": "price_index",
    "price_intervals": "model_prices",
    "source_price_intervals": "model_prices",
    "price_changes": "model_prices",
    "price_verdicts": "model_prices",
    "capacity": "model_prices",
    "host_premium": "hosting_footprint",
}


def covered_by(number: str) -> str:
    """The `metric` of the rows of `coverage` that speak of a number: a derived table, or `flagship_ratio`
    (the rows of `price_ratio` with that comparison). KeyError for a name that is neither.
    """
    return number if number in COVERED else RESTS_ON[number]
