"""The list prices of flagships and every change of them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.answers.unseen_words import alone
from reports.board_data import Names
from reports.components import Figure, Grid, Section
from reports.drawing import Panel, Spec, draw_panels
from reports.price_changes import changes_grid
from reports.selectors import Tables, picked, records
from reports.sources import price_source_line
from reports.unseen import unseen
from reports.wording import band_words, day, dollars, named, number
from warehouse.seeds import seed

MOST_LABS = 12
YEARS_BACK = timedelta(days=800)
PLAIN_OFFER = {
    "first_party": True,
    "service_tier": "standard",
    "modality": "text",
    "context_from_tokens": 0,
    "output_from_tokens": 0,
    "region": "",
    "setting": "",
    "per": "1e6 tokens",
}
KEY = ["provider_id", "market", "model_id", "revision", "component", "thinking", "currency", "time_band"]


def flagship_prices(tables: Tables, as_of: date) -> pd.DataFrame:
    """Prices of flagships at their own labs' plain offer, in force on some day up to the as-of date, by offer
    and time.
    """
    flagships = picked(tables, "models", flagship=True, country=["US", "CN"])
    flagships = flagships.sort_values(["lab_id", "released_on", "model_id"], kind="stable")[
        ["model_id", "lab_id", "country", "released_on"]
    ]
    dates = flagships[["lab_id", "released_on"]].drop_duplicates()
    dates["succeeded_on"] = dates.groupby("lab_id")["released_on"].shift(-1)
    flagships = flagships.merge(dates, on=["lab_id", "released_on"], how="left", validate="m:1")
    rows = picked(tables, "price_intervals", **PLAIN_OFFER, component=["input", "output"])
    rows = rows[rows["price_kind"].isin(["list", "promotional", "introductory", "free"])]
    rows = rows.merge(flagships, on="model_id", validate="m:1")
    rows = rows[rows["valid_from"] < pd.Timestamp(as_of + timedelta(days=1), tz="UTC")]
    return rows.sort_values([*KEY, "valid_from", "price_kind"], kind="stable").reset_index(drop=True)


def flagship_section(tables: Tables, as_of: date) -> Section:
    """Output prices of flagships over time, a panel a lab, and the list of changes."""
    title = "Flagship prices and every change of them"
    rows = flagship_prices(tables, as_of)
    if not len(rows):
        return Section(
            "flagships", title, missing=("No flagship's price at its own lab was captured by this day.",)
        )
    names = Names(tables)
    grid = changes_grid(tables, set(rows["model_id"]), names)
    missing = () if grid.rows else ("No flagship's listed price changed in what was captured by this day.",)
    note = (
        "Listed prices at the lab's own plain offer, per 1M output tokens, while the model was its lab's"
        " newest flagship; a point is the start of a price, thin dashed lines are promotions, and a model"
        " with peak hours has two lines. All panels have one logarithmic scale. The table behind has every"
        " flagship, superseded ones too."
    )
    figure = _figure(tables, rows, names, as_of)
    figures, grids = (figure,) if figure else (), (grid,) if grid.rows else ()
    return Section("flagships", title, note, figures=figures, grids=grids, missing=missing, key=True)


def _drawn_labs(rows: pd.DataFrame) -> set[str]:
    """The labs with the most flagships that have a price, of either country half."""
    counted = rows.drop_duplicates("model_id").groupby(["country", "lab_id"])["model_id"].size()
    order = counted.sort_values(ascending=False, kind="stable")
    labs = order.reset_index().groupby("country", sort=False).head(MOST_LABS // 2)["lab_id"]
    return {str(lab) for lab in labs}


def _figure(tables: Tables, rows: pd.DataFrame, names: Names, as_of: date) -> Figure | None:
    first, labs = as_of - YEARS_BACK, _drawn_labs(rows)
    mine = rows[
        (rows["component"] == "output")
        & (rows["market"] == "")
        & (rows["currency"] == "USD")
        & (rows["amount"] > 0)
    ]
    mine = mine[mine["valid_to"].isna() | (mine["valid_to"] > pd.Timestamp(first, tz="UTC"))]
    spans = _joined(
        [
            s
            for r in records(mine)
            if r["lab_id"] in labs and (s := _span(r, names, first, as_of))["d0"] < s["d"]
        ]
    )
    if not spans:
        return None
    first_day = min(s["d0"] for s in spans)
    x = layers.time_axis(first_day, layers.later(as_of.isoformat(), first_day, 0.03), as_of.isoformat())
    picture = draw_panels(
        _panels(spans, as_of, x), 3, title="Flagships: list price of output",
        subtitle=f"Own labs, USD per 1M tokens; {as_of}",
    )  # fmt: skip
    grid = _output_grid(mine, names)
    alt = (
        f"List prices of US and Chinese flagships' output tokens over time, one line a price, {first_day} to"
        f" {as_of}."
    )
    return Figure(
        "flagship-chart",
        "Output prices of flagships, lab by lab",
        alt,
        picture,
        (grid,),
        price_source_line(tables),
        trace=f"gapledger explain price_intervals model_id={max(spans, key=lambda s: s['d0'])['model']}"
        f" component=output first_party=true as_of={as_of}",
        unseen=alone(unseen(tables, "price_intervals")),
    )


def _panels(spans: list[dict[str, Any]], as_of: date, x: Spec) -> list[Panel]:
    """A panel a lab, the US labs first, each by its number of prices; one vertical scale for all."""
    values = [s["v"] for s in spans] or [1.0]
    low, high = min(values) / 1.3, max(values) * 1.9
    x = {**x, "axis": {**x["axis"], "format": "%Y", "values": _years(x), "tickCount": 4}}
    y = layers.value_axis("", log=[low, high], scale={"domain": [low, high]})
    y = {**y, "title": None, "axis": {"values": [0.1, 1, 10, 100], "format": "$~g"}}
    names = dict(zip(seed("labs")["lab_id"], seed("labs")["name"], strict=True))
    labs = Counter(s["lab"] for s in spans)
    side = {s["lab"]: layers.SIDES.index(s["g"]) for s in spans}
    order = sorted(labs, key=lambda lab: (side[lab], -labs[lab], lab))
    return [
        (named(names.get(lab, lab)), _current(mine, as_of), _layers(mine, x, y))
        for lab in order
        for mine in ([s for s in spans if s["lab"] == lab],)
    ]


def _current(spans: list[dict[str, Any]], as_of: date) -> str:
    """The name and price of a lab's newest flagship on sale."""
    current = [s for s in spans if s["d"] == as_of.isoformat() and not s["promotion"]]
    newest = max(current, key=lambda s: (s["released"], -s["v"]), default=None)
    return f"{newest['name']}: {dollars(newest['v'])}" if newest else "no list price in force"


