"""The lag over time: its lines, bands and points by definition, with the policy events; and as it was known
then.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import (
    Board,
    Names,
    drawn_boards,
    lag_rows,
    of_board,
    policy_events,
    spaced,
    switches,
    weekly,
)
from reports.components import Figure, Grid, Section, Shown
from reports.drawing import HEIGHT, PALETTE, Spec, draw
from reports.selectors import Tables, picked, records
from reports.sources import source_line
from reports.wording import NOTHING, day, months, number
from warehouse.conventions import DAYS_PER_MONTH, PLAIN_LAG, US_CN

LINES = {
    "trailing12": PALETTE["cn"],
    "parity": PALETTE["cn"],
    "significant": PALETTE["open"],
    "regression": PALETTE["other"],
}
POINTS = ("event", "catchup", "threshold")
LINE_KEY = "Band: 90 % interval; dashed: the board states no errors"
KNOWN_KEY = "Hollow: as the model's first capture showed it; filled: with today's data"
UNCHANGED = " None has moved."
FIRST_RULE = "2022-08-15"
MONTHS_BEHIND = "months that China is behind (below zero: ahead)"


def lag_section(tables: Tables, as_of: date) -> Section:
    """Two figures a board: the lag in months by every definition of time, and the gap in the board's unit."""
    boards = drawn_boards(tables, as_of)
    title = "The lag over time"
    if not boards:
        return Section("lag", title, missing=("There is no lag to draw: no board was captured by this day.",))
    rows, names = lag_rows(tables), Names(tables)
    figures = []
    for board in boards:
        mine = of_board(rows, board)
        figures.append(_lag_figure(tables, board, mine, names, as_of))
        gap = mine[(mine["definition"] == "gap") & mine["gap"].notna()]
        if len(gap):
            figures.append(_gap_figure(tables, board, weekly(gap, board.until), as_of))
    note = (
        "The band and the upright bars are 90 % intervals. A dashed line has none, since its board states no"
        " errors: it is not exact. Squares are Chinese models, circles US ones. Hollow points reach back to"
        " the board's own start, or are still running: the true time may be longer. Upright lines are export"
        " rules; that they stand beside a change does not show that they caused it."
    )
    trends = _trends(tables, boards)
    return Section(
        "lag",
        title,
        note,
        figures=tuple(figures),
        grids=(trends,) if trends.rows else (),
        switches=switches(boards),
    )


def _value(row: dict[str, Any], names: Names) -> dict[str, Any]:
    """A row as a point of the chart, in months."""
    who = names(row["follower_model_id"]) or names(row["leader_model_id"])
    return {
        "d": day(row["valid_on"]),
        "v": _months(row["lag_days"]),
        "lo": _months(row["lo90_days"]),
        "hi": _months(row["hi90_days"]),
        "g": "US" if row["definition"] == "catchup" else "CN",
        "hollow": bool(row["left_truncated"] or row["censored"]),
        "tip": f"{who}, {day(row['valid_on'])}: {months(row['lag_days'])} months",
        "name": names(who, "", 20) if who else "",
    }


def _months(days: float | None) -> float | None:
    return None if days is None else round(days / DAYS_PER_MONTH, 2)


