"""What the numbers do not know, and what boards would say had they tested more."""

from __future__ import annotations

from warehouse import board_columns as b
from warehouse import columns as c
from warehouse import pooled_columns as p
from warehouse.schema import Table
from warehouse.tables import fields

COVERAGE = Table(
    "coverage",
    1,
    "Until when each number speaks, the flagships released since, and which of them are not in it.",
    fields(
        c.as_of,
        p.covered_metric,
        p.covered_board,
        c.board_version,
        b.leader,
        b.follower,
        p.content_on,
        p.speaks_until,
        p.speaks_state,
        p.since["leader"],
        p.since["follower"],
        p.missing["leader"],
        p.missing["follower"],
        p.missing_on_sale["leader"],
        p.missing_on_sale["follower"],
        p.year["leader"],
        p.year["follower"],
        p.year_known["leader"],
        p.year_known["follower"],
        p.not_in_it_on_sale,
        p.sentence,
        nullable=(p.content_on, p.speaks_until),
    ),
    key=("as_of", "metric", "board_id", "board_version", "leader", "follower"),
)
COMPLETED_LAG = Table(
    "completed_lag",
    1,
    "Modelled: the lag of a board that tested too few flagships, had it tested all.",
    fields(
        c.as_of,
        c.board_id,
        c.board_version,
        b.leader,
        b.follower,
        b.valid_on,
        p.carried,
        p.completed_lag_days,
        p.completed_lo90,
        p.completed_hi90,
        p.at_par_days,
        p.untested_leader,
        p.untested_follower,
    ),
    key=("as_of", "board_id", "board_version", "leader", "follower", "valid_on"),
)

TABLES = (COVERAGE, COMPLETED_LAG)
