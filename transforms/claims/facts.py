"""Claims about models, labs and hosts: sizes, capability, launches, gaps between releases, who serves the
open weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from transforms.cadence import release_gaps
from transforms.claims.measurement import Measurement, NotComputable, View, each, key, listed, number
from warehouse.conventions import DAYS_PER_MONTH, TOLERANCE_Z

FACTS = {
    "params_total": "parameters",
    "params_active": "parameters",
    "context_tokens": "tokens",
    "open_weights": "yes = 1",
}
SCOPES = ("major", "flagship", "any")


def model_fact(view: View, *, model: str, fact: str) -> list[Measurement]:
    """A stated fact of a model: its parameters in all, those active per token, its context, whether its
    weights are open.
    """
    if fact not in FACTS:
        raise ValueError(f"no fact is called {fact!r}; facts: {', '.join(FACTS)}")
    value = view.fact(model, fact)
    return [
        Measurement(
            float(value),
            FACTS[fact],
            key("models", model_id=model),
            basis=fact,
            valid_on=view.released(model),
        )
    ]


def release_on(view: View, *, model: str) -> list[Measurement]:
    """Days from the day it was said to the model's release: at most 0 where it was out by then."""
    released = view.released(model)
    return [
        Measurement(
            float((released - view.said_on).days),
            "days",
            key("models", model_id=model),
            basis="released_on",
            valid_on=released,
        )
    ]


def _scope(models: pd.DataFrame, scope: str) -> pd.DataFrame:
    known = models.dropna(subset=["released_on"])
    if "model_kind" in known:
        known = known[known["model_kind"] == "text"]
    if scope == "any":
        return known
    if scope == "flagship":
        return known[known["flagship"].fillna(False).astype(bool)]
    return known[known["tier"] == scope]


def launches(view: View, *, lab: str, since: str, until: str = "", scope: str = "any") -> list[Measurement]:
    """Days on which a lab released a model, from the day after `since` up to `until` (default: the day it was
    said).

    Several sizes or names on one day are one launch.

    Judged on `scope`: `major` (new generations), `flagship` (the lab's best at its release) or `any`; the
    others are shown beside.
    """
    first, last = pd.Timestamp(since), pd.Timestamp(until) if until else view.said_on
    models = view.models[view.models["lab_id"] == lab]
    if not len(models):
        raise NotComputable(f"no model of {lab} is known")
    out = []
    for name in SCOPES:
        rows = _scope(models, name)
        rows = rows[(rows["released_on"] > first) & (rows["released_on"] <= last)].sort_values("released_on")
        shown = ", ".join(m.split("/")[1] for m in rows["model_id"][:12]) + (
            ", ..." if len(rows) > 12 else ""
        )
        out.append(
            Measurement(
                float(rows["released_on"].nunique()),
                "releases",
                key("models", lab_id=lab),
                basis=name,
                valid_on=last,
                main=name == scope,
                note=shown,
            )
        )
    return out


def release_gap(view: View, *, lab: str, model: str, scope: str = "major") -> list[Measurement]:
    """Months between a model's release and the one before it of its lab. Judged on `scope`; the others are
    shown beside.
    """
    released = view.released(model)
    models = view.models[(view.models["lab_id"] == lab) & (view.models["released_on"] <= released)]
    out = []
    for name in SCOPES:
        gaps = release_gaps(_scope(models, name).reset_index(drop=True))
        gaps = gaps[gaps["released_on"] == released].dropna(subset=["days"])
        for row in each(gaps):
            note = f"after {row.previous_model_id}, {row.days:.0f} days"
            out.append(
                Measurement(
                    row.days / DAYS_PER_MONTH,
                    "months",
                    f"models model_id={row.previous_model_id},{model}",
                    basis=name,
                    valid_on=released,
                    main=name == scope,
                    note=note,
                )
            )
    if not any(r.main for r in out):
        raise NotComputable(f"no {scope} release of {lab} before {model} is known")
    return out


