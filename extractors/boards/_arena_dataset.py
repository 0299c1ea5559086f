"""Reads one capture of the Arena's published data set: the Parquet itself, or a copy of its rows as JSON.

One row per category and model: `rating`, `rating_lower`, `rating_upper`, `variance`, `vote_count`,
`organization` (lower case, blank for some 50 models). Traps: the standard error is the root of `variance`;
before 2026-07 the copies' votes are floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._arena import rated
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import items, json_body, name_of, number
from extractors.containers import parquet_rows
from extractors.errors import LayoutChanged, Truncated, WrongPage
from warehouse.capture import Capture
from warehouse.tables import Row, Score

COLUMNS = (
    "category",
    "model_name",
    "organization",
    "rating",
    "rating_lower",
    "rating_upper",
    "variance",
    "vote_count",
)
EXTRA = frozenset({"license", "rank", "leaderboard_publish_date"})


def parquet_records(capture: Capture) -> list[dict[str, Any]]:
    """The Parquet's rows. WrongPage without Parquet's magic bytes, Truncated where the footer is missing."""
    names, rows = parquet_rows(capture, COLUMNS)
    _known(set(names), capture)
    return rows


def json_records(capture: Capture, subset: str) -> list[dict[str, Any]]:
    """The rows of a JSON copy whose `meta.subset` must be `subset` and whose count must be as stated."""
    data = json_body(capture)
    rows = items(data, "rows" if "rows" in data else "models", capture)
    meta = data.get("meta") or {}
    if meta.get("subset") != subset:
        raise WrongPage(capture, expected=f"meta.subset {subset!r}", found=repr(meta.get("subset")))
    if meta.get("n_rows") != len(rows):
        raise Truncated(
            capture, expected=f"{meta.get('n_rows')} rows as meta.n_rows says", found=str(len(rows))
        )
    _known(set(rows[0]), capture)
    return rows


def _known(columns: set[str], capture: Capture) -> None:
    if missing := sorted(set(COLUMNS) - columns):
        raise LayoutChanged(capture, expected=f"columns {COLUMNS}", found=f"missing {missing}")


def scores(capture: Capture, board_id: str, records: list[dict[str, Any]]) -> list[Row]:
    """The records as scores of `board_id`; an odd one is a leftover."""
    page = Page(capture)

    def read_one(record: Mapping[str, Any]) -> list[Score]:
        model = name_of(record["model_name"], capture)
        variance = number(record["variance"], capture, f"the variance of {model}")
        return [
            rated(
                capture,
                board_id,
                model,
                record["rating"],
                category=name_of(record["category"], capture, "the category"),
                low=record["rating_lower"],
                high=record["rating_upper"],
                se=math.sqrt(variance) if variance >= 0 else None,
                votes=record["vote_count"],
                lab=record["organization"],
            )
        ]

    read_entries(page, records, read_one, {*COLUMNS, *EXTRA})
    return finished(page)
