"""The audit of claims."""

from __future__ import annotations

from datetime import date

import pandas as pd

from reports.components import Grid, Section
from reports.selectors import Tables, board_names, picked, records
from reports.wording import NOTHING, day, named, number
from warehouse.mart_tables.claims import VERDICTS

NOTE = "note_"  # the claims of the note that started this project


def claims_section(tables: Tables, as_of: date) -> Section:
    """Each claim with its verdict, the value and what it rests on; the readings behind it as a second
    table.
    """
    title = "Claims, audited"
    rows = picked(tables, "claim_verdicts", as_of=as_of).sort_values(
        ["claim_id", "scope", "board_id", "basis"], kind="stable"
    )
    if not len(rows):
        return Section(
            "claims", title, missing=("No claims were audited as of this day: run `gapledger claims`.",)
        )
    claims, behind = _claims_grid(rows), _readings_grid(rows)
    note = (
        "Contested: it depends on the board or the basis. Not established: the interval straddles what was"
        " said. Not computable: no data."
    )
    return Section("claims", title, note, grids=(claims, behind) if behind.rows else (claims,))


def _claims_grid(rows: pd.DataFrame) -> Grid:
    overall = _in_reading_order(rows[rows["scope"] == "overall"])
    body = tuple(
        (
            named(r["text"], 240),
            f"{named(r['who'], 60)}, {day(r['said_on'])}",
            str(r["verdict"]),
            _value(r),
            named(". ".join(part.rstrip(".") for part in (r["explanation"], r["remark"]) if part), 600),
        )
        for r in records(overall)
    )
    return Grid("Claims and verdicts", ("claim", "said by", "verdict", "measured", "why"), body, marked=2)


def _readings_grid(rows: pd.DataFrame) -> Grid:
    names = board_names()
    readings = tuple(
        (
            named(r["claim_id"]),
            names.get(r["board_id"], r["board_id"]) or NOTHING,
            named(r["basis"]) or NOTHING,
            str(r["verdict"]),
            _value(r),
            day(r["valid_on"]),
            named(r["asked"], 120),
        )
        for r in records(rows[rows["scope"] != "overall"])
    )
    header = ("claim", "board", "basis", "verdict", "measured", "day", "asked")
    return Grid("The readings behind the verdicts", header, readings, frozenset({4}), marked=3)


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