def _lag_figure(tables: Tables, board: Board, rows: pd.DataFrame, names: Names, as_of: date) -> Figure:
    first = max("2023-06-01", day(rows["valid_on"].min()))
    rows = rows[rows["valid_on"] >= pd.Timestamp(first)]
    # A board that speaks of the first years is drawn from before the first export rule on; a younger one from
    # its own start.
    start = FIRST_RULE if first < "2024-01-01" else first
    x = layers.time_axis(start, layers.later(as_of.isoformat(), start, 0.06), as_of.isoformat())
    y = layers.value_axis(MONTHS_BEHIND)
    policy = policy_events(start, as_of.isoformat())
    drawing: list[Spec] = [*layers.events(policy, x, HEIGHT)] if policy else []
    zero: Spec = {"type": "rule", "color": PALETTE["faint"], "strokeWidth": 1}
    drawing.append(layers.layer("zero", [{"z": 0}], zero, y={**y, "field": "z"}))
    lines = weekly(
        rows[rows["definition"].isin(LINES) & rows["window_days"].isin([0, 365, 730])], board.until
    )
    lines = lines[(lines["definition"] != "parity") | (lines["window_days"] == 0)]
    for name, colour in LINES.items():
        part = [_value(r, names) for r in records(lines[lines["definition"] == name])]
        if part:
            drawing += (
                [layers.band(f"def_{name}", part, x, y, colour)]
                if any(p["lo"] is not None for p in part)
                else []
            )
            drawing.append(
                layers.line(f"def_{name}", part, x, y, colour, sure=any(p["lo"] is not None for p in part))
            )
            end = [{**p, "name": f"{p['v']:.1f}"} for p in part if p["v"] is not None][-1:]
            drawing += [layers.labels(f"def_{name}", end, x, y, dx=5, dy=0, fontWeight="bold")] if end else []
    for name in POINTS:
        drawing += _points(rows, name, names, x, y)
    drawn = {layer["name"] for layer in drawing}
    drawing += [
        layers.remark(f"def_{name}", "not established on this board")
        for name in (*LINES, *POINTS)
        if f"def_{name}" not in drawn
    ]
    picture = draw(
        drawing,
        title=f"{board.name}: how far China is behind the US",
        subtitle=f"Mean of the last 12 months, as known on {as_of}",
        key=LINE_KEY,
    )
    alt = (
        f"{board.name}: months that the best Chinese model is behind the best US model, {first} to"
        f" {board.until}, by definition."
    )
    return Figure(
        f"lag-{board.id}",
        f"{board.name}: months behind",
        alt,
        picture,
        (_line_grid(board, lines), _point_grid(board, rows, names)),
        source_line(
            tables,
            boards=[board.id],
            derived="Policy events: warehouse/seeds/policy_events.csv, from public documents",
        ),
        Shown("board", board.id, unless="gap"),
    )


def _points(rows: pd.DataFrame, name: str, names: Names, x: Spec, y: Spec) -> list[Spec]:
    mine = rows[(rows["definition"] == name) & rows["lag_days"].notna()]
    mine = mine[mine["is_record"]] if name == "event" else mine
    part = [_value(r, names) for r in records(mine)]
    if not part:
        return []
    bars = [p for p in part if p["lo"] is not None]
    drawn = (
        [layers.bars90(f"def_{name}", bars, x, y, PALETTE["us" if name == "catchup" else "cn"])]
        if bars
        else []
    )
    drawn.append(layers.dots(f"def_{name}", part, x, y))
    return [*drawn, layers.labels(f"def_{name}", spaced(part)[:5], x, y)] if name == "event" else drawn


def _line_grid(board: Board, lines: pd.DataFrame) -> Grid:
    """Date by definition; with intervals where there are any."""
    by = {(r["definition"], r["valid_on"]): r for r in records(lines)}
    days = sorted({d for _, d in by})
    body = tuple((day(d), *(_with_interval(by.get((name, d))) for name in LINES)) for d in days)
    header = ("day", "mean of 12 months", "on the day", "since clearly ahead", "trend lines")
    return Grid(
        f"{board.name}: months behind, weekly, with the 90 % interval where there is one",
        header,
        body,
        frozenset({1, 2, 3, 4}),
    )


def _with_interval(row: dict[str, Any] | None) -> str:
    if row is None or row["lag_days"] is None:
        return NOTHING
    return months(row["lag_days"]) + (
        "" if row["lo90_days"] is None else f" ({months(row['lo90_days'])} to {months(row['hi90_days'])})"
    )


def _point_grid(board: Board, rows: pd.DataFrame, names: Names) -> Grid:
    mine = rows[
        rows["definition"].isin(POINTS)
        & rows["lag_days"].notna()
        & (rows["is_record"] | (rows["definition"] == "threshold"))
    ]
    body = tuple(
        (
            str(r["definition"]),
            day(r["valid_on"]),
            names(r["follower_model_id"]) or "not yet",
            names(r["leader_model_id"]),
            _with_interval(r),
            "still running" if r["censored"] else "may be longer" if r["left_truncated"] else "",
        )
        for r in records(mine)
    )
    header = ("definition", "day", "Chinese model", "US model", "months", "note")
    return Grid(f"{board.name}: months behind, model by model", header, body, frozenset({4}))


