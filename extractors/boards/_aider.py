"""Reads Aider's leaderboard files: one YAML list, one entry per run.

`pass_rate_2` (per cent solved within two tries) is the score, `pass_rate_1` goes along; `total_cost` is the
whole run's, divided by
`test_cases` here; 0 means that it was not known. `date` is the day of the run; some entries of the edit board
have `released` or
`_released`. How it was run is in `reasoning_effort`, `thinking_tokens`, `editor_model` and `edit_format`,
often also in brackets in the name, which stays as printed. Entries vary freely (`commit_hash` may read as a
number), so keys outside this list are news.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._entries import agrees, finished, read_entries
from extractors.boards._read import day, items, maybe, name_of, number, settings, whole, yaml_body
from warehouse.capture import Capture
from warehouse.tables import Release, Row, Score

READ = frozenset(
    {
        "model",
        "pass_rate_1",
        "pass_rate_2",
        "test_cases",
        "total_tests",
        "total_cost",
        "date",
        "edit_format",
        "reasoning_effort",
        "thinking_tokens",
        "editor_model",
        "editor_edit_format",
        "released",
        "_released",
    }
)
IGNORED = frozenset(
    {
        "dirname",
        "commit_hash",
        "pass_num_1",
        "pass_num_2",
        "percent_cases_well_formed",
        "error_outputs",
        "num_malformed_responses",
        "num_with_malformed_responses",
        "user_asks",
        "lazy_comments",
        "syntax_errors",
        "indentation_errors",
        "exhausted_context_windows",
        "test_timeouts",
        "command",
        "versions",
        "seconds_per_case",
        "prompt_tokens",
        "completion_tokens",
        "map_tokens",
    }
)


def read(capture: Capture, board_id: str) -> list[Row]:
    """The scores, and the releases where an entry states one."""
    entries = items(yaml_body(capture), "", capture)
    page = Page(capture)

    def read_one(entry: Mapping[str, Any]) -> list[Row]:
        rows: list[Row] = [*_rows(entry, board_id, page)]
        released = day(entry.get("released") or entry.get("_released"), capture, "released")
        return [*rows, Release(name_of(entry["model"], capture), released, "api")] if released else rows

    read_entries(page, entries, read_one, READ | IGNORED)
    return finished(page)


def _rows(entry: Mapping[str, Any], board_id: str, page: Page) -> list[Score]:
    capture = page.capture
    model = name_of(entry.get("model"), capture)
    n = whole(entry.get("test_cases"), capture, "test_cases")
    total = maybe(entry.get("total_cost"), capture, "total_cost")
    said = settings(
        {
            "effort": entry.get("reasoning_effort"),
            "thinking_tokens": whole(entry.get("thinking_tokens"), capture, f"thinking_tokens of {model}"),
            "editor": entry.get("editor_model"),
            "edit_format": entry.get("edit_format"),
        }
    )
    best = Score(
        board_id,
        "1",
        "pass_rate_2",
        model,
        number(entry.get("pass_rate_2"), capture, f"pass_rate_2 of {model}"),
        said,
        n=n,
        cost_usd=total / n if total and n else None,
        evaluated_on=day(entry.get("date"), capture, "date"),
    )
    first = maybe(entry.get("pass_rate_1"), capture, "pass_rate_1")
    asked = (n, maybe(entry.get("total_tests"), capture, "total_tests"))
    for tries, rate in (("2", best.score), ("1", first)):
        if rate is not None:
            solved = maybe(entry.get(f"pass_num_{tries}"), capture, f"pass_num_{tries}")
            agrees(rate, solved, asked, f"pass_rate_{tries} of {model}", page)
    return [best] if first is None else [best, best._replace(metric="pass_rate_1", score=first)]
