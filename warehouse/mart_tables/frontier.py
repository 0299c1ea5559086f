"""The frontiers, the lags behind them, their trends, and what later captures did to them."""

from __future__ import annotations

from warehouse import columns as c
from warehouse.schema import Table
from warehouse.tables import fields

FRONTIER = Table(
    "frontier",
    1,
    "Who held a group's frontier on a board: one row a change, valid until the next, as known on `as_of`. "
    "The score is empty on boards whose licence forbids republication.",
    fields(
        c.as_of,
        c.board_id,
        c.board_version,
        c.group,
        c.frontier_kind,
        c.valid_on,
        c.model_id,
        c.revision,
        c.score,
        c.score_se,
        c.vintage,
        nullable=(c.score, c.score_se),
    ),
    key=("as_of", "board_id", "board_version", "group", "kind", "valid_on"),
)

LAG_KEY = (
    c.as_of,
    c.board_id,
    c.board_version,
    c.definition,
    c.leader,
    c.follower,
    c.frontier_kind,
    c.valid_on,
    c.window_days,
    c.tolerance,
    c.vintage_basis,
    c.leader_model_id,
    c.leader_revision,
    c.follower_model_id,
    c.follower_revision,
    c.level,
)

LAG = Table(
    "lag",
    1,
    "How far one group of models is behind another: board x definition x day, as known on `as_of`, with an"
    " interval.",
    fields(
        *LAG_KEY,
        c.lag_days,
        c.lo90_days,
        c.hi90_days,
        c.lag_state,
        c.left_truncated,
        c.is_record,
        c.censored,
        c.score_gap,
        c.gap_se,
        c.gap_in_se,
        c.gap_lo90,
        c.gap_hi90,
        c.win_probability,
        c.leader_models,
        c.vintage,
        nullable=(
            c.level,
            c.lag_days,
            c.lo90_days,
            c.hi90_days,
            c.score_gap,
            c.gap_se,
            c.gap_in_se,
            c.gap_lo90,
            c.gap_hi90,
            c.win_probability,
        ),
    ),
    key=tuple(k.name for k in LAG_KEY),
)

LAG_TREND = Table(
    "lag_trend",
    1,
    "Whether the event lags of records grow or shrink, board by board, with a moving-block bootstrap"
    " interval.",
    fields(
        c.as_of,
        c.board_id,
        c.board_version,
        c.leader,
        c.follower,
        c.since,
        c.tolerance,
        c.vintage_basis,
        c.per_year_months,
        c.per_year_lo90,
        c.per_year_hi90,
        c.points,
        c.established,
    ),
    key=("as_of", "board_id", "board_version", "leader", "follower", "since", "tolerance", "vintage_basis"),
)

REVISION_KEY = (
    c.as_of_new,
    c.as_of_old,
    c.board_id,
    c.board_version,
    c.definition,
    c.leader,
    c.follower,
    c.frontier_kind,
    c.valid_on,
    c.window_days,
    c.tolerance,
    c.follower_model_id,
    c.follower_revision,
)

LAG_REVISIONS = Table(
    "lag_revisions",
    1,
    "Lags that two days knew differently, because of which model, and what happened to it.",
    fields(
        c.as_of,
        *REVISION_KEY,
        c.vintage_old,
        c.vintage_new,
        c.lag_days_old,
        c.lag_days_new,
        c.delta_days,
        c.cause_model_id,
        c.cause,
        nullable=(c.lag_days_old, c.lag_days_new, c.delta_days),
    ),
    key=("as_of", *(k.name for k in REVISION_KEY)),
)

TABLES = (FRONTIER, LAG, LAG_TREND, LAG_REVISIONS)