def _gap_figure(tables: Tables, board: Board, rows: pd.DataFrame, as_of: date) -> Figure:
    part = [
        {
            "d": day(r["valid_on"]),
            "v": r["gap"],
            "lo": r["gap_lo90"],
            "hi": r["gap_hi90"],
            "tip": number(r["gap"]),
        }
        for r in records(rows)
    ]
    first, last = part[0]["d"], part[-1]["d"]
    x = layers.time_axis(first, layers.later(last, first, 0.06), last)
    y = layers.value_axis(f"US less China, {board.unit}", zero=True)
    drawing = (
        [layers.band("gap", part, x, y, PALETTE["cn"], after=True)]
        if any(p["lo"] is not None for p in part)
        else []
    )
    drawing.append(
        layers.line("gap", part, x, y, PALETTE["cn"], after=True, sure=any(p["lo"] is not None for p in part))
    )
    drawing.append(
        layers.labels(
            "gap_end", [{**part[-1], "name": number(part[-1]["v"])}], x, y, dx=5, dy=0, fontWeight="bold"
        )
    )
    picture = draw(
        drawing,
        title=f"{board.name}: gap in score",
        subtitle=f"As known on {as_of}",
        height=HEIGHT - 60,
        key=LINE_KEY,
    )
    body = tuple((p["d"], number(p["v"], 4), number(p["lo"], 4), number(p["hi"], 4)) for p in part)
    grid = Grid(
        f"{board.name}: gap, weekly", ("day", "gap", "from (90 %)", "to (90 %)"), body, frozenset({1, 2, 3})
    )
    alt = (
        f"{board.name}: best US score less best Chinese score, in {board.unit}, {part[0]['d']} to"
        f" {part[-1]['d']}."
    )
    return Figure(
        f"gap-{board.id}",
        f"{board.name}: gap in {board.unit}",
        alt,
        picture,
        (grid,),
        source_line(tables, boards=[board.id]),
        Shown("board", board.id, definition="gap"),
    )


def _trends(tables: Tables, boards: list[Board]) -> Grid:
    """Whether the lags of records grow or shrink."""
    names = {b.id: b.name for b in boards}
    rows = picked(
        tables,
        "lag_trend",
        **US_CN,
        tolerance=PLAIN_LAG["tolerance"],
        vintage_basis="as_of",
        board_id=list(names),
    )
    body = tuple(
        (
            names[r["board_id"]],
            str(r["board_version"]),
            day(r["since"]),
            number(r["per_year_months"], 2),
            f"{number(r['per_year_lo90'], 2)} to {number(r['per_year_hi90'], 2)}",
            number(r["points"]),
            (
                ("growing" if r["per_year_months"] > 0 else "shrinking")
                if r["established"]
                else "not established: the interval crosses zero"
            ),
        )
        for r in records(rows)
        if r["per_year_months"] is not None
    )
    header = ("board", "version", "since", "months a year", "90 % interval", "points", "so the lag is")
    return Grid("Is the lag of Chinese records growing?", header, body, frozenset({3, 4, 5}))


def known_section(tables: Tables, as_of: date) -> Section:
    """Per board the lag of each Chinese record as its first capture showed it, and with the newest data."""
    title = "As known then, and with today's data"
    boards = drawn_boards(tables, as_of)
    rows = picked(tables, "lag", **US_CN, definition=["event"], kind="released", tolerance=0.0)
    figures = [
        f
        for board in boards
        if (f := _known_figure(tables, board, of_board(rows, board), Names(tables), as_of)) is not None
    ]
    if not figures:
        return Section(
            "known", title, missing=("No board has both a capture from a model's launch and a later one.",)
        )
    note = (
        "Boards are refitted and drop models, so a lag that was right on the day it was written can be"
        " another number now. Hollow: from the first capture that showed the model. Filled: the same model"
        " with the newest data."
    )
    if all(f.alt.endswith(UNCHANGED) for f in figures):
        note += (
            " On these boards nothing has been revised yet: every model has the lag that its first capture"
            " showed."
        )
    revised = _revised(tables, Names(tables), as_of)
    return Section(
        "known",
        title,
        note,
        figures=tuple(figures),
        grids=(revised,) if revised.rows else (),
        switches=switches(boards)[:1],
    )


