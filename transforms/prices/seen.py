"""Where and when prices were seen: a price is one row however often it is seen, a sighting two numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.identity.stated_days import in_their_own_days
from warehouse.said_frames import SaidFrame

CAPTURE = ["source_id", "address", "observed_at", "capture_sha256"]
Places = NDArray[np.int64] | NDArray[np.int32]


@dataclass(frozen=True)
class Seen:
    """row, capture: of every sighting the row of the prices that was seen, and the row of `captures`
    (CAPTURE) in which.
    """

    row: Places
    capture: Places
    captures: pd.DataFrame

    @classmethod
    def each_row(cls, prices: pd.DataFrame) -> Seen:
        """The sightings of prices of which each row is one, with the columns CAPTURE."""
        own = np.arange(len(prices))
        return cls(own, own, prices[CAPTURE])

    def of(self, rows: Places, count: int) -> Seen:
        """The sightings of some of `count` rows, numbered by their place among these."""
        place = np.full(count, -1, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        row = place[self.row]
        there = row >= 0
        return Seen(row[there], self.capture[there], self.captures)


def about_their_days(
    listed: SaidFrame, aliases: pd.DataFrame, changing: frozenset[str]
) -> tuple[pd.DataFrame, Seen]:
    """The rows of list_prices with `about_on` (`in_their_own_days`), each once, and where they were seen.

    What a name of `changing` (`re_pointed`) says means another thing on another day: each of its sightings is
    a row of its own.
    """
    rows, seen = _told_apart(listed, changing)
    stated = (rows["effective_from"].notna() & rows["listed_model"].isin(changing)).to_numpy()
    found = in_their_own_days(rows.assign(_from=np.arange(len(rows))), aliases)
    origin = found.pop("_from").to_numpy()
    plain = int(np.count_nonzero(~stated))  # they come first; after them rows of one sighting each
    capture_of = np.empty(len(rows), dtype=np.int32)
    capture_of[seen.row] = seen.capture
    once = seen.of(origin[:plain], len(rows))
    return found, Seen(
        np.concatenate([once.row, np.arange(plain, len(found), dtype=np.int32)]),
        np.concatenate([once.capture, capture_of[origin[plain:]]]),
        seen.captures,
    )


def _told_apart(listed: SaidFrame, changing: frozenset[str]) -> tuple[pd.DataFrame, Seen]:
    """Each distinct row once, as it was first seen, and every sighting of a changing name, in order."""
    moves = listed.rows["listed_model"].isin(changing).to_numpy()
    each = moves[listed.number]
    first = listed.first_places()
    place = np.sort(np.concatenate([first[~moves], np.flatnonzero(each)]))
    row_of = np.full(len(moves), -1, dtype=np.int32)
    row_of[~moves] = np.searchsorted(place, first[~moves])
    row = row_of[listed.number]
    row[each] = np.searchsorted(place, np.flatnonzero(each))
    rows = listed.at(place).reset_index(drop=True)
    return rows, Seen(row, listed.capture, listed.captures[CAPTURE])
