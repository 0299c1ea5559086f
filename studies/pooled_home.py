"""What the studies read of a home: the boards' captures and models as known on a day."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd

from extractors.source import discover
from transforms.as_of import AsOf
from transforms.boards.board_versions import Version
from transforms.identity.shown import MODEL_FACTS, with_withdrawals
from transforms.pooled.tables import Pooled, pooled_as_known
from warehouse.inputs import Inputs
from warehouse.location import Location
from warehouse.seeds import boards
from warehouse.snapshots import Snapshots
from warehouse.source_facts import Sources


def arguments(about: str, **more: Any) -> argparse.Namespace:
    """The command line of a study: --home, and `more` (name: default)."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--home", required=True, help="a home of recordings")
    for name, default in more.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    return parser.parse_args()


def as_of(home: str, until: date, prices: bool = False) -> AsOf:
    """The inputs of a home up to a day."""
    sources: Sources = {source_id: reader.source for source_id, reader in discover().items()}
    return AsOf(Inputs(Snapshots(Location(home)), until, sources, prices=prices))


def known(home: str, days: Sequence[date]) -> Iterator[tuple[date, list[Version], pd.DataFrame]]:
    """The boards' captures and the models' facts as known on each of the ascending days."""
    inputs = as_of(home, max(days))
    for day in days:
        models = with_withdrawals(inputs.identity(day))
        yield day, inputs.boards(day).versions, models[MODEL_FACTS]


def fitted(home: str, day: date) -> Pooled:
    """The pooled fit as known on a day; SystemExit where too little is known."""
    for _, versions, models in known(home, [day]):
        fit = pooled_as_known(versions, models, boards(), pd.Timestamp(day))
        if fit is not None:
            return fit
    raise SystemExit(f"too little is known on {day} for a pooled fit")


def say(*words: object) -> None:
    """A line of a study's answer."""
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()
