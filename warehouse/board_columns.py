"""The columns of frontiers, lags, trends and the capability index (METHOD.md)."""

from __future__ import annotations

from warehouse.columns import DAY, FLAG, REAL, TEXT, WHOLE
from warehouse.schema import Column

group = Column(
    "group", TEXT, "The group: a country (ISO 3166 alpha-2), open_weights, closed_weights, or a lab id."
)
leader = Column(
    "leader", TEXT, "The group that is taken to lead: a country, or closed_weights (of open_weights)."
)
follower = Column("follower", TEXT, "The group that is taken to follow.")
frontier_kind = Column(
    "kind",
    TEXT,
    "Frontier over models ever released, or over those not withdrawn on the day.",
    choices=("released", "available"),
)
definition = Column(
    "definition",
    TEXT,
    "Which lag: METHOD.md, frontier lag.",
    choices=(
        "parity",
        "event",
        "significant",
        "catchup",
        "catchup_median",
        "threshold",
        "regression",
        "gap",
        "trailing12",
    ),
)
valid_on = Column("valid_on", DAY, "The day that the statement is about.")
window_days = Column(
    "window_days",
    WHOLE,
    "Days that a trailing mean or a regression looks back; 0 for a single day.",
    "days",
    0,
    3660,
)
lag_days = Column(
    "lag_days", REAL, "How far the follower is behind; negative where it leads; null where undefined.", "days"
)
lo90_days = Column(
    "lo90_days",
    REAL,
    "Lower end of the 90 % interval of the lag; null where the board has no standard errors.",
    "days",
)
hi90_days = Column("hi90_days", REAL, "Upper end of the 90 % interval of the lag.", "days")
lag_state = Column(
    "state",
    TEXT,
    "What the follower does on that day; not_covered: the board tested too few flagships of a group on every"
    " day, so that it has no daily lag (the row's day is that of its newest content).",
    choices=("lags", "parity", "leads", "never_matched", "undefined", "not_covered"),
)
leader_model_id = Column(
    "leader_model_id", TEXT, "The leader's model in the comparison; empty where none is compared."
)
follower_model_id = Column(
    "follower_model_id", TEXT, "The follower's model in the comparison; empty where none is compared."
)
leader_revision = Column(
    "leader_revision", TEXT, "Dated build of the leader's model, where it is a later one than its first."
)
follower_revision = Column(
    "follower_revision", TEXT, "Dated build of the follower's model, where it is a later one than its first."
)
tolerance = Column(
    "tolerance",
    REAL,
    "tau in standard errors of the difference: 0, or 1.645; for `significant` the z it had to exceed.",
    "SE",
    0,
    10,
)
left_truncated = Column(
    "left_truncated",
    FLAG,
    "The lag reaches back before the board's own start, or to its first model of the leader: it may be"
    " longer.",
)
is_record = Column(
    "is_record", FLAG, "Whether the model was better on this board than everything its group had before."
)
censored = Column("censored", FLAG, "Not matched by the as-of date: the time is still running.")
level = Column("level", REAL, "The fixed score of a `threshold` row.", "board unit")
score_gap = Column(
    "gap",
    REAL,
    "The leader's best score less the follower's: positive where the leader is better.",
    "board unit",
)
gap_se = Column("gap_se", REAL, "Standard error of `gap`.", "board unit", 0)
gap_in_se = Column("gap_in_se", REAL, "`gap` in standard errors of the difference.", "SE")
gap_lo90 = Column("gap_lo90", REAL, "Lower end of the 90 % interval of `gap`.", "board unit")
gap_hi90 = Column("gap_hi90", REAL, "Upper end of the 90 % interval of `gap`.", "board unit")
win_probability = Column(
    "win_probability", REAL, "Elo boards: the leader's expected share of wins at that gap.", "fraction", 0, 1
)
leader_models = Column(
    "leader_models",
    WHOLE,
    "Models of the leader on the board dated by `valid_on`; with fewer than 8 the lag says little.",
    "models",
    0,
)
vintage = Column("vintage", DAY, "Day of the board's capture that the statement rests on.")
vintage_basis = Column(
    "vintage_basis",
    TEXT,
    "as_of: the newest capture known; launch: the first capture that showed the model.",
    choices=("as_of", "launch"),
)
as_of_old = Column("as_of_old", DAY, "The earlier of two days of knowledge.")
as_of_new = Column("as_of_new", DAY, "The later of two days of knowledge.")
vintage_old = Column("vintage_old", DAY, "Day of the capture that was the newest on `as_of_old`.")
vintage_new = Column("vintage_new", DAY, "Day of the capture that was the newest on `as_of_new`.")
lag_days_old = Column("lag_days_old", REAL, "The lag as known on `as_of_old`.", "days")
lag_days_new = Column("lag_days_new", REAL, "The lag as known on `as_of_new`.", "days")
delta_days = Column("delta_days", REAL, "New less old; null where the lag appeared or vanished.", "days")
cause_model_id = Column("cause_model_id", TEXT, "The model that moved the lag.")
cause = Column(
    "cause",
    TEXT,
    "What happened to that model between the two captures.",
    choices=(
        "leader added",
        "leader dropped",
        "leader rescored",
        "follower rescored",
        "leader redated",
        "follower redated",
        "follower added",
        "follower dropped",
    ),
)

# Capability index and trends.
capability = Column(
    "capability",
    REAL,
    "Place on one scale of all boards (Claude 3.5 Sonnet = 130, GPT-5 = 150). Before boards have scored both"
    " there is no index of ours on that scale: Epoch's, which has the same anchors, or no row.",
    "index points",
)
capability_se = Column(
    "se", REAL, "Standard error of differences: what moves the whole scale is no part.", "index points", 0
)
capability_lo90 = Column(
    "lo90",
    REAL,
    "Lower end of the 90 % interval, the wider of refits over cells and over boards.",
    "index points",
)
capability_hi90 = Column("hi90", REAL, "Upper end of the 90 % interval.", "index points")
boards_used = Column("boards", WHOLE, "Boards that the model's capability rests on.", "boards", 0)
per_year_months = Column(
    "per_year_months", REAL, "Slope of the event lags: months of lag gained a year.", "months/year"
)
per_year_lo90 = Column(
    "per_year_lo90", REAL, "Lower end of its 90 % interval (moving-block bootstrap).", "months/year"
)
per_year_hi90 = Column("per_year_hi90", REAL, "Upper end of its 90 % interval.", "months/year")
points = Column("points", WHOLE, "Points that the trend rests on.", "points", 0)
established = Column("established", FLAG, "Whether the interval lies on one side of zero.")
since = Column("since", DAY, "First day of the trend's points.")
