"""ARC Prize leaderboards, the site's new form: /media/data/leaderboard/v1.json, v2.json and v3.json.

`{"version", "generatedAt", "datasets", "evaluations": [{datasetId, modelId, modelDisplayName,
modelReleaseDate, providerDisplayName, score, costPerTask | cost, display}]}`. One entry per model and effort;
the effort is in brackets in the display name, which stays as printed; a footnote mark (`¹`) is dropped.
Entries with `display` false are results that the chart leaves out and are kept. v3 states the whole run's
`cost` and no cost per task. Some release dates are of a preview (o3: 2024-12-20).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._arc import result
from extractors.boards._entries import finished, read_entries
from extractors.boards._epoch import distinct
from extractors.boards._read import day, items, json_body, name_of
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

READ = frozenset(
    {
        "datasetId",
        "modelDisplayName",
        "modelReleaseDate",
        "providerDisplayName",
        "providerId",
        "score",
        "costPerTask",
        "modelType",
    }
)
IGNORED = frozenset(
    {
        "datasetDisplayName",
        "modelId",
        "modelGroup",
        "providerColor",
        "resultsUrl",
        "display",
        "displayLabel",
        "labelOffsetX",
        "labelOffsetY",
        "cost",
        "paperUrl",
        "codeUrl",
        "dataUrl",
        "featured",
        "notes",
        "metadata",
    }
)

SOURCE = Source(
    id="arc_prize",
    title="ARC Prize leaderboards (arcprize.org)",
    kind="boards",
    headline=True,
    addresses=tuple(f"https://arcprize.org/media/data/leaderboard/v{version}.json" for version in (1, 2, 3)),
    tables=(SCORES, RELEASES),
    licence="none_stated",
    expects=Expects(rows={"scores": (3, 5000)}, scores=(0, 1)),
)


def parse(capture: Capture) -> list[Row]:
    """One score per model and effort, and the release of every model that has a date."""
    page = Page(capture)

    def read_one(entry: Mapping[str, Any]) -> list[Row]:
        model = display_name(entry.get("modelDisplayName"), capture)
        lab = entry.get("providerDisplayName") or entry.get("providerId")
        rows = (result(entry, model, lab, capture), released(entry, model, lab, capture))
        return [row for row in rows if row is not None]

    read_entries(page, items(json_body(capture), "evaluations", capture), read_one, {*READ, *IGNORED})
    return finished_with_releases(page)


def finished_with_releases(page: Page) -> list[Row]:
    """What a page of results gives, of each model and day one release."""
    dated = [row for row in page.rows if isinstance(row, Release)]
    page.rows = [*(row for row in page.rows if isinstance(row, Score)), *distinct([*dated])]
    return finished(page)


def display_name(printed: Any, capture: Capture) -> str:
    """The printed name without footnote marks."""
    return re.sub(r"\s*[¹²³⁴⁵]+$", "", name_of(printed, capture))


def released(entry: Mapping[str, Any], model: str, lab: Any, capture: Capture) -> Release | None:
    """The release that an entry states."""
    found = day(entry.get("modelReleaseDate"), capture, "modelReleaseDate")
    return None if found is None else Release(model, found, "announced", lab=lab)
