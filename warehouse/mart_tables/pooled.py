"""The lag over all boards together, and what it is made of."""

from __future__ import annotations

from warehouse import board_columns as b
from warehouse import columns as c
from warehouse import pooled_columns as p
from warehouse.schema import Table
from warehouse.tables import fields

POOLED_LAG = Table(
    "pooled_lag",
    1,
    "How far one group of models is behind another over all boards together: the mean lag of a year, with an"
    " interval that knows of untested models. It may rest on boards whose own figures are not republished.",
    fields(
        c.as_of,
        b.leader,
        b.follower,
        p.variant,
        p.left_out,
        b.valid_on,
        b.lag_days,
        b.lo90_days,
        b.hi90_days,
        b.lag_state,
        p.speaks_until,
        p.nowcast,
        p.leader_measured,
        p.follower_measured,
        p.rulers,
        p.panel_models,
        p.cells,
        p.r_hat,
        p.effective_draws,
    ),
    key=("as_of", "leader", "follower", "variant", "left_out", "valid_on"),
)
POOLED_CAPABILITY = Table(
    "pooled_capability",
    1,
    "Capability of every model of the pooled fit, untested flagships among them, with its 90 % interval.",
    fields(
        c.as_of,
        c.model_id,
        b.capability,
        b.capability_se,
        b.capability_lo90,
        b.capability_hi90,
        b.boards_used,
        p.measured,
    ),
    key=("as_of", "model_id"),
)
BOARD_EFFECTS = Table(
    "board_effects",
    1,
    "On which boards Chinese models are weaker or stronger than on the others.",
    fields(
        c.as_of,
        c.board_id,
        c.board_version,
        p.board_models,
        p.board_chinese,
        p.weaker_months,
        p.weaker_lo90,
        p.weaker_hi90,
        b.established,
    ),
    key=("as_of", "board_id", "board_version"),
)

POLICY_EFFECTS = Table(
    "policy_effects",
    1,
    "The lag of China behind the US before and after each policy event, against days without one.",
    fields(
        c.as_of,
        p.event_on,
        p.event_label,
        p.level_change,
        p.level_lo90,
        p.level_hi90,
        p.slope_change,
        p.event_slope_lo90,
        p.event_slope_hi90,
        p.finding,
    ),
    key=("as_of", "event_on", "event_label"),
)

TABLES = (POOLED_LAG, POOLED_CAPABILITY, BOARD_EFFECTS, POLICY_EFFECTS)
