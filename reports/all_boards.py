"""The headline's chart: how far behind China is on every board and on all of them together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import months_of
from reports.board_lags import CURRENT
from reports.components import Figure, Grid
from reports.drawing import PALETTE, Spec, draw
from reports.pooled import pooled_headline
from reports.selectors import Tables, board_names, lags_today, picked, records
from reports.sources import source_line
from reports.unseen import unseen
from reports.wording import NOTHING, day, months
from warehouse.conventions import LEAST_LEADERS, US_CN

TOGETHER = "All boards together"
KEY = "Bars: 90 % intervals. Dotted and hollow: the board no longer speaks of today"
ROW, NARROW_ROW = 25, 38
NONE = "no interval"


def boards_figure(tables: Tables, as_of: date) -> Figure | None:
    """A row a board: the mean lag of its last year in months, its 90 % interval, and until when it speaks;
    the pooled lag first. None where no board has a lag.
    """
    rows = [*_together(tables), *_boards(tables, as_of)]
    if not rows:
        return None
    picture = draw(
        _wide(rows),
        title="How far China is behind the US, board by board",
        subtitle=f"Months, mean of a year, as known on {as_of}",
        height=ROW * len(rows),
        key=KEY,
        narrow=_narrow(rows),
        narrow_height=NARROW_ROW * len(rows),
    )
    columns = ("name", "shown", "interval", "until", "models", "doubts", "unseen")
    body = tuple(tuple(str(r[c]) for c in columns) for r in rows)
    header = ("board", "months behind", "90 % interval", "year to", "US models", "doubts", "what it lacks")
    grid = Grid("Months behind, board by board", header, body, frozenset({1, 4}))
    alt = "Months that China is behind the US: " + "; ".join(f"{r['name']} {r['v']:.1f}" for r in rows) + "."
    boards = [r["id"] for r in rows if r["id"]]
    return Figure(
        "all-boards", "Months behind, board by board", alt, picture, (grid,),
        source_line(tables, boards=boards[:8]), trace=_trace(rows[0], as_of),
    )  # fmt: skip


def _trace(first: dict[str, Any], as_of: date) -> str:
    """The command behind the first row's number."""
    if first["id"]:
        return (
            f"gapledger explain lag board_id={first['id']} definition=trailing12 leader=US follower=CN"
            " kind=released vintage_basis=as_of tolerance=0.0"
            f" valid_on={first['until']} as_of={as_of}"
        )
    return (
        "gapledger explain pooled_lag leader=US follower=CN variant=published nowcast=false"
        f" valid_on={first['until']} as_of={as_of}"
    )


def _together(tables: Tables) -> list[dict[str, Any]]:
    row = pooled_headline(tables)
    if row is None:
        return []
    lacks = unseen(tables, "pooled_lag")
    return [_row("", TOGETHER, row, True, number_of_models=row["leader_measured"], lacks=lacks)]


def _boards(tables: Tables, as_of: date) -> list[dict[str, Any]]:
    lags, names, ended = lags_today(tables), board_names(), _ended(tables)
    out = []
    for r in records(lags):
        key = (r["board_id"], r["board_version"])
        recent = r["valid_on"] >= pd.Timestamp(as_of) - CURRENT
        speaks = key not in ended if ended is not None else bool(recent)
        name = names.get(r["board_id"], r["board_id"])
        lacks = unseen(tables, "lag", board_id=key[0], board_version=key[1])
        out.append(_row(key[0], name, r, speaks, number_of_models=r["leader_models"], lacks=lacks))
    return out


def _ended(tables: Tables) -> set[tuple[str, str]] | None:
    """The boards that `coverage` says speak no longer; None where it says nothing of any."""
    said = picked(tables, "coverage", **US_CN, metric="lag")
    if not len(said):
        return None
    return {(r["board_id"], r["board_version"]) for r in records(said) if r["speaks_state"] != "current"}


