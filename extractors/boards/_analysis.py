"""What the forms of Artificial Analysis' data share: the version of its index, evaluations as scores.

The Intelligence Index is rescaled from time to time, for every model at once: on 2026-06-16 (GPT-5.4 from
56.8 to 51.4), on 2026-08-07 (to 53.1), and again on 2026-09-07 by others' word. No payload states the
version, so it is read from an anchor in the payload: GPT-5.4's index. A value that fits no known scale gets a
version of its own, so that it is never joined to another; without the anchor the day of the
capture decides, up to the last scale that is known.
A slug may be pointed at another revision (`deepseek-v4-pro` from 2026-08-13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from extractors.authoring import Page
from extractors.boards._read import maybe, name_of
from extractors.errors import LayoutChanged, UnknownValue
from warehouse.capture import Capture
from warehouse.tables import Score

BOARD = "artificial_analysis"
ANCHOR = "gpt-5-4"
SCALES = {"4.0": 56.8, "2026-06-16": 51.4, "2026-08-07": 53.1}
TOLERANCE = 0.6
MOST = 100  # the index is a share of what can be reached
SINCE = (
    (date(2026, 9, 7), "2026-09-07"),
    (date(2026, 8, 7), "2026-08-07"),
    (date(2026, 6, 16), "2026-06-16"),
    (date(2026, 1, 6), "4.0"),
)
PREFIX = "artificial_analysis_"


def indices_of(models: Iterable[Any], index: Callable[[Any], Any]) -> dict[str, Any]:
    """The Intelligence Index by slug of the models that state one; an entry that is odd states none."""
    found = {}
    for model in models:
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            found[str(model["slug"])] = index(model)
    return found


def version_of(indices: Mapping[str, Any], capture: Capture) -> str:
    """The scale of the index in a capture; `indices` maps slugs to the Intelligence Index."""
    try:
        anchor = maybe(indices.get(ANCHOR), capture, "the anchor's index")
    except UnknownValue:
        anchor = None
    if anchor is None:
        if capture.observed_on >= SINCE[0][0]:  # of this scale nobody knows the anchor's value yet
            said = f"{ANCHOR} with its index, by which the scale is known"
            raise LayoutChanged(capture, expected=said, found="none")
        return next((version for since, version in SINCE if capture.observed_on >= since), "before 4.0")
    if not 0 < anchor <= MOST:
        raise UnknownValue(capture, expected=f"an index of {ANCHOR} above 0 and to {MOST}", found=str(anchor))
    near = min(SCALES, key=lambda version: abs(SCALES[version] - anchor))
    return near if abs(SCALES[near] - anchor) <= TOLERANCE else f"{ANCHOR}={anchor:.0f}"


def evaluations(
    model: str,
    found: Mapping[str, Any],
    version: str,
    page: Page,
    *,
    lab: Any = None,
    estimated: Iterable[str] = (),
) -> list[Score]:
    """One Score per evaluation that has a value; estimated ones get the metric `<name>:estimated`."""
    rows = []
    capture = page.capture
    for key, value in found.items():
        score = None
        with page.part(model, f"{key}: {value}", 1):
            score = maybe(value, capture, f"{key} of {model}")
        if score is not None:
            metric = key.removeprefix(PREFIX) + (":estimated" if key in set(estimated) else "")
            rows.append(Score(BOARD, version, metric, name_of(model, capture), score, listed_lab=lab or None))
    return rows
