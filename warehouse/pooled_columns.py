"""Columns of the pooled lag, of what a number does not know, and of prices at equal capability."""

from __future__ import annotations

from warehouse.columns import DAY, FLAG, REAL, TEXT, WHOLE
from warehouse.covered import COVERED
from warehouse.schema import Column

# The pooled lag.
VARIANTS = ("published", "measured", "completed", "at_par", "boards_1", "boards_5", "without")
variant = Column(
    "variant",
    TEXT,
    "Which models the lag is over: METHOD.md, the pooled lag. `published` is the headline; `without` leaves"
    " out the board in `left_out`.",
    choices=VARIANTS,
)
left_out = Column("left_out", TEXT, "The board that is left out (`variant` without), else empty.")
speaks_until = Column(
    "speaks_until", DAY, "The last day that the number speaks of: METHOD.md, until when a board speaks."
)
nowcast = Column(
    "nowcast", FLAG, "Whether `valid_on` is after the day until which the boards speak: a guess, no headline."
)
leader_measured = Column(
    "leader_measured", WHOLE, "The leader's models by `valid_on` on at least three boards.", "models", 0
)
follower_measured = Column(
    "follower_measured", WHOLE, "The follower's models by `valid_on` on at least three boards.", "models", 0
)
rulers = Column("rulers", WHOLE, "Boards that the fit reads, one of each measurement.", "boards", 0)
panel_models = Column("fitted_models", WHOLE, "Models in the fit.", "models", 0)
cells = Column("cells", WHOLE, "Scores in the fit.", "scores", 0)
r_hat = Column(
    "r_hat", REAL, "Largest potential scale reduction over the days: near 1 where the chains agree.", "1", 0
)
effective_draws = Column("effective_draws", REAL, "Fewest effective draws over the days.", "draws", 0)
weaker_months = Column(
    "weaker_months",
    REAL,
    "How much further behind Chinese models are on this board than on the others, in months of the US"
    " frontier's progress; negative where they are less far behind.",
    "months",
)
weaker_lo90 = Column("weaker_lo90", REAL, "Lower end of its 90 % interval.", "months")
weaker_hi90 = Column("weaker_hi90", REAL, "Upper end of its 90 % interval.", "months")
board_models = Column("board_models", WHOLE, "Models of the fit on the board.", "models", 0)
board_chinese = Column("chinese_models", WHOLE, "Chinese ones among them.", "models", 0)
measured = Column("measured", FLAG, "Whether the model is on at least three boards.")

# A board completed.
carried = Column(
    "carried_lag_days", REAL, "The mean lag of the year, as the board's own scores carry it on.", "days"
)
completed_lag_days = Column(
    "completed_lag_days", REAL, "Modelled: the same had the board tested all flagships.", "days"
)
completed_lo90 = Column("completed_lo90", REAL, "Lower end of its 90 % interval.", "days")
completed_hi90 = Column("completed_hi90", REAL, "Upper end of its 90 % interval.", "days")
at_par_days = Column(
    "at_par_days",
    REAL,
    "The same with every untested flagship of the follower as good as the leader's best.",
    "days",
)
untested_leader = Column(
    "untested_leader", WHOLE, "Flagships of the leader of the year that the board did not test.", "models", 0
)
untested_follower = Column(
    "untested_follower",
    WHOLE,
    "Flagships of the follower of the year that the board did not test.",
    "models",
    0,
)

# Before and after a policy event.
event_on = Column("event_on", DAY, "The day of the policy event (warehouse/seeds/policy_events.csv).")
event_label = Column("event_label", TEXT, "Its short name.")
level_change = Column(
    "level_change", REAL, "The lag on the day by the year after it, less that by the year before.", "months"
)
level_lo90 = Column("level_lo90", REAL, "Lower end of its 90 % interval.", "months")
level_hi90 = Column("level_hi90", REAL, "Upper end of its 90 % interval.", "months")
slope_change = Column(
    "slope_change", REAL, "The lag's slope of the year after it, less that of the year before.", "months/year"
)
event_slope_lo90 = Column("slope_change_lo90", REAL, "Lower end of its 90 % interval.", "months/year")
event_slope_hi90 = Column("slope_change_hi90", REAL, "Upper end of its 90 % interval.", "months/year")
finding = Column(
    "finding",
    TEXT,
    "Whether an interval excludes zero: something is different afterwards, and not why.",
    choices=("not established", "another level", "another slope", "another level and slope"),
)

