"""What the gates found in the derived tables of a date, and what they set aside."""

from __future__ import annotations

from warehouse import columns as c
from warehouse.columns import DAY, TEXT, WHOLE
from warehouse.schema import Column, Table
from warehouse.tables import fields

rule = Column("rule", WHOLE, "Number of the rule: METHOD.md, Gates.", "1", 1)
judged_table = Column("judged_table", TEXT, "The derived table whose rows are judged.")
says = Column("says", TEXT, "The rows that must not exist.")
rows_judged = Column("rows_judged", WHOLE, "Rows of the judged table.", "rows", 0)
rows_failed = Column("rows_failed", WHOLE, "Rows that failed.", "rows", 0)
act = Column("act", TEXT, "What happens to a row that fails.", choices=("set aside", "hold"))
held = Column("held", TEXT, "Tables that are not published for the date, with commas between them.")
last_good_on = Column(
    "last_good_on", DAY, "Newest earlier as-of date on which the tables in `held` were published."
)
last_good = Column(
    "last_good", TEXT, "What the headline says of `held` as known on `last_good_on`; empty where nothing."
)
reason = Column("set_aside_reason", TEXT, "Why the row is no part of its table.")
printed_row = Column("printed_row", TEXT, "The row as JSON, without its empty cells.")

GATES = Table(
    "gates",
    1,
    "Every rule that the derived tables of a date were held against, with the rows that failed.",
    fields(
        c.as_of,
        rule,
        judged_table,
        says,
        rows_judged,
        rows_failed,
        act,
        held,
        last_good_on,
        last_good,
        nullable=(last_good_on,),
    ),
    key=("as_of", "rule", "judged_table", "says"),
)
SET_ASIDE = Table(
    "set_aside",
    1,
    "The rows that a rule took out of the derived tables of a date, each with its reason.",
    fields(c.as_of, rule, judged_table, reason, printed_row),
    key=("as_of", "rule", "judged_table", "set_aside_reason", "printed_row"),
    history=False,
)
TABLES = (GATES, SET_ASIDE)
