"""The frontiers, the lags behind them, their trends, and what later captures did to them."""

from __future__ import annotations

from warehouse import board_columns as b
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
        b.group,
        b.frontier_kind,
        b.valid_on,
        c.model_id,
        c.revision,
        c.score,
        c.score_se,
        b.vintage,
        nullable=(c.score, c.score_se),
    ),
    key=("as_of", "board_id", "board_version", "group", "kind", "valid_on"),
)

LAG_KEY = (
    c.as_of,
    c.board_id,
    c.board_version,
    b.definition,
    b.leader,
    b.follower,
    b.frontier_kind,
    b.valid_on,
    b.window_days,
    b.tolerance,
    b.vintage_basis,
    b.leader_model_id,
    b.leader_revision,
    b.follower_model_id,
    b.follower_revision,
    b.level,
)

LAG = Table(
    "lag",
    1,
    "How far one group of models is behind another: board x definition x day, as known on `as_of`, with an"
    " interval.",
    fields(
        *LAG_KEY,
        b.lag_days,
        b.lo90_days,
        b.hi90_days,
        b.lag_state,
        b.left_truncated,
        b.is_record,
        b.censored,
        b.score_gap,
        b.gap_se,
        b.gap_in_se,
        b.gap_lo90,
        b.gap_hi90,
        b.win_probability,
        b.leader_models,
        b.vintage,
        nullable=(
            b.level,
            b.lag_days,
            b.lo90_days,
            b.hi90_days,
            b.score_gap,
            b.gap_se,
            b.gap_in_se,
            b.gap_lo90,
            b.gap_hi90,
            b.win_probability,
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
        b.leader,
        b.follower,
        b.since,
        b.tolerance,
        b.vintage_basis,
        b.per_year_months,
        b.per_year_lo90,
        b.per_year_hi90,
        b.points,
        b.established,
    ),
    key=("as_of", "board_id", "board_version", "leader", "follower", "since", "tolerance", "vintage_basis"),
)

REVISION_KEY = (
    b.as_of_new,
    b.as_of_old,
    c.board_id,
    c.board_version,
    b.definition,
    b.leader,
    b.follower,
    b.frontier_kind,
    b.valid_on,
    b.window_days,
    b.tolerance,
    b.follower_model_id,
    b.follower_revision,
)

LAG_REVISIONS = Table(
    "lag_revisions",
    1,
    "Lags that two days knew differently, because of which model, and what happened to it.",
    fields(
        c.as_of,
        *REVISION_KEY,
        b.vintage_old,
        b.vintage_new,
        b.lag_days_old,
        b.lag_days_new,
        b.delta_days,
        b.cause_model_id,
        b.cause,
        nullable=(b.lag_days_old, b.lag_days_new, b.delta_days),
    ),
    key=("as_of", *(k.name for k in REVISION_KEY)),
)

TABLES = (FRONTIER, LAG, LAG_TREND, LAG_REVISIONS)
