"""What people said, measured; and how the lag would go on."""

from __future__ import annotations

from warehouse import board_columns as b
from warehouse import columns as c
from warehouse import price_columns as p
from warehouse.columns import DAY, REAL, TEXT, WHOLE
from warehouse.schema import Column, Table
from warehouse.tables import fields

VERDICTS = ("supported", "contradicted", "contested", "not established", "not computable")

claim_id = Column("claim_id", TEXT, "The claim (warehouse/seeds/claims.yaml, or the audited file).")
scope = Column(
    "scope",
    TEXT,
    "The claim's verdict; a reading (one board, one basis) that it is judged on; or one shown beside.",
    choices=("overall", "judged", "beside"),
)
claim_board = Column(
    "board_id",
    TEXT,
    "The board of the reading; empty where it is of none, and where several are judged together.",
)
claim_basis = Column(
    "basis",
    TEXT,
    "The definition, price or count that was measured; empty where several are judged together.",
)
verdict = Column("verdict", TEXT, "METHOD.md, claims audit.", choices=VERDICTS)
claim_value = Column("value", REAL, "The measured value, in `unit`; of several judged readings the median.")
claim_lo90 = Column("lo90", REAL, "Lower end of its 90 % interval; empty where it has none.")
claim_hi90 = Column("hi90", REAL, "Upper end of its 90 % interval.")
asked = Column("asked", TEXT, "What the claim says of the value: comparator, value, unit, tolerance.")
explanation = Column(
    "explanation", TEXT, "What was measured, and where the claim holds and where it does not."
)
remark = Column("remark", TEXT, "What a reader has to know besides; empty where nothing.")
claim_text = Column("text", TEXT, "What was said, in few words.")
who = Column("who", TEXT, "Who said it.")
said_on = Column("said_on", DAY, "The day on which it was said.")
claim_source = Column("source", TEXT, "Where it was said: a public document or address.")
claim_metric = Column("metric", TEXT, "How it is measured (transforms/claims/audit.py).")
arguments = Column("arguments", TEXT, "The metric's arguments, as JSON.")
rows_behind = Column(
    "rows_behind",
    TEXT,
    "Tables and keys of the rows that the value was read from, as `gapledger explain` takes them.",
)

CLAIM_VERDICTS = Table(
    "claim_verdicts",
    1,
    "Public claims measured on every board and basis there is, as known on `as_of`.",
    fields(
        c.as_of,
        claim_id,
        scope,
        claim_board,
        claim_basis,
        verdict,
        claim_value,
        claim_lo90,
        claim_hi90,
        p.measure_unit,
        b.valid_on,
        asked,
        explanation,
        remark,
        claim_text,
        who,
        said_on,
        claim_source,
        claim_metric,
        arguments,
        rows_behind,
        nullable=(claim_value, claim_lo90, claim_hi90, b.valid_on),
    ),
    key=("as_of", "claim_id", "scope", "board_id", "basis"),
)

label = Column("label", TEXT, "What the row is: an extrapolation, under which assumption.")
next_on = Column(
    "next_on", DAY, "The day of the next release, if the lab's gaps go on: the median of the draws."
)
next_lo90 = Column("next_lo90", DAY, "Lower end of its 90 % interval; empty with fewer than 8 gaps.")
next_hi90 = Column("next_hi90", DAY, "Upper end of its 90 % interval.")
gaps_counted = Column(
    "gaps_counted", WHOLE, "Gaps between the lab's releases that the day rests on.", "gaps", 0
)
FORECAST = Table(
    "forecast",
    1,
    "The lag at a lab's next major release if its cadence and the trend of its lags go on: an extrapolation,"
    " no prediction.",
    fields(
        c.as_of,
        c.lab_id,
        c.board_id,
        c.board_version,
        b.leader,
        b.follower,
        label,
        p.last_model_id,
        p.last_released_on,
        next_on,
        next_lo90,
        next_hi90,
        b.lag_days,
        b.lo90_days,
        b.hi90_days,
        b.per_year_months,
        gaps_counted,
        b.points,
        nullable=(next_lo90, next_hi90),
    ),
    key=("as_of", "lab_id", "board_id", "board_version"),
)

TABLES = (CLAIM_VERDICTS, FORECAST)