# What a number does not know.
covered_metric = Column(
    "metric",
    TEXT,
    "The number: the lag of a board, the pooled lag, the price ratio, the price index, or a table of models."
    " `warehouse.covered` says which of them the other tables rest on.",
    choices=COVERED,
)
covered_board = Column("board_id", TEXT, "The board, where the number is of one; else empty.")
content_on = Column(
    "content_on",
    DAY,
    "Day of the newest content. Of a board: the newest capture that showed a model for the first time"
    " (METHOD.md, until when a board speaks); of a source or address: the newest whose bytes are others.",
)
speaks_state = Column(
    "speaks_state",
    TEXT,
    "current: speaks of a day of the last 180; ended: of earlier ones; not_covered: of none.",
    choices=("current", "ended", "not_covered"),
)
since = {
    name: Column(f"{name}_since", WHOLE, f"Flagships of the {name} released after that day.", "models", 0)
    for name in ("leader", "follower")
}
missing = {
    name: Column(f"{name}_missing", WHOLE, f"Those of the {name} that the number does not know.", "models", 0)
    for name in ("leader", "follower")
}
missing_on_sale = {
    name: Column(f"{name}_missing_on_sale", WHOLE, f"Those of the {name}'s that are on sale.", "models", 0)
    for name in ("leader", "follower")
}
year = {
    name: Column(f"{name}_year", WHOLE, f"Flagships of the {name} of the year up to that day.", "models", 0)
    for name in ("leader", "follower")
}
year_known = {
    name: Column(f"{name}_year_known", WHOLE, f"Those of the {name} that the number knows.", "models", 0)
    for name in ("leader", "follower")
}
not_in_it_on_sale = Column("not_in_it_on_sale", TEXT, "Their model ids, with commas.")
sentence = Column("sentence", TEXT, "The same for a reader.")

# Prices at equal capability.
BLENDS = ("blend_3_1", "blend_1_1", "blend_agentic")
month = Column("month", DAY, "First day of the month.")
month_from = Column("month_from", DAY, "First day of the month a year before.")
blend = Column("basis", TEXT, "Which blend of token prices.", choices=BLENDS)
index_kind = Column(
    "priced_at", TEXT, "`charged`: promotions count; `list`: list prices only.", choices=("charged", "list")
)
population = Column("population", TEXT, "The models that the index is over.")
index_level = Column("level", REAL, "Capability that the price is for.", "index points")
index_price = Column("price_usd", REAL, "Price of a model of that capability.", "USD/1e6 tokens", 0)
index_lo90 = Column("lo90", REAL, "Lower end of its 90 % interval.", "USD/1e6 tokens", 0)
index_hi90 = Column("hi90", REAL, "Upper end of its 90 % interval.", "USD/1e6 tokens", 0)
index_models = Column("models", WHOLE, "Models of the country with a price in that month.", "models", 0)
us_models = Column("us_models", WHOLE, "US models with a price in that month.", "models", 0)
cn_models = Column("cn_models", WHOLE, "Chinese models with a price in that month.", "models", 0)
fall = Column("fall", REAL, "By what factor the price of the level fell over the year.", "1", 0)
fall_lo90 = Column("fall_lo90", REAL, "Lower end of its 90 % interval.", "1", 0)
fall_hi90 = Column("fall_hi90", REAL, "Upper end of its 90 % interval.", "1", 0)
extrapolated = Column(
    "extrapolated", FLAG, "Whether no model of the country was that capable when the year began."
)
