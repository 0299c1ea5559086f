"""Extended NYT Connections: tables in the README of lechmazur/nyt-connections, per cent of puzzles solved.

Sections by heading: the original version (a standing table), the extended version (`version` extended, from
2025-02), the newest 100 puzzles of it, and from 2026-04 the older models, which ran on fewer puzzles (own
metric, with their number). The columns are `Model` and
`Score`, `Score(%)` or `Score %`; the number of puzzles stands in its own column from 2025-06. A row with `x`
for a score is a place held for a run to come (2026-02) and gives no row. The effort is in brackets in the
name, which stays as printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._pipes import pipe_tables
from extractors.boards._read import name_of, number, whole
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

# heading without "Leaderboard" -> version, metric
SECTIONS = {
    "": ("original", "score"),
    "original version": ("original", "score"),
    "extended version": ("extended", "score"),
    "newest 100 puzzles, extended version": ("extended", "score:newest_100"),
    "older models": ("extended", "score:older_models"),
}
SCORE = ("score %", "score(%)", "score")
PUZZLES = ("#puzzles", "#puzzles (window)")
IGNORED = frozenset({"rank", "total coverage"})
PLACEHOLDER = "x"

SOURCE = Source(
    id="nyt_connections",
    title="Extended NYT Connections (lechmazur)",
    kind="boards",
    addresses=("https://raw.githubusercontent.com/lechmazur/nyt-connections/master/README.md",),
    matches=(r"https://raw\.githubusercontent\.com/lechmazur/nyt-connections/[^/]+/README\.md",),
    tables=(SCORES,),
    licence="none_stated",
    expects=Expects(rows={"scores": (8, 2000)}, scores=(0, 100)),
    stale_after_days=60,
)


def parse(capture: Capture) -> list[Row]:
    """One score per row of every table of models."""
    page = Page(capture)
    for heading, header, lines in pipe_tables(capture, page):
        section = re.sub(r"^leaderboard:?\s*", "", heading.lower())
        if section not in SECTIONS or "model" not in header:
            page.leave(heading, header, "a table that no rule knows", 1)
            continue
        shown = [line for line in lines if PLACEHOLDER not in (line.get(name) for name in SCORE)]
        read_entries(page, shown, _reader(section, capture), {"model", *SCORE, *PUZZLES, *IGNORED})
    return finished(page)


def _reader(section: str, capture: Capture) -> Callable[[Mapping[str, str]], list[Score]]:
    return lambda line: [_row(line, *SECTIONS[section], capture)]


def _row(line: Mapping[str, str], version: str, metric: str, capture: Capture) -> Score:
    model = name_of(line["model"], capture)
    printed = next((line[name] for name in SCORE if name in line), "")
    puzzles = next((line[name] for name in PUZZLES if name in line), None)
    n = (
        100
        if metric == "score:newest_100" and puzzles is None
        else whole(puzzles, capture, "the number of puzzles")
    )
    return Score(
        "nyt_connections", version, metric, model, number(printed, capture, f"the score of {model}"), n=n
    )
