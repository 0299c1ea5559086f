"""Layers of charts as Vega-Lite writes them: lines, bands, points, segments and labels, in this page's
colours and shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from reports.drawing import HEIGHT, NARROW, PALETTE, WIDTH, Spec

Rows = Sequence[dict[str, Any]]
SIDES = ("US", "CN")
SIDE_WORDS = {"US": "US", "CN": "China"}
COLOURS = {"US": PALETTE["us"], "CN": PALETTE["cn"]}
SIDE_COLOUR: Spec = {"domain": list(SIDES), "range": [PALETTE["us"], PALETTE["cn"]]}
SIDE_SHAPE: Spec = {"domain": list(SIDES), "range": ["circle", "square"]}
SIDE_DASH: Spec = {"domain": list(SIDES), "range": [[1, 0], [6, 3]]}


def time_axis(first: str, last: str, until: str) -> Spec:
    """The horizontal axis: UTC days from `first` to `last`, with ticks at round dates up to `until`: behind
    it are words, no days.
    """
    ticks = [{"year": d.year, "month": d.month, "date": d.day, "utc": True} for d in time_ticks(first, until)]
    return {
        "field": "d",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc", "domain": [first, last], "nice": False},
        "axis": {
            "format": "%Y-%m-%d" if days_between(first, until) <= 120 else "%Y-%m",
            "formatType": "time",
            "values": ticks,
            "labelOverlap": True,
            "labelFlush": False,
        },
    }


def time_ticks(first: str, until: str) -> list[date]:
    """The starts of months, quarters, half-years or years between two days; every second Monday where they
    are near each other.
    """
    days, start = days_between(first, until), date.fromisoformat(first)
    if days <= 120:
        return [d for n in range(days + 1) if (d := start + timedelta(days=n)).toordinal() % 14 == 1]
    months = next((step for step, upto in ((1, 250), (3, 800), (6, 2000)) if days <= upto), 12)
    return [
        d
        for n in range(days + 1)
        if (d := start + timedelta(days=n)).day == 1 and (d.month - 1) % months == 0
    ]


def days_between(first: str, last: str) -> int:
    """Whole days from one ISO day to another."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def later(day: str, first: str, share: float) -> str:
    """The day a share of the axis' length after `day`: room for the words at the ends of lines."""
    return (date.fromisoformat(day) + timedelta(days=5 + round(days_between(first, day) * share))).isoformat()


def log_ticks(values: Iterable[float | None]) -> list[float]:
    """Round numbers for a logarithmic axis: the fewer of a decade the more decades the values span."""
    known = [v for v in values if v is not None and v > 0] or [1.0]
    span = max(known) / min(known)
    steps = (
        (1,)
        if span > 3000
        else (1, 3)
        if span > 30
        else (1, 2, 5)
        if span > 3
        else (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)
    )
    return [round(n * 10.0**power, 6) for power in range(-4, 6) for n in steps]


def value_axis(
    title: str,
    field: str = "v",
    *,
    log: Iterable[float | None] | None = None,
    zero: bool = False,
    reverse: bool = False,
    **more: Any,
) -> Spec:
    """The vertical axis with its unit above it; logarithmic where the values that it shows are given as
    `log`.
    """
    scale: Spec = {"zero": zero}
    if log is not None:
        scale = {"type": "log", "nice": False, "padding": 8}
        more = {"axis": {"values": log_ticks(log), "format": "~g"}, **more}
    if reverse:
        scale["reverse"] = True
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {**scale, **more.pop("scale", {})},
        **more,
    }


def side(kind: str = "color") -> Spec:
    """Colour, shape or dash by country."""
    scales: dict[str, Spec] = {"color": SIDE_COLOUR, "shape": SIDE_SHAPE, "strokeDash": SIDE_DASH}
    return {"field": "g", "type": "nominal", "scale": scales[kind], "legend": None}


