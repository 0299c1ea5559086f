"""What the same capability costs in the US and in China, and the ratio of the two."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import Names
from reports.components import Figure, Grid, Section, Shown, Statement, Switch
from reports.drawing import PALETTE, Spec, draw_stacked
from reports.headline import BASIS_WORDS, ratio_line
from reports.price_tables import declines_grid, levels_grid, medians_grid
from reports.selectors import Tables, picked, ratios_today, records
from reports.sources import price_source_line
from reports.wording import day, dollars, number, times

BASES = ("blend_3_1", "blend_agentic", "input", "output")
EVERY_DAYS = 7


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
        grids.append(levels_grid(levels, names))
    grids += [g for g in (declines_grid(tables), medians_grid(tables)) if g.rows]
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
    prices, ratios = _points(thin, names)
    x = layers.time_axis(first, layers.later(last, first, 0.11), last)
    y = layers.value_axis("USD per 1M tokens", log=[p["v"] for p in prices])
    ratio = layers.value_axis(
        "US price / Chinese price (below 1: China is dearer)", log=[1.0, *_spread(ratios)]
    )
    upper = [layers.step("price", prices, x, y), *_end_labels(prices, x, y)]
    lower = _ratio_layers(ratios, x, ratio)
    title = f"The same capability: price in the US and in China ({BASIS_WORDS[basis]})"
    picture = draw_stacked(
        [(upper, 190), (lower, 130)],
        title=title,
        subtitle=f"Cheapest model at the Chinese frontier's level; {as_of}",
    )
    grid = _ratio_grid(thin, names, basis)
    alt = (
        f"Least price at the Chinese frontier's capability in the US and in China, and their ratio, {first}"
        f" to {last}."
    )
    heading = f"At the Chinese frontier's capability, {BASIS_WORDS[basis]}"
    return Figure(
        f"price-{basis}", heading, alt, picture, (grid,), price_source_line(tables), Shown("basis", basis)
    )


def _ratio_layers(ratios: list[dict[str, Any]], x: Spec, ratio: Spec) -> list[Spec]:
    one: Spec = {"type": "rule", "color": PALETTE["faint"], "strokeWidth": 1}
    return [
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


def _points(rows: pd.DataFrame, names: Names) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    prices: list[dict[str, Any]] = []
    ratios: list[dict[str, Any]] = []
    for r in records(rows):
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
    return prices, ratios


def _ratio_grid(thin: pd.DataFrame, names: Names, basis: str) -> Grid:
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
    return Grid(f"Weekly, {BASIS_WORDS[basis]}", header, body, frozenset({2, 4, 5, 6, 7}))


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
