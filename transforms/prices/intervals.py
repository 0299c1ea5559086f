"""From runs of observations to intervals: when each price of each source held, half-open [valid_from,
valid_to) in UTC.

Rules (METHOD.md, Prices): nothing is overwritten; a source's dated statement beats a first sighting; an
announced price starts at its date, and never if it was withdrawn before; a promotion ends on its day and the
list price comes back; a price that was not seen to go stays, with the moment it was last seen.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.runs import codes
from transforms.prices.sightings import FOREVER, Ints
from transforms.prices.statements import PROMOTIONS


def observed_intervals(runs: pd.DataFrame) -> pd.DataFrame:
    """What each source says held when, from `runs_as_of`: its columns, and `start`, `end` (int64
    microseconds, FOREVER: open),
    `basis` (stated, first sighting), `promo` (bool) and `windows` (the time band's windows; two bands with
    the same windows hold side by side). Intervals of one sibling, kind and band do not overlap.
    """
    stated = runs["from_us"].to_numpy() >= 0
    kind = runs["price_kind"].to_numpy(dtype=object)
    start = np.where(stated, runs["from_us"].to_numpy(), runs["first_seen"].to_numpy())
    end = np.minimum(runs["gone_at"].to_numpy(), runs["effective_to"].to_numpy())
    frame = runs.assign(
        start=start,
        end=end,
        basis=np.where(stated, "stated", "first sighting"),
        promo=np.isin(kind, PROMOTIONS),
    )
    frame = frame[(end > start) & (stated | (kind != "announced"))].reset_index(drop=True)
    frame["price_kind"] = np.where(
        frame["price_kind"] == "announced", "list", frame["price_kind"].to_numpy(dtype=object)
    )
    frame["windows"] = _windows(frame["time_band"])
    frame = _bands_succeed(_one_at_a_time(frame))
    return frame[frame["end"] > frame["start"]].reset_index(drop=True)


def _windows(bands: pd.Series) -> pd.Series:
    """The windows of each time band without its name: `peak@daily 01:00-04:00` and its complement share
    theirs.
    """
    names = pd.Series(bands.unique())
    return bands.map(dict(zip(names, names.str.replace(r"^[a-z_]+@(except )?", "", regex=True), strict=True)))


def _one_at_a_time(frame: pd.DataFrame) -> pd.DataFrame:
    """Overlaps within one statement's siblings: what was said later wins over the time that it speaks
    about.
    """
    place = codes(frame, ("sibling", "promo", "time_band"))
    order = np.lexsort(
        (
            frame["amount"].to_numpy(),
            frame["end"].to_numpy(),
            frame["first_seen"].to_numpy(),
            frame["start"].to_numpy(),
            place,
        )
    )
    frame, place = frame.iloc[order].reset_index(drop=True), place[order]
    start, end, known = (frame[name].to_numpy(copy=True) for name in ("start", "end", "first_seen"))
    together = np.append(np.diff(place) == 0, False)
    follower = np.append(np.arange(1, len(frame)), 0) if len(frame) else np.arange(0)
    newer = together & (known <= known[follower])
    end = np.where(newer, np.minimum(end, start[follower]), end)
    older = np.flatnonzero(together & (known > known[follower]))
    start[follower[older]] = np.maximum(start[follower[older]], end[older])
    return frame.assign(start=start, end=end)


def _bands_succeed(frame: pd.DataFrame) -> pd.DataFrame:
    """A price without time bands ends when the same offer's banded prices start, and the other way round: at
    that very moment, not when the page was next seen.
    """
    place = codes(frame, ("sibling", "promo"))
    banded = frame["windows"].groupby(place).transform("nunique").to_numpy() > 1
    if not banded.any():
        return frame
    mixed = frame[banded].assign(place=place[banded], row=np.flatnonzero(banded))
    starts = mixed[["place", "windows", "start"]].drop_duplicates()
    pairs = mixed[["place", "windows", "row", "last_seen", "start", "end"]].merge(
        starts, on="place", suffixes=("", "_next")
    )
    since = np.maximum(pairs["last_seen"].to_numpy(), pairs["start"].to_numpy())
    closes = pairs[
        (pairs["windows"] != pairs["windows_next"])
        & (pairs["start_next"] > since)
        & (pairs["start_next"] < pairs["end"])
    ]
    end = frame["end"].to_numpy(copy=True)
    first = closes.groupby("row")["start_next"].min()
    end[first.index.to_numpy()] = first.to_numpy()
    return frame.assign(end=end)


SOLD_AS = ("our_provider_id", "market", "model_id", "currency")


def builds_succeed(said: pd.DataFrame) -> pd.DataFrame:
    """A build is no longer sold by a provider whose own page has a later build under the same name: DeepSeek
    V4 Pro's first build at the 0813 build's first sighting. Every source's price of the old build ends there,
    unless the page still names it otherwise.
    """
    own = said[said["own_page"].to_numpy(dtype=bool)]
    if not len(own) or own["revision"].nunique() < 2:
        return said
    build, name = [*SOLD_AS, "revision"], [*SOLD_AS, "listed_model"]
    seen = own.groupby(build, observed=True)["last_seen"].max().rename("seen")
    sold = own.groupby([*name, "revision"], observed=True)["start"].min().reset_index()
    pairs = sold.merge(sold, on=name, suffixes=("", "_next")).join(seen, on=build)
    pairs = pairs[
        (pairs["revision"] != pairs["revision_next"])
        & (pairs["start_next"] > pairs[["start", "seen"]].max(axis=1))
    ]
    if not len(pairs):
        return said
    until = pairs.groupby(build, observed=True)["start_next"].min().rename("until")
    limit = said[build].join(until, on=build)["until"].fillna(FOREVER).astype("int64").to_numpy()
    earlier = limit < said["end"].to_numpy()
    cut = said.assign(end=np.minimum(said["end"].to_numpy(), limit))
    if "ended" in said:
        cut["ended"] = np.where(earlier, "the next build", said["ended"].to_numpy(dtype=object))
    return cut[cut["end"] > cut["start"]].reset_index(drop=True)


def segments(group: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Cuts the time of each group at every start and end of its intervals.

    Returns (interval, segment, segment_start, segment_end): the first two are parallel, one entry for each
    segment that an interval covers; the last two are per segment.
    """
    moments, code = np.unique(np.append(start, end), return_inverse=True)
    places, inverse = np.unique(np.tile(group, 2) * np.int64(len(moments)) + code, return_inverse=True)
    opens, closes = inverse[: len(start)], inverse[len(start) :]
    counts = closes - opens
    interval = np.repeat(np.arange(len(start)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = moments[places % max(len(moments), 1)]
    return interval, np.repeat(opens, counts) + offsets, begins, np.append(begins[1:], FOREVER)
