"""The lag over time: its lines, bands and points by definition, with the policy events."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import (
    DEFINITIONS,
    LINE_KEY,
    MONTHS_BEHIND,
    Board,
    Names,
    board_unseen,
    drawn_boards,
    lag_rows,
    months_of,
    of_board,
    policy_events,
    spaced,
    switches,
    weekly,
)
from reports.components import Figure, Section, Shown
from reports.drawing import HEIGHT, PALETTE, Spec, draw
from reports.gaps import gap_figure
from reports.lag_tables import LINES, POINTS, line_grid, point_grid, trends
from reports.selectors import Tables, board_names, records
from reports.sources import source_line
from reports.wording import day, months, months_interval

FIRST_RULE = "2022-08-15"


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
            figures.append(gap_figure(tables, board, weekly(gap, board.until), as_of))
    note = (
        "The band and the upright bars are 90 % intervals. A dashed line has none, since its board states no"
        " errors: it is not exact. Squares are Chinese models, circles US ones. Hollow points reach back to"
        " the board's own start, or are still running: the true time may be longer. Ticks below the chart are"
        " export rules; that one stands beside a change does not show that it caused it."
    )
    grown = trends(tables, boards)
    return Section(
        "lag",
        title,
        note,
        figures=tuple(figures),
        grids=(grown,) if grown.rows else (),
        switches=switches(boards),
    )


def _value(row: dict[str, Any], names: Names) -> dict[str, Any]:
    """A row as a point of the chart, in months."""
    who = names(row["follower_model_id"]) or names(row["leader_model_id"])
    return {
        "d": day(row["valid_on"]),
        "v": months_of(row["lag_days"]),
        "lo": months_of(row["lo90_days"]),
        "hi": months_of(row["hi90_days"]),
        "g": "US" if row["definition"] == "catchup" else "CN",
        "hollow": bool(row["left_truncated"] or row["censored"]),
        "tip": layers.words(
            DEFINITIONS[row["definition"]],
            f"{day(row['valid_on'])}: {months(row['lag_days'])} months behind"
            f" ({months_interval(row['lo90_days'], row['hi90_days'])})",
            who,
            board_names().get(row["board_id"], row["board_id"]),
        ),
        "name": names(who, "", 20) if who else "",
    }


def _lag_figure(tables: Tables, board: Board, rows: pd.DataFrame, names: Names, as_of: date) -> Figure:
    first = max("2023-06-01", day(rows["valid_on"].min()))
    rows = rows[rows["valid_on"] >= pd.Timestamp(first)]
    lines = weekly(
        rows[rows["definition"].isin(LINES) & rows["window_days"].isin([0, 365, 730])], board.until
    )
    lines = lines[(lines["definition"] != "parity") | (lines["window_days"] == 0)]
    picture = draw(
        _drawing(board, rows, lines, first, names, as_of),
        title=f"{board.name}: how far China is behind the US",
        subtitle=f"Mean of the last 12 months, as known on {as_of}",
        key=LINE_KEY,
    )
    alt = (
        f"{board.name}: months that the best Chinese model is behind the best US model, {first} to"
        f" {board.until}, by definition."
    )
    sources = source_line(
        tables,
        boards=[board.id],
        derived="Policy events: warehouse/seeds/policy_events.csv, from public documents",
    )
    return Figure(
        f"lag-{board.id}", f"{board.name}: months behind, as far as the board speaks ({board.until})", alt,
        picture, (line_grid(board, lines), point_grid(board, rows, names)), sources,
        Shown("board", board.id, unless="gap"),
        f"gapledger explain lag board_id={board.id} definition=trailing12 leader=US follower=CN"
        " kind=released vintage_basis=as_of tolerance=0.0"
        f" valid_on={board.until} as_of={as_of}",
        board_unseen(tables, board),
    )  # fmt: skip


def _drawing(
    board: Board, rows: pd.DataFrame, lines: pd.DataFrame, first: str, names: Names, as_of: date
) -> list[Spec]:
    # A board that speaks of the first years is drawn from before the first export rule on; a younger one from
    # its own start.
    start = FIRST_RULE if first < "2024-01-01" else first
    last = layers.later(as_of.isoformat(), start, 0.06)
    x, y = layers.time_axis(start, last, as_of.isoformat()), layers.value_axis(MONTHS_BEHIND)
    ends = date.fromisoformat(start).toordinal(), date.fromisoformat(last).toordinal()
    drawing = layers.events(policy_events(start, as_of.isoformat()), x, HEIGHT, *ends)
    drawing += [layers.zero(y), *_line_layers(lines, names, x, y), *_marks(rows, names, x, y)]
    return drawing + _remarks(drawing)


def _line_layers(lines: pd.DataFrame, names: Names, x: Spec, y: Spec) -> list[Spec]:
    """Each definition's line with its band, and its last value with the day on which the board ends."""
    drawing: list[Spec] = []
    for name, colour in LINES.items():
        part = [_value(r, names) for r in records(lines[lines["definition"] == name])]
        if not part:
            continue
        sure, kind = any(p["lo"] is not None for p in part), f"def_{name}"
        drawing += [layers.band(kind, part, x, y, colour)] if sure else []
        drawing += [layers.line(kind, part, x, y, colour, sure=sure)]
        end = [{**p, "name": f"{p['v']:.1f} on {p['d']}"} for p in part if p["v"] is not None][-1:]
        if end:
            mark: Spec = {"type": "point", "size": 60, "color": colour, "filled": True, "opacity": 1}
            drawing += [layers.layer(kind, end, mark, x=x, y=y)]
            drawing += layers.halo(kind, end, x, y, dx=-2, dy=-13, align="right", fontWeight="bold")
        drawing.append(layers.hover(kind, part, x, y))
    return drawing


def _marks(rows: pd.DataFrame, names: Names, x: Spec, y: Spec) -> list[Spec]:
    return [layer for name in POINTS for layer in _points(rows, name, names, x, y)]


def _remarks(drawing: list[Spec]) -> list[Spec]:
    """A remark for each definition that has nothing drawn."""
    drawn = {layer["name"] for layer in drawing}
    return [
        layers.remark(f"def_{name}", "not established on this board")
        for name in (*LINES, *POINTS)
        if f"def_{name}" not in drawn
    ]


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
