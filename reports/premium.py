"""Price against capability, and what the last step to the edge costs."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.answers.unseen_words import alone
from reports.board_data import Names
from reports.components import Figure, Grid, Section, Statement
from reports.drawing import Spec, draw
from reports.headline import BASIS_WORDS
from reports.selectors import Tables, picked, records
from reports.sources import price_source_line
from reports.unseen import unseen
from reports.wording import NOTHING, day, dollars, number, tenfold, times

PREMIUM_WORDS = {"all": "all on sale", "efficient": "those that no cheaper one beats (the line)"}
LETTER, NAME_HEIGHT = 0.0093, 0.045  # of a name, as shares of the chart's width and height


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
        "The lines: the cheapest way to each capability in either country, a step where the next model"
        " begins; level bars are the 90 % interval of its capability. Faint: every other model on sale,"
        " beaten by a cheaper one."
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
    beside = "" if r["all"] is None else f" Over all its models: {_factor(r['all'])}."
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


def _efficient(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The models that no cheaper one beats, of each country, from the least capable up."""
    out: list[dict[str, Any]] = []
    for side in layers.SIDES:
        best = float("-inf")
        for point in sorted((p for p in points if p["g"] == side), key=lambda p: (p["v"], -p["d"])):
            if point["d"] > best:
                best = point["d"]
                out.append(point)
    return out


def _named(points: list[dict[str, Any]], every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those whose names have room, from the most capable down; names of US models stand to the left of their
    points and above, those of Chinese ones to the right and below. `every`: all points, for the size.
    """
    wide = max(p["d"] for p in every) - min(p["d"] for p in every)
    high = math.log(max(p["v"] for p in every) / min(p["v"] for p in every)) or 1.0

    def box(point: dict[str, Any]) -> tuple[float, float, float]:
        x, y = point["d"] / wide, math.log(point["v"]) / high
        long = LETTER * len(point["name"]) + 0.012
        return (x - long, x, y + 0.02) if point["g"] == "US" else (x, x + long, y - 0.03)

    out: list[dict[str, Any]] = []
    for point in sorted(points, key=lambda p: -p["d"]):
        left, right, at = box(point)
        taken = [box(p) for p in out]
        if point["name"] and all(right < a or b < left or abs(at - y) > NAME_HEIGHT for a, b, y in taken):
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
        "premium-chart",
        "The price of capability: what no cheaper model beats",
        alt,
        picture,
        (grid,),
        price_source_line(tables),
        trace=f"gapledger explain frontier_premium country=CN premium_kind=efficient as_of={as_of}",
        unseen=alone(unseen(tables, "frontier_premium")),
    )


def _layers(points: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    """Every model faint; those that no cheaper one beats as a stepped line, with their errors and names: the
    US ones above their points, the Chinese ones below.
    """
    edge = _efficient(points)
    rest = [p for p in points if p not in edge]
    faint: Spec = {"type": "point", "size": 16, "filled": True, "opacity": 0.28}
    rule: Spec = {"type": "rule", "strokeWidth": 1.2, "opacity": 0.4}
    sure = [p for p in edge if p["lo"] is not None]
    names = _named(edge, points)
    return [
        layers.layer("rest", rest, faint, x=x, y=y, color=layers.side(), shape=layers.side("shape")),
        layers.layer(
            "errors", sure, rule, x={**x, "field": "lo"}, x2={"field": "hi"}, y=y, color=layers.side(),
            description={"value": ""},
        ),
        layers.layer(
            "edge", edge, {"type": "line", "strokeWidth": 2, "interpolate": "step-after"}, x=x, y=y,
            color=layers.side(), strokeDash=layers.side("strokeDash"),
            order={"field": "v", "type": "quantitative"},
        ),
        layers.dots("models", edge, x, y, 60),
        *layers.halo("us_names", [p for p in names if p["g"] == "US"], x, y, dx=-7, dy=-8, align="right"),
        *layers.halo("cn_names", [p for p in names if p["g"] == "CN"], x, y, dx=7, dy=12),
    ]  # fmt: skip


def _points(rows: pd.DataFrame, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "d": r["capability"],
            "v": r["blend_3_1_usd"],
            "lo": r["lo90"],
            "hi": r["hi90"],
            "g": r["country"],
            "name": names(r["model_id"], "", 26),
            "tip": layers.words(
                names(r["model_id"]),
                f"capability {number(r['capability'], 4)}, {dollars(r['blend_3_1_usd'])} per 1M tokens",
                f"{day(r['day'])}, sold by {r['provider_id']}",
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
