"""`gapledger settle`: the names that no seed, rule or registry knows, the nearest models, and the alias that
a person decides on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from flows.console import put, put_json, put_table, say
from transforms.identity.candidates import ALIAS_COLUMNS, candidates, with_alias
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.nearest import did_you_mean
from warehouse.seeds import OWN_ALIASES, seed

SHOWN, DONE, NOTHING = 40, 0, 1
CHECKOUT = Path(__file__).parents[1]
COLUMNS = ["source_id", "listed_model", "listed_setting", "listed_lab", "rows", "first_seen", "last_seen"]


def show(location: Location, name: str | None, source: str | None, as_json: bool) -> int:
    """Lists unmatched names, the most frequent first, each with candidates that `decide` takes. Gives 1 where
    there are none.
    """
    unmatched = Marts(location).read("unmatched").to_pandas()
    if source:
        known = sorted(set(unmatched["source_id"]))
        if source not in known:
            say(f"no name of {source!r} is unmatched{did_you_mean(source, known)}")
        unmatched = unmatched[unmatched["source_id"] == source]
    if name:
        unmatched = unmatched[unmatched["listed_model"] == name]
    unmatched = unmatched.sort_values(["rows", "listed_model"], ascending=[False, True])
    first = unmatched if as_json else unmatched.head(SHOWN)
    wanted = list(dict.fromkeys([*first["listed_model"].astype(str), *([name] if name else [])]))
    near = candidates(wanted, seed("models")["model_id"].tolist(), 5 if name else 3)
    if as_json:
        put_json([_json(row, near) for row in first[COLUMNS].to_dict("records")])
    else:
        _put(first, name, near)
    say(f"{len(unmatched)} names are unmatched; what is unmatched takes no part in any number")
    return DONE if len(unmatched) else NOTHING


def _json(row: dict[Any, Any], near: dict[str, list[tuple[str, float]]]) -> dict[str, Any]:
    found = [
        {"model_id": model, "likeness": round(likeness, 1)} for model, likeness in near[row["listed_model"]]
    ]
    return {str(k): v for k, v in row.items()} | {"candidates": found}


def _put(first: pd.DataFrame, name: str | None, near: dict[str, list[tuple[str, float]]]) -> None:
    if name:
        for model, likeness in near[name]:
            put(f"{likeness:5.1f}  {model}")
        say(f"settle it: gapledger settle {name!r} --source SOURCE --model MODEL --evidence WHY")
    words = {
        text: "; ".join(f"{model} {likeness:.0f}" for model, likeness in found)
        for text, found in near.items()
    }
    rows = [[*map(str, row), words[str(row[1])]] for row in first[COLUMNS].itertuples(index=False)]
    put_table(["source", "name", "setting", "lab", "rows", "first seen", "last seen", "near"], rows)


def decide(location: Location, name: str | None, source: str | None, model: str, evidence: str | None) -> int:
    """Writes the alias into the checkout's seed, or into the home's own where the package is installed."""
    from extractors.source import discover

    if not (name and source and evidence):
        raise ValueError(
            "an alias needs a name, --source, --model and --evidence: a later reader must see why"
        )
    if source not in {*discover(), "*", "press"}:
        raise ValueError(f"no source is called {source!r}{did_you_mean(source, discover())}")
    decision = {"source_id": source, "listed_model": name, "model_id": model, "evidence": evidence}
    models = seed("models")["model_id"].tolist()
    checkout = CHECKOUT / "warehouse" / "seeds" / "aliases.csv"
    if (CHECKOUT / "pyproject.toml").is_file():
        checkout.write_text(
            with_alias(checkout.read_text(encoding="utf-8"), decision, models), encoding="utf-8"
        )
        where = f"{checkout.name}: commit it"
    else:
        own = (
            location.read(OWN_ALIASES).decode()
            if location.exists(OWN_ALIASES)
            else ",".join(ALIAS_COLUMNS) + "\n"
        )
        location.write(OWN_ALIASES, with_alias(own, decision, models).encode())
        where = f"{location.full(OWN_ALIASES)}, which the home's own runs read"
    say(f"{name!r} of {source} is {model} from the next run on; the row is the last of {where}")
    return DONE
