"""How far behind a model was when it came, on every board that has it, with the sentence to cite."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from reports.answers.names import model_called
from reports.answers.published import as_day, as_of_dates, rows, units
from reports.answers.unseen_words import alone, in_words
from warehouse.conventions import DAYS_PER_MONTH, PLAIN_LAG
from warehouse.location import HomeError, Location, home

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "board_id", "board_version", "definition", "leader", "follower", "kind", "valid_on", "tolerance",
    "vintage_basis", "leader_model_id", "follower_model_id", "lag_days", "lo90_days", "hi90_days", "state",
    "left_truncated", "leader_models", "vintage",
)  # fmt: skip
NOT_IN_IT = "not_in_it"  # in words: which flagships the board's lag has not seen
PLAIN = {"definition": "event", **PLAIN_LAG}


def lagged(location: Location, name: str, as_of: date | None = None) -> list[dict[str, Any]]:
    """The `event` lag of the model called `name` on every board that has it: how many days after the leaders'
    first model of its score it came. Sorted by leader, follower and board; UnknownNameError where no model is
    called so.
    """
    model_id = model_called(location, name, as_of)
    found = rows(
        location, "lag", as_of, list(COLUMNS), ("follower_model_id", lambda c: pc.equal(c, model_id))
    )
    for column, value in PLAIN.items():
        found = found.filter(pc.equal(found.column(column), value))
    order = ("leader", "follower", "board_id", "board_version")
    if not found.num_rows:
        return []
    lacks = _lacks(location, as_of)
    told = found.sort_by([(n, "ascending") for n in order]).to_pylist()
    return [{**row, NOT_IN_IT: lacks.get(tuple(row[n] for n in order), "")} for row in told]


def _lacks(location: Location, as_of: date | None) -> dict[tuple[str, ...], str]:
    """By leader, follower, board and version what the board's lag does not know; empty where the set has no
    `coverage`.
    """
    try:
        said = rows(location, "coverage", as_of)
    except (ValueError, HomeError):  # a set of before, or one that does not say it as this version does
        return {}
    key = ("leader", "follower", "board_id", "board_version")
    boards = said.filter(pc.equal(said.column("metric"), "lag")).to_pylist()
    return {tuple(row[n] for n in key): in_words(row) for row in boards}


def sentence(row: dict[str, Any], board: str, as_of: date) -> str:
    """A lag in words, to cite: on which board, against whom, with its interval, as known when."""
    who = f"{row['follower_model_id']} ({row['valid_on']})"
    if row["lag_days"] is None:
        return f"{who} on {board}: {str(row['state']).replace('_', ' ')}, as known on {as_of}."
    months = abs(row["lag_days"]) / DAYS_PER_MONTH
    where = "behind" if row["lag_days"] >= 0 else "ahead of"
    low, high = row["lo90_days"], row["hi90_days"]
    interval = (
        f" (90 % interval {low / DAYS_PER_MONTH:.1f} to {high / DAYS_PER_MONTH:.1f})"
        if low is not None and high is not None
        else " (no interval)"
    )
    against = row["leader_model_id"] or f"the {row['leader']} frontier"
    lacks = f" {alone(row[NOT_IN_IT])}" if row.get(NOT_IN_IT) else ""
    return (
        f"{who} was {months:.1f} months {where} {against}{interval} on {board}, as known on {as_of}.{lacks}"
    )


def lag(name: str, as_of: date | str | None = None, home_at: str | None = None) -> pd.DataFrame:
    """The same as a frame, with its units in `frame.attrs["units"]`; `home_at` is a home's address."""
    import pandas as pd

    location = home(home_at)
    known = as_day(as_of, "as_of")
    frame = pd.DataFrame(lagged(location, name, known), columns=[*COLUMNS, NOT_IN_IT])
    frame.attrs.update(
        units={k: v for k, v in units("lag").items() if k in COLUMNS},
        as_of=known or max(as_of_dates(location), default=None),
    )
    return frame
