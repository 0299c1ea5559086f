"""The audit of claims on the derived tables of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa

from flows.derive import RunError, build_unpublished
from transforms.claims.audit import audit
from transforms.claims.claim_pairs import flips
from transforms.claims.measurement import MEASURED
from warehouse.location import Location
from warehouse.marts import Marts


def audited(location: Location, claims: pd.DataFrame, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The verdicts on the claims as known on `day`, and those that differ from the newest earlier date
    derived. RunError where nothing is known as of `day`.
    """
    found = audit(claims, frames(location, day), pd.Timestamp(day))
    earlier = [known for known in Marts(location).as_ofs() if known < day]
    if not earlier:
        return found, pd.DataFrame()
    before = audit(claims, frames(location, earlier[-1]), pd.Timestamp(earlier[-1]))
    return found, flips(before, found)


def is_derived(location: Location, day: date) -> bool:
    """Whether any table that claims are measured on was derived as of `day`."""
    return any(Marts(location).has(name, day) for name in MEASURED)


def frames(location: Location, day: date) -> dict[str, pd.DataFrame]:
    """The tables that claims are measured on, as known on `day`. Where they were not derived yet they are
    built now, and not published.
    """
    if is_derived(location, day):
        marts = Marts(location)
        return as_frames({name: marts.read(name, day) for name in MEASURED if marts.has(name, day)})
    built = build_unpublished(location, day)
    if not built:
        raise RunError(f"nothing is known as of {day}: no snapshot; run gapledger run, or take a later date")
    return as_frames(built)


def as_frames(tables: Mapping[str, pa.Table]) -> dict[str, pd.DataFrame]:
    """Derived tables as the transforms take them: days as datetime64."""
    return {name: rows.to_pandas(date_as_object=False) for name, rows in tables.items() if name in MEASURED}
