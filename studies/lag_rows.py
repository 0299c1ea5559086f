"""The rows behind a board's trailing lag: `python -m studies.lag_rows --home HOME --board arc_agi_1 --day D`.

Prints `trailing12` of US and China to the day as METHOD defines it (points: no noise), whether or not the
board still speaks on it, and the same over the newest capture alone; then each step (whose score China had,
which US model had it first, over which days); then what the lag would be without each model of those steps.
The board `capability_index` is our own index, from its published table.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from studies.pooled_home import arguments, known, say
from transforms.boards.board_versions import frame_at
from transforms.boards.frontier import epoch_days
from transforms.capability.table import BOARD, well_placed
from warehouse.location import Location
from warehouse.marts import Marts

YEAR, MONTH = 365, 30.4375
COLUMNS = ["model_id", "released_on", "country", "merit"]


def main() -> None:
    """Reads the board as known on the day and prints the lag with its rows."""
    options = arguments(__doc__ or "", board="arc_agi_1", day="2026-07-01")
    day = date.fromisoformat(options.day)
    if options.board == BOARD:
        rows = index_rows(options.home, day)
        shown: dict[str, pd.DataFrame] = {f"{BOARD} on {day}": rows}
    else:
        shown = board_rows(options.home, options.board, day)
    for name, rows in shown.items():
        say(f"{name}: trailing12 to {day} {trailing12(rows, day):.2f} months")
    rows = next(iter(shown.values()))
    steps = steps_of(rows, day)
    for step in steps.itertuples():
        say(
            f"  {step.first:%Y-%m-%d} to {step.last:%Y-%m-%d}: {step.follower} ({step.score:.4g}) after"
            f" {step.leader} of {step.leader_day:%Y-%m-%d}"
        )
    for model in dict.fromkeys([*steps["leader"], *steps["follower"]]):
        without = trailing12(rows[rows["model_id"] != model], day)
        say(f"  without {model}: {without:.2f}")


def board_rows(home: str, board: str, day: date) -> dict[str, pd.DataFrame]:
    """COLUMNS of a board's newest version as known on the day: of all that it tested, and of its newest
    capture alone, by what they are called.
    """
    today = int(epoch_days(pd.Series([pd.Timestamp(day)]))[0])
    _, versions, _ = next(known(home, [day]))
    mine = [v for v in versions if v.board_id == board and len(v.vintages(today))]
    if not mine:
        raise SystemExit(f"{board} had no capture by {day}")
    version = max(mine, key=lambda v: int(v.vintages(today)[0]))
    newest = int(version.vintages(today)[-1])
    on = pd.Timestamp(newest, unit="D").date()
    frames = {
        f"{board}, all that was tested": frame_at(version, newest),
        f"{board}, the capture of {on} alone": version.rows[version.captured == newest],
    }
    return {
        name: frame.astype({"model_id": "str", "country": "str"})[COLUMNS] for name, frame in frames.items()
    }


def index_rows(home: str, day: date) -> pd.DataFrame:
    """COLUMNS of our own index as published for the day, models placed well enough for a frontier alone."""
    marts = Marts(Location(home))
    table, models = (
        marts.read(name, day).to_pandas(date_as_object=False) for name in ("capability", "models")
    )
    facts = models[["model_id", "released_on", "country"]]
    placed = well_placed(table).merge(facts, on="model_id").dropna(subset="released_on")
    rows = placed.rename(columns={"capability": "merit"})[COLUMNS]
    return rows.assign(released_on=pd.to_datetime(rows["released_on"]))


def parity(rows: pd.DataFrame, day: pd.Timestamp) -> tuple[float, str, str, pd.Timestamp, float]:
    """Days since the US had what China has on a day: (days, follower, leader, leader's day, score); NaN where
    no US model has it.
    """
    there = rows[rows["released_on"] <= day].sort_values(["released_on", "model_id"])
    mine = there[there["country"] == "CN"]
    if not len(mine):
        return np.nan, "", "", pd.NaT, np.nan
    best = mine.loc[mine["merit"].idxmax()]
    first = there[(there["country"] == "US") & (there["merit"] >= best["merit"])].head(1)
    if not len(first):
        return np.nan, str(best["model_id"]), "", pd.NaT, float(best["merit"])
    had = first.iloc[0]
    return (
        float((day - had["released_on"]).days),
        str(best["model_id"]),
        str(had["model_id"]),
        had["released_on"],
        float(best["merit"]),
    )


def trailing12(rows: pd.DataFrame, day: date) -> float:
    """The mean parity of the year to the day, in months."""
    days = pd.date_range(end=pd.Timestamp(day), periods=YEAR)
    return float(np.nanmean([parity(rows, on)[0] for on in days]) / MONTH)


def steps_of(rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """follower, leader, leader_day, score, first, last: one row a step of the year to the day."""
    days = pd.date_range(end=pd.Timestamp(day), periods=YEAR)
    told = pd.DataFrame(
        [parity(rows, on)[1:] for on in days], columns=["follower", "leader", "leader_day", "score"]
    ).assign(day=days)
    names = told["follower"] + "|" + told["leader"]
    step = told.groupby(names.ne(names.shift()).cumsum())
    return step.agg(
        follower=("follower", "first"),
        leader=("leader", "first"),
        leader_day=("leader_day", "first"),
        score=("score", "first"),
        first=("day", "min"),
        last=("day", "max"),
    )


if __name__ == "__main__":
    main()
