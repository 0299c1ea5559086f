"""The audit of claims."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from reports.components import Claim, Grid, Section
from reports.selectors import Tables, board_names, picked, records
from reports.unseen import unseen
from reports.wording import NOTHING, day, named, number
from warehouse.mart_tables.claims import VERDICTS

NOTE = "note_"  # the claims of the note that started this project


def claims_section(tables: Tables, as_of: date) -> Section:
    """Each claim with its verdict, the value, what it rests on and the readings behind it."""
    title = "Claims, audited"
    rows = picked(tables, "claim_verdicts", as_of=as_of).sort_values(
        ["claim_id", "scope", "board_id", "basis"], kind="stable"
    )
    if not len(rows):
        return Section(
            "claims", title, missing=("No claims were audited as of this day: run `gapledger claims`.",)
        )
    readings = rows[rows["scope"] != "overall"]
    boards = sorted({str(b) for b in readings["board_id"] if b})
    lacks = {board: unseen(tables, "lag", board_id=board) for board in boards}
    claims = tuple(
        _claim(r, readings[readings["claim_id"] == r["claim_id"]], lacks)
        for r in records(_in_reading_order(rows[rows["scope"] == "overall"]))
    )
    note = (
        "Contested: it depends on the board or the basis. Not established: the interval straddles what was"
        " said. Not computable: no data."
    )
    return Section("claims", title, note, claims=claims)


def _claim(r: dict[str, Any], readings: pd.DataFrame, lacks: Mapping[str, str]) -> Claim:
    why = ". ".join(part.rstrip(".") for part in (r["explanation"], r["remark"]) if part)
    return Claim(
        id=named(r["claim_id"]),
        verdict=str(r["verdict"]),
        text=named(r["text"], 240),
        who=f"{named(r['who'], 60)}, {day(r['said_on'])}",
        value="" if r["value"] is None else _value(r),
        why=named(f"{why[:1].upper()}{why[1:]}.", 600) if why else "",
        source=named(r["source"], 200),
        readings=_readings_grid(readings, lacks),
        trace=f"gapledger explain claim_verdicts claim_id={named(r['claim_id'])} as_of={day(r['as_of'])}",
    )


def _readings_grid(rows: pd.DataFrame, lacks: Mapping[str, str]) -> Grid:
    """lacks: by board what its lag does not know."""
    names = board_names()
    body: tuple[tuple[str, ...], ...] = tuple(
        (
            names.get(r["board_id"], r["board_id"]) or NOTHING,
            named(r["basis"]) or NOTHING,
            str(r["verdict"]),
            _value(r),
            day(r["valid_on"]),
            named(r["asked"], 120),
            lacks.get(r["board_id"]) or NOTHING,
        )
        for r in records(rows)
    )
    header: tuple[str, ...] = (
        "board",
        "basis",
        "verdict",
        "measured",
        "day",
        "asked",
        "what the board lacks",
    )
    if all(cells[-1] == NOTHING for cells in body):
        body, header = tuple(cells[:-1] for cells in body), header[:-1]
    return Grid("The readings behind the verdict", header, body, frozenset({3}), marked=2)


def _in_reading_order(claims: pd.DataFrame) -> pd.DataFrame:
    """The analyst's note first, then by verdict; what could not be computed last."""
    rank = claims["verdict"].map({verdict: n for n, verdict in enumerate(VERDICTS)})
    note = claims["claim_id"].str.startswith(NOTE)
    order = claims.assign(_other=~note, _rank=rank).sort_values(
        ["_other", "_rank", "claim_id"], kind="stable"
    )
    return order.drop(columns=["_other", "_rank"])


def _value(r: dict[str, object]) -> str:
    if r["value"] is None:
        return NOTHING
    ends = "" if r["lo90"] is None else f" ({_number(r['lo90'])} to {_number(r['hi90'])})"
    return f"{_number(r['value'])}{ends} {r['unit'] or ''}".strip()


def _number(value: object) -> str:
    return number(float(str(value)))
