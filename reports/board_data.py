"""What the parts about boards share: which boards are drawn, their axes, and the words for the definitions of
the lag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports.answers.unseen_words import alone
from reports.board_lags import current_lags, single_benchmark
from reports.components import Switch
from reports.selectors import Tables, lags_today, model_names, picked, records
from reports.unseen import unseen
from reports.wording import day, named
from warehouse.conventions import DAYS_PER_MONTH, PLAIN_LAG, US_CN
from warehouse.licences import LICENCES
from warehouse.seeds import boards as board_seed
from warehouse.seeds import seed

MOST_BOARDS = 7
# Columns of the lag table that are the same in all rows here, or that no chart or table of the page shows.
UNSHOWN = (
    "as_of",
    "leader",
    "follower",
    "kind",
    "tolerance",
    "state",
    "gap_se",
    "gap_in_se",
    "vintage",
    "vintage_basis",
)
LINE_KEY = "Band: 90 % interval; dashed: the board states no errors"
MONTHS_BEHIND = "months that China is behind (below zero: ahead)"
NAME_WIDTH = 0.13  # of the axis
SINCE = date(2023, 1, 1)
DEFINITIONS = {
    "trailing12": "Mean of the last 12 months (headline)",
    "parity": "On each day",
    "event": "At each Chinese release",
    "significant": "Since the US was clearly ahead",
    "catchup": "Until China caught up",
    "threshold": "At fixed scores",
    "regression": "Between the trend lines",
    "gap": "Gap in score",
}
MEANINGS = {
    "trailing12": (
        "the mean, over the last 365 days, of how long the US had already had the best Chinese score of"
        " the day"
    ),
    "parity": "on each day: how long the US had already had the best Chinese score of that day",
    "event": "at each Chinese record: how long before it a US model had first had that score",
    "significant": (
        "since when the best US model had been better than the best Chinese one by more than the noise"
    ),
    "catchup": (
        "for each US record: how long it took until a Chinese model had that score; hollow where that has not"
        " happened yet"
    ),
    "threshold": "at fixed scores: how long after the US China first had each",
    "regression": "the distance in time between the two countries' trend lines of the last 24 months",
    "gap": "the best US score less the best Chinese score, in the board's own unit",
}


@dataclass(frozen=True, slots=True)
class Board:
    """A board that is drawn: its version, its names and unit, which way is better, until when it speaks,
    and whether that is of the last months.
    """

    id: str
    version: str
    name: str
    unit: str
    higher: bool
    until: str
    speaks: bool
    today: Mapping[str, Any]


def drawn_boards(tables: Tables, as_of: date) -> list[Board]:
    """The boards that are drawn, at most `MOST_BOARDS`: those that speak of the last months first, of these
    the ones whose scores may be shown, then those that spoke once; no single benchmarks of an archive.
    """
    many, current = lags_today(tables), set(current_lags(tables, as_of)["board_id"])
    many = many[~single_benchmark(many)] if len(many) else many
    known = board_seed().set_index("board_id")

    def place(row: dict[str, Any]) -> tuple[bool, bool]:
        return row["board_id"] not in current, _hidden(known, row["board_id"])

    out = []
    for row in sorted(records(many), key=place)[:MOST_BOARDS]:
        facts = known.loc[row["board_id"]] if row["board_id"] in known.index else None
        name = named(row["board_id"] if facts is None else facts["name"])
        unit = "score" if facts is None else str(facts["unit"])
        higher = True if facts is None else bool(facts["higher_is_better"])
        speaks, until = row["board_id"] in current, day(row["valid_on"])
        out.append(Board(row["board_id"], row["board_version"], name, unit, higher, until, speaks, row))
    return out


def _hidden(known: pd.DataFrame, board: str) -> bool:
    """Whether a board's scores may not be republished: its chart of the frontiers has no scale, so that it
    is not what the page opens with.
    """
    return board in known.index and not LICENCES[str(known.loc[board, "licence"])].may_republish


def board_unseen(tables: Tables, board: Board) -> str:
    """What the board's lag does not know, as a sentence."""
    return alone(unseen(tables, "lag", board_id=board.id, board_version=board.version))


def switches(boards: Sequence[Board]) -> tuple[Switch, ...]:
    """The two controls of these parts."""
    values = tuple((b.id, b.name if b.speaks else f"{b.name}, until {b.until[:7]}") for b in boards)
    return (
        Switch("board", "Board", values),
        Switch("definition", "Definition of the lag", tuple(DEFINITIONS.items())),
    )


def lag_rows(tables: Tables, **more: object) -> pd.DataFrame:
    """The US-CN rows of the lag table, without tolerance and over models ever released, in the columns that
    are shown.
    """
    return picked(tables, "lag", **{**US_CN, **PLAIN_LAG, **more}).drop(columns=list(UNSHOWN))


def months_of(days: float | None) -> float | None:
    """Days as months of 30.4375 d, two decimals, for a chart."""
    return None if days is None else round(days / DAYS_PER_MONTH, 2)


def of_board(rows: pd.DataFrame, board: Board) -> pd.DataFrame:
    """A board version's rows, in time."""
    mine = rows[rows["board_id"] == board.id]
    return mine[mine["board_version"] == board.version].sort_values("valid_on", kind="stable")


def weekly(rows: pd.DataFrame, until: str) -> pd.DataFrame:
    """Every seventh day back from the last: what a line of some years can show."""
    return rows[(pd.Timestamp(until) - rows["valid_on"]).dt.days % 7 == 0]


def spaced(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points whose names fit beside each other: from the newest back, none nearer in time than a name is
    wide to the one before.
    """
    out: list[dict[str, Any]] = []
    days = sorted(date.fromisoformat(p["d"]) for p in points)
    apart = (days[-1] - days[0]) * NAME_WIDTH if days else timedelta()
    for point in sorted(points, key=lambda p: str(p["d"]), reverse=True):
        if not out or date.fromisoformat(out[-1]["d"]) - date.fromisoformat(point["d"]) >= apart:
            out.append(point)
    return out


def policy_events(first: str, last: str) -> list[dict[str, str]]:
    """The policy events between two days, with their names for the chart."""
    events = seed("policy_events")
    within = events[events["event_on"].between(pd.Timestamp(first), pd.Timestamp(last))]
    return [
        {
            "d": day(r["event_on"]),
            "name": str(r["label"]),
            "tip": f"{day(r['event_on'])}: {r['title']} ({r['direction']})",
        }
        for r in within.to_dict("records")
    ]


IN_A_CHART = 30
_BUILD = re.compile(r"-20\d\d-\d\d-\d\d$")  # the day of a build at the end of a name: the table behind has it


class Names:
    """Names of models for readers, short enough to stand in a chart."""

    def __init__(self, tables: Tables) -> None:
        self._names = model_names(tables)

    def __call__(self, model_id: object, revision: object = "", length: int = 60) -> str:
        """The model's name, with the dated build where it is a later one; '' for none."""
        if not model_id:
            return ""
        name = self._names.get(str(model_id), str(model_id))
        if length < IN_A_CHART:
            name = _BUILD.sub("", name)
        return named(f"{name} ({revision})" if revision else name, length)
