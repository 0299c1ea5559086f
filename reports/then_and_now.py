"""The lag of each record as its first capture showed it, and with today's data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import (
    MONTHS_BEHIND,
    Board,
    Names,
    board_unseen,
    drawn_boards,
    months_of,
    of_board,
    spaced,
    switches,
)
from reports.components import Figure, Grid, Section, Shown
from reports.drawing import HEIGHT, PALETTE, Spec, draw
from reports.lag_tables import with_interval
from reports.selectors import Tables, picked, records
from reports.sources import source_line
from reports.wording import NOTHING, day, months
from warehouse.conventions import US_CN

KNOWN_KEY = "Arrows: from the first capture's lag to that of today's data; grey: unchanged"
UNCHANGED = " None has moved."


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
        " another number now. An arrow leads from what the model's first capture showed"
        " to what the newest data show; grey points have not moved."
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
    both = _then_and_now(rows)
    if not len(both):
        return None
    points = _points(both, names, board)
    first = min(p["d"] for p in points)
    x = layers.time_axis(first, layers.later(as_of.isoformat(), first, 0.06), as_of.isoformat())
    y = layers.value_axis(MONTHS_BEHIND, zero=True)
    picture = draw(
        _drawing(points, x, y),
        title=f"{board.name}: the lag at launch, then and now",
        subtitle=f"As known on {as_of}",
        height=HEIGHT - 50,
        key=KNOWN_KEY,
    )
    grid = _both_grid(board, both, names)
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
        f"gapledger explain lag board_id={board.id} definition=event vintage_basis=launch leader=US"
        f" follower=CN as_of={as_of}",
        board_unseen(tables, board),
    )


def _then_and_now(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["lag_days"].notna()]
    then = rows[rows["vintage_basis"] == "launch"].drop_duplicates(["follower_model_id", "follower_revision"])
    now = rows[rows["vintage_basis"] == "as_of"].drop_duplicates(["follower_model_id", "follower_revision"])
    both = then[then["is_record"]].merge(
        now, on=["follower_model_id", "follower_revision"], suffixes=("", "_now"), validate="1:1"
    )
    return both[both["valid_on"] >= pd.Timestamp("2023-06-01")]


def _points(both: pd.DataFrame, names: Names, board: Board) -> list[dict[str, Any]]:
    """A record each: its day, its lag then and now in months, and whether they differ by a day or more."""
    return [
        {
            "d": day(r["valid_on_now"]), "then": months_of(r["lag_days"]), "v": months_of(r["lag_days_now"]),
            "g": "CN", "hollow": False, "moved": abs(r["lag_days"] - r["lag_days_now"]) >= 1,
            "name": names(r["follower_model_id"], "", 20),
            "tip": layers.words(
                names(r["follower_model_id"], r["follower_revision"], 40),
                f"{day(r['vintage'])}: {months(r['lag_days'])} months behind, as first captured",
                f"{months(r['lag_days_now'])} months with the newest data", board.name,
            ),
        }
        for r in records(both)
    ]  # fmt: skip


def _drawing(points: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    """Faint points where nothing moved; an arrow from then to now where it did, with the model's name."""
    still, moved = [p for p in points if not p["moved"]], [p for p in points if p["moved"]]
    faint: Spec = {"type": "point", "filled": True, "size": 30, "color": PALETTE["other"], "opacity": 0.55}
    out = [layers.layer("unmoved", still, {**faint, "shape": "square"}, x=x, y=y)] if still else []
    if not moved:
        return out
    shaft: Spec = {"type": "rule", "color": PALETTE["ink"], "strokeWidth": 1.6}
    start: Spec = {"type": "point", "shape": "square", "size": 40, "stroke": PALETTE["ink"], "opacity": 1}
    start |= {"fill": PALETTE["paper"], "strokeWidth": 1.2}
    out += [
        layers.layer("shafts", moved, shaft, x=x, y={**y, "field": "then"}, y2={"field": "v"},
                     description={"value": ""}),
        layers.layer("then", moved, start, x=x, y={**y, "field": "then"}),
    ]  # fmt: skip
    for shape, up in (("triangle-up", True), ("triangle-down", False)):
        some = [p for p in moved if (p["v"] > p["then"]) == up]
        head: Spec = {"type": "point", "filled": True, "shape": shape, "size": 90, "opacity": 1}
        out += [layers.layer(shape, some, {**head, "color": PALETTE["cn"]}, x=x, y=y)] if some else []
    return [*out, *layers.halo("names", spaced(moved), x, y, dx=8, dy=4)]


def _both_grid(board: Board, both: pd.DataFrame, names: Names) -> Grid:
    body = tuple(
        (
            day(r["valid_on_now"]),
            names(r["follower_model_id"], r["follower_revision"]),
            day(r["vintage"]),
            with_interval(r),
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
    return Grid(f"{board.name}: lag of Chinese records at launch", header, body, frozenset({3, 5}))


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
