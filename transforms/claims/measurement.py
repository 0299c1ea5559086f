"""What a claim is measured on: the derived tables as known on a day, and one measured value for each board or
basis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from warehouse.conventions import LEAST_LEADERS

# The derived tables that a claim can be measured on.
MEASURED = frozenset(
    {
        "capability",
        "capacity",
        "cost_per_task",
        "frontier",
        "frontier_premium",
        "host_premium",
        "hosting_footprint",
        "lag",
        "models",
        "pooled_lag",
        "price_decline",
        "price_fall",
        "price_index_ratio",
        "price_intervals",
        "price_ratio",
    }
)
NOTHING = float("nan")


class Measurement(NamedTuple):
    """One measured value: on which board and basis, with its 90 % interval (NaN where none), for which day,
    and the rows behind it.

    `main`: the claim is judged on it; the others are shown beside it. One of another basis can turn a failed
    claim into a contested one, unless it is `excluded` (a board of one subject, for a claim about the whole).
    `rows` names table and key of what was read.
    """

    value: float
    unit: str
    rows: str
    board_id: str = ""
    basis: str = ""
    lo90: float = NOTHING
    hi90: float = NOTHING
    valid_on: pd.Timestamp | None = None
    main: bool = True
    note: str = ""
    excluded: bool = False


class NotComputable(Exception):
    """Why a claim has no value on these tables; the message is the explanation."""


@dataclass(frozen=True)
class View:
    """The tables that a claim is audited on, as known on `as_of`, and the day it was said."""

    marts: Mapping[str, pd.DataFrame]
    as_of: pd.Timestamp
    said_on: pd.Timestamp
    shared: dict[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """A derived table, one of `MEASURED`; NotComputable where the day has none."""
        if name not in MEASURED:
            raise KeyError(f"{name} is no table that claims are measured on: name it in MEASURED")
        if name not in self.marts or not len(self.marts[name]):
            day = f"{self.as_of:%Y-%m-%d}"
            raise NotComputable(
                f"no row of {name} is known on {day}: nothing of the kind was captured by then, or the day"
                f" was one of many in a backfill (gapledger marts --as-of {day} derives its daily series"
                " whole)"
            )
        return self.marts[name]

    @cached_property
    def models(self) -> pd.DataFrame:
        """The `models` table by model_id."""
        return self.kept(
            "models",
            lambda: plain(self.table("models").drop_duplicates("model_id")).set_index("model_id", drop=False),
        )

    @cached_property
    def events(self) -> pd.DataFrame:
        """The `event` rows without tolerance that rest on enough models of the leader."""

        def sound() -> pd.DataFrame:
            lag = self.table("lag")
            rows = (
                (lag["definition"] == "event")
                & (lag["tolerance"] == 0)
                & (lag["kind"] == "released")
                & lag["lag_days"].notna()
            )
            return plain(lag[rows & (lag["leader_models"] >= LEAST_LEADERS)])

        return self.kept("events", sound)

    @cached_property
    def frontier(self) -> pd.DataFrame:
        """The `frontier` rows by release."""
        rows = self.table("frontier")
        return self.kept("frontier", lambda: plain(rows[rows["kind"] == "released"]))

    def kept(self, name: str, make: Any) -> pd.DataFrame:
        """What `make` gives, made once for all claims of a day."""
        if name not in self.shared:
            self.shared[name] = make()
        found: pd.DataFrame = self.shared[name]
        return found

    def fact(self, model: str, name: str) -> Any:
        """A fact of a model; NotComputable where the model or the fact is not known."""
        if model not in self.models.index:
            near = get_close_matches(model, self.models.index.astype(str).tolist(), n=3, cutoff=0.8)
            names = f" (names like it: {', '.join(near)})" if near else ""
            raise NotComputable(f"open: no model {model} is known on {self.as_of:%Y-%m-%d}{names}")
        value: Any = self.models.loc[model, name]
        if bool(pd.isna(value)):
            raise NotComputable(f"{name} of {model} is not known on {self.as_of:%Y-%m-%d}")
        return value

    def released(self, model: str) -> pd.Timestamp:
        """The day of a model's release."""
        return pd.Timestamp(self.fact(model, "released_on"))


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with text as Python strings, all text in one block: a frame that is cut again and again is
    then cut several times faster.
    """
    text = [
        name for name in rows.columns if isinstance(rows[name].dtype, (pd.StringDtype, pd.CategoricalDtype))
    ]
    return rows.astype(dict.fromkeys(text, object)).copy()


def key(table: str, **columns: Any) -> str:
    """The rows behind a value, as `gapledger explain` takes them: the table and the columns that find
    them.
    """
    said = [
        f"{name}={f'{value:%Y-%m-%d}' if isinstance(value, pd.Timestamp) else value}"
        for name, value in columns.items()
        if value != ""
    ]
    return " ".join([table, *said])


def listed(value: Any) -> list[Any]:
    """An argument that may be one or several."""
    return list(value) if isinstance(value, list | tuple) else [value]


def number(value: Any) -> float:
    """A float; NaN for nothing."""
    return NOTHING if value is None or pd.isna(value) else float(np.float64(value))


def each(frame: pd.DataFrame) -> list[Any]:
    """The rows as tuples by column name."""
    return list(frame.itertuples(index=False))
