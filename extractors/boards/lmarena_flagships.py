"""The best-rated flagship per lab on each of the Arena's publication days since 2023-12 (data.js of
AI-Arena-History).

`const CHART_DATA = {lab: [{date, model_name, rating}]}`; from 2026-07 on two such objects, CHART_DATA_HIGHEST
and CHART_DATA_LATEST, most rows in both. Eight labs, no DeepSeek. The ratings are of no single category that
the data set publishes (in July 2026 they jump by ten points and back), hence the metric
`rating:flagship_history`, never `rating`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from extractors.authoring import Page
from extractors.boards._arena import TEXT, rated
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import body_text, day, name_of
from extractors.errors import LayoutChanged, Truncated
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

SOURCE = Source(
    id="lmarena_flagships",
    title="Arena history of the labs' best models, third party's chart data (mayerwin)",
    kind="boards",
    addresses=("https://raw.githubusercontent.com/mayerwin/AI-Arena-History/main/data.js",),
    tables=(SCORES,),
    licence="none_stated",
    expects=Expects(rows={"scores": (500, 50000)}, scores=(300, 2500)),
    partial=True,
)


def parse(capture: Capture) -> list[Row]:
    """One rating per model and publication day, repeats over the two charts dropped."""
    text = body_text(capture)
    blocks = re.findall(r"^const (CHART_DATA\w*) = (\{.*?^\});", text, re.DOTALL | re.MULTILINE)
    if not blocks or text.count("const CHART_DATA") != len(blocks):
        raise (Truncated if "const CHART_DATA" in text else LayoutChanged)(
            capture, expected="const CHART_DATA = {...};", found=text[-120:]
        )
    page = Page(capture)
    for name, block in blocks:
        for lab, points in _object(block, name, capture).items():
            read_entries(page, points, _reader(lab, capture), {"date", "model_name", "rating"})
    page.rows = list(dict.fromkeys(page.rows))
    return finished(page)


def _reader(lab: str, capture: Capture) -> Callable[[Mapping[str, Any]], list[Score]]:
    return lambda point: [_row(point, lab, capture)]


def _object(block: str, name: str, capture: Capture) -> dict[str, list[dict[str, Any]]]:
    try:
        return orjson.loads(block)
    except orjson.JSONDecodeError as error:
        raise Truncated(capture, expected=f"{name} as JSON", found=str(error)) from error


def _row(point: Mapping[str, Any], lab: str, capture: Capture) -> Score:
    model = name_of(point["model_name"], capture)
    row = rated(capture, TEXT, model, point["rating"], category="flagship_history", lab=lab)
    return row._replace(evaluated_on=day(point["date"], capture, "the publication"))
