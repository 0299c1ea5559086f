"""The list prices of flagships and every change of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports import layers
from reports.board_data import Names
from reports.drawing import Spec, draw
from reports.parts import Figure, Grid, Section
from reports.reading import Tables, picked, records
from reports.sources import price_source_line
from reports.wording import NOTHING, day, number

YEARS_BACK = timedelta(days=800)
PLAIN_OFFER = {
    "first_party": True, "service_tier": "standard", "modality": "text", "context_from_tokens": 0, "output_from_tokens": 0, "region": "",
    "setting": "", "per": "1e6 tokens",
}  # fmt: skip
KEY = ["provider_id", "market", "model_id", "revision", "component", "thinking", "currency", "time_band"]


def flagship_prices(tables: Tables, as_of: date) -> pd.DataFrame:
    """Prices of flagships at their own labs' plain offer, in force on some day up to the as-of date, by offer and time."""
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


def changes(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Each step of an offer's list price to another amount, newest first, with the amount before; promotions with their own price."""
    out: list[dict[str, Any]] = []
    before: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in records(rows):
        key = tuple(str(row[name]) for name in KEY if name != "time_band")
        last = before.get(key)
        if row["price_kind"] != "list":
            out.append({**row, "before": None if last is None else last["amount"], "what": str(row["price_kind"])})
            continue
        if last is not None and last["amount"] != row["amount"]:
            out.append({**row, "before": last["amount"], "what": "cut" if row["amount"] < last["amount"] else "rise"})
        before[key] = row
    return sorted(out, key=lambda r: (r["valid_from"], r["provider_id"], r["model_id"], r["component"]), reverse=True)


def flagship_section(tables: Tables, as_of: date) -> Section:
    """Output prices of flagships over time, and the list of changes."""
    title = "Flagship prices and every change of them"
    rows = flagship_prices(tables, as_of)
    if not len(rows):
        return Section("flagships", title, missing=("No flagship's price at its own lab was captured by this day.",))
    names = Names(tables)
    changed = changes(rows)
    body = tuple(
        (
            day(r["valid_from"]), str(r["provider_id"]) + (f", {r['market']}" if r["market"] else ""), names(r["model_id"], r["revision"]),
            str(r["component"]), NOTHING if r["before"] is None else number(r["before"], 6), number(r["amount"], 6), str(r["currency"]),
            r["what"], _band(r["time_band"]), str(r["valid_from_basis"]), str(r["source_id"]),
        )
        for r in changed
    )  # fmt: skip
    header = ("from", "provider", "model", "price of", "before", "after", "currency", "what", "when", "known by", "source")
    grid = Grid("Every change of a flagship's price, as listed per 1M tokens, newest first", header, body, frozenset({4, 5}), marked=7)
    missing = () if body else ("No flagship's listed price changed in what was captured by this day.",)
    note = (
        "Listed prices at the lab's own plain offer, per 1M output tokens, while the model was its lab's newest flagship; thin dashed "
        "lines are promotions. Vertical scale: logarithmic. The table behind has every flagship's prices, superseded ones too."
    )
    return Section("flagships", title, note, figures=(_figure(tables, rows, names, as_of),), grids=(grid,) if body else (), missing=missing)


def _band(text: str) -> str:
    return "" if text == "always" else text[:60]


def _figure(tables: Tables, rows: pd.DataFrame, names: Names, as_of: date) -> Figure:
    first = as_of - YEARS_BACK
    mine = rows[(rows["component"] == "output") & (rows["market"] == "") & (rows["currency"] == "USD") & (rows["amount"] > 0)]
    mine = mine[mine["valid_to"].isna() | (mine["valid_to"] > pd.Timestamp(first, tz="UTC"))]
    spans = [s for r in records(mine) if (s := _span(r, names, first, as_of))["d0"] < s["d"]]
    first_day = min((s["d0"] for s in spans), default=first.isoformat())
    x, y = layers.time_axis(first_day, day(as_of + timedelta(days=15))), layers.value_axis("USD per 1M output tokens", log=True)
    mark: Spec = {"type": "rule", "strokeWidth": 2.2}
    drawing = []
    for promotion, style in ((False, mark), (True, {**mark, "strokeWidth": 1.2, "strokeDash": [3, 3]})):
        part = [s for s in spans if s["promotion"] == promotion]
        encoding = {"x": {**x, "field": "d0"}, "x2": {"field": "d"}, "y": y, "color": layers.side()}
        drawing += [layers.layer("held", part, style, **encoding)] if part else []
    current = _apart([s for s in spans if s["d"] == as_of.isoformat() and not s["promotion"]])
    drawing.append(layers.labels("current", current, x, y, align="right", dx=-2, dy=-6))
    picture = draw(drawing, title="Flagships: list price of output", subtitle=f"Own labs, USD per 1M tokens; {as_of}", height=380)
    body = tuple(
        (
            names(r["model_id"], r["revision"]), str(r["provider_id"]), number(r["amount"], 6), str(r["price_kind"]), day(r["valid_from"]),
            day(r["valid_to"]), _band(r["time_band"]), str(r["source_id"]),
        )
        for r in records(mine)
    )  # fmt: skip
    header = ("model", "provider", "USD per 1M output", "kind", "from", "to", "when", "source")
    grid = Grid("Output prices of flagships at their own labs", header, body, frozenset({2}))
    alt = f"List prices of US and Chinese flagships' output tokens over time, one line a price, {first_day} to {as_of}."
    return Figure("flagship-chart", "Output prices of flagships", alt, picture, (grid,), price_source_line(tables))


def _span(r: dict[str, Any], names: Names, first: date, as_of: date) -> dict[str, Any]:
    ends = min([as_of.isoformat(), *(day(r[name]) for name in ("valid_to", "succeeded_on") if r[name] is not None)])
    starts = max(day(r["valid_from"]), first.isoformat())
    tip = f"{names(r['model_id'])}: ${number(r['amount'], 6)} ({r['price_kind']}), {day(r['valid_from'])} to {day(r['valid_to'])}"
    return {
        "d0": starts, "d": ends, "v": r["amount"], "g": r["country"], "promotion": r["price_kind"] != "list", "tip": tip,
        "name": names(r["model_id"], "", 24), "released": day(r["released_on"]),
    }  # fmt: skip


def _apart(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One name a price, the newest model's, and none within a fifth of another."""
    out: list[dict[str, Any]] = []
    for span in sorted(spans, key=lambda s: (s["released"], s["name"]), reverse=True):
        if all(not 0.82 < span["v"] / other["v"] < 1.22 for other in out):
            out.append(span)
    return out
