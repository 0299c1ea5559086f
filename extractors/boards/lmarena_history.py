"""Every Arena board of 2023-05-08 to 2025-03 in one CSV: all published tables of the Arena's space, flattened
by a third party.

`key,Model,rating,License,Organization,date` (alltime.csv of chatbot-arena-history): 105 publication days,
`date` as YYYYMMDD. The metric is `rating:as_published`, not `rating`: each row is what that day's board said,
known to us only on the day of the capture, and refits make days incomparable. `evaluated_on` is the
publication day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from extractors.authoring import Page
from extractors.boards._arena import TEXT, rated
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import csv_rows, name_of
from extractors.errors import UnknownValue
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

COLUMNS = frozenset({"key", "Model", "rating", "License", "Organization", "date"})

SOURCE = Source(
    id="lmarena_history",
    title="LMArena text leaderboard since 2023-05, third party's table of all publications (jasontrigg0)",
    kind="boards",
    addresses=("https://raw.githubusercontent.com/jasontrigg0/chatbot-arena-history/main/alltime.csv",),
    tables=(SCORES,),
    licence="none_stated",
    expects=Expects(rows={"scores": (5000, 100000)}, scores=(300, 2500)),
    stale_after_days=3650,
)


def parse(capture: Capture) -> list[Row]:
    """One rating per model and publication day."""
    page = Page(capture)
    table = csv_rows(capture, COLUMNS, page=page)
    read_entries(page, table, lambda line: [_row(line, capture)], {*COLUMNS})
    return finished(page)


def _row(line: Mapping[str, str], capture: Capture) -> Score:
    model = name_of(line["key"] or line["Model"], capture)
    row = rated(capture, TEXT, model, line["rating"], category="as_published", lab=line["Organization"])
    return row._replace(evaluated_on=_day(line["date"], capture))


def _day(text: str, capture: Capture) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise UnknownValue(capture, expected="a day as YYYYMMDD", found=text) from error
