"""`gapledger settle`: the names that no seed, rule or registry knows, the nearest models, and the alias that
a person decides on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from flows.console import put, say, table
from transforms.identity.candidates import candidates, with_alias
from warehouse.location import home
from warehouse.marts import Marts
from warehouse.seeds import seeds

SHOWN, DONE, NOTHING = 40, 0, 1
ALIASES = Path(__file__).parents[1] / "warehouse" / "seeds" / "aliases.csv"


def command(given: argparse.Namespace) -> int:
    """Lists unmatched names; for one name its candidates; with --model and --evidence writes the alias into
    the seed.
    """
    models = list(seeds()["models"]["model_id"])
    if given.model:
        return _decide(given, models)
    unmatched = Marts(home(given.home)).read("unmatched").to_pandas()
    if given.source:
        unmatched = unmatched[unmatched["source_id"] == given.source]
    if given.name:
        unmatched = unmatched[unmatched["listed_model"] == given.name]
        for model, likeness in candidates(given.name, models):
            put(f"{likeness:5.1f}  {model}")
        say(f"settle it: gapledger settle {given.name!r} --source SOURCE --model MODEL --evidence WHY")
    for line in table(
        ["source", "name", "setting", "lab", "rows", "first seen", "last seen", "near"], _cells(unmatched)
    ):
        put(line)
    say(f"{len(unmatched)} names are unmatched; what is unmatched takes no part in any number")
    return DONE if len(unmatched) else NOTHING


def _cells(unmatched: pd.DataFrame) -> list[list[str]]:
    names = [
        "source_id",
        "listed_model",
        "listed_setting",
        "listed_lab",
        "rows",
        "first_seen",
        "last_seen",
        "candidates",
    ]
    first = unmatched.sort_values(["rows", "listed_model"], ascending=[False, True]).head(SHOWN)
    return [[str(value)[:60] for value in row] for row in first[names].itertuples(index=False)]


def _decide(given: argparse.Namespace, models: list[str]) -> int:
    if not (given.name and given.source and given.evidence):
        raise ValueError(
            "an alias needs a name, --source, --model and --evidence: a later reader must see why"
        )
    decision = {
        "source_id": given.source,
        "listed_model": given.name,
        "model_id": given.model,
        "evidence": given.evidence,
    }
    ALIASES.write_text(with_alias(ALIASES.read_text(encoding="utf-8"), decision, models), encoding="utf-8")
    say(
        f"{given.name!r} of {given.source} is {given.model} from the next run on; the row is the last of"
        f" {ALIASES.name}: commit it"
    )
    return DONE
