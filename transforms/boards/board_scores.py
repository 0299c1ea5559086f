"""One score a model and capture: what a board prints, with its standard error and the model's own day."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from transforms.boards.frontier import Reals

# Days before its first public use on which a board may date or show a model: announcements, early access.
EARLY = 7


def standard_errors(scored: pd.DataFrame, boards: pd.DataFrame) -> Reals:
    """Standard error of each score in board units, NaN where nothing says.

    In this order: the board's own standard error; half the board's interval over the normal quantile of its
    level (0.95 where the level is not said); binomial from n items on a scale with two ends, with half an
    item added to each end so that 0 and 1 are not certain.
    """
    from scipy.special import ndtri

    level = scored["interval_level"].astype(float).fillna(0.95).to_numpy()
    width = (scored["score_high"].astype(float) - scored["score_low"].astype(float)).to_numpy()
    interval = width / (2 * ndtri(0.5 + level / 2))
    ends = boards.set_index("board_id")[["scale_min", "scale_max"]].astype(float).reindex(scored["board_id"])
    low, high = ends["scale_min"].to_numpy(), ends["scale_max"].to_numpy()
    n = scored["n"].astype(float).to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((scored["score"].astype(float).to_numpy() - low) / (high - low) * n + 0.5) / (n + 1)
        binomial = (high - low) * np.sqrt(share * (1 - share) / n)
        stated = scored["score_se"].astype(float).to_numpy()
        return cast(Reals, np.where(stated >= 0, stated, np.where(interval >= 0, interval, binomial)))


def best_settings(scored: pd.DataFrame, models: pd.DataFrame, boards: pd.DataFrame) -> pd.DataFrame:
    """One row a (board, version, vintage, model): its best setting, with `merit`, `se`, and the model's
    facts.

    Flagged rows and models without a release day take no part; a missing standard error keeps its model. A
    build or a preview behind the same id (`revision`, first public on `revision_on`) is an entry of its own,
    `model@revision`, from its own day: its score is not the launch model's, whether it came before or after.
    One that was never public (`revision_on` is missing) takes no part, nor does a capture more than `EARLY`
    days before the first public use of what it names. Where a row says how the board itself dates the
    model (`stated_on`), that day counts on that board, slips of the year and earlier days apart.
    """
    facts = boards.set_index("board_id")
    rows = scored.loc[~scored["flagged"].astype(bool)].drop(
        columns=["released_on", "country", "lab_id"], errors="ignore"
    )
    rows["se"] = standard_errors(rows, boards)
    higher = facts["higher_is_better"].astype(bool).reindex(rows["board_id"]).to_numpy()
    rows["merit"] = np.where(higher, 1.0, -1.0) * rows["score"].astype(float).to_numpy()
    rows = rows.merge(models, on="model_id", how="inner", validate="m:1")
    if "revision_on" in rows:
        rows = _builds_apart(rows)
    early = pd.Timedelta(days=EARLY)
    rows = rows[rows["released_on"].isna() | (rows["vintage"] >= rows["released_on"] - early)]
    if "stated_on" in rows:
        said = _in_the_right_year(rows["stated_on"], rows["released_on"])
        said = said.mask(said < rows["released_on"] - early)
        first = said.groupby(
            [rows[k] for k in ("board_id", "board_version", "vintage", "model_id")]
        ).transform("min")
        rows["released_on"] = first.fillna(rows["released_on"])
    rows = rows.dropna(subset=["released_on", "score"])
    rows = rows.sort_values(
        ["board_id", "board_version", "vintage", "model_id", "merit", "setting"],
        ascending=[True] * 4 + [False, True],
    )
    return rows.drop_duplicates(["board_id", "board_version", "vintage", "model_id"]).reset_index(drop=True)


def _builds_apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of builds under `model@revision` with the build's day; without those of builds never public."""
    build = rows["revision"].astype("str").fillna("") != ""
    rows = rows[~build | rows["revision_on"].notna()]
    other = build[rows.index] & (rows["revision_on"] != rows["released_on"])
    names = rows["model_id"].astype("str") + "@" + rows["revision"].astype("str")
    return rows.assign(
        model_id=rows["model_id"].where(~other, names),
        released_on=rows["released_on"].where(~other, rows["revision_on"]),
    )


def _in_the_right_year(stated: pd.Series, released: pd.Series) -> pd.Series:
    """Days as a board prints them; NaT for the right day in a wrong year: Epoch's index of 2026-02-23 has
    GPT-5.3-Codex a year early.
    """
    slip = (
        (stated.dt.year != released.dt.year)
        & (stated.dt.month == released.dt.month)
        & (stated.dt.day == released.dt.day)
    )
    return stated.mask(slip)


def dated_by_board(history: pd.DataFrame, releases: pd.DataFrame) -> pd.DataFrame:
    """`history` with `stated_on`: the earliest release day that the same source stated for the same printed
    name on the same day.

    `releases`: source_id, observed_on, listed_model, released_on. Epoch's index dates models itself (o1 by
    its API, 2024-12-17).
    """
    said = releases.groupby(["source_id", "observed_on", "listed_model"])["released_on"].min().reset_index()
    said = said.rename(columns={"observed_on": "vintage", "released_on": "stated_on"})
    return history.drop(columns="stated_on", errors="ignore").merge(
        said, on=["source_id", "vintage", "listed_model"], how="left"
    )


def headline(history: pd.DataFrame, boards: pd.DataFrame) -> pd.DataFrame:
    """The rows of each board's headline metric (boards.csv), of the day's last capture where a source was
    captured more than once.
    """
    if "metric" in history:
        wanted = history["board_id"].map(boards.set_index("board_id")["metric"])
        history = history[history["metric"].astype("str") == wanted.astype("str")]
    if "observed_at" in history:
        last = history.groupby(["board_id", "board_version", "source_id", "vintage"])[
            "observed_at"
        ].transform("max")
        history = history[history["observed_at"] == last]
    return history
