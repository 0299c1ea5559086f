"""The two frontiers of a board as steps with their record holders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import (
    DEFINITIONS,
    SINCE,
    Board,
    Names,
    board_unseen,
    drawn_boards,
    lag_rows,
    of_board,
    spaced,
    switches,
)
from reports.components import Figure, Grid, Section, Shown, Statement
from reports.drawing import HEIGHT, Spec, draw
from reports.lag_tables import boards_grid
from reports.segments import said, segments
from reports.selectors import Tables, board_names, picked, records
from reports.sources import source_line
from reports.wording import NOTHING, day, number

EDGE = 0.08  # so near to the axis a name to the left of its point would lie on it


def frontier_section(tables: Tables, as_of: date) -> Section:
    """One figure a board: both frontiers, and the segments that each definition of the lag measures."""
    boards = drawn_boards(tables, as_of)
    title = "Two frontiers and the time between them"
    if not boards:
        why = "No board that has both US and Chinese models, with enough of them, was captured by this day."
        return Section("frontiers", title, missing=(why,))
    names, frontier = Names(tables), picked(tables, "frontier", kind="released", group=["US", "CN"])
    lags = lag_rows(tables)
    figures, statements = [], []
    for board in boards:
        mine = of_board(lags, board)
        figures.append(_figure(tables, board, of_board(frontier, board), mine, names, as_of))
        by = {str(name): rows for name, rows in mine.groupby("definition", sort=False)}
        statements += [
            Statement(said(board, name, by, names), Shown("board", board.id, name)) for name in DEFINITIONS
        ]
    note = (
        "Each step is a model that was better on the board than everything its country had before. The level"
        " lines between the steps are the lag; what they measure depends on the definition, and so does the"
        " number. There is no single lag: boards measure different things, and one with few US models, or one"
        " that stopped, says little about today."
    )
    grid = boards_grid(tables)
    return Section(
        "frontiers",
        title,
        note,
        tuple(statements),
        tuple(figures),
        (grid,) if grid.rows else (),
        switches(boards),
        key=True,
    )


def _figure(
    tables: Tables, board: Board, steps: pd.DataFrame, lags: pd.DataFrame, names: Names, as_of: date
) -> Figure:
    first = max(SINCE.isoformat(), day(steps["valid_on"].min())) if len(steps) else SINCE.isoformat()
    x = layers.time_axis(
        _before(first, as_of), layers.later(as_of.isoformat(), first, 0.17), as_of.isoformat()
    )
    shown = _seen_from(records(steps), first)
    points = [_point(r, names, board.unit) for r in shown]
    title, subtitle = f"{board.name}: best US and best Chinese model", f"As known on {as_of}"
    if any(r["score"] is None for r in shown):
        picture = draw(
            _without_scores(points, x),
            title=title,
            subtitle=f"{subtitle}; scores are not republished",
            height=110,
        )
    else:
        picture = draw(
            _with_scores(points, board, steps, lags, names, x, first),
            title=title,
            subtitle=subtitle,
            height=HEIGHT + 40,
        )
    grid = _records_grid(board, shown, names)
    alt = (
        f"{board.name}: {board.unit} of the best US and Chinese model since {first[:4]}, as steps."
        f" {_leaders(points)}"
    )
    return Figure(
        f"frontier-{board.id}",
        f"{board.name}{_version(board)}",
        alt,
        picture,
        (grid,),
        source_line(tables, boards=[board.id]),
        Shown("board", board.id),
        f"gapledger explain frontier board_id={board.id} kind=released group=CN as_of={as_of}",
        board_unseen(tables, board),
    )


def _records_grid(board: Board, shown: list[dict[str, Any]], names: Names) -> Grid:
    rows = tuple(
        (
            day(r["valid_on"]),
            layers.SIDE_WORDS[r["group"]],
            names(r["model_id"], r["revision"]),
            number(r["score"], 4),
            _se(r["score_se"]),
        )
        for r in shown
    )
    return Grid(
        f"{board.name}: records",
        ("since", "country", "model", board.unit, "standard error"),
        rows,
        frozenset({3, 4}),
    )


def _without_scores(points: list[dict[str, Any]], x: Spec) -> list[Spec]:
    """A board whose licence forbids republication: who held the record since when, one row a country."""
    y: Spec = {"field": "row", "type": "nominal", "title": None, "sort": list(layers.SIDE_WORDS.values())}
    rows = [{**p, "row": layers.SIDE_WORDS[p["g"]]} for p in points]
    labels: list[Spec] = []
    for side in (
        layers.SIDES
    ):  # every other name below its point: rows leave room for two lines of words, not for one
        mine = spaced([p for p in rows if p["g"] == side])
        labels += [
            layers.labels(f"names_{n}", part, x, y, align="right", dx=4, dy=dy)
            for n, part, dy in ((0, mine[::2], -11), (1, mine[1::2], 13))
            if part
        ]
    return [layers.dots("records", rows, x, y), *labels]


def _with_scores(
    points: list[dict[str, Any]],
    board: Board,
    steps: pd.DataFrame,
    lags: pd.DataFrame,
    names: Names,
    x: Spec,
    first: str,
) -> list[Spec]:
    y = layers.value_axis(board.unit, reverse=not board.higher)
    ends = [
        {**_last(points, side), "d": board.until}
        for side in layers.SIDES
        if any(p["g"] == side for p in points)
    ]
    up, down = (-5, 11) if board.higher else (11, -5)
    us = _earlier(points, "US", board.until)
    edge = [
        p for p in us if layers.days_between(first, p["d"]) < EDGE * layers.days_between(first, board.until)
    ]
    return [
        layers.step("frontier", points + ends, x, y),
        *segments(lags, steps, board, names, x, y, first),
        layers.dots("records", points, x, y),
        layers.labels("us_edge", edge, x, y, dx=0, dy=2 * up),
        layers.labels("us_names", [p for p in us if p not in edge], x, y, align="right", dx=-7, dy=up),
        layers.labels("cn_names", _earlier(points, "CN", board.until), x, y, dx=7, dy=down),
        *(_end(end, ends, board, x, y) for end in ends),
    ]


def _earlier(points: list[dict[str, Any]], side: str, until: str) -> list[dict[str, Any]]:
    """The records whose names stand beside them: the last one's stands at the end of the line, so that none
    near the end does.
    """
    mine = [p for p in points if p["g"] == side]
    return [p for p in spaced([*mine, {"d": until, "g": "", "name": ""}]) if p["g"] and p is not mine[-1]]


def _end(end: dict[str, Any], ends: list[dict[str, Any]], board: Board, x: Spec, y: Spec) -> Spec:
    """The country, its score and whose it is, behind the end of its line: the better one above, the other one
    below.
    """
    best = (max if board.higher else min)(e["v"] for e in ends)
    word = [{**end, "name": f"{layers.SIDE_WORDS[end['g']]} {number(end['v'], 4)}\n{end['name']}"}]
    above: Spec = (
        {"baseline": "line-bottom", "dy": -10} if end["v"] == best else {"baseline": "line-top", "dy": -2}
    )
    style: Spec = {
        "dx": 5,
        "lineBreak": "\n",
        "fontWeight": "bold",
        "color": layers.COLOURS[end["g"]],
        "limit": 130,
    }
    return layers.labels(f"end_{end['g']}", word, x, y, **style, **above)


def _before(first: str, as_of: date) -> str:
    """A little before the first day, so that the first name does not lie on the axis."""
    start = date.fromisoformat(first)
    return (start - (as_of - start) * 0.06).isoformat()


def _version(board: Board) -> str:
    return "" if board.version in ("", "1", board.id) else f", version {board.version}"


def _se(value: float | None) -> str:
    return NOTHING if value is None else number(value, 2)


def _point(row: dict[str, Any], names: Names, unit: str) -> dict[str, Any]:
    score = "" if row["score"] is None else f": {number(row['score'], 4)} {unit}"
    name = names(row["model_id"], row["revision"])
    tip = layers.words(
        name, f"{day(row['valid_on'])}{score}", board_names().get(row["board_id"], row["board_id"])
    )
    return {
        "d": day(row["valid_on"]),
        "v": row["score"],
        "g": row["group"],
        "name": names(row["model_id"], "", 20),
        "tip": tip,
    }


def _seen_from(rows: list[dict[str, Any]], first: str) -> list[dict[str, Any]]:
    """The rows from `first` on, and each country's last one before it, moved to `first`."""
    before = {r["group"]: {**r, "valid_on": pd.Timestamp(first)} for r in rows if day(r["valid_on"]) < first}
    return [*before.values(), *(r for r in rows if day(r["valid_on"]) >= first)]


def _last(points: list[dict[str, Any]], side: str) -> dict[str, Any]:
    return [p for p in points if p["g"] == side][-1]


def _leaders(points: list[dict[str, Any]]) -> str:
    return " ".join(
        f"{layers.SIDE_WORDS[s]}: {_last(points, s)['name']}."
        for s in layers.SIDES
        if any(p["g"] == s for p in points)
    )
