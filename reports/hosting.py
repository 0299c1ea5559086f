"""Who else runs the open Chinese models."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.answers.unseen_words import alone
from reports.board_data import Names
from reports.components import Figure, Grid, Section
from reports.drawing import PALETTE, Spec, draw
from reports.selectors import Tables, picked, records
from reports.sources import price_source_line
from reports.unseen import unseen
from reports.wording import NOTHING, day, named, number
from warehouse.seeds import seed

MOST_MODELS = 14
COUNTRY_COLOURS = {
    "US": PALETTE["us"],
    "CN": PALETTE["cn"],
    "unknown": PALETTE["rule"],
    "other": PALETTE["other"],
}
MORE_COLOURS = ("#009e73", "#cc79a7", "#e69f00", PALETTE["ink"])
COUNTRY_WORDS = {
    "CN": "China",
    "SG": "Singapore",
    "GB": "UK",
    "DE": "Germany",
    "FR": "France",
    "NL": "Netherlands",
    "CA": "Canada",
    "JP": "Japan",
    "KR": "South Korea",
    "IN": "India",
    "CH": "Switzerland",
    "FI": "Finland",
    "IL": "Israel",
    "AE": "UAE",
    "AU": "Australia",
    "NO": "Norway",
    "SE": "Sweden",
    "PL": "Poland",
    "ES": "Spain",
    "IT": "Italy",
    "IE": "Ireland",
    "CY": "Cyprus",
    "TR": "Türkiye",
}


def hosting_section(tables: Tables, as_of: date) -> Section:
    """Hosts of open Chinese models by the hosts' country."""
    title = "Who runs the open Chinese models"
    footprint = picked(tables, "hosting_footprint", home_country="CN")
    footprint = footprint[footprint["hosts"] > 0].sort_values(
        ["hosts", "model_id"], ascending=[False, True], kind="stable"
    )
    if not len(footprint):
        return Section(
            "hosting", title, missing=("No host of an open Chinese model was captured by this day.",)
        )
    names = Names(tables)
    figure = _hosts(tables, footprint.head(MOST_MODELS), names, as_of)
    grid = _footprint_grid(tables, footprint, names)
    note = (
        "Hosts sell the model on the as-of date and are neither its lab nor a reseller. A host's country is"
        " that of its company."
    )
    return Section("hosting", title, note, figures=(figure,) if figure else (), grids=(grid,))


def _footprint_grid(tables: Tables, footprint: pd.DataFrame, names: Names) -> Grid:
    premium = _host_premium(tables)
    body = tuple(
        (
            names(r["model_id"]),
            number(r["hosts"]),
            number(r["countries"]),
            number(r["offshore_hosts"]),
            number(r["offshore_share"], 2),
            number(r["unknown_country_hosts"]),
            day(r["first_offshore_on"]),
            number(r["days_to_offshore"], 4),
            named(r["first_offshore_provider_id"] or NOTHING),
            premium.get(r["model_id"], NOTHING),
        )
        for r in records(footprint.head(60))
    )
    header = (
        "model",
        "hosts",
        "countries",
        "outside China",
        "share outside",
        "country unknown",
        "first abroad",
        "days after release",
        "by",
        "host price / own price",
    )
    return Grid("Open Chinese models: who else runs them", header, body, frozenset({1, 2, 3, 4, 5, 7, 9}))


def _host_premium(tables: Tables) -> dict[str, str]:
    rows = (
        picked(tables, "host_premium", basis="blend_3_1")
        .sort_values("day", kind="stable")
        .drop_duplicates("model_id", keep="last")
    )
    return {str(r["model_id"]): number(r["host_premium"]) for r in records(rows)}


def _legend(countries: pd.Series) -> tuple[list[str], list[str]]:
    """The countries that get a colour of their own, the US and China first, the rest by their number, and the
    colours.
    """
    known = [str(c) for c in countries.value_counts().index if c != "unknown"]
    first = [c for c in ("US", "China") if c in known]
    more = [c for c in known if c not in first][: len(MORE_COLOURS)]
    last = ["other"] * (len(known) > len(first) + len(more)) + ["unknown"] * bool(
        (countries == "unknown").any()
    )
    fixed = {**COUNTRY_COLOURS, "China": COUNTRY_COLOURS["CN"], **dict(zip(more, MORE_COLOURS, strict=False))}
    legend = [*first, *more, *last]
    return legend, [fixed[c] for c in legend]


