"""How fresh every source and every address is, as tables of a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from warehouse.content_age import ContentAge, ages
from warehouse.location import Location
from warehouse.source_facts import SourceFacts, Sources
from warehouse.source_state import ended, source_states

COLUMNS = [
    "source_id",
    "title",
    "kind",
    "state",
    "last_success",
    "age_days",
    "rows",
    "unread",
    "failing_since",
    "error",
    "required",
    "proven",
    "content_on",
    "captured_on",
    "rhythm_days",
    "feeds_headline",
    "quiet",
]
ADDRESS_COLUMNS = ["source_id", "address", "state", "content_on", "captured_on", "rhythm_days", "captures"]


def freshness(
    location: Location, day: date, sources: Sources, captures: Sequence[Mapping[str, Any]] | None = None
) -> pd.DataFrame:
    """The `freshness` table: `COLUMNS`, one row a source, as of `day`; captures as in `source_states`."""
    states = source_states(location, day, sources, captures)
    rows = [[getattr(state, name) for name in COLUMNS] for state in states]
    days = dict.fromkeys(("last_success", "failing_since", "content_on", "captured_on"), "datetime64[us]")
    return pd.DataFrame(rows, columns=COLUMNS).astype({"age_days": "Int64", "rhythm_days": "Int64"} | days)


def address_freshness(captures: Sequence[Mapping[str, Any]], day: date, sources: Sources) -> pd.DataFrame:
    """The `address_freshness` table: `ADDRESS_COLUMNS`, one row an address, as of `day`."""
    known = ages(captures, day)
    rows = [
        [source.id, address, _address_state(source, age, day), age.content_on, age.captured_on,
         age.rhythm_days, age.captures]
        for source in sources.values()
        for address, age in sorted(known.get(source.id, {}).items())
    ]  # fmt: skip
    days = dict.fromkeys(("content_on", "captured_on"), "datetime64[us]")
    return pd.DataFrame(rows, columns=ADDRESS_COLUMNS).astype({"rhythm_days": "Int64"} | days)


def _address_state(source: SourceFacts, age: ContentAge, day: date) -> str:
    if ended(source, age):
        return "ended"
    return "stale" if (day - age.captured_on).days > source.stale_after_days else "fresh"
