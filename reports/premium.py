"""Price against capability, and what the last step to the edge costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import Names
from reports.components import Figure, Grid, Section, Statement
from reports.drawing import Spec, draw
from reports.headline import BASIS_WORDS
from reports.selectors import Tables, picked, records
from reports.sources import price_source_line
from reports.wording import NOTHING, dollars, number, tenfold, times

PREMIUM_WORDS = {"all": "all on sale (the line)", "efficient": "those that no cheaper one beats"}
MOST_NAMED = 40


def premium_section(tables: Tables, as_of: date) -> Section:
    """Price against capability, one point a model, with the line whose slope is the premium."""
    title = "What the last step to the edge costs"
    slopes, names = picked(tables, "frontier_premium", country=["US", "CN"]), Names(tables)
    if not len(slopes):
        return Section(
            "premium",
            title,
            missing=("No country has enough models with both a capability and a price by this day.",),
        )
    statements = tuple(Statement(_premium(r, names)) for r in _both_kinds(slopes))
    grid = _slopes_grid(slopes, names)
    figure = _scatter(tables, names, as_of)
    missing = (
        ()
        if figure
        else ("The prices of the single models are not in the derived tables of this day: no chart.",)
    )
    note = (
        "One point a model on sale. Level bars are the 90 % interval of its capability; where the board"
        " states no errors there are none. The line is the fit over all models of the country; the slope of"
        " those that no cheaper model beats is in the table."
    )
    return Section(
        "premium", title, note, statements, (figure,) if figure else (), (grid,), missing=missing, key=True
    )


def _slopes_grid(slopes: pd.DataFrame, names: Names) -> Grid:
    body = tuple(
        (
            layers.SIDE_WORDS[r["country"]],
            PREMIUM_WORDS.get(r["premium_kind"], r["premium_kind"]),
            times(r["factor_per_10"]),
            f"{tenfold(r['slope_lo90'])} to {tenfold(r['slope_hi90'])}",
            number(r["slope_log10_per_10"]),
            number(r["models_counted"]),
            names(r["edge_model_id"]),
        )
        for r in records(slopes)
    )
    header = (
        "country",
        "over which models",
        "ten points cost",
        "90 % interval",
        "slope, log10",
        "models",
        "most capable",
    )
    return Grid(f"Premium, {BASIS_WORDS['blend_3_1']}", header, body, frozenset({2, 3, 4, 5}))


def _both_kinds(slopes: pd.DataFrame) -> list[dict[str, Any]]:
    """A country's slope over its efficient models, with that over all of them beside it."""
    every = {r["country"]: r for r in records(slopes[slopes["premium_kind"] == "all"])}
    return [
        {**r, "all": every.get(r["country"])} for r in records(slopes[slopes["premium_kind"] == "efficient"])
    ]


def _premium(r: dict[str, Any], names: Names) -> str:
    beside = "" if r["all"] is None else f" Over all its models, the line below: {_factor(r['all'])}."
    return (
        f"{layers.SIDE_WORDS[r['country']]}: among models that no cheaper one beats, ten points of capability"
        f" cost {_factor(r)}; {number(r['models_counted'])} models, the most capable"
        f" {names(r['edge_model_id'])}.{beside}"
    )


def _factor(r: dict[str, Any]) -> str:
    return (
        f"{times(r['factor_per_10'])} as much (90 % interval {tenfold(r['slope_lo90'])} to"
        f" {tenfold(r['slope_hi90'])})"
    )


def _apart(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The most capable models whose names, to the right of their points, lie over no other name and no other
    point.
    """
    wide = 0.16 * (max(p["d"] for p in points) - min(p["d"] for p in points))
    high = (max(p["v"] for p in points) / min(p["v"] for p in points)) ** 0.04
    out: list[dict[str, Any]] = []
    for point in reversed(points[-MOST_NAMED:]):
        beside = [
            p
            for p in points
            if p is not point
            and 0 <= p["d"] - point["d"] < wide
            and 1 / high**0.3 < p["v"] / point["v"] < high
        ]
        if not beside and not any(
            abs(p["d"] - point["d"]) < wide and 1 / high < p["v"] / point["v"] < high for p in out
        ):
            out.append(point)
    return out


def _scatter(tables: Tables, names: Names, as_of: date) -> Figure | None:
    if "model_prices" not in tables:
        return None
    rows = picked(tables, "model_prices", country=["US", "CN"])
    rows = rows[rows["blend_3_1_usd"].notna() & rows["capability"].notna()].sort_values(
        "capability", kind="stable"
    )
    if not len(rows):
        return None
    points = _points(rows, names)
    x: Spec = {
        "field": "d",
        "type": "quantitative",
        "title": "capability (GPT-5 = 150)",
        "scale": {"zero": False, "nice": False, "padding": 16},
        "axis": {"tickCount": 9},
    }
    y = layers.value_axis("USD per 1M tokens, 3 input to 1 output token", log=[p["v"] for p in points])
    drawing = _layers(points, x, y)
    picture = draw(
        drawing, title="Price against capability", subtitle=f"{BASIS_WORDS['blend_3_1']}; {as_of}", height=400
    )
    grid = _models_grid(rows, names, as_of)
    alt = "Price (log scale) against capability of US and Chinese models on sale."
    return Figure(
        "premium-chart", "Price against capability", alt, picture, (grid,), price_source_line(tables)
    )


def _layers(points: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    rule: Spec = {"type": "rule", "strokeWidth": 1, "opacity": 0.25}
    fitted = [p for p in points if p["fit"] is not None]
    return [
        layers.layer(
            "errors",
            [p for p in points if p["lo"] is not None],
            rule,
            x={**x, "field": "lo"},
            x2={"field": "hi"},
            y=y,
            color=layers.side(),
        ),
        layers.layer(
            "fit",
            fitted,
            {"type": "line", "strokeWidth": 2},
            x=x,
            y={**y, "field": "fit"},
            color=layers.side(),
            strokeDash=layers.side("strokeDash"),
        ),
        layers.dots("models", points, x, y, 36),
        layers.labels("best", _apart(points), x, y),
    ]


def _points(rows: pd.DataFrame, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "d": r["capability"],
            "v": r["blend_3_1_usd"],
            "lo": r["lo90"],
            "hi": r["hi90"],
            "g": r["country"],
            "fit": r["fitted_blend_3_1_usd"],
            "name": names(r["model_id"], "", 26),
            "tip": (
                f"{names(r['model_id'])}: capability {number(r['capability'], 4)},"
                f" {dollars(r['blend_3_1_usd'])}"
            ),
        }
        for r in records(rows)
    ]


def _models_grid(rows: pd.DataFrame, names: Names, as_of: date) -> Grid:
    body = tuple(
        (
            names(r["model_id"]),
            layers.SIDE_WORDS[r["country"]],
            number(r["capability"], 4),
            NOTHING if r["lo90"] is None else f"{number(r['lo90'], 4)} to {number(r['hi90'], 4)}",
            dollars(r["blend_3_1_usd"]),
            dollars(r["input_usd"]),
            dollars(r["output_usd"]),
            str(r["provider_id"]),
        )
        for r in reversed(records(rows))
    )
    header = ("model", "country", "capability", "90 % interval", "3 : 1 blend", "input", "output", "sold by")
    return Grid(f"Models on sale on {as_of}, USD per 1M tokens", header, body, frozenset({2, 3, 4, 5, 6}))
