"""What the numbers of the page do not know, from `coverage`."""

from __future__ import annotations

from reports.answers.unseen_words import in_words
from reports.selectors import Tables, picked, records
from warehouse.conventions import US_CN
from warehouse.covered import covered_by


def unseen(tables: Tables, number: str, **only: str) -> str:
    """In a few words which flagships are not in a number; empty where nothing is said. number: a derived
    table or `flagship_ratio`; only: the board_id and board_version, or other groups than the US and China.
    """
    rows = records(picked(tables, "coverage", **{**US_CN, **only}, metric=covered_by(number)))
    return in_words(rows[0]) if rows else ""
