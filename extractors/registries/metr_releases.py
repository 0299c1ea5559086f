"""METR's release dates of the models that it measured: release_dates.yaml, `{"date": {name: YYYY-MM-DD}}`.

Names are METR's (`Claude 3.5 Sonnet (New)`), some with the harness in brackets (`o1-preview (elicited)`,
`(retry 8x)`). Dates were corrected between captures (gpt-3.5-turbo-instruct 2022-11-30, then 2022-03-15).
"""

from __future__ import annotations

from extractors.authoring import Page
from extractors.boards._read import day, name_of, yaml_body
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, Release, Row

SOURCE = Source(
    id="metr_releases",
    title="METR, release dates (eval-analysis-public)",
    kind="registries",
    addresses=(
        "https://raw.githubusercontent.com/METR/eval-analysis-public/main/data/external/release_dates.yaml",
    ),
    matches=(
        r"https://raw\.githubusercontent\.com/METR/eval-analysis-public/[^/]+/data/external/release_dates\.yaml",
    ),
    tables=(RELEASES,),
    licence="none_stated",
    expects=Expects(rows={"releases": (5, 2000)}, models=("GPT-4o", "o1-preview")),
    stale_after_days=90,
)


def parse(capture: Capture) -> list[Row]:
    """One release per name."""
    data = yaml_body(capture)
    if not isinstance(data, dict) or not isinstance(data.get("date"), dict):
        raise LayoutChanged(capture, expected="date: {name: day}", found=str(data)[:200])
    if not data["date"]:
        raise EmptyPage(capture, expected="at least one date", found="none")
    page = Page(capture)
    for name, value in data["date"].items():
        with page.part(str(name), repr(value), 1):
            released = day(value, capture, f"the release of {name}")
            if released is None:
                raise UnknownValue(capture, expected=f"a day for {name}", found=repr(value))
            page.rows.append(Release(name_of(name, capture), released, "announced"))
    return page.finished()
