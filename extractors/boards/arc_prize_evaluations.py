"""ARC Prize leaderboards, the site's older form: evaluations.json with models, providers and data sets beside
it.

`[{datasetId, modelId, score, costPerTask, resultsUrl, display}]`; names, labs and release dates are in
models.json (`id`, `displayName`,
`modelReleaseDate`, `providerId`), a companion. It also has the public and private evaluation sets, which the
new form has not. Kept apart from `arc_prize` because both exist for the same days. Traps: costs are text for
a few models; a model id may lack in models.json (then the id is the name) and may be listed twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._arc import result
from extractors.boards._entries import read_entries
from extractors.boards._read import items, json_body
from extractors.boards.arc_prize import display_name, finished_with_releases, released
from extractors.errors import LayoutChanged
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Row

READ = frozenset({"datasetId", "modelId", "score", "costPerTask"})
IGNORED = frozenset({"resultsUrl", "display", "displayLabel", "labelOffsetX", "labelOffsetY", "cost"})
BASE = r"https://arcprize\.org/media/data/"

SOURCE = Source(
    id="arc_prize_evaluations",
    title="ARC Prize evaluations, older form (arcprize.org)",
    kind="boards",
    addresses=(
        "https://arcprize.org/media/data/evaluations.json",
        "https://arcprize.org/media/data/models.json",
    ),
    matches=(BASE + r"evaluations\.json",),
    companions=(BASE + r"(models|datasets|providers)\.json",),
    tables=(SCORES, RELEASES),
    licence="none_stated",
    expects=Expects(rows={"scores": (20, 10000)}, scores=(0, 1)),
)


def parse(capture: Capture) -> list[Row]:
    """One score per model and data set, and the release of every model that has a date."""
    known = _models(capture)
    page = Page(capture)

    def read_one(entry: Mapping[str, Any]) -> list[Row]:
        about = known.get(entry["modelId"], {})
        model = display_name(about.get("displayName") or entry["modelId"], capture)
        lab = about.get("providerId")
        rows = (result(entry, model, lab, capture), released(about, model, lab, capture))
        return [row for row in rows if row is not None]

    read_entries(page, items(json_body(capture), "", capture), read_one, {*READ, *IGNORED})
    return finished_with_releases(page)


def _models(capture: Capture) -> dict[str, dict[str, Any]]:
    companion = next(
        (c for address, c in capture.companions.items() if address.endswith("/models.json")), None
    )
    if companion is None:
        raise LayoutChanged(
            capture,
            expected="the companion models.json",
            found=str(sorted(capture.companions)),
            next_step="capture or import models.json",
        )
    return {entry["id"]: entry for entry in items(json_body(companion), "", companion)}
