"""A model that a page still lists and no rule can read is not gone: its prices pass over the captures that
left it unread, keep their old last sighting, and end only with a capture that is read without it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.sightings import FOREVER

PLACE = ["source_id", "address", "listed_model"]


def passing_unread(
    sightings: pd.DataFrame, moments: dict[int, np.ndarray], unread: pd.DataFrame | None
) -> pd.DataFrame:
    """`sightings` with `next` and `after` (microseconds: when the address was next captured, and when after
    that) moved past the captures that left the sighting's model unread.

    sightings: PLACE, address_code, at, next, after; moments: by address code, its captures in order, in
    microseconds; unread: PLACE and at (microseconds), one row a known model and capture that left it unread.
    """
    if unread is None or not len(unread):
        return sightings
    left = {tuple(place): set(rows["at"]) for place, rows in unread.groupby(PLACE, observed=True)}
    following, beyond = sightings["next"].to_numpy(copy=True), sightings["after"].to_numpy(copy=True)
    names = pd.MultiIndex.from_frame(sightings[PLACE].astype("str"))
    for number in np.flatnonzero(names.isin(list(left))):
        row = sightings.iloc[number]
        odd = left[tuple(str(row[name]) for name in PLACE)]
        mine = moments.get(int(row["address_code"]), np.array([], dtype=np.int64))
        later = [at for at in mine[np.searchsorted(mine, row["at"], side="right") :] if at not in odd]
        following[number], beyond[number] = [*later[:2], FOREVER, FOREVER][:2]
    return sightings.assign(next=following, after=beyond)