def capability_gap(view: View, *, model: str, than: str) -> list[Measurement]:
    """Points of capability by which `model` is better than `than`, with the interval of the difference."""
    rows = view.table("capability").drop_duplicates("model_id").set_index("model_id")
    missing = [m for m in (model, than) if m not in rows.index]
    if missing:
        raise NotComputable(f"no capability of {', '.join(missing)} is known on {view.as_of:%Y-%m-%d}")
    a, b = rows.loc[model], rows.loc[than]
    value = number(a["capability"]) - number(b["capability"])
    se = float(np.hypot(number(a["se"]), number(b["se"])))
    return [
        Measurement(
            value,
            "capability points",
            f"capability model_id={model},{than}",
            basis="capability",
            lo90=value - TOLERANCE_Z * se,
            hi90=value + TOLERANCE_Z * se,
            valid_on=view.as_of,
            note=f"{a['capability']:.1f} and {b['capability']:.1f}",
        )
    ]


def best_open(view: View, *, model: str) -> list[Measurement]:
    """Points of capability between `model` and the best other model of open weights released by its day:
    above 0, it was the best.
    """
    released = view.released(model)
    rows = view.table("capability").drop_duplicates("model_id")
    others = view.models[
        view.models["open_weights"].fillna(False).astype(bool) & (view.models["released_on"] <= released)
    ]
    others = rows[rows["model_id"].isin(others["model_id"]) & (rows["model_id"] != model)]
    if not len(others):
        raise NotComputable("no other model of open weights has a capability")
    best = str(others.sort_values("capability")["model_id"].iloc[-1])
    return [r._replace(note=f"next: {best}; {r.note}") for r in capability_gap(view, model=model, than=best)]


def hosting(view: View, *, model: str, measure: str = "offshore_hosts") -> list[Measurement]:
    """Who else serves a model: `offshore_hosts`, `offshore_share`, `countries` or `days_to_offshore` of its
    footprint.
    """
    units = {
        "offshore_hosts": "providers",
        "offshore_share": "fraction",
        "countries": "countries",
        "days_to_offshore": "d",
    }
    if measure not in units:
        raise ValueError(f"no measure is called {measure!r}; measures: {', '.join(units)}")
    rows = view.table("hosting_footprint")
    rows = rows[rows["model_id"] == model]
    if not len(rows) or pd.isna(rows[measure].iloc[0]):
        raise NotComputable(f"no host of {model} is known on {view.as_of:%Y-%m-%d}")
    row: Any = rows.iloc[0]
    said = (
        f"{row['hosts']} hosts, {row['offshore_hosts']} of them outside {row['home_country']},"
        f" {row['unknown_country_hosts']} unknown"
    )
    return [
        Measurement(
            float(row[measure]),
            units[measure],
            key("hosting_footprint", model_id=model),
            basis=measure,
            valid_on=view.as_of,
            note=said,
        )
    ]


def host_premium(view: View, *, model: str, basis: str = "blend_3_1") -> list[Measurement]:
    """Median price of hosts outside the lab's country over the lab's own, on the last day known."""
    rows = view.table("host_premium")
    rows = rows[(rows["model_id"] == model) & (rows["basis"] == basis)].sort_values("day")
    if not len(rows):
        raise NotComputable(f"no host abroad of {model} beside a price of its own lab is known")
    row = rows.iloc[-1]
    return [
        Measurement(
            float(row["host_premium"]),
            "times",
            key("host_premium", day=row["day"], model_id=model, basis=basis),
            basis=basis,
            valid_on=row["day"],
            note=f"{row['hosts']} hosts",
        )
    ]


def capacity(
    view: View,
    *,
    provider: str,
    signs: Any = ("concurrency", "rate_limit", "peak_multiplier"),
    model: str = "",
) -> list[Measurement]:
    """A provider's signs of scarce compute: stated limits on calls, and how much dearer the peak is."""
    wanted = listed(signs)
    rows = view.table("capacity")
    rows = rows[(rows["provider_id"] == provider) & rows["sign"].isin(wanted)]
    rows = rows[rows["model_id"] == model] if model else rows
    rows = rows.sort_values(["observed_on", "source_id"]).drop_duplicates(["model_id", "sign"], keep="last")
    if not len(rows):
        raise NotComputable(f"{provider} has stated none of {', '.join(wanted)} by {view.as_of:%Y-%m-%d}")
    return [
        Measurement(
            float(r.value),
            str(r.unit),
            key("capacity", provider_id=provider, model_id=r.model_id, sign=r.sign, source_id=r.source_id),
            basis=f"{r.sign}, {r.model_id}",
            valid_on=r.observed_on,
            note=str(r.printed)[:80],
        )
        for r in each(rows)
    ]
