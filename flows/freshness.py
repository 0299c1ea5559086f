"""The `freshness` table: the state of every source as of a day, as `gapledger status` shows it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from extractors.source import discover
from flows.status import source_states
from warehouse.snapshots import Snapshots

COLUMNS = [
    "source_id",
    "title",
    "kind",
    "state",
    "last_success",
    "age_days",
    "rows",
    "failing_since",
    "error",
    "required",
    "proven",
]


def freshness(snapshots: Snapshots, day: date) -> pd.DataFrame:
    """One row a source: `COLUMNS`."""
    titles = {source_id: reader.source.title for source_id, reader in discover().items()}
    rows = [
        (
            s.source_id,
            titles[s.source_id],
            s.kind,
            s.state,
            s.last_success,
            s.age_days,
            s.rows,
            s.failing_since,
            s.error,
            s.required,
            s.proven,
        )
        for s in source_states(snapshots.location, day)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(
        {"age_days": "Int64", "last_success": "datetime64[us]", "failing_since": "datetime64[us]"}
    )
