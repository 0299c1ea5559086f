"""How often labs release."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.answers.unseen_words import alone
from reports.board_data import Names
from reports.components import Figure, Grid, Section, Statement
from reports.drawing import Spec, draw
from reports.headline import cadence_sentence
from reports.selectors import Tables, picked, records
from reports.sources import source_line
from reports.unseen import unseen
from reports.wording import NOTHING, day, number
from warehouse.seeds import seed

MOST_LABS = 14
SINCE = date(2023, 1, 1)
TIERS = {"major": "new generation", "minor": "renewed flagship", "variant": "variant"}
SIZES = {"major": 110, "minor": 45, "variant": 12}


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
    return Section(
        "cadence",
        title,
        note,
        (Statement(cadence_sentence(tables)),),
        figures=(figure,),
        grids=(_cadence_grid(cadence, labs),),
        key=True,
    )


def _lab_names() -> dict[str, str]:
    labs = seed("labs")
    return dict(zip(labs["lab_id"], labs["name"], strict=True))


def _releases(tables: Tables, models: pd.DataFrame, labs: list[str], as_of: date) -> Figure:
    lab_names, names = _lab_names(), Names(tables)
    points = _points(models, names, lab_names)
    x = layers.time_axis(SINCE.isoformat(), day(as_of + timedelta(days=10)), as_of.isoformat())
    order = [lab_names.get(lab, lab) for lab in labs]
    picture = draw(
        _dots(points, order, x, narrow=False),
        title="Releases by lab",
        subtitle=f"As known on {as_of}. Large: new generation, small: variant",
        height=24 * len(order),
        narrow=_dots([p for p in points if p["size"] > SIZES["variant"]], order, x, narrow=True),
        narrow_height=34 * len(order),
    )
    grid = _releases_grid(models, names)
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
        trace=f"gapledger explain cadence lab_id=deepseek measure=last_days release_tier=major as_of={as_of}",
        unseen=alone(unseen(tables, "cadence")),
    )


def _dots(points: list[dict[str, Any]], order: list[str], x: Spec, *, narrow: bool) -> list[Spec]:
    """A row a lab; on a small screen the names stand above the rows."""
    y: Spec = {"field": "lab", "type": "nominal", "title": None, "sort": order}
    y |= {"axis": None} if narrow else {"axis": {"grid": True, "labelLimit": 130}}
    mark: Spec = {"type": "point", "filled": True, "opacity": 0.7}
    size: Spec = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    dots = layers.layer(
        "releases", points, mark, x=x, y=y, color=layers.side(), shape=layers.side("shape"), size=size
    )
    return [dots, layers.row_names(order, y)] if narrow else [dots]


def _points(models: pd.DataFrame, names: Names, lab_names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "d": day(r["released_on"]),
            "g": r["country"],
            "lab": lab_names.get(r["lab_id"], r["lab_id"]),
            "size": SIZES[r["tier"]],
            "tip": layers.words(names(r["model_id"]), f"{day(r['released_on'])}: {TIERS[r['tier']]}"),
        }
        for r in records(models.sort_values(["lab_id", "released_on", "model_id"], kind="stable"))
    ]


def _releases_grid(models: pd.DataFrame, names: Names) -> Grid:
    lab_names = _lab_names()
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
    return Grid("Releases, newest first", ("day", "lab", "model", "tier", "flagship"), body)


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
