"""Prices that a night cannot believe at once: held back row by row until they have stood for a week, or until
a person accepts the day.

A single slipped digit is no reason to stop a source, and no reason to publish it. What the source last
published of the same key, in the 90 days before, is the measure; whoever really cuts a price tenfold still
says so a week later.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.source_rows import Numbers, Part, SourceRows

HELD_DAYS, STALE_DAYS = 7, 90
HELD = "held: "
Held = dict[tuple[str, date], dict[int, str]]


class Jumps:
    """What a source published of each key and when, and what has waited since when, from day to day.

    The same whether it is told by the snapshots and quarantines before a night (`baseline`, `held` of the
    reading) or by the days of a backfill one after the other.
    """

    def __init__(self, reading: SourceRows, most: float) -> None:
        self._keys, self._most = reading.keys, most
        self._amounts = reading.distinct.column("amount").cast(pa.float64()).to_numpy(zero_copy_only=False)
        self._other = opposite(reading, self._keys)
        size = int(self._keys.max(initial=-1)) + 1
        self._last, self._seen = np.full(size, np.nan), np.full(size, -(10**6))
        self._waiting, self._since = np.full(size, np.nan), np.zeros(size, dtype=np.int64)
        nothing = np.zeros(0, dtype=np.int64)
        told: list[tuple[date, Part, bool]] = [(p.day, p, True) for p in reading.baseline]
        told += [(p.day, p, False) for p in reading.held]
        for day, part, published in sorted(told, key=lambda one: (one[0], one[1].observed_at)):
            self.learn(day, part.rows if published else nothing, nothing if published else part.rows)

    def held(self, day: date, numbers: Numbers) -> dict[int, str]:
        """Of a day's rows those to hold, with the reason."""
        now, at, new = day.toordinal(), self._keys[numbers], self._amounts[numbers]
        why = self._why(at, new, now)
        stood = (self._waiting[at] == new) & (now - self._since[at] >= HELD_DAYS)
        hold = (why != "") & ~stood
        return {int(n): HELD + str(w) for n, w in zip(numbers[hold], why[hold], strict=True)}

    def learn(self, day: date, published: Numbers, held: Numbers) -> None:
        """A published day: the rows that stand in its snapshot, and those that were held."""
        now, at, amounts = day.toordinal(), self._keys[held], self._amounts[held]
        fresh = self._waiting[at] != amounts
        self._since[at[fresh]] = now
        self._waiting[at] = amounts
        at = self._keys[published]
        self._last[at], self._seen[at], self._waiting[at] = self._amounts[published], now, np.nan

    def _why(self, at: Numbers, new: Any, now: int) -> npt.NDArray[np.object_]:
        last, other = self._last, self._other
        old, comparable = last[at], now - self._seen[at] <= STALE_DAYS
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.maximum(new / old, old / new)
            jump = comparable & (old > 0) & (new > 0) & (factor > self._most)
            across = np.where(other[at] >= 0, last[other[at]], np.nan)
            swapped = comparable & (new != old) & (new == across)
        current = np.full(len(last), np.nan)
        current[at] = new
        swapped &= np.where(other[at] >= 0, current[other[at]] == old, False)
        why = np.full(len(at), "", dtype=object)
        for i in np.flatnonzero(jump):
            why[i] = f"{new[i]:g} after {old[i]:g}: {factor[i]:.3g} times"
        why[swapped] = "input and output have changed places since the last good snapshot"
        return why


def opposite(reading: SourceRows, keys: Numbers) -> Numbers:
    """For each key number that of the same offer's other side (input for output, output for input); -1 where
    there is none.
    """
    names = [n for n in reading.table.key if n in reading.distinct.column_names and n != "component"]
    components = np.asarray(reading.distinct.column("component").to_pylist(), dtype=object)
    columns = [
        reading.distinct.column(n)
        .combine_chunks()
        .dictionary_encode(null_encoding="encode")
        .indices.to_numpy()
        for n in names
    ]
    sides: dict[bytes, dict[str, int]] = {}
    stacked = np.ascontiguousarray(np.stack(columns, axis=1)) if columns else np.zeros((len(keys), 0))
    for number in np.flatnonzero((components == "input") | (components == "output")):
        sides.setdefault(stacked[number].tobytes(), {})[components[number]] = int(keys[number])
    other = np.full(int(keys.max(initial=-1)) + 1, -1, dtype=np.int64)
    for pair in sides.values():
        if len(pair) == 2:
            other[pair["input"]], other[pair["output"]] = pair["output"], pair["input"]
    return other
