"""The tables of prices at equal capability: `price_index`, `price_index_ratio`, `price_fall`."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from transforms.boards.frontier import Reals
from transforms.prices.hedonic import Monthly, fall_rows, index_rows, ratio_rows
from transforms.prices.model_months import (
    BLENDS,
    KINDS,
    model_months,
    monthly_of,
    own_or_hosted,
    weekly_panel,
)

ALL, FLAGSHIPS = "models up to 540 days old", "flagships up to 540 days old"


def populations(
    believed: pd.DataFrame,
    models: pd.DataFrame,
    rates: pd.DataFrame,
    as_of: pd.Timestamp,
    capability: pd.Series,
) -> Iterator[tuple[dict[str, str], Monthly]]:
    """The prices by month of each basis, kind and population, with those three names."""
    rows = own_or_hosted(believed, models)
    for kind in KINDS:
        panel = weekly_panel(rows, rates, as_of, kind)
        for basis in BLENDS:
            months = model_months(panel, models, basis)
            for population in (ALL, FLAGSHIPS):
                mine = months if population == ALL else months[months["flagship"]]
                monthly = monthly_of(mine, capability)
                if monthly is not None:
                    yield {"basis": basis, "priced_at": kind, "population": population}, monthly


def price_index(
    believed: pd.DataFrame,
    models: pd.DataFrame,
    rates: pd.DataFrame,
    as_of: pd.Timestamp,
    draws: Reals,
    names: pd.Index,
) -> dict[str, pd.DataFrame]:
    """The three tables as known on `as_of`; a table without rows is left out.

    believed: `reconciled_intervals`; models: model_id, country, released_on, flagship, open_weights; draws:
    joint draws (draws x models) of capability in points of the models `names` that a board has tested.
    """
    mean = draws.mean(axis=0)
    tables: dict[str, list[pd.DataFrame]] = {"price_index": [], "price_index_ratio": [], "price_fall": []}
    for said, monthly in populations(believed, models, rates, as_of, pd.Series(mean, index=names)):
        curve, curves = monthly.fit(mean), monthly.resampled(draws)
        made = {
            "price_index": index_rows(monthly, mean, curve, curves),
            "price_index_ratio": ratio_rows(monthly, curve, curves),
            "price_fall": fall_rows(monthly, mean, curve, curves),
        }
        for name, rows in made.items():
            tables[name].append(pd.DataFrame(list(rows)).assign(**said))
    out = {name: pd.concat(some, ignore_index=True) for name, some in tables.items() if some}
    return {name: frame for name, frame in out.items() if len(frame)}
