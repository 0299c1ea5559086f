"""How the sources do: one row a source, as of a day."""

from __future__ import annotations

from warehouse import columns as c
from warehouse.columns import DAY, FLAG, TEXT, WHOLE
from warehouse.pooled_columns import content_on
from warehouse.schema import Column, Table
from warehouse.tables import fields

title = Column("title", TEXT, "Name of the source or board for people.")
source_kind = Column("kind", TEXT, "vendors, feeds, boards, registries or rates.")
state = Column(
    "state",
    TEXT,
    "fresh, stale, failing, ended (not updated any more: its facts stand), resting (never tried, or without"
    " its key) or unproven.",
)
last_success = Column("last_success", DAY, "Day of the newest good snapshot.")
age_days = Column("age_days", WHOLE, "Days since then.", "d", 0)
source_rows = Column("rows", WHOLE, "Rows of that day.", "rows", 0)
source_unread = Column(
    "unread", WHOLE, "Amounts of that day that no rule of the source reads (table unread).", "amounts", 0
)
failing_since = Column("failing_since", DAY, "Since which run day every run of the source had an error.")
required = Column("required", FLAG, "Whether the status command fails when the source is stale.")
captured_on = Column("captured_on", DAY, "Day of the newest capture, changed or not.")
rhythm_days = Column(
    "rhythm_days", WHOLE, "Longest pause between two changes of the content; empty where few known.", "d", 0
)
captures = Column("captures", WHOLE, "Captures of the address.", "captures", 1)
feeds_headline = Column("feeds_headline", FLAG, "Whether a headline rests on the source.")
quiet = Column(
    "quiet",
    FLAG,
    "Whether a source that feeds a headline says nothing new for longer than its rhythm (90 days where none"
    " is known).",
)
proven = Column("proven", FLAG, "Whether a live capture has been read.")

FRESHNESS = Table(
    "freshness",
    1,
    "Every source: when it last succeeded, how old that is, and since when it fails.",
    fields(
        c.as_of,
        c.source_id,
        title,
        source_kind,
        state,
        last_success,
        age_days,
        source_rows,
        source_unread,
        failing_since,
        c.error,
        required,
        proven,
        content_on,
        captured_on,
        rhythm_days,
        feeds_headline,
        quiet,
        nullable=(
            last_success, age_days, failing_since, c.error, content_on, captured_on, rhythm_days,
        ),
    ),
    key=("as_of", "source_id"),
)  # fmt: skip
ADDRESS_FRESHNESS = Table(
    "address_freshness",
    1,
    "Every address that was ever captured: when its content last changed, and when it was last captured.",
    fields(
        c.as_of,
        c.source_id,
        c.address,
        state,
        content_on,
        captured_on,
        rhythm_days,
        captures,
        nullable=(rhythm_days,),
    ),
    key=("as_of", "source_id", "address"),
)

TABLES = (FRESHNESS, ADDRESS_FRESHNESS)
