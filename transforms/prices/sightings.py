"""Sightings of prices as numbers: by statement and moment, and when the page was captured next."""

from __future__ import annotations

import numpy as np

from transforms.prices.seen import Places

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
FOREVER = np.int64(2**62)
SECOND = 1_000_000
EPOCH = 1_577_836_800  # 2020-01-01, so that a moment in seconds fits 31 bits


def least_of_each(statement: Ints, amount: np.ndarray, row: Places, at: Ints) -> Ints:
    """The sightings by statement and moment, of several amounts at one moment the lowest. `statement` and
    `amount` are of each row, `row` and `at` of each sighting.
    """
    by_amount = np.lexsort((amount, statement))
    ordered = statement[by_amount]
    rank = np.empty(len(by_amount), dtype=np.int64)  # of an amount within its statement; equal ones are equal
    rank[by_amount] = np.cumsum(np.diff(amount[by_amount], prepend=0) != 0)
    rank -= rank[by_amount][np.searchsorted(ordered, statement)] if len(rank) else 0
    moments, moment = np.unique(at, return_inverse=True)
    of_moment = statement[row] * np.int64(len(moments)) + moment
    most = int(rank.max(initial=0)) + 1
    if (int(statement.max(initial=0)) + 1) * len(moments) * most < 2**63:  # one sort of one number each
        order = np.argsort(of_moment * most + rank[row], kind="stable")
    else:
        order = np.lexsort((rank[row], of_moment))
    distinct = np.ones(len(order), dtype=bool)
    distinct[1:] = np.diff(of_moment[order]) != 0
    return np.asarray(order[distinct], dtype=np.int64)


def next_captures(sighting: Ints, captures: Ints) -> tuple[Ints, Ints]:
    """When the address of each sighting was next captured whole, and when after that, in microseconds
    (FOREVER: not yet); both packed by `packed`, `captures` sorted.
    """
    padded = np.append(captures, np.full(2, np.int64(-1)))
    after = np.searchsorted(captures, sighting, side="right")
    one, two = (
        np.where(padded[at] >> 31 == sighting >> 31, unpacked(padded[at]), FOREVER)
        for at in (after, after + 1)
    )
    return one.astype(np.int64), two.astype(np.int64)


def following(key: Ints, at: Ints) -> Ints:
    """When each row's statement (`key`, sorted by moment) was printed next; FOREVER: not again."""
    found: Ints = np.full(len(key), FOREVER)
    if len(key):
        found[:-1] = np.where(np.diff(key) == 0, at[1:], FOREVER)
    return found


def packed(number: Ints, at: Ints) -> Ints:
    """`number` and the second of `at` in one sortable integer; captures are dated to the second here."""
    return (number << np.int64(31)) + (at // SECOND - EPOCH)


def unpacked(packed: Ints) -> Ints:
    """The microsecond that `packed` put into a number."""
    found: Ints = ((packed & np.int64(2**31 - 1)) + EPOCH) * SECOND
    return found
