"""What a rule is: which rows it judges, what it asks of each, and what happens to one that fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]
Act = Literal["set aside", "hold"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule over the tables of a date.

    number: its place among the rules of METHOD.md; several gates may keep one rule. says: the rows that must
    not exist. judges: the table whose rows are judged. needs: what else must be there (tables, or evidence
    that is not published); without it nothing is judged. act: a row that fails is set aside with its reason,
    or the tables in `holds` are not published for the date, so that the last good ones stay.
    limits: row (position in the judged table), larger and smaller, one row a check: the first must be at
    least the second; where either is missing nothing is asked.
    """

    number: int
    says: str
    judges: str
    needs: tuple[str, ...]
    limits: Callable[[Tables, pd.Timestamp], pd.DataFrame]
    act: Act = "set aside"
    holds: tuple[str, ...] = ()


def limits(larger: object, smaller: object, rows: object = None) -> pd.DataFrame:
    """The frame that `Rule.limits` gives, from parallel values; `rows`: positions, 0, 1, ... by default."""
    sides = np.broadcast_arrays(np.asarray(larger, dtype=np.float64), np.asarray(smaller, dtype=np.float64))
    made = pd.DataFrame({"larger": sides[0].ravel(), "smaller": sides[1].ravel()})
    made.insert(0, "row", np.arange(len(made)) if rows is None else np.asarray(rows, dtype=np.int64))
    return made


def never(bad: object) -> pd.DataFrame:
    """The limits that fail where `bad` is true."""
    return limits(np.where(np.asarray(bad, dtype=bool), 0.0, 1.0), 1.0)


def days(values: pd.Series) -> np.ndarray:
    """Dates and instants as days since 1970 (fractions of one for instants); NaN where there is none."""
    stamps = pd.to_datetime(values, utc=True).dt.as_unit("us")
    found = stamps.astype("int64").to_numpy(dtype=np.float64) / 86_400_000_000
    found[stamps.isna().to_numpy()] = np.nan
    return found


def text(values: pd.Series) -> pd.Series:
    """The values as text, "" where there is none."""
    return values.astype("object").where(values.notna(), "").astype("str").reset_index(drop=True)


def keys(frame: pd.DataFrame, *columns: str) -> pd.Series:
    """One text a row for several columns, to look rows up by."""
    first, *others = columns
    found = text(frame[first])
    for name in others:
        found = found + "\x00" + text(frame[name])
    return found


def looked_up(asked: pd.Series, known: pd.Series) -> np.ndarray:
    """The numbers of `known` (one a key, by its index) for each key of `asked`; NaN where there is none."""
    return known[~known.index.duplicated()].reindex(asked).to_numpy(dtype=np.float64)


def released(tables: Tables, models: pd.Series, revisions: pd.Series | None = None) -> np.ndarray:
    """The first public day of each model (of its build, where that has one), in days since 1970."""
    known = pd.Series(days(tables["models"]["released_on"]), index=text(tables["models"]["model_id"]))
    found = looked_up(text(models), known.dropna())
    dates = tables.get("model_dates")
    if revisions is None or dates is None or not len(dates):
        return found
    public = dates[
        (text(dates["date_kind"]) != "withdrawn").to_numpy() & (text(dates["revision"]) != "").to_numpy()
    ]
    first = (
        pd.Series(days(public["released_on"]), index=keys(public, "model_id", "revision"))
        .groupby(level=0)
        .min()
    )
    own = looked_up(text(models).str.cat(text(revisions), sep="\x00"), first)
    return np.where(np.isnan(own), found, own)
