"""How fresh the sources are, on the page: old content is told apart from old captures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from reports.freshness import freshness_section
from tests.reports.made import AS_OF, table


def row(source_id: str, quiet: bool, content_on: date) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "title": f"Board {source_id}",
        "kind": "boards",
        "state": "fresh",
        "last_success": AS_OF,
        "age_days": 0,
        "rows": 3,
        "content_on": content_on,
        "captured_on": AS_OF,
        "rhythm_days": 30,
        "feeds_headline": True,
        "quiet": quiet,
    }


def test_a_source_that_feeds_a_headline_and_says_nothing_new_is_a_line_of_its_own():
    old = AS_OF - timedelta(days=200)
    rows = [row("still", True, old), row("lively", False, AS_OF)]
    section = freshness_section({"freshness": table("freshness", rows)}, AS_OF)
    quiet = next(grid for grid in section.grids if "says nothing new" in grid.caption)
    assert quiet.rows == (("Board still", old.isoformat(), AS_OF.isoformat(), "30"),)
    sources = [r for grid in section.grids if grid.header[3:4] == ("content of",) for r in grid.rows]
    assert {r[3] for r in sources} == {old.isoformat(), AS_OF.isoformat()}


def test_where_all_have_news_there_is_no_such_list():
    section = freshness_section({"freshness": table("freshness", [row("lively", False, AS_OF)])}, AS_OF)
    assert not any("says nothing new" in grid.caption for grid in section.grids)