def _on_sale(tables: Tables, footprint: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The hosts of each model on the day, with country, kind and name; no aggregators."""
    providers = seed("providers").set_index("provider_id")
    rows = picked(tables, "price_intervals", first_party=False, model_id=list(footprint["model_id"]))
    rows = rows[
        rows["valid_to"].isna() | (rows["valid_to"] > pd.Timestamp(as_of + timedelta(days=1), tz="UTC"))
    ]
    hosts = (
        rows[["model_id", "provider_id"]]
        .drop_duplicates()
        .join(providers[["country", "kind", "name"]], on="provider_id")
    )
    hosts = hosts[hosts["kind"] != "aggregator"].sort_values(["model_id", "provider_id"], kind="stable")
    hosts["country"] = hosts["country"].fillna("").replace("", "unknown")
    hosts["country"] = hosts["country"].map(lambda c: COUNTRY_WORDS.get(c, c))
    return hosts


def _points(hosts: pd.DataFrame, legend: list[str], names: Names) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = []
    for (model, country), mine in hosts.groupby(["model_id", "group"], sort=True):
        tip = (
            f"{names(model)}, {country}: {len(mine)}"
            f" ({', '.join(named(n, 20) for n in mine['provider_id'].head(8))})"
        )
        points.append(
            {
                "m": names(model, "", 22),
                "c": country,
                "n": len(mine),
                "o": legend.index(str(country)),
                "tip": tip,
            }
        )
    return points


def _bars(
    points: list[dict[str, Any]], order: list[str], legend: list[str], colours: list[str], *, narrow: bool
) -> list[Spec]:
    """A bar a model, its hosts by country; on a small screen the names stand above the bars."""
    y: Spec = {"field": "m", "type": "nominal", "title": None, "sort": order, "axis": {"labelLimit": 160}}
    y = {**y, "axis": None} if narrow else y
    colour: Spec = {
        "field": "c", "type": "nominal", "title": "country of the host", "sort": legend,
        "scale": {"domain": legend, "range": colours}, "legend": {"columns": 3 if narrow else 8},
    }  # fmt: skip
    whole: Spec = {"tickMinStep": 1, "tickCount": 8, "format": "d"}
    x: Spec = {"field": "n", "type": "quantitative", "title": "hosts", "stack": "zero", "axis": whole}
    mark: Spec = {"type": "bar", "stroke": PALETTE["paper"], "strokeWidth": 1, "size": 14 if narrow else 19}
    bars = layers.layer(
        "hosts", points, mark, x=x, y=y, color=colour, order={"field": "o", "type": "quantitative"}
    )
    return [bars, layers.row_names(order, y)] if narrow else [bars]


def _hosts(tables: Tables, footprint: pd.DataFrame, names: Names, as_of: date) -> Figure | None:
    hosts = _on_sale(tables, footprint, as_of)
    if not len(hosts):
        return None
    legend, colours = _legend(hosts["country"])
    hosts["group"] = hosts["country"].where(hosts["country"].isin(legend), "other")
    points = _points(hosts, legend, names)
    there = {p["m"] for p in points}
    order = [name for m in footprint["model_id"] if (name := names(m, "", 22)) in there]
    picture = draw(
        _bars(points, order, legend, colours, narrow=False),
        title="Hosts of open Chinese models",
        subtitle=f"By country of the host, {as_of}",
        height=24 * len(order),
        key="",
        narrow=_bars(points, order, legend, colours, narrow=True),
        narrow_height=36 * len(order),
    )
    body = tuple(
        (names(r["model_id"]), str(r["country"]), named(r["name"] or r["provider_id"]))
        for r in records(hosts)
    )
    grid = Grid("Hosts by model", ("model", "country", "host"), body)
    alt = f"Number of hosts of each open Chinese model by the host's country on {as_of}."
    trace = f"gapledger explain hosting_footprint model_id={footprint['model_id'].iloc[0]} as_of={as_of}"
    return Figure(
        "hosting-chart",
        "Hosts by country",
        alt,
        picture,
        (grid,),
        price_source_line(tables),
        trace=trace,
        unseen=alone(unseen(tables, "hosting_footprint")),
    )
