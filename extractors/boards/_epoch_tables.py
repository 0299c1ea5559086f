"""Reads one table of Epoch's benchmark archive: Epoch's own runs, or results that Epoch copied from others
(`*_external.csv`).

The score's column is found by its header, from the closed list below: `mean_score` with `stderr` in Epoch's
own runs, another word in almost every copied table. Scores keep the table's own unit (some fractions, some
per cent). Columns that say how a model was run (agent, scaffold, shots, edit format) become the setting. Some
hundred rows have no `Model version`: they are listed by their `Name`, agent or notes. LiveBench's, METR's and
SWE-bench's copies state that board's version, which is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from extractors.authoring import Page
from extractors.boards._entries import read_entries
from extractors.boards._epoch import split_setting
from extractors.boards._read import csv_rows, day, maybe, name_of, settings
from extractors.errors import LayoutChanged
from warehouse.capture import Capture
from warehouse.tables import Score

OWN_SCORE = "mean_score"
SCORE_COLUMNS = (
    OWN_SCORE,
    "Score",
    "Accuracy",
    "Accuracy mean",
    "EM",
    "Average",
    "Average (%)",
    "Average score",
    "Average progress",
    "Overall",
    "Overall accuracy",
    "Overall pass (%)",
    "Overall (no subtitles)",
    "Percent correct",
    "Pass@1 score",
    "Challenge score",
    "Mean score",
    "Unguided % Solved",
    "120k token score",
    "Win Rate (%)",
    "ACW Avg Score",
    "Score OPT@1",
    "Global average",
    "Time horizon",
    "Score (AVG@5)",
    "% Resolved",
    "% Score",
    "Correct",
    "Arena Score",
)
BEFORE = ("% Score", "Challenge score", "Average progress", "Time horizon", "Pass@1 score", "Global average")
ERRORS = ("stderr", "Accuracy SE", "Accuracy Standard Error", "Average Standard error")
ERRORS_IN_PERCENT = ("Pass@1 Standard Error",)
LOWS, HIGHS = ("CI_low", "95% CI Low"), ("CI_high", "95% CI High")
SETTINGS = (
    "Agent",
    "Scaffold",
    "Tools",
    "Shots",
    "Prompt",
    "Edit format",
    "Environment model",
    "Frames",
    "SWE-Agent Release Version",
)
DAYS = ("Started at", "Run date", "Date run", "Evaluation date", "Date of evaluation", "Date")
COSTS = ("Cost per task", "Avg. Cost ($)", "Average costs")
VOTES = ("Votes", "Total tasks")
VERSIONS = ("LiveBench Version", "METR version")
NAMES = ("Model version", "Name", "Agent", "Notes", "Notes (details)", "Source", "id", "ID", "UUID")
SECOND = {"Time Horizon (80%)": "time_horizon_p80", "Easy score": "easy"}


def board_of(member: str) -> str:
    """`epoch_` and the member's stem without `_external`: `epoch_gpqa_diamond`."""
    return "epoch_" + member.rsplit("/", 1)[-1].removesuffix(".csv").removesuffix("_external")


def read_scores(member: str, text: str, page: Page) -> None:
    """Adds the scores of one member. LayoutChanged where no column, or more than one, is known to hold the
    score.
    """
    capture = page.capture
    table = csv_rows(capture, ("Model version",), text=text, page=page)
    column = _score_column(list(table[0]), member, capture)
    board = board_of(member)
    read_entries(page, table, lambda line: _row(board, line, column, capture))


def _score_column(header: list[str], member: str, capture: Capture) -> str:
    known = [name for name in SCORE_COLUMNS if name in header]
    first = [name for name in BEFORE if name in known] or known[:1]
    if not first or (len(known) > 1 and known[0] != OWN_SCORE and not set(known) & set(BEFORE)):
        raise LayoutChanged(
            capture, expected=f"one column of {SCORE_COLUMNS} in {member}", found=f"{known} of {header}"[:300]
        )
    return first[0]


def _row(board: str, line: Mapping[str, str], column: str, capture: Capture) -> list[Score]:
    printed = next((line[name] for name in NAMES if line.get(name)), "")
    model, setting = name_of(printed[:200], capture), ""
    if line["Model version"]:
        model, setting = split_setting(model)
    value = maybe(line[column], capture, f"{column} of {model}")
    if value is None:
        return []
    said = settings(
        {"setting": setting, **{key.lower(): line.get(key) for key in SETTINGS if line.get(key) != printed}}
    )
    low, high = _first(line, LOWS, capture), _first(line, HIGHS, capture)
    votes = _first(line, VOTES, capture)
    version = next((line[key] for key in VERSIONS if line.get(key)), "1")
    row = Score(
        board,
        version,
        "score",
        model,
        value,
        setting if said == f"setting={setting}" else said,
        line.get("Organization") or None,
        score_low=low,
        score_high=high,
        interval_level=None if low is None else 0.95,
        score_se=_error(line, capture),
        n=None if votes is None else int(votes),
        cost_usd=_first(line, COSTS, capture),
        reporter="board" if column == OWN_SCORE else "third party",
        evaluated_on=_evaluated_on(line, capture),
    )
    rest = {metric: maybe(line.get(name), capture, name) for name, metric in SECOND.items()}
    bare = row._replace(score_low=None, score_high=None, interval_level=None, score_se=None)
    seconds = [bare._replace(metric=metric, score=v) for metric, v in rest.items() if v is not None]
    return [row, *seconds]


def _error(line: Mapping[str, str], capture: Capture) -> float | None:
    in_percent = _first(line, ERRORS_IN_PERCENT, capture)
    return _first(line, ERRORS, capture) if in_percent is None else in_percent / 100


def _first(line: Mapping[str, str], names: tuple[str, ...], capture: Capture) -> float | None:
    return next((maybe(line[name], capture, name) for name in names if line.get(name)), None)


def _evaluated_on(line: Mapping[str, str], capture: Capture) -> date | None:
    return next((day(line[name], capture, name) for name in DAYS if line.get(name)), None)
