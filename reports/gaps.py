"""The gap of a board in its own unit, over time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import LINE_KEY, Board, board_unseen
from reports.components import Figure, Grid, Shown
from reports.drawing import HEIGHT, PALETTE, Spec, draw
from reports.selectors import Tables, records
from reports.sources import source_line
from reports.wording import day, number


def gap_figure(tables: Tables, board: Board, rows: pd.DataFrame, as_of: date) -> Figure:
    """The best US score less the best Chinese one, week by week, with its 90 % interval."""
    part = [
        {
            "d": day(r["valid_on"]),
            "v": r["gap"],
            "lo": r["gap_lo90"],
            "hi": r["gap_hi90"],
            "tip": layers.words(board.name, f"{day(r['valid_on'])}: {number(r['gap'])} {board.unit}"),
        }
        for r in records(rows)
    ]
    first, last = part[0]["d"], part[-1]["d"]
    x = layers.time_axis(first, layers.later(last, first, 0.06), last)
    y = layers.value_axis(f"US less China, {board.unit}", zero=True)
    picture = draw(
        _layers(part, x, y),
        title=f"{board.name}: gap in score",
        subtitle=f"As known on {as_of}",
        height=HEIGHT - 60,
        key=LINE_KEY,
    )
    body = tuple((p["d"], number(p["v"], 4), number(p["lo"], 4), number(p["hi"], 4)) for p in part)
    grid = Grid(
        f"{board.name}: gap, weekly", ("day", "gap", "from (90 %)", "to (90 %)"), body, frozenset({1, 2, 3})
    )
    alt = f"{board.name}: best US score less best Chinese score, in {board.unit}, {first} to {last}."
    return Figure(
        f"gap-{board.id}",
        f"{board.name}: gap in {board.unit}",
        alt,
        picture,
        (grid,),
        source_line(tables, boards=[board.id]),
        Shown("board", board.id, definition="gap"),
        f"gapledger explain lag board_id={board.id} definition=gap leader=US follower=CN kind=released"
        f" vintage_basis=as_of tolerance=0.0 valid_on={last} as_of={as_of}",
        board_unseen(tables, board),
    )


def _layers(part: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
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
    return [*drawing, layers.hover("gap", part, x, y)]