def _years(x: Spec) -> list[dict[str, Any]]:
    first, last = (date.fromisoformat(d) for d in x["scale"]["domain"])
    return [
        {"year": year, "month": 1, "date": 1, "utc": True}
        for year in range(first.year, last.year + 1)
        if first <= date(year, 1, 1) <= last
    ]


def _layers(spans: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    """The prices of one lab's flagships, each as long as it held."""
    mark: Spec = {"type": "rule", "strokeWidth": 2.4, "opacity": 0.9}
    drawing = []
    for promotion, style in ((False, mark), (True, {**mark, "strokeWidth": 1.2, "strokeDash": [3, 3]})):
        part = [s for s in spans if s["promotion"] == promotion]
        encoding = {"x": {**x, "field": "d0"}, "x2": {"field": "d"}, "y": y, "color": layers.side()}
        drawing += [layers.layer("held", part, style, **encoding)] if part else []
    listed = [s for s in spans if not s["promotion"]]
    drawing.append(layers.dots("starts", [{**s, "d": s["d0"]} for s in listed], x, y, 20))
    return drawing


def _output_grid(rows: pd.DataFrame, names: Names) -> Grid:
    body = tuple(
        (
            names(r["model_id"], r["revision"]),
            str(r["provider_id"]),
            number(r["amount"], 6),
            str(r["price_kind"]),
            day(r["valid_from"]),
            day(r["valid_to"]),
            band_words(r["time_band"]),
            str(r["source_id"]),
        )
        for r in records(rows)
    )
    header = ("model", "provider", "USD per 1M output", "kind", "from", "to", "when", "source")
    return Grid("Output prices of flagships at their own labs", header, body, frozenset({2}))


def _span(r: dict[str, Any], names: Names, first: date, as_of: date) -> dict[str, Any]:
    ends = min(
        [as_of.isoformat(), *(day(r[name]) for name in ("valid_to", "succeeded_on") if r[name] is not None)]
    )
    starts = max(day(r["valid_from"]), first.isoformat())
    tip = layers.words(
        names(r["model_id"]),
        f"{day(r['valid_from'])} to {day(r['valid_to'])}: {dollars(r['amount'])} per 1M output"
        f" ({r['price_kind']})",
        str(r["source_id"]),
    )
    return {
        "d0": starts,
        "d": ends,
        "v": r["amount"],
        "g": r["country"],
        "lab": r["lab_id"],
        "model": r["model_id"],
        "promotion": r["price_kind"] != "list",
        "tip": tip,
        "name": (
            names(r["model_id"], "", 24)
            + ("" if r["time_band"] == "always" else f" ({band_words(r['time_band']).split(',')[0]})")
        ),
        "released": day(r["released_on"]),
    }


def _joined(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Spans of one model at one price as one: a price that another source confirms has not changed."""
    out: list[dict[str, Any]] = []
    for span in sorted(spans, key=lambda s: (s["name"], s["v"], s["promotion"], s["d0"], s["d"])):
        same = out and all(out[-1][k] == span[k] for k in ("name", "v", "promotion"))
        if same and span["d0"] <= layers.later(out[-1]["d"], out[-1]["d"], 0):
            out[-1] = {**out[-1], "d": max(out[-1]["d"], span["d"])}
        else:
            out.append(span)
    return out
