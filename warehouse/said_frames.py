"""What is said and where (warehouse/said.py) as the frames that transforms take.

Strings are categories, days naive datetime64, instants UTC, money float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.said import Numbers, Said, firsts
from warehouse.schema import Table

OF_CAPTURE = ["observed_on", "observed_at", "capture_sha256"]


@dataclass(frozen=True)
class SaidFrame:
    """rows: each distinct row once, in the order of first appearance, without OF_CAPTURE. captures: source_id
    and OF_CAPTURE, one row a capture and day. number, capture: of every row of the table, in order, its place
    in these two. columns: those of the table, in its order.
    """

    rows: pd.DataFrame
    captures: pd.DataFrame
    number: Numbers
    capture: Numbers
    columns: Sequence[str]

    @classmethod
    def of(cls, said: Said, table: Table) -> SaidFrame:
        """The same of Arrow tables."""
        rows, captures = as_frame(said.rows), as_frame(said.captures)
        return cls(rows, captures, said.number, said.capture, table.column_names)

    @classmethod
    def each_row(cls, rows: pd.DataFrame) -> SaidFrame:
        """A frame of a table in this form, none of its rows looked up among the others."""
        own = np.arange(len(rows), dtype=np.int32)
        there = [c for c in ("source_id", *OF_CAPTURE) if c in rows]
        return cls(rows.drop(columns=OF_CAPTURE, errors="ignore"), rows[there], own, own, list(rows.columns))

    def of_rows(self, which: pd.Series | NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Of every row of the table whether its distinct row is one of `which`."""
        return np.asarray(which, dtype=bool)[self.number]

    def written_out(
        self, which: NDArray[np.bool_] | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Rows of the table (all, or those of the mask) as they stand in the snapshots; the index is their
        place.
        """
        place = np.arange(len(self.number)) if which is None else np.flatnonzero(which)
        return self.at(place, columns)

    def first_by_day(self) -> pd.DataFrame:
        """Of each distinct row its first in time, by day; the index is its place in the table."""
        day = self.captures["observed_on"].to_numpy()[self.capture]
        order = np.argsort(day, kind="stable")
        first = ~pd.Series(self.number[order]).duplicated().to_numpy()
        return self.at(order[first])

    def first_places(self) -> NDArray[np.int64]:
        """Of each distinct row the place in the table at which it stands first."""
        return firsts(self.number)

    def at(self, place: NDArray[np.int64], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The rows of the table at some places, which are the index."""
        wanted = [
            c
            for c in (*self.columns, *self.rows.columns, *self.captures.columns)
            if columns is None or c in columns
        ]
        wanted = list(dict.fromkeys(wanted))
        of_row = [c for c in wanted if c in self.rows.columns]
        said = self.rows[of_row].iloc[self.number[place]].set_axis(place)
        spoke = (
            self.captures[[c for c in wanted if c not in of_row]].iloc[self.capture[place]].set_axis(place)
        )
        return pd.concat([said, spoke], axis=1)[wanted]


def as_frame(rows: pa.Table) -> pd.DataFrame:
    """An Arrow table as a frame; decimals as the nearest float64."""
    for number, f in enumerate(rows.schema):
        if pa.types.is_decimal(f.type):
            # Arrow's cast is not to the nearest double (0.435 becomes 0.43500000000000005); nine places are
            # what the column has.
            nearest = np.round(rows.column(f.name).cast(pa.float64()).to_numpy(), 9)
            rows = rows.set_column(number, f.name, pa.array(nearest))
    return rows.to_pandas(date_as_object=False)


def texts(frame: pd.DataFrame) -> list[str]:
    """The names of a frame's columns of text (categories)."""
    return [c for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)]
