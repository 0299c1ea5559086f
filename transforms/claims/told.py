"""Verdicts as text and as records, for people and for JSON."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from transforms.claims.judging import OVERALL
from transforms.claims.measurement import each

HEADER = ["verdict", "claim", "measured", "said", "why"]
SHOWN = (
    "claim_id",
    "verdict",
    "value",
    "lo90",
    "hi90",
    "unit",
    "board_id",
    "basis",
    "valid_on",
    "explanation",
    "rows_behind",
)


def verdict_lines(found: pd.DataFrame) -> list[list[str]]:
    """A row a claim: verdict, id, what was measured, who said what, and where it holds."""
    return [
        [
            r.verdict,
            r.claim_id,
            _measured(r),
            f"{r.who}, {r.said_on:%Y-%m-%d}: {r.text}",
            f"{r.explanation.rstrip('.')}. {r.remark}".strip(),
        ]
        for r in each(found[found["scope"] == OVERALL])
    ]


def _measured(row: Any) -> str:
    if pd.isna(row.value):
        return "-"
    ends = "" if pd.isna(row.lo90) or pd.isna(row.hi90) else f" [{row.lo90:.3g}, {row.hi90:.3g}]"
    return f"{row.value:.4g}{ends} {row.unit}"


def verdict_records(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Every claim with its verdict and, under `readings`, each board and basis that it was measured on."""
    readings = dict(list(found[found["scope"] != OVERALL].groupby("claim_id", sort=False)))
    out = []
    for row in records(found[found["scope"] == OVERALL].drop(columns=["scope"])):
        mine = readings.get(row["claim_id"], found.iloc[:0])
        row["arguments"] = json.loads(row["arguments"])
        out.append(row | {"readings": records(mine[["scope", *SHOWN[1:]]])})
    return out


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON takes them: days as ISO 8601, nothing as null."""
    return [{str(k): _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return (
        None
        if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
        else value
    )
