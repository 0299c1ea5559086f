"""What the same capability costs in the US and in China, and the ratio of the two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.answers.unseen_words import alone
from reports.board_data import LINE_KEY, Names
from reports.components import Figure, Grid, Section, Shown, Statement, Switch
from reports.drawing import PALETTE, Spec, draw
from reports.headline import BASIS_WORDS, ratio_line
from reports.pooled import fall_sentence, index_ratio_sentence
from reports.price_bases import bases_figure
from reports.price_tables import declines_grid, levels_grid, medians_grid
from reports.selectors import Tables, picked, ratios_today, records
from reports.sources import price_source_line
from reports.unseen import unseen
from reports.wording import day, dollars, interval, number, times

BASES = ("blend_3_1", "blend_agentic", "input", "output")
EVERY_DAYS = 7


def price_section(tables: Tables, as_of: date) -> Section:
    """Three bases of the price ratio beside each other, then the ratio over time at the Chinese frontier's
    capability, by price basis; fixed levels as a table.
    """
    title = "What the same capability costs"
    names, figures, said, shown = Names(tables), [], [], []
    for basis in BASES:
        rows = picked(
            tables, "price_ratio", comparison="at_capability", basis=basis, bound="point", window_days=0
        )
        rows = rows[rows["level"].isna() & rows["ratio"].notna()].sort_values("day", kind="stable")
        if len(rows):
            shown.append((basis, BASIS_WORDS[basis].capitalize()))
            figures.append(_ratio_figure(tables, basis, rows, names, as_of))
            said.append(Statement(_sentence(tables, basis), Shown("basis", basis)))
    bases = bases_figure(tables, as_of)
    first = [s for s in (index_ratio_sentence(tables), fall_sentence(tables)) if s]
    levels = ratios_today(tables)
    grids = [levels_grid(levels, names)] if len(levels) else []
    grids += [g for g in (declines_grid(tables), medians_grid(tables)) if g.rows]
    nothing = "No US and Chinese models of equal capability, with prices, are known by this day."
    note = (
        "The chart over time: on each day the cheapest US model and the cheapest Chinese model among those at"
        " least as capable as the best Chinese model on sale. The band comes from the errors of the"
        " capabilities; prices are exact. Token prices are not the price of a task: two models use unequal"
        " numbers of tokens for one."
    )
    return Section(
        "prices", title, note, (*map(Statement, first), *said), (*([bases] if bases else []), *figures),
        tuple(replace(g, folded=True) for g in grids),
        (Switch("basis", "Price", tuple(shown)),) if shown else (),
        missing=() if figures else (nothing,),
    )  # fmt: skip


def _sentence(tables: Tables, basis: str) -> str:
    line = ratio_line(tables, basis)
    return line[0].upper() + line[1:] + "."


def _ratio_figure(tables: Tables, basis: str, rows: pd.DataFrame, names: Names, as_of: date) -> Figure:
    thin = rows[(rows["day"].max() - rows["day"]).dt.days % EVERY_DAYS == 0]
    first, last = day(rows["day"].min()), day(rows["day"].max())
    ratios = _points(thin, names)
    x = layers.time_axis(first, layers.later(last, first, 0.11), last)
    title = f"The same capability: US price over Chinese price ({BASIS_WORDS[basis]})"
    picture = draw(
        _ratio_layers(ratios, x),
        title=title,
        subtitle=f"Cheapest models at the Chinese frontier's level; {as_of}",
        height=250,
        key=LINE_KEY,
    )
    alt = (
        f"Least price in the US over least price in China at the Chinese frontier's capability, {first} to"
        f" {last}; last {times(ratios[-1]['v'])}."
    )
    newest = records(rows.tail(1))[0]
    return Figure(
        f"price-{basis}",
        f"US price / Chinese price at the Chinese frontier's capability, {BASIS_WORDS[basis]}",
        alt, picture, (_ratio_grid(thin, names, basis),), price_source_line(tables), Shown("basis", basis),
        f"gapledger explain price_ratio comparison=at_capability basis={basis} bound=point"
        f" us_model_id={newest['us_model_id']} day={last} as_of={as_of}",
        alone(unseen(tables, "price_ratio")),
    )  # fmt: skip


def _ratio_layers(ratios: list[dict[str, Any]], x: Spec) -> list[Spec]:
    """The ratio with its band, over two shades: above 1 the US is dearer, below it China."""
    known = [n for r in ratios for n in (r["v"], r["lo"], r["hi"]) if n]
    low, high = min(0.5, *known) / 1.1, max(2.0, *known) * 1.15
    y = layers.value_axis("US price / Chinese price", log=[low, high], scale={"domain": [low, high]})
    ends = {"d": ratios[0]["d"], "e": x["scale"]["domain"][1]}
    shades = []
    for name, colour, (bottom, top), text, at, below in (
        ("us", PALETTE["us"], (1.0, high), "US dearer", high, True),
        ("cn", PALETTE["cn"], (low, 1.0), "China dearer", low, False),
    ):
        area: Spec = {"type": "rect", "color": colour, "opacity": 0.07}
        words: Spec = {"dx": 8, "dy": 13 if below else -9, "color": colour, "fontWeight": "bold"}
        shades += [
            layers.layer(
                f"shade_{name}", [{**ends, "v": bottom, "top": top}], area, x=x, x2={"field": "e"}, y=y,
                y2={"field": "top"}, description={"value": ""},
            ),
            layers.labels(f"shade_words_{name}", [{**ends, "v": at, "name": text}], x, y, **words),
        ]  # fmt: skip
    sure = any(r["lo"] is not None for r in ratios)
    end = [{**ratios[-1], "name": times(ratios[-1]["v"])}]
    return [
        *shades,
        layers.zero(y, 1),
        layers.band("ratio", ratios, x, y, PALETTE["ink"], after=True),
        layers.line("ratio", ratios, x, y, PALETTE["ink"], after=True, sure=sure),
        layers.labels("end", end, x, y, dx=5, dy=0, fontWeight="bold"),
        layers.hover("ratio", ratios, x, y),
    ]


def _points(rows: pd.DataFrame, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "d": (at := day(r["day"])), "v": r["ratio"], "lo": r["ratio_lo90"], "hi": r["ratio_hi90"],
            "tip": layers.words(
                f"{names(r['us_model_id'], '', 40)} / {names(r['cn_model_id'], '', 40)}",
                f"{at}: {times(r['ratio'])} ({interval(r['ratio_lo90'], r['ratio_hi90'])})",
                f"{dollars(r['us_price_usd'])} against {dollars(r['cn_price_usd'])} per 1M tokens",
                f"sold by {r['us_provider_id']} and {r['cn_provider_id']}",
            ),
        }
        for r in records(rows)
    ]  # fmt: skip


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
