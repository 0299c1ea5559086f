"""The names and releases that the recordings print, read by the sources' own parsers: what identity is
measured on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import NamedTuple

import pandas as pd

from extractors.errors import ParseError
from tests import recordings
from warehouse.capture import Capture
from warehouse.tables import TABLE_OF_ROW, ListPrice, Offer, Release, Row, Score

KEYS = [
    "source_id",
    "provider_id",
    "listed_model",
    "listed_setting",
    "listed_lab",
    "canonical_model",
    "table",
]
NO_OFFERS = pd.DataFrame(
    {"source_id": [], "observed_on": pd.to_datetime([]), "listed_model": [], "open_weights": []}
)


def names_in(source_id: str, rows: list[Row]) -> Iterator[tuple[str, ...]]:
    """The naming part of each row, in the order of KEYS."""
    for row in rows:
        table = TABLE_OF_ROW[type(row)].name
        if isinstance(row, Score):
            yield source_id, "", row.listed_model, row.listed_setting, row.listed_lab or "", "", table
        elif isinstance(row, ListPrice | Offer):
            yield source_id, row.provider_id, row.listed_model, "", "", row.canonical_model or "", table
        elif isinstance(row, Release):
            yield source_id, "", row.listed_model, "", row.lab or "", row.canonical_model or "", table


class Naming(NamedTuple):
    """What one recorded file names: `names` (KEYS to first seen, last seen, rows), `releases` (each release
    once, as first printed), `scores` (its captures that print scores, each with them).
    """

    names: dict[tuple[str, ...], tuple[date, date, int]]
    releases: dict[tuple, tuple]
    scores: list[tuple[Capture, list[Score]]]


@cache
def naming(kind: str, folder: str) -> Naming:
    """One recorded file, read once; captures that a parser refuses are left out."""
    found = Naming({}, {}, [])
    for capture, rows in recordings.rows_of(kind, folder):
        if isinstance(rows, ParseError):
            continue
        day, source_id = capture.observed_on, capture.source_id
        for key in names_in(source_id, rows):
            first, last, count = found.names.get(key, (day, day, 0))
            found.names[key] = (min(first, day), max(last, day), count + 1)
        for row in rows:
            if isinstance(row, Release):
                found.releases.setdefault((source_id, *row[:5], row.canonical_model), (source_id, day, *row))
        if scores := [row for row in rows if isinstance(row, Score)]:
            found.scores.append((replace(capture, body=b"", companions={}), scores))
    return found


@cache
def recorded(files: tuple[tuple[str, str], ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(names, releases) of recorded files, as `build_identity` takes them."""
    names: dict[tuple[str, ...], tuple[date, date, int]] = {}
    releases: dict[tuple, tuple] = {}
    for file in files:
        found = naming(*file)
        for key, (first, last, count) in found.names.items():
            seen = names.get(key, (first, last, 0))
            names[key] = (min(seen[0], first), max(seen[1], last), seen[2] + count)
        releases |= {key: row for key, row in found.releases.items() if key not in releases}
    frame = pd.DataFrame(
        [(*k, *v) for k, v in names.items()], columns=[*KEYS, "first_seen", "last_seen", "rows"]
    )
    frame[["first_seen", "last_seen"]] = frame[["first_seen", "last_seen"]].apply(pd.to_datetime)
    dated = pd.DataFrame(list(releases.values()), columns=["source_id", "observed_on", *Release._fields])
    dated[["observed_on", "released_on"]] = dated[["observed_on", "released_on"]].apply(pd.to_datetime)
    return frame, dated
