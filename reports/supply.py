"""How often labs release, and who else runs the open Chinese models."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import Names
from reports.components import Figure, Grid, Section
from reports.drawing import PALETTE, Spec, draw
from reports.selectors import Tables, picked, records
from reports.sources import price_source_line, source_line
from reports.wording import NOTHING, day, named, number
from warehouse.seeds import seed

MOST_LABS, MOST_MODELS = 14, 14
SINCE = date(2023, 1, 1)
SIZES = {"major": 110, "minor": 45, "variant": 12}
# The US and China as everywhere on the page, then more of Okabe and Ito's colours (not the light blue: it is
# the US in the dark); what is not known or small is grey.
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


def cadence_section(tables: Tables, as_of: date) -> Section:
    """A row a lab: its releases in time, and the days between them."""
    title = "How often labs release"
    models = picked(tables, "models", country=["US", "CN"])
    models = models[models["released_on"].notna() & (models["released_on"] >= pd.Timestamp(SINCE))]
    cadence = picked(tables, "cadence")
    if not len(models) or not len(cadence):
        return Section("cadence", title, missing=("No release dates are known by this day.",))
    flagship = models[models["flagship"]].groupby("lab_id")["model_id"].size()
    labs = [str(lab) for lab in flagship.sort_values(ascending=False, kind="stable").index[:MOST_LABS]]
    figure = _releases(tables, models[models["lab_id"].isin(labs)], labs, as_of)
    note = (
        "Large points are new generations, middling ones renewed flagships, small ones variants. Only models"
        " with a known day of release."
    )
    return Section("cadence", title, note, figures=(figure,), grids=(_cadence_grid(cadence, labs),), key=True)


def _lab_names() -> dict[str, str]:
    labs = seed("labs")
    return dict(zip(labs["lab_id"], labs["name"], strict=True))


def _releases(tables: Tables, models: pd.DataFrame, labs: list[str], as_of: date) -> Figure:
    names, lab_names = Names(tables), _lab_names()
    points = [
        {
            "d": day(r["released_on"]),
            "g": r["country"],
            "lab": lab_names.get(r["lab_id"], r["lab_id"]),
            "size": SIZES[r["tier"]],
            "tip": f"{names(r['model_id'])}, {day(r['released_on'])} ({r['tier']})",
        }
        for r in records(models.sort_values(["lab_id", "released_on", "model_id"], kind="stable"))
    ]
    x = layers.time_axis(SINCE.isoformat(), day(as_of + timedelta(days=10)), as_of.isoformat())
    order = [lab_names.get(lab, lab) for lab in labs]
    y: Spec = {
        "field": "lab",
        "type": "nominal",
        "title": None,
        "sort": order,
        "axis": {"grid": True, "labelLimit": 130},
    }
    mark: Spec = {"type": "point", "filled": True, "opacity": 0.7}
    size: Spec = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    drawing = [
        layers.layer(
            "releases", points, mark, x=x, y=y, color=layers.side(), shape=layers.side("shape"), size=size
        )
    ]
    picture = draw(
        drawing,
        title="Releases by lab",
        subtitle=f"As known on {as_of}. Large: new generation, small: variant",
        height=24 * len(order),
    )
    body = tuple(
        (
            day(r["released_on"]),
            lab_names.get(r["lab_id"], r["lab_id"]),
            names(r["model_id"]),
            str(r["tier"]),
            "yes" if r["flagship"] else "",
        )
        for r in records(models.sort_values("released_on", ascending=False, kind="stable"))
    )
    grid = Grid("Releases, newest first", ("day", "lab", "model", "tier", "flagship"), body)
    alt = (
        f"Days of release of models by lab since {SINCE.year}, one row a lab, US labs as circles and Chinese"
        " labs as squares."
    )
    return Figure(
        "cadence-chart",
        "Releases by lab",
        alt,
        picture,
        (grid,),
        source_line(tables, derived="Evidence of each day: model_dates"),
    )


def _cadence_grid(cadence: pd.DataFrame, labs: list[str]) -> Grid:
    names = _lab_names()
    by = {(r["lab_id"], r["measure"], r["release_tier"], int(r["window_days"])): r for r in records(cadence)}
    longest = max((key[3] for key in by), default=0)
    wanted = (
        ("last_days", "major", 0),
        ("median_days", "major", 0),
        ("last_days", "flagship", 0),
        ("median_days", "flagship", 0),
        ("open_days", "flagship", 0),
        ("releases", "flagship", longest),
        ("releases", "any", longest),
    )
    body = []
    for lab in labs:
        cells = [by.get((lab, *key)) for key in wanted]
        body.append(
            (
                names.get(lab, lab),
                *(NOTHING if c is None or c["value"] is None else number(c["value"], 4) for c in cells),
            )
        )
    header = (
        "lab",
        "days between last two majors",
        "median of majors",
        "between last two flagships",
        "median of flagships",
        "days since last flagship",
        f"flagships in {longest} days",
        f"releases in {longest} days",
    )
    return Grid(
        "Days between releases, and releases in the window", header, tuple(body), frozenset(range(1, 8))
    )


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
        for premium in (_host_premium(tables),)
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
    grid = Grid("Open Chinese models: who else runs them", header, body, frozenset({1, 2, 3, 4, 5, 7, 9}))
    note = (
        "Hosts sell the model on the as-of date and are neither its lab nor a reseller. A host's country is"
        " that of its company."
    )
    return Section("hosting", title, note, figures=(figure,) if figure else (), grids=(grid,))


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


def _hosts(tables: Tables, footprint: pd.DataFrame, names: Names, as_of: date) -> Figure | None:
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
    if not len(hosts):
        return None
    hosts["country"] = hosts["country"].fillna("").replace("", "unknown")
    hosts["country"] = hosts["country"].map(lambda c: COUNTRY_WORDS.get(c, c))
    legend, colours = _legend(hosts["country"])
    hosts["group"] = hosts["country"].where(hosts["country"].isin(legend), "other")
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
    order = [names(m, "", 22) for m in footprint["model_id"]]
    y: Spec = {"field": "m", "type": "nominal", "title": None, "sort": order, "axis": {"labelLimit": 160}}
    colour: Spec = {
        "field": "c", "type": "nominal", "title": "country of the host", "sort": legend,
        "scale": {"domain": legend, "range": colours}, "legend": {"columns": 8},
    }  # fmt: skip
    whole: Spec = {"tickMinStep": 1, "tickCount": 8, "format": "d"}
    x: Spec = {"field": "n", "type": "quantitative", "title": "hosts", "stack": "zero", "axis": whole}
    mark: Spec = {"type": "bar", "stroke": PALETTE["paper"], "strokeWidth": 1}
    bars = layers.layer(
        "hosts", points, mark, x=x, y=y, color=colour, order={"field": "o", "type": "quantitative"}
    )
    picture = draw(
        [bars],
        title="Hosts of open Chinese models",
        subtitle=f"By country of the host, {as_of}",
        height=24 * len(order),
        key="",
    )
    body = tuple(
        (names(r["model_id"]), str(r["country"]), named(r["name"] or r["provider_id"]))
        for r in records(hosts)
    )
    grid = Grid("Hosts by model", ("model", "country", "host"), body)
    alt = f"Number of hosts of each open Chinese model by the host's country on {as_of}."
    return Figure("hosting-chart", "Hosts by country", alt, picture, (grid,), price_source_line(tables))
