"""The audit of claims, every board's lag in one table, and how fresh every source is."""

from __future__ import annotations

from datetime import date

import pandas as pd

from reports.components import Grid, Section
from reports.selectors import Tables, board_names, lags_today, picked, records
from reports.wording import NOTHING, day, months, named, number
from warehouse.conventions import LEAST_LEADERS
from warehouse.mart_tables.claims import VERDICTS
from warehouse.seeds import seed

NOTE = "note_"  # the claims of the note that started this project


def boards_grid(tables: Tables) -> Grid:
    """The headline definition on every board there is."""
    names = board_names()
    body = tuple(
        (
            names.get(r["board_id"], r["board_id"]),
            str(r["board_version"]),
            months(r["lag_days"]),
            (
                "none known"
                if r["lo90_days"] is None
                else f"{months(r['lo90_days'])} to {months(r['hi90_days'])}"
            ),
            day(r["valid_on"]),
            number(r["leader_models"], 4),
            _doubts(r["leader_models"], bool(r["left_truncated"])),
        )
        for r in records(lags_today(tables))
    )
    header = ("board", "version", "months behind", "90 % interval", "year to", "US models", "doubts")
    return Grid(
        "Every board: months that China is behind the US (negative: ahead), mean of a year",
        header,
        body,
        frozenset({2, 3, 5}),
    )


def _doubts(models: float, truncated: bool) -> str:
    doubts = [f"fewer than {LEAST_LEADERS} US models"] if models < LEAST_LEADERS else []
    return "; ".join([*doubts, *(["may be longer"] if truncated else [])])


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
    claims = Grid("Claims and verdicts", ("claim", "said by", "verdict", "measured", "why"), body, marked=2)
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
    behind = Grid("The readings behind the verdicts", header, readings, frozenset({4}), marked=3)
    note = (
        "Contested: it depends on the board or the basis. Not established: the interval straddles what was"
        " said. Not computable: no data."
    )
    return Section("claims", title, note, grids=(claims, behind) if readings else (claims,))


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


def freshness_section(tables: Tables, as_of: date) -> Section:
    """Every source: its state, when it was last read, since when it fails; and the policy events' sources."""
    title = "How fresh every source is"
    rows = picked(tables, "freshness")
    if not len(rows):
        return Section(
            "freshness", title, missing=(f"No record of the sources' states as of {as_of.isoformat()}.",)
        )
    licences = {
        str(r["subject_id"]): named(r["licence_name"])
        for r in records(picked(tables, "attributions", subject="source"))
    }
    body = tuple(
        (
            named(r["title"]),
            str(r["state"]),
            day(r["last_success"]),
            number(r["age_days"], 6),
            number(r["rows"], 7),
            number(r["unread"], 6) if "unread" in r else NOTHING,
            day(r["failing_since"]),
            named(r["error"], 160) if r["error"] else "",
            licences.get(r["source_id"], NOTHING),
            str(r["source_id"]),
        )
        for r in records(rows.sort_values("source_id", kind="stable"))
    )
    header = (
        "source",
        "state",
        "last read",
        "age, days",
        "rows",
        "unread",
        "failing since",
        "why",
        "licence",
        "id",
    )
    grid = Grid("Sources", header, body, frozenset({3, 4, 5}), marked=1)
    states = rows["state"].value_counts()
    note = (
        "; ".join(f"{number(n)} {state}" for state, n in sorted(states.items()))
        + ". Resting: not asked, or without its key. Unread: amounts that no rule reads (table unread)."
    )
    return Section("freshness", title, note, grids=(grid, policy_grid(as_of)))


def policy_grid(as_of: date) -> Grid:
    """The policy events drawn in the charts, with their documents."""
    events = seed("policy_events")
    known = events[events["event_on"] <= pd.Timestamp(as_of)]
    body = tuple(
        (day(r["event_on"]), r["title"], r["direction"], r["issuer"], r["evidence"]) for r in records(known)
    )
    return Grid("Policy events in the charts", ("day", "event", "direction", "by", "document"), body)
