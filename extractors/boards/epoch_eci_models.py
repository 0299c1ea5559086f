"""Epoch AI's Capabilities Index, one row per model with its interval: eci_scores.csv.

Columns Model, Display name, eci, eci_ci_low, eci_ci_high, date, Organization, Country (of organization),
Model accessibility. The interval is a 90 % bootstrap (Epoch's own fitting code, `ci_level`), blank for the
two anchors, whose score is exact by construction: a missing interval must not drop a model. Kept apart from
`epoch_eci` because names differ (`GPT-5.2` here, `gpt-5.2-2025-12-11_xhigh` there) and both exist for the
same days. Not recorded yet: written after copies of the file in public repositories.
"""

from __future__ import annotations

from collections.abc import Mapping

from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._epoch import distinct, is_open
from extractors.boards._read import csv_rows, day, maybe, name_of
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

COLUMNS = (
    "Model",
    "eci",
    "eci_ci_low",
    "eci_ci_high",
    "date",
    "Organization",
    "Country (of organization)",
    "Model accessibility",
)
IGNORED = frozenset({"Display name", "Accessibility group", "model_versions"})
INTERVAL_LEVEL = 0.90

SOURCE = Source(
    id="epoch_eci_models",
    title="Epoch AI, Epoch Capabilities Index by model with intervals (epoch.ai/data/eci_scores.csv)",
    kind="boards",
    addresses=("https://epoch.ai/data/eci_scores.csv",),
    tables=(SCORES, RELEASES),
    licence="cc_by_4_0",
    expects=Expects(rows={"scores": (50, 5000), "releases": (50, 5000)}, scores=(0, 250)),
    proven=False,
)


def parse(capture: Capture) -> list[Row]:
    """The index of every model with its interval, and its release."""
    page = Page(capture)
    table = csv_rows(capture, COLUMNS, page=page)
    read_entries(page, table, lambda line: _rows(line, capture), {*COLUMNS, *IGNORED})
    dated = [row for row in page.rows if isinstance(row, Release)]
    page.rows = [*(row for row in page.rows if isinstance(row, Score)), *distinct([*dated])]
    return finished(page)


def _rows(line: Mapping[str, str], capture: Capture) -> list[Row]:
    return [row for row in (_score(line, capture), _release(line, capture)) if row is not None]


def _score(line: Mapping[str, str], capture: Capture) -> Score | None:
    model = name_of(line["Model"], capture)
    index = maybe(line["eci"], capture, f"the ECI of {model}")
    if index is None:
        return None
    low, high = (
        maybe(line["eci_ci_low"], capture, "eci_ci_low"),
        maybe(line["eci_ci_high"], capture, "eci_ci_high"),
    )
    level = None if low is None else INTERVAL_LEVEL
    lab = line["Organization"] or None
    return Score(
        "epoch_eci", "1", "eci", model, index, "", lab, score_low=low, score_high=high, interval_level=level
    )


def _release(line: Mapping[str, str], capture: Capture) -> Release | None:
    released = day(line["date"], capture, "the release")
    if released is None:
        return None
    country = line["Country (of organization)"] or None
    weights = is_open(line["Model accessibility"])
    return Release(
        name_of(line["Model"], capture),
        released,
        "api",
        lab=line["Organization"] or None,
        listed_country=country,
        open_weights=weights,
    )
