"""The names and releases that the recordings print, read by the sources' own parsers: what identity is
measured on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pandas as pd

from extractors.errors import ParseError
from extractors.source import discover, source_of
from tests import recordings
from warehouse.archive.warc import read_warc
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


def rows_of(kind: str, folder: str) -> Iterator[tuple[Capture, list[Row]]]:
    """Every capture of a recorded file that a source claims, with its rows; captures that a parser refuses
    are left out.
    """
    readers = discover()
    captures = list(read_warc(recordings.ROOT / kind / f"{folder}.warc.gz"))
    for capture in captures:
        source = source_of(capture.address)
        if source is None or not source.reads(capture.address):
            continue
        beside: dict[str, Capture] = {}
        for other in captures:
            near = beside.get(other.address)
            if source.accompanies(other.address) and (
                near is None or _apart(other, capture) < _apart(near, capture)
            ):
                beside[other.address] = other
        try:
            yield capture, readers[source.id].parse(replace(capture, source_id=source.id, companions=beside))
        except ParseError:
            continue


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


@cache
def recorded(files: tuple[tuple[str, str], ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(names, releases) of recorded files, as `build_identity` takes them."""
    names: dict[tuple[str, ...], list] = {}
    releases: dict[tuple, tuple] = {}
    for kind, folder in files:
        for capture, rows in rows_of(kind, folder):
            source_id = source_of(capture.address).id
            for key in names_in(source_id, rows):
                seen = names.setdefault(key, [capture.observed_on, capture.observed_on, 0])
                seen[0], seen[1], seen[2] = (
                    min(seen[0], capture.observed_on),
                    max(seen[1], capture.observed_on),
                    seen[2] + 1,
                )
            for row in rows:
                if isinstance(row, Release):
                    releases.setdefault(
                        (source_id, *row[:5], row.canonical_model), (source_id, capture.observed_on, *row)
                    )
    frame = pd.DataFrame(
        [(*k, *v) for k, v in names.items()], columns=[*KEYS, "first_seen", "last_seen", "rows"]
    )
    frame[["first_seen", "last_seen"]] = frame[["first_seen", "last_seen"]].apply(pd.to_datetime)
    dated = pd.DataFrame(list(releases.values()), columns=["source_id", "observed_on", *Release._fields])
    dated[["observed_on", "released_on"]] = dated[["observed_on", "released_on"]].apply(pd.to_datetime)
    return frame, dated


def _apart(one: Capture, other: Capture) -> float:
    return abs((one.captured_at - other.captured_at).total_seconds())
