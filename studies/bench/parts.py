"""What one as-of date pays for its costly parts: the pooled lag, the price index, the completed boards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from studies.bench.measured import Row, seconds, skipped, typical

GOALS = {"pooled lag": 4.0, "price index": 2.0, "completion of boards": 1.0}


def parts(folder: str) -> Iterator[Any]:
    """Wall seconds of each part of the newest derived date of a home, its inputs at hand."""
    import pandas as pd

    from studies.pooled_home import as_of
    from transforms.capability.table import capability_as_known
    from transforms.identity.shown import MODEL_FACTS, with_withdrawals
    from transforms.pooled.completed import completed_lag
    from transforms.pooled.tables import pooled_as_known, pooled_tables, tested_points
    from transforms.prices import table
    from transforms.prices.price_index import price_index
    from warehouse.location import Location
    from warehouse.marts import Marts
    from warehouse.seeds import boards

    day = Marts(Location(folder)).as_ofs()[-1]
    known = as_of(folder, day, prices=True)
    stamp, identity = pd.Timestamp(day), known.identity(day)
    models, versions = with_withdrawals(identity), known.boards(day).versions
    index = capability_as_known(versions, boards(), stamp, 100)
    capability = pd.DataFrame() if index is None else index.table
    said = table.source_intervals(known.prices(day), stamp, models, identity["model_dates"])
    believed, rates = table.reconciled_intervals(said), known.inputs.rates
    took: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        found = work()
        took[name] = time.perf_counter() - began
        return found

    def pooled() -> Any:
        fit = pooled_as_known(versions, models[MODEL_FACTS], boards(), stamp, {})
        pooled_tables(fit, capability, True)
        return fit

    yield
    fit = timed("pooled lag", pooled)
    timed("price index", lambda: price_index(believed, models, rates, stamp, *tested_points(fit, capability)))
    timed("completion of boards", lambda: completed_lag(fit))
    yield {"day": day.isoformat(), **took}


def parts_of_a_date(times: int, folder: str) -> list[Row]:
    what = [f"{name}, one date" for name in GOALS]
    if not Path(folder, "marts", "models.parquet").exists():
        return [
            skipped(w, f"at most {goal:g} s", "no home with derived tables: --home")
            for w, goal in zip(what, GOALS.values(), strict=True)
        ]
    gave = typical(times, "parts:parts", folder).gave
    day = date.fromisoformat(gave["day"])
    return [
        Row(w, seconds(gave[name]), "-", "-", f"at most {goal:g} s", gave[name] <= goal, f"wall, as of {day}")
        for w, (name, goal) in zip(what, GOALS.items(), strict=True)
    ]
