"""Which captures of an address are whole: one with less than half of what its page had ends no price."""

from __future__ import annotations

import numpy as np
import pandas as pd

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
WHOLE_SHARE = 0.5
SETTLED = 3  # so many small captures in a row are the page's new size


def whole_captures(address: Ints, at: Ints, offer: Ints) -> pd.DataFrame:
    """One row a capture, in order: address, at, offers (distinct `offer` numbers), had (offers of the last
    whole capture before; 0 for the first) and whole. The arguments are parallel, one entry a price.

    Whether a capture is whole depends on nothing captured later, so that a history cut at a day has the same
    whole captures as one built from the captures until then.
    """
    rows = pd.DataFrame({"address": address, "at": at, "offer": offer}).drop_duplicates()
    return whole_of(rows.groupby(["address", "at"]).size().rename("offers").reset_index())


def whole_of(sizes: pd.DataFrame) -> pd.DataFrame:
    """The same of `sizes`: address, at and offers, one row a capture, in order."""
    had, whole = np.zeros(len(sizes), dtype=np.int64), np.ones(len(sizes), dtype=bool)
    page, last, small = -1, 0, 0
    for n, (place, offers) in enumerate(zip(sizes["address"], sizes["offers"], strict=True)):
        if place != page:
            page, last, small = place, 0, 0
        had[n] = last
        small = small + 1 if offers < WHOLE_SHARE * last else 0
        whole[n] = small in (0, SETTLED)
        if whole[n]:
            last, small = offers, 0
    return sizes.assign(had=had, whole=whole)
