"""What the same capability costs in the US and in China, the ratio of the two, and price against
capability.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import Names
from reports.components import Figure, Grid, Section, Shown, Statement, Switch
from reports.drawing import PALETTE, Spec, draw, draw_stacked
from reports.headline import BASIS_WORDS, ratio_line
from reports.selectors import Tables, picked, ratios_today, records
from reports.sources import price_source_line
from reports.wording import NOTHING, cheapening, day, dollars, interval, number, tenfold, times

BASES = ("blend_3_1", "blend_agentic", "input", "output")
EVERY_DAYS, MOST_NAMED = 7, 40


def price_section(tables: Tables, as_of: date) -> Section:
    """The least price at the Chinese frontier's capability on both sides and their ratio, by basis; fixed
    levels as a table.
    """
    title = "What the same capability costs"
    figures, statements, grids, shown = [], [], [], []
    names = Names(tables)
    for basis in BASES:
        rows = picked(
            tables, "price_ratio", comparison="at_capability", basis=basis, bound="point", window_days=0
        )
        rows = rows[rows["level"].isna() & rows["ratio"].notna()].sort_values("day", kind="stable")
        if len(rows):
            shown.append((basis, BASIS_WORDS[basis].capitalize()))
            figures.append(_ratio_figure(tables, basis, rows, names, as_of))
            statements.append(Statement(_sentence(tables, basis), Shown("basis", basis)))
    levels = ratios_today(tables)
    if len(levels):
        grids.append(_levels(levels, names))
    grids += [g for g in (_declines(tables), _flagships(tables)) if g.rows]
    missing = (
        ()
        if figures
        else ("No US and Chinese models of equal capability, with prices, are known by this day.",)
    )
    note = (
        "On each day: the cheapest US model and the cheapest Chinese model among those at least as capable as"
        " the best Chinese model on sale. Above 1 the US is dearer. The band comes from the errors of the"
        " capabilities; prices are exact. Token prices are not the price of a task: two models use unequal"
        " numbers of tokens for one."
    )
    switches = (Switch("basis", "Price", tuple(shown)),) if shown else ()
    return Section(
        "prices", title, note, tuple(statements), tuple(figures), tuple(grids), switches, True, missing
    )


def _sentence(tables: Tables, basis: str) -> str:
    line = ratio_line(tables, basis)
    return line[0].upper() + line[1:] + "."


def _ratio_figure(tables: Tables, basis: str, rows: pd.DataFrame, names: Names, as_of: date) -> Figure:
    thin = rows[(rows["day"].max() - rows["day"]).dt.days % EVERY_DAYS == 0]
    first, last = day(rows["day"].min()), day(rows["day"].max())
    prices: list[dict[str, Any]] = []
    ratios: list[dict[str, Any]] = []
    for r in records(thin):
        at = day(r["day"])
        for side in ("us", "cn"):
            seller = names(r[f"{side}_model_id"], "", 40)
            prices.append(
                {
                    "d": at,
                    "v": r[f"{side}_price_usd"],
                    "g": side.upper(),
                    "tip": f"{seller}, {at}: {dollars(r[f'{side}_price_usd'])}",
                }
            )
        ratios.append({"d": at, "v": r["ratio"], "lo": r["ratio_lo90"], "hi": r["ratio_hi90"]})
    x = layers.time_axis(first, layers.later(last, first, 0.11), last)
    y = layers.value_axis("USD per 1M tokens", log=[p["v"] for p in prices])
    ratio = layers.value_axis(
        "US price / Chinese price (below 1: China is dearer)", log=[1.0, *_spread(ratios)]
    )
    upper = [layers.step("price", prices, x, y), *_end_labels(prices, x, y)]
    one: Spec = {"type": "rule", "color": PALETTE["faint"], "strokeWidth": 1}
    lower = [
        layers.band("ratio", ratios, x, ratio, PALETTE["ink"], after=True),
        layers.line(
            "ratio",
            ratios,
            x,
            ratio,
            PALETTE["ink"],
            after=True,
            sure=any(r["lo"] is not None for r in ratios),
        ),
        layers.layer("one", [{"z": 1}], one, y={**ratio, "field": "z"}),
        layers.labels(
            "end", [{**ratios[-1], "name": times(ratios[-1]["v"])}], x, ratio, dx=5, dy=0, fontWeight="bold"
        ),
    ]
    title = f"The same capability: price in the US and in China ({BASIS_WORDS[basis]})"
    picture = draw_stacked(
        [(upper, 190), (lower, 130)],
        title=title,
        subtitle=f"Cheapest model at the Chinese frontier's level; {as_of}",
    )
    body = tuple(
        (
            day(r["day"]),
            names(r["us_model_id"]),
            dollars(r["us_price_usd"]),
            names(r["cn_model_id"]),
            dollars(r["cn_price_usd"]),
            number(r["ratio"]),
            number(r["ratio_lo90"]),
            number(r["ratio_hi90"]),
        )
        for r in records(thin)
    )
    header = (
        "day",
        "cheapest US",
        "USD per 1M",
        "cheapest Chinese",
        "USD per 1M",
        "ratio",
        "from (90 %)",
        "to (90 %)",
    )
    grid = Grid(f"Weekly, {BASIS_WORDS[basis]}", header, body, frozenset({2, 4, 5, 6, 7}))
    alt = (
        f"Least price at the Chinese frontier's capability in the US and in China, and their ratio, {first}"
        f" to {last}."
    )
    heading = f"At the Chinese frontier's capability, {BASIS_WORDS[basis]}"
    return Figure(
        f"price-{basis}", heading, alt, picture, (grid,), price_source_line(tables), Shown("basis", basis)
    )


def _end_labels(prices: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    """Each side's last price behind the end of its line, the dearer one a little higher so that equal prices
    stay apart.
    """
    last = {p["g"]: {**p, "name": f"{layers.SIDE_WORDS[p['g']]} {dollars(p['v'])}"} for p in prices}
    above = max(last.values(), key=lambda p: p["v"])
    style: Spec = {"dx": 5, "fontWeight": "bold"}
    return [
        layers.labels(
            f"end_{side}", [p], x, y, dy=-5 if p is above else 6, color=layers.COLOURS[side], **style
        )
        for side, p in sorted(last.items())
    ]


def _spread(rows: list[dict[str, Any]]) -> list[float | None]:
    return [r[name] for r in rows for name in ("v", "lo", "hi")]


def _levels(rows: pd.DataFrame, names: Names) -> Grid:
    body = tuple(
        (
            "the Chinese frontier" if r["level"] is None else number(r["level"]),
            names(r["us_model_id"]),
            dollars(r["us_price_usd"]),
            names(r["cn_model_id"]),
            dollars(r["cn_price_usd"]),
            times(r["ratio"]),
            interval(r["ratio_lo90"], r["ratio_hi90"]).removeprefix("90 % interval "),
            day(r["day"]),
        )
        for r in records(rows)
    )
    header = (
        "capability at least",
        "cheapest US",
        "USD per 1M",
        "cheapest Chinese",
        "USD per 1M",
        "US / China",
        "90 % interval",
        "day",
    )
    return Grid(f"By level of capability, {BASIS_WORDS['blend_3_1']}", header, body, frozenset({2, 4, 5}))


def _declines(tables: Tables) -> Grid:
    rows = picked(tables, "price_decline", basis="blend_3_1").sort_values(["level", "country"], kind="stable")
    body = tuple(
        (
            number(r["level"]),
            layers.SIDE_WORDS.get(r["country"], r["country"]),
            times(r["factor_per_year"]),
            f"{cheapening(r['slope_hi90'])} to {cheapening(r['slope_lo90'])}",
            day(r["first_day"]),
            day(r["last_day"]),
        )
        for r in records(rows)
    )
    header = ("capability", "country", "cheaper after a year", "90 % interval", "from", "to")
    return Grid(
        "How fast a level of capability gets cheaper (1 times: not at all; below 1: dearer)",
        header,
        body,
        frozenset({0, 2, 3}),
    )


def _flagships(tables: Tables) -> Grid:
    rows = picked(tables, "price_ratio", comparison="flagship")
    rows = rows.sort_values("day", kind="stable").drop_duplicates(["basis", "window_days"], keep="last")
    # The rows of the rolling mean repeat the medians of their last day: one line a basis, the mean of the
    # ratio beside that day's.
    means = {r["basis"]: r for r in records(rows[rows["window_days"] > 0])}
    body = tuple(
        (
            BASIS_WORDS.get(r["basis"], r["basis"]),
            dollars(r["us_price_usd"]),
            dollars(r["cn_price_usd"]),
            times(r["ratio"]),
            NOTHING if r["basis"] not in means else times(means[r["basis"]]["ratio"]),
            day(r["day"]),
        )
        for r in records(rows[rows["window_days"] == 0].sort_values("basis", kind="stable"))
    )
    header = ("price", "US median", "Chinese median", "US / China that day", "mean ratio of 90 days", "day")
    return Grid("Median price of the labs' current flagships", header, body, frozenset({1, 2, 3, 4}))


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
    grid = Grid(f"Premium, {BASIS_WORDS['blend_3_1']}", header, body, frozenset({2, 3, 4, 5}))
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


PREMIUM_WORDS = {"all": "all on sale (the line)", "efficient": "those that no cheaper one beats"}


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
    points = [
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
    x: Spec = {
        "field": "d",
        "type": "quantitative",
        "title": "capability (GPT-5 = 150)",
        "scale": {"zero": False, "nice": False, "padding": 16},
        "axis": {"tickCount": 9},
    }
    y = layers.value_axis("USD per 1M tokens, 3 input to 1 output token", log=[p["v"] for p in points])
    rule: Spec = {"type": "rule", "strokeWidth": 1, "opacity": 0.25}
    fitted = [p for p in points if p["fit"] is not None]
    drawing = [
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
    picture = draw(
        drawing, title="Price against capability", subtitle=f"{BASIS_WORDS['blend_3_1']}; {as_of}", height=400
    )
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
    grid = Grid(f"Models on sale on {as_of}, USD per 1M tokens", header, body, frozenset({2, 3, 4, 5, 6}))
    alt = "Price (log scale) against capability of US and Chinese models on sale."
    return Figure(
        "premium-chart", "Price against capability", alt, picture, (grid,), price_source_line(tables)
    )
