"""The price ratio on three bases beside each other: what is compared decides the number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.answers.unseen_words import alone
from reports.board_data import Names
from reports.components import Figure, Grid
from reports.drawing import NARROW, PALETTE, Spec, draw
from reports.pooled import INDEX
from reports.selectors import Tables, picked, records
from reports.sources import price_source_line
from reports.unseen import unseen
from reports.wording import NOTHING, day, dollars, factor, interval, times
from warehouse.conventions import QUOTED_PAIR

BASIS = "blend_3_1"
KEY = "Bar: 90 % interval; listed prices have none"


def bases_figure(tables: Tables, as_of: date) -> Figure | None:
    """A row a basis: the index at equal capability, the medians of current flagships, and the pair that
    everyone quotes. None where no basis is known.
    """
    rows = [r for r in (_index(tables), _flagships(tables), _pair(tables)) if r is not None]
    if not rows:
        return None
    picture = draw(
        _layers(rows, False), title="What a US model costs over a Chinese one, on three bases",
        subtitle=f"3 input to 1 output token; as known on {as_of}", height=46 * len(rows), key=KEY,
        narrow=_layers(rows, True), narrow_height=58 * len(rows),
    )  # fmt: skip
    grid = _grid(tables, rows)
    alt = "US price over Chinese price: " + "; ".join(f"{r['what']} {times(r['v'])}" for r in rows) + "."
    return Figure(
        "price-bases", "US price / Chinese price, on three bases", alt, picture, (grid,),
        price_source_line(tables), trace=f"{rows[0]['trace']} as_of={as_of}",
        unseen=alone(unseen(tables, "price_index")),
    )  # fmt: skip


def _grid(tables: Tables, rows: list[dict[str, Any]]) -> Grid:
    header = (
        "what is compared",
        "US price / Chinese price",
        "90 % interval",
        "US, USD per 1M",
        "China",
        "on",
        "what it lacks",
    )
    lacks = {"index": unseen(tables, "price_index"), "flagships": unseen(tables, "flagship_ratio")}
    body = tuple(
        (
            r["what"],
            times(r["v"]),
            r["interval"],
            dollars(r["us"]),
            dollars(r["cn"]),
            r["day"],
            lacks.get(r["kind"]) or NOTHING,
        )
        for r in rows
    )
    return Grid("US price over Chinese price on three bases", header, body, frozenset({1, 3, 4}))


def _index(tables: Tables) -> dict[str, Any] | None:
    ratios = picked(tables, "price_index_ratio", **INDEX)
    if not len(ratios):
        return None
    r = records(ratios.sort_values("month").tail(1))[0]
    pairs = " ".join(f"{name}='{value}'" for name, value in INDEX.items())
    trace = f"gapledger explain price_index_ratio {pairs} month={day(r['month'])}"
    what = "Equal capability: all models on sale"
    month = f"{r['month']:%Y-%m}"
    row = _row(what, r["ratio"], r["ratio_lo90"], r["ratio_hi90"], None, None, month, trace)
    return {**row, "kind": "index"}


def _newest(rows: pd.DataFrame) -> dict[str, Any] | None:
    rows = rows[rows["ratio"].notna()]
    return records(rows.sort_values("day", kind="stable").tail(1))[0] if len(rows) else None


def _flagships(tables: Tables) -> dict[str, Any] | None:
    r = _newest(picked(tables, "price_ratio", comparison="flagship", basis=BASIS, window_days=90))
    if r is None:
        return None
    trace = (
        f"gapledger explain price_ratio comparison=flagship basis={BASIS} window_days=90 day={day(r['day'])}"
    )
    what = "Current flagships: medians, mean of 90 days"
    row = _row(what, r["ratio"], None, None, r["us_price_usd"], r["cn_price_usd"], day(r["day"]), trace)
    return {**row, "kind": "flagships"}


def _pair(tables: Tables) -> dict[str, Any] | None:
    r, names = _newest(picked(tables, "price_ratio", comparison=QUOTED_PAIR, basis=BASIS)), Names(tables)
    if r is None:
        return None
    trace = f"gapledger explain price_ratio comparison='{QUOTED_PAIR}' basis={BASIS} day={day(r['day'])}"
    what = f"The pair most quoted: {names(r['us_model_id'], '', 26)} / {names(r['cn_model_id'], '', 26)}"
    return _row(what, r["ratio"], None, None, r["us_price_usd"], r["cn_price_usd"], day(r["day"]), trace)


def _row(
    what: str, v: float, lo: float | None, hi: float | None, us: float | None, cn: float | None, on: str,
    trace: str,
) -> dict[str, Any]:  # fmt: skip
    span = NOTHING if lo is None else f"{factor(lo)} to {factor(hi)}"
    beside = f"{times(v)}" + ("" if lo is None else f"  ({span})")
    value = f"{on}: {times(v)}" + ("" if lo is None else f" ({interval(lo, hi)})")
    both = "" if us is None else f"{dollars(us)} against {dollars(cn)} per 1M tokens"
    return {
        "what": what, "v": v, "lo": lo, "hi": hi, "us": us, "cn": cn, "day": on, "trace": trace, "one": 1,
        "kind": "", "interval": span, "said": beside, "end": max(n for n in (v, hi) if n is not None),
        "tip": layers.words(what, value, both),
    }  # fmt: skip


def _layers(rows: list[dict[str, Any]], narrow: bool) -> list[Spec]:
    """Names above the rows, so that all of them are read on a small screen too; 1 is where both cost the
    same.
    """
    low = min(0.8, *(n for r in rows for n in (r["v"], r["lo"]) if n is not None))
    high = max(r["end"] for r in rows) * (3.2 if narrow else 1.7)
    x: Spec = {
        "field": "v", "type": "quantitative", "title": "US price / Chinese price",
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {"values": [n for n in (0.2, 0.5, 1, 2, 3, 5, 10, 20, 50) if low <= n <= high],
                 "format": "~g",
                 "grid": True, "titleAnchor": "start"},
    }  # fmt: skip
    y: Spec = {
        "field": "what",
        "type": "nominal",
        "title": None,
        "sort": [r["what"] for r in rows],
        "axis": None,
    }
    one: Spec = {"type": "rule", "color": PALETTE["faint"], "strokeWidth": 1.2}
    bar: Spec = {"type": "rule", "color": PALETTE["ink"], "strokeWidth": 5, "opacity": 0.35}
    dot: Spec = {"type": "point", "filled": True, "shape": "diamond", "size": 150, "opacity": 1}
    name: Spec = {"dx": 0, "dy": -16, "fontSize": 12, "limit": NARROW if narrow else 500}
    spans = [r for r in rows if r["lo"] is not None]
    bars = layers.layer(
        "bars", spans, bar, x={**x, "field": "lo"}, x2={"field": "hi"}, y=y, description={"value": ""}
    )
    said: Spec = {"dx": 11, "dy": 1, "fontSize": 13, "fontWeight": "bold", "baseline": "middle", "limit": 300}
    return [
        layers.layer("one", [{"z": 1}], one, x={**x, "field": "z"}),
        *([bars] if spans else []),
        layers.layer("ratios", rows, {**dot, "color": PALETTE["ink"]}, x=x, y=y),
        layers.labels("said", rows, {**x, "field": "end"}, y, "said", **said),
        *layers.halo("names", rows, {"value": 2}, y, "what", **name),
    ]
