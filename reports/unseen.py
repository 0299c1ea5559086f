"""What the numbers of the page do not know, from `coverage`."""

from __future__ import annotations

from reports.answers.unseen_words import in_words
from reports.selectors import Tables, picked, records
from warehouse.conventions import US_CN
from warehouse.covered import covered_by


def unseen(tables: Tables, number: str, **only: str) -> str:
    """In a few words which flagships are not in a number; empty where nothing is said. number: a derived
    table, or `flagship_ratio`; only: the board_id (of several versions the newest counts) and board_version,
    or other groups than the US and China.
    """
    rows = picked(tables, "coverage", **(US_CN | only), metric=covered_by(number))
    newest = records(rows.sort_values("content_on", kind="stable").tail(1))
    return in_words(newest[0]) if newest else ""
