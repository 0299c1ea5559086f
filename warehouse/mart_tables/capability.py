"""The capability index: every model on one scale, from all boards."""

from __future__ import annotations

from warehouse import board_columns as b
from warehouse import columns as c
from warehouse.schema import Table
from warehouse.tables import fields

CAPABILITY = Table(
    "capability",
    1,
    "Capability of every model with enough boards, with its 90 % interval, as known on `as_of`. "
    "Where only Epoch's index is known it stands in, and its interval is empty where Epoch gives none.",
    fields(
        c.as_of,
        c.model_id,
        b.capability,
        b.capability_se,
        b.capability_lo90,
        b.capability_hi90,
        b.boards_used,
        nullable=(b.capability_se, b.capability_lo90, b.capability_hi90),
    ),
    key=("as_of", "model_id"),
)

TABLES = (CAPABILITY,)
