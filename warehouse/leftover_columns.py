"""The columns of leftovers: what stands on a page or in a feed and no rule reads."""

from __future__ import annotations

from warehouse.columns import TEXT, WHOLE
from warehouse.schema import Column

place = Column(
    "place",
    TEXT,
    "Where on the page: the headings above, the row's first words, or the entry of a feed; joined by ` / `.",
)
leftover_text = Column(
    "leftover", TEXT, "What stands there, at most 300 characters; control characters are written as escapes."
)
why_unread = Column("why_unread", TEXT, "Why no rule reads it.")
unread_amounts = Column(
    "amounts", WHOLE, "Amounts in it: prices of a page or feed, scores of a board.", "amounts", 0
)
known_model = Column(
    "known_model",
    TEXT,
    "The listed model of the last good snapshot that it names: its last prices stay in force. Empty: none.",
)