def _row(
    board: str, name: str, r: dict[str, Any], speaks: bool, *, number_of_models: float, lacks: str
) -> dict[str, Any]:
    low, high, value = months_of(r["lo90_days"]), months_of(r["hi90_days"]), months_of(r["lag_days"])
    interval = NONE if low is None else f"{months(r['lo90_days'])} to {months(r['hi90_days'])}"
    until, few = day(r["valid_on"]), bool(board) and number_of_models < LEAST_LEADERS
    doubts = [f"fewer than {LEAST_LEADERS} US models"] * few + ["no longer speaks"] * (not speaks)
    doubts += ["may be longer"] * bool(r.get("left_truncated"))
    sure = interval if low is None else f"90 % interval {interval}"
    beside = f"{months(r['lag_days'])}" + ("" if low is None else f"  ({interval})")
    return {
        "id": board, "name": name, "v": value, "lo": low, "hi": high, "until": until, "interval": interval,
        "speaks": speaks, "first": not board, "end": max(n for n in (value, high) if n is not None),
        "said": beside + ("" if speaks else f"  to {until[:7]}"), "models": f"{number_of_models:.0f}",
        "doubts": "; ".join(doubts) or NOTHING, "zero": 0, "shown": f"{value:.1f}",
        "unseen": lacks or NOTHING,
        "tip": layers.words(name, f"year to {until}: {months(r['lag_days'])} months behind", sure, lacks),
    }  # fmt: skip


def _wide(rows: list[dict[str, Any]]) -> list[Spec]:
    y: Spec = {
        "field": "name", "type": "nominal", "title": None, "sort": [r["name"] for r in rows],
        "axis": {"labelLimit": 250, "minExtent": 225, "labelColor": PALETTE["ink"], "domain": False,
                 "ticks": False, "labelPadding": 8},
    }  # fmt: skip
    return _layers(rows, y, room=0.36)


def _narrow(rows: list[dict[str, Any]]) -> list[Spec]:
    """The same with the names above the rows."""
    y: Spec = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "sort": [r["name"] for r in rows],
        "axis": None,
    }
    return [*_layers(rows, y, room=1.1), layers.row_names([r["name"] for r in rows], y)]


def _layers(rows: list[dict[str, Any]], y: Spec, room: float) -> list[Spec]:
    """Zero line, bars, points and numbers; `room`: for the numbers, as a share of what the bars take."""
    low = min(0.0, *(r["lo"] if r["lo"] is not None else r["v"] for r in rows))
    high = max(1.0, *(r["end"] for r in rows))
    x: Spec = {
        "field": "v", "type": "quantitative", "title": "months behind",
        "scale": {"domain": [low, high + room * (high - low)], "nice": False, "zero": False},
        "axis": {"values": [n for n in range(-24, 61, 2 if high - low < 16 else 6) if low <= n <= high],
                 "grid": True, "titleAnchor": "start"},
    }  # fmt: skip
    zero: Spec = {"type": "rule", "color": PALETTE["faint"], "strokeWidth": 1}
    out = [layers.layer("zero", [{"z": 0}], zero, x={**x, "field": "z"})]
    for first, speaks in ((False, True), (False, False), (True, True)):
        some = [r for r in rows if r["first"] == first and r["speaks"] == speaks]
        colour = PALETTE["ink" if first else "cn" if speaks else "other"]
        out += _bars(some, x, y, colour, first, speaks) if some else []
    for first, speaks in ((True, True), (False, True), (False, False)):
        some = [r for r in rows if r["first"] == first and r["speaks"] == speaks]
        style: Spec = {"dx": 9, "dy": 1, "fontSize": 12, "limit": 260, "baseline": "middle"}
        style |= {"fontWeight": "bold" if first else "normal", "color": PALETTE["ink" if speaks else "faint"]}
        out += [layers.labels("said", some, {**x, "field": "end"}, y, "said", **style)] if some else []
    return out


def _bars(some: list[dict[str, Any]], x: Spec, y: Spec, colour: str, first: bool, speaks: bool) -> list[Spec]:
    bar: Spec = {"type": "rule", "color": colour, "strokeWidth": 5 if first else 2.6, "opacity": 0.55}
    bar["strokeDash"] = [1, 0] if speaks else [2, 3]
    spans = [r for r in some if r["lo"] is not None]
    dot: Spec = {"type": "point", "shape": "diamond" if first else "square", "size": 130 if first else 55}
    dot |= {
        "opacity": 1,
        "stroke": colour,
        "strokeWidth": 1.6,
        "fill": colour if speaks else PALETTE["paper"],
    }
    bars = [
        layers.layer(
            "bars", spans, bar, x={**x, "field": "lo"}, x2={"field": "hi"}, y=y, description={"value": ""}
        )
    ]
    return [*(bars if spans else []), layers.layer("lags", some, dot, x=x, y=y)]
