"""Epoch AI's Capabilities Index (ECI), one row per model version: a capability fitted over some 40
benchmarks.

130 is Claude 3.5 Sonnet, 150 is GPT-5. The archive's member epoch_capabilities_index.csv has one row per
model version and setting (`gpt-5-2025-08-07_high`), one ECI for all settings of a model, no error column
(intervals are in `epoch_eci_models`). Rows without a score are models with a date only. Every publication
refits the whole history and scores come and go, so the vintage is `observed_on`.
`Release date` is the API or snapshot date (o1: 2024-12-17). The seed holds the scored rows of 2026-07-01, so
that a run without a network has a board. A capture of the member's address may be the whole zip: the fetcher
cannot ask for a member.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import warehouse
from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._epoch import (
    ARCHIVE,
    ARCHIVE_PATTERN,
    distinct,
    header_of,
    members,
    release,
    split_setting,
)
from extractors.boards._read import csv_rows, maybe, name_of
from extractors.errors import LayoutChanged
from extractors.source import EmbeddedBody, Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

MEMBER = "epoch_capabilities_index.csv"
SEED_DAY = date(2026, 7, 1)
SEED_ADDRESS = f"urn:gapledger:seed:eci_scores:{SEED_DAY}"
COLUMNS = (
    "Model version",
    "ECI Score",
    "Release date",
    "Organization",
    "Country",
    "Model accessibility",
    "Model name",
    "Display name",
)
IGNORED = frozenset(
    {"Training compute (FLOP)", "Training compute notes", "Confidence", "Description", "evidence"}
)


def embedded() -> Iterator[EmbeddedBody]:
    """The seed of 2026-07-01 (Epoch AI, CC BY 4.0)."""
    yield EmbeddedBody(
        SEED_ADDRESS,
        (Path(warehouse.__file__).parent / "seeds" / "eci_scores.csv").read_bytes(),
        "text/csv",
        SEED_DAY,
    )


SOURCE = Source(
    id="epoch_eci",
    title="Epoch AI, Epoch Capabilities Index (epoch.ai/benchmarks)",
    kind="boards",
    headline=True,
    addresses=(f"{ARCHIVE}#{MEMBER}",),
    matches=(ARCHIVE_PATTERN + r"#epoch_capabilities_index\.csv", r"urn:gapledger:seed:eci_scores:[\d-]{10}"),
    tables=(SCORES, RELEASES),
    licence="cc_by_4_0",
    expects=Expects(rows={"scores": (100, 5000), "releases": (100, 5000)}, scores=(0, 250)),
    embedded=embedded,
)


def parse(capture: Capture) -> list[Row]:
    """The index of every scored model version, and the release of every one that has a date."""
    page = Page(capture)
    text = _member(capture) if capture.body.startswith(b"PK") else None
    table = csv_rows(capture, COLUMNS, text=text, page=page)
    read_entries(page, table, lambda line: _rows(line, capture), {*COLUMNS, *IGNORED})
    dated = [row for row in page.rows if isinstance(row, Release)]
    page.rows = [*(row for row in page.rows if isinstance(row, Score)), *distinct([*dated])]
    return finished(page)


def _member(capture: Capture) -> str:
    """The one member whose columns are the index's, wherever it lies in the archive."""
    found = {name: text for name, text in members(capture).items() if name.endswith(".csv")}
    fit = [name for name, text in found.items() if set(COLUMNS) <= set(header_of(text))]
    if len(fit) != 1:
        raise LayoutChanged(capture, expected=f"one member with {COLUMNS}", found=f"{fit or sorted(found)}")
    return found[fit[0]]


def _rows(line: Mapping[str, str], capture: Capture) -> list[Row]:
    return [row for row in _row(line, capture) if row is not None]


def _row(line: Mapping[str, str], capture: Capture) -> tuple[Score | None, Release | None]:
    model, setting = split_setting(name_of(line["Model version"], capture))
    index = maybe(line["ECI Score"], capture, f"the ECI of {model}")
    score = (
        None
        if index is None
        else Score("epoch_eci", "1", "eci", model, index, setting, listed_lab=line["Organization"] or None)
    )
    return score, release(line, model, capture)
