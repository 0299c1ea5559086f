"""Prices that a night cannot believe at once: held back row by row until they have stood for a week, or until
a person accepts the day.

A single slipped digit is no reason to stop a source, and no reason to publish it. What the last good
snapshots said of the same key is the measure; whoever really cuts a price tenfold still says so a week later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.expects import Expects
from warehouse.source_rows import Numbers, SourceRows

HELD_DAYS, STALE_DAYS = 7, 90
HELD = "held: "
Held = dict[tuple[str, date], dict[int, str]]


def jump_guard(
    readings: Sequence[SourceRows],
    expects: Mapping[str, Expects],
    reasons: Mapping[str, Mapping[int, str]],
    failed: Mapping[tuple[str, date], object],
    released: Mapping[tuple[str, date], object],
) -> Held:
    """By source and day the rows held, with the reason. Days in `failed` teach nothing; on days in `released`
    nothing is held.
    """
    found: Held = {}
    for reading in readings:
        if "amount" in reading.distinct.column_names:
            for day, rows in _held(
                reading, expects[reading.source_id].jump, reasons[reading.source_id], failed, released
            ):
                found[reading.source_id, day] = rows
    return found


def _held(
    reading: SourceRows,
    most: float,
    reasons: Mapping[int, str],
    failed: Mapping[tuple[str, date], object],
    released: Mapping[tuple[str, date], object],
) -> Iterator[tuple[date, dict[int, str]]]:
    keys = reading.keys
    amounts = reading.distinct.column("amount").cast(pa.float64()).to_numpy(zero_copy_only=False)
    other = opposite(reading, keys)
    good = np.ones(len(keys), dtype=bool)
    good[np.fromiter(reasons, np.int64, len(reasons))] = False
    size = int(keys.max(initial=-1)) + 1
    last, seen = np.full(size, np.nan), np.full(size, -(10**6))
    waiting, since = np.full(size, np.nan), np.zeros(size, dtype=np.int64)
    for part in sorted(reading.baseline, key=lambda p: p.observed_at):
        last[keys[part.rows]], seen[keys[part.rows]] = amounts[part.rows], part.day.toordinal()
    for part in sorted(reading.held, key=lambda p: p.observed_at):
        fresh = part.rows[waiting[keys[part.rows]] != amounts[part.rows]]
        waiting[keys[fresh]], since[keys[fresh]] = amounts[fresh], part.day.toordinal()
    for day in reading.days:
        now = day.toordinal()
        numbers = np.unique(np.concatenate([p.rows for p in reading.parts_on(day)]))
        numbers = numbers[good[numbers]]
        at, new = keys[numbers], amounts[numbers]
        why = _why(last, seen, at, new, other, now, most)
        same = (waiting[at] == new) & (now - since[at] >= HELD_DAYS)
        hold = (why != "") & ~same & ((reading.source_id, day) not in released)
        fresh = hold & (waiting[at] != new)
        since[at[fresh]] = now
        waiting[at[hold]] = new[hold]
        if (reading.source_id, day) not in failed:
            last[at[~hold]], seen[at[~hold]] = new[~hold], now
            waiting[at[~hold]] = np.nan
        if hold.any():
            yield day, {int(n): HELD + str(w) for n, w in zip(numbers[hold], why[hold], strict=True)}


def _why(
    last: Any, seen: Any, at: Numbers, new: Any, other: Numbers, now: int, most: float
) -> npt.NDArray[np.object_]:
    old, comparable = last[at], now - seen[at] <= STALE_DAYS
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.maximum(new / old, old / new)
        jump = comparable & (old > 0) & (new > 0) & (factor > most)
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
