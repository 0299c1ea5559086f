"""LMArena's text leaderboard without style control, as a third party's CSV (llm-leaderboard-csv).

lmsys.csv until 2025-07-18, lmarena_text.csv after. `arena_elo` was renamed `arena_score` in 2024-07,
`rank_stylectrl` (a rank, not a score) came in 2024-10; the interval is text, `+5/-5`. Rows that LMArena
dropped leave this file too: R1's lag on it jumps on 2025-02-22 for that reason alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from extractors.authoring import Page
from extractors.boards._arena import TEXT, interval, rated
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import csv_rows, name_of, number
from extractors.errors import LayoutChanged
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

READ = frozenset({"model", "arena_elo", "arena_score", "95_pct_ci", "votes", "organization"})
IGNORED = frozenset({"rank", "rank_stylectrl", "license", "knowledge_cutoff", "url"})

SOURCE = Source(
    id="lmarena_csv",
    title="LMArena text leaderboard, third party's CSV (fboulnois)",
    kind="boards",
    addresses=("https://raw.githubusercontent.com/fboulnois/llm-leaderboard-csv/main/csv/lmarena_text.csv",),
    matches=(
        r"https://raw\.githubusercontent\.com/fboulnois/llm-leaderboard-csv/[^/]+/csv/(lmsys|lmarena_text)\.csv",
    ),
    tables=(SCORES,),
    licence="mpl_2_0",
    expects=Expects(rows={"scores": (50, 2000)}, scores=(300, 2500)),
    stale_after_days=3650,
)


def parse(capture: Capture) -> list[Row]:
    """One rating per row."""
    page = Page(capture)
    table = csv_rows(capture, ("model", "95_pct_ci", "votes", "organization"), page=page)
    score_column = next((c for c in ("arena_score", "arena_elo") if c in table[0]), None)
    if score_column is None:
        raise LayoutChanged(capture, expected="arena_score or arena_elo", found=str(sorted(table[0])))
    read_entries(page, table, lambda line: [_row(line, score_column, capture)], {*READ, *IGNORED})
    return finished(page)


def _row(line: Mapping[str, str], score_column: str, capture: Capture) -> Score:
    model = name_of(line["model"], capture)
    score = number(line[score_column], capture, f"the score of {model}")
    low, high = interval(line["95_pct_ci"], score, capture)
    return rated(
        capture, TEXT, model, score, low=low, high=high, votes=line["votes"], lab=line["organization"]
    )