def layer(name: str, rows: Rows, mark: Spec, **encoding: Any) -> Spec:
    """One layer with its own data; the drawing's element gets the class `<name>_marks`."""
    if "description" not in encoding and mark["type"] in ("point", "rule", "text", "bar"):
        encoding["description"] = (
            {"field": "tip", "type": "nominal"} if rows and "tip" in rows[0] else {"value": ""}
        )
    return {"name": name, "data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def words(what: object, *more: object) -> str:
    """The lines that stand beside the pointer: what, then its day and value, then its source."""
    return "¦".join(str(part).replace("¦", "|") for part in (what, *more) if str(part))


def hover(name: str, rows: Rows, x: Spec, y: Spec) -> Spec:
    """The points of a line for the pointer: drawn unseen, read back and removed (`reports/svg.py`)."""
    known = [row for row in rows if row.get("v") is not None]
    return layer(f"hover_{name}", known, {"type": "point", "opacity": 0}, x=x, y=y)


def step(name: str, rows: Rows, x: Spec, y: Spec) -> Spec:
    """The frontiers as steps, one a country."""
    mark: Spec = {"type": "line", "interpolate": "step-after", "strokeWidth": 2}
    return layer(name, rows, mark, x=x, y=y, color=side(), strokeDash=side("strokeDash"))


def dots(name: str, rows: Rows, x: Spec, y: Spec, size: int = 42) -> Spec:
    """Points by country, hollow where `hollow` (a lag that may be longer, a time still running)."""
    fill: Spec = {"condition": {"test": "datum.hollow", "value": PALETTE["paper"]}, **side()}
    mark: Spec = {"type": "point", "size": size, "strokeWidth": 1.5, "opacity": 1}
    return layer(name, rows, mark, x=x, y=y, stroke=side(), fill=fill, shape=side("shape"))


def line(
    name: str, rows: Rows, x: Spec, y: Spec, colour: str, *, after: bool = False, sure: bool = True
) -> Spec:
    """A line in one colour, broken where a value is missing; `after`: as steps; dashed where no interval is
    known (`sure`).
    """
    mark: Spec = {
        "type": "line",
        "strokeWidth": 2,
        "color": colour,
        "interpolate": "step-after" if after else "linear",
    }
    mark = mark if sure else {**mark, "strokeDash": [5, 3]}
    return layer(name, rows, mark, x=x, y=y)


def band(name: str, rows: Rows, x: Spec, y: Spec, colour: str, *, after: bool = False) -> Spec:
    """The 90 % interval round a line: `lo` to `hi`."""
    mark: Spec = {
        "type": "area",
        "color": colour,
        "opacity": 0.18,
        "line": False,
        "interpolate": "step-after" if after else "linear",
    }
    return layer(name, rows, mark, x=x, y={**y, "field": "lo"}, y2={"field": "hi"})


def bars90(name: str, rows: Rows, x: Spec, y: Spec, colour: str) -> Spec:
    """90 % intervals of points, upright."""
    mark: Spec = {"type": "rule", "color": colour, "strokeWidth": 1.2, "opacity": 0.5}
    return layer(name, rows, mark, x=x, y={**y, "field": "lo"}, y2={"field": "hi"})


def spans(
    name: str, rows: Rows, x: Spec, y: Spec, colour: str, width: float = 2.5, dash: Sequence[int] = (1, 0)
) -> Spec:
    """Level segments from `d0` to `d`: the time between two models."""
    mark: Spec = {"type": "rule", "color": colour, "strokeWidth": width, "strokeDash": list(dash)}
    return layer(name, rows, mark, x={**x, "field": "d0"}, x2={"field": "d"}, y=y)


def labels(name: str, rows: Rows, x: Spec, y: Spec, field: str = "name", **mark: Any) -> Spec:
    """Words beside points."""
    return layer(
        name,
        rows,
        {"type": "text", "align": "left", "dx": 6, "dy": -6, "limit": 170, **mark},
        x=x,
        y=y,
        text={"field": field},
    )


def zero(y: Spec, at: float = 0) -> Spec:
    """A thin line across the chart, at zero or at another value."""
    mark: Spec = {"type": "rule", "color": PALETTE["faint"], "strokeWidth": 1}
    return layer("zero", [{"z": at}], mark, y={**y, "field": "z"})


def row_names(names: Sequence[str], y: Spec) -> Spec:
    """The names of rows above them, for a small screen; `y` is their axis, which then has none of its own."""
    mark: Spec = {"type": "text", "align": "left", "dy": -14, "fontSize": 11.5, "limit": NARROW}
    rows = [{y["field"]: name} for name in names]
    return layer("names", rows, mark, x={"value": 0}, y=y, text={"field": y["field"]})


def remark(name: str, text: str) -> Spec:
    """Words in the middle of a chart that has nothing to show."""
    mark: Spec = {"type": "text", "fontSize": 14, "fontStyle": "italic", "color": PALETTE["faint"]}
    return layer(name, [{}], mark, x={"value": WIDTH / 2}, y={"value": HEIGHT / 2}, text={"value": text})


EVENT_ROWS, EVENT_ROW, EVENT_LETTER = 5, 12, 6.6  # names below a chart: rows, their height, a letter's width


def events(rows: Rows, x: Spec, height: int, left: float, right: float) -> list[Spec]:
    """Policy events as ticks below the chart with their names in rows, so that none lies on another or over a
    line; the axis of days stands below them, and `x` is changed for it. `left`, `right`: the first and last
    day of the axis, as ordinals.
    """
    ends, placed = [float("-inf")] * EVENT_ROWS, []
    for row in rows:
        at = (date.fromisoformat(row["d"]).toordinal() - left) / (right - left) * WIDTH
        wide = 10 + EVENT_LETTER * len(row["name"])
        free = next((n for n, end in enumerate(ends) if end < at), ends.index(min(ends)))
        turned = at + wide > WIDTH
        ends[free] = at + (6 if turned else wide)
        placed.append((free, turned, row))
    below = {**x, "axis": {**x["axis"], "offset": event_room(placed_rows(placed))}}
    x.update(below)
    rule: Spec = {"type": "rule", "color": PALETTE["event"], "strokeWidth": 1.5}
    out = []
    for n in range(EVENT_ROWS):
        for turned in (False, True):
            mine = [row for free, side, row in placed if free == n and side == turned]
            foot, text = height + 4 + EVENT_ROW * (n + 1), {"type": "text", "fontSize": 10.5}
            text |= {
                "align": "right" if turned else "left",
                "dx": -3 if turned else 3,
                "dy": -3,
                "limit": 220,
            }
            out += [
                layer(f"events_{n}", mine, rule, x=x, y={"value": height}, y2={"value": foot}),
                layer(
                    f"event_names_{n}", mine, {**text, "color": PALETTE["event"]}, x=x, y={"value": foot},
                    text={"field": "name"}, description={"value": ""},
                ),
            ] if mine else []  # fmt: skip
    return out


def placed_rows(placed: Sequence[tuple[int, bool, dict[str, Any]]]) -> int:
    """How many rows of names are taken."""
    return max((row for row, _, _ in placed), default=-1) + 1


def event_room(rows: int) -> int:
    """The height that so many rows of names take below the chart."""
    return 8 + EVENT_ROW * rows


def halo(name: str, rows: Rows, x: Spec, y: Spec, field: str = "name", **mark: Any) -> list[Spec]:
    """Words with a rim of paper, read over lines."""
    rim = {"stroke": PALETTE["paper"], "strokeWidth": 3.5, "strokeJoin": "round", "color": PALETTE["paper"]}
    return [
        labels(f"{name}_rim", rows, x, y, field, **{**mark, **rim}),
        labels(name, rows, x, y, field, **mark),
    ]