def _known_figure(
    tables: Tables, board: Board, rows: pd.DataFrame, names: Names, as_of: date
) -> Figure | None:
    rows = rows[rows["lag_days"].notna()]
    then = rows[rows["vintage_basis"] == "launch"].drop_duplicates(["follower_model_id", "follower_revision"])
    now = rows[rows["vintage_basis"] == "as_of"].drop_duplicates(["follower_model_id", "follower_revision"])
    both = then[then["is_record"]].merge(
        now, on=["follower_model_id", "follower_revision"], suffixes=("", "_now"), validate="1:1"
    )
    both = both[both["valid_on"] >= pd.Timestamp("2023-06-01")]
    if not len(both):
        return None
    points: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for r in records(both):
        name, at = names(r["follower_model_id"], r["follower_revision"], 40), day(r["valid_on_now"])
        a, b = _months(r["lag_days"]), _months(r["lag_days_now"])
        links.append({"d": at, "lo": a, "hi": b})
        points.append(
            {
                "d": at,
                "v": a,
                "g": "CN",
                "hollow": True,
                "name": names(r["follower_model_id"], "", 20),
                "tip": f"{name} then: {a}",
            }
        )
        points.append({"d": at, "v": b, "g": "CN", "hollow": False, "name": "", "tip": f"{name} now: {b}"})
    first = min(p["d"] for p in points)
    x = layers.time_axis(first, layers.later(as_of.isoformat(), first, 0.06), as_of.isoformat())
    y = layers.value_axis(MONTHS_BEHIND, zero=True)
    named = layers.labels("names", spaced([p for p in points if p["name"]]), x, y)
    drawing = [
        layers.bars90("links", links, x, y, PALETTE["faint"]),
        layers.dots("points", points, x, y, 55),
        named,
    ]
    picture = draw(
        drawing,
        title=f"{board.name}: the lag at launch, then and now",
        subtitle=f"As known on {as_of}",
        height=HEIGHT - 30,
        key=KNOWN_KEY,
    )
    body = tuple(
        (
            day(r["valid_on_now"]),
            names(r["follower_model_id"], r["follower_revision"]),
            day(r["vintage"]),
            _with_interval(r),
            names(r["leader_model_id"]),
            months(r["lag_days_now"]),
            names(r["leader_model_id_now"]),
            "" if r["valid_on"] == r["valid_on_now"] else f"dated {day(r['valid_on'])} then",
        )
        for r in records(both)
    )
    header = (
        "released",
        "model",
        "first captured",
        "months then",
        "behind, then",
        "months now",
        "behind, now",
        "note",
    )
    grid = Grid(f"{board.name}: lag of Chinese records at launch", header, body, frozenset({3, 5}))
    moved = sum(1 for r in records(both) if abs(r["lag_days"] - r["lag_days_now"]) >= 1)
    alt = (
        f"{board.name}: lag of each Chinese record as its first capture showed it, and with the data of"
        f" {as_of}."
    )
    alt += f" {moved} of {len(both)} have moved." if moved else UNCHANGED
    return Figure(
        f"known-{board.id}",
        f"{board.name}: lag of Chinese records, then and now",
        alt,
        picture,
        (grid,),
        source_line(tables, boards=[board.id]),
        Shown("board", board.id),
    )


def _revised(tables: Tables, names: Names, as_of: date) -> Grid:
    """What the newest captures changed, and because of which model."""
    rows = picked(tables, "lag_revisions", as_of=as_of, **US_CN, kind="released", tolerance=0.0)
    rows = (
        rows[rows["delta_days"].abs() >= 1]
        .sort_values("delta_days", key=abs, ascending=False, kind="stable")
        .head(30)
    )
    body = tuple(
        (
            str(r["board_id"]),
            str(r["definition"]),
            names(r["follower_model_id"]) or NOTHING,
            day(r["as_of_old"]),
            months(r["lag_days_old"]),
            day(r["as_of_new"]),
            months(r["lag_days_new"]),
            f"{names(r['cause_model_id'])}: {r['cause']}",
        )
        for r in records(rows)
    )
    header = ("board", "definition", "model", "known on", "months", "known on", "months", "because of")
    return Grid("Lags that changed since the derived tables before", header, body, frozenset({4, 6}))
