"""`gapledger claims`: the audit of a file of claims on the derived tables of a day, and what flipped since
the day before it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from flows.console import put, say, table
from transforms.claims.audit import audit
from transforms.claims.claim_pairs import flips
from transforms.claims.judging import OVERALL
from transforms.claims.measurement import MEASURED, each
from warehouse.claims_file import read_claims, seed_claims
from warehouse.clock import utc_today
from warehouse.location import Location
from warehouse.marts import Marts

PUBLISHED = 0
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


def command(location: Location, file: Path | None, as_of: date | None, in_json: bool) -> int:
    """Audits the file (default: the claims that come with the project) as known on --as-of; one line a claim,
    or all of it as JSON.
    """
    claims = seed_claims() if file is None else claims_of(file)
    marts = Marts(location)
    built = marts.as_ofs()
    day = as_of or (built[-1] if built else utc_today())
    found = audit(claims, frames(marts, location, day), pd.Timestamp(day))
    earlier = [d for d in built if d < day]
    moved = pd.DataFrame()
    if earlier:
        before = audit(claims, frames(marts, location, earlier[-1]), pd.Timestamp(earlier[-1]))
        moved = flips(before, found)
    if in_json:
        put(
            json.dumps(
                {"as_of": day.isoformat(), "claims": as_json(found), "flips": _records(moved)}, indent=1
            )
        )
    else:
        for line in lines(found):
            put(line)
    for row in _records(moved):
        say(
            f"flipped since {row['as_of_old']}: {row['claim_id']}, {row['verdict_old']} ->"
            f" {row['verdict_new']}"
        )
    later = claims[claims["said_on"] > pd.Timestamp(day)]
    if len(later):
        say(f"said after {day} and not audited: {', '.join(later['claim_id'])}")
    return PUBLISHED


def claims_of(path: Path) -> pd.DataFrame:
    """The claims of a file of the user; ValueError where there is none, or it is no claims file."""
    try:
        return read_claims(path.read_text(encoding="utf-8-sig"), path.name)
    except OSError as problem:
        raise ValueError(f"no claims file can be read at {path}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise ValueError(f"{path.name} is no text in UTF-8: {problem.reason}") from problem


def frames(marts: Marts, location: Location, day: date) -> dict[str, pd.DataFrame]:
    """The tables that claims are measured on, as known on `day`; derived for the purpose where they were not
    yet.
    """
    if any(marts.has(name, day) for name in MEASURED):
        return as_frames({name: marts.read(name, day) for name in MEASURED if marts.has(name, day)})
    from flows.derive import RunError, build_unpublished

    say(
        f"no tables were derived as of {day}: deriving them, unpublished (gapledger marts --as-of {day} keeps"
        " them)"
    )
    built = build_unpublished(location, day)
    if not built:
        raise RunError(f"nothing is known as of {day}: no snapshot; run gapledger run, or take a later date")
    return as_frames(built)


def as_frames(tables: Mapping[str, pa.Table]) -> dict[str, pd.DataFrame]:
    """Derived tables as the transforms take them: days as datetime64."""
    return {name: rows.to_pandas(date_as_object=False) for name, rows in tables.items() if name in MEASURED}


def lines(found: pd.DataFrame) -> list[str]:
    """One aligned line a claim: verdict, id, what was measured, who said what, and where it holds."""
    rows = [
        [
            r.verdict,
            r.claim_id,
            _measured(r),
            f"{r.who}, {r.said_on:%Y-%m-%d}: {r.text}",
            f"{r.explanation.rstrip('.')}. {r.remark}".strip(),
        ]
        for r in each(found[found["scope"] == OVERALL])
    ]
    return table(["verdict", "claim", "measured", "said", "why"], rows)


def _measured(row: Any) -> str:
    if pd.isna(row.value):
        return "-"
    ends = "" if pd.isna(row.lo90) or pd.isna(row.hi90) else f" [{row.lo90:.3g}, {row.hi90:.3g}]"
    return f"{row.value:.4g}{ends} {row.unit}"


def as_json(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Every claim with its verdict and, under `readings`, each board and basis that it was measured on."""
    readings = dict(list(found[found["scope"] != OVERALL].groupby("claim_id", sort=False)))
    out = []
    for row in _records(found[found["scope"] == OVERALL].drop(columns=["scope"])):
        mine = readings.get(row["claim_id"], found.iloc[:0])
        row["arguments"] = json.loads(row["arguments"])
        out.append(row | {"readings": _records(mine[["scope", *SHOWN[1:]]])})
    return out


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
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
