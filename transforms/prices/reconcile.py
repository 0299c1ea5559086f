"""One truth out of many sources: for each offer, at every moment, the source that is believed, and how many
others agree.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.intervals import segments
from transforms.prices.runs import codes
from transforms.prices.sightings import Ints
from transforms.prices.statements import ROUTERS

ROLLING = "latest"
LONG_AGO = np.int64(3650 * 86_400_000_000)
GOES_ON = np.int64(
    10 * 86_400_000_000
)  # a name's new meaning and the capture that shows it may be days apart


def reconcile(intervals: pd.DataFrame) -> pd.DataFrame:
    """The believed intervals of `observed_intervals`: its columns with `start` and `end` cut, `sources_seen`
    and `sources_agree`.

    First-party sources win, and a router's own listing about what the router itself charges, then what
    supersedes them; otherwise the amount that most sources print, then the one that was taken up last
    (`taken_up`: a copy goes stale, it does not run ahead), then the source's name. A source is believed with
    all the time bands it gives. Promotions and list prices are settled apart. Feeds are not believed before a
    first-party source's dated start, only where it is silent.
    """
    frame = intervals.reset_index(drop=True)
    place = codes(frame, ("group", "promo"))
    row, segment, begins, ends = segments(place, frame["start"].to_numpy(), frame["end"].to_numpy())
    pairs = _by_rank(_spoken(frame, row, segment))
    best = pairs.drop_duplicates("segment")[["segment", "source"]]
    chosen = pairs.merge(best, on=["segment", "source"]).drop_duplicates(["segment", "time_band"])
    truth = frame.iloc[chosen["row"].to_numpy()].reset_index(drop=True)
    number = chosen["segment"].to_numpy()
    truth = truth.assign(
        said_end=truth["end"],
        start=begins[number],
        end=ends[number],
        sources_seen=chosen["sources_seen"].to_numpy(),
        sources_agree=chosen["sources_agree"].to_numpy(),
        began=frame["start"].to_numpy()[chosen["row"].to_numpy()],
    )
    return _joined(truth, place[chosen["row"].to_numpy()])


def _spoken(frame: pd.DataFrame, row: Ints, segment: Ints) -> pd.DataFrame:
    """One row for each interval and segment that it covers, with what ranks it, and the votes."""
    pairs = pd.DataFrame({"row": row, "segment": segment})
    for name in ("source_id", "amount", "own_page", "settled", "listed_model", "time_band"):
        pairs[name] = frame[name].to_numpy()[row]
    pairs["taken"] = taken_up(frame)[row]
    # A router says itself what it charges; every other source's copy of its moving headline is older.
    router = (
        frame["our_provider_id"].isin(ROUTERS).to_numpy()
        & (frame["source_id"] == frame["our_provider_id"]).to_numpy()
    )
    pairs["own_page"] = pairs["own_page"].to_numpy(dtype=bool) | router[row]
    pairs["source"] = codes(pairs, ("source_id",))
    return _votes(pairs[by_own_name(pairs, ("segment", "source"))])


def by_own_name(rows: pd.DataFrame, place: tuple[str, ...]) -> np.ndarray:
    """Which rows count where `place` is what one source says of one thing: a rolling name
    (`lab/flash-latest`), which follows the newest build, only where the source has no other name for it.
    """
    rolling = ends_rolling(rows["listed_model"])
    if not rolling.any():
        return ~rolling
    own = pd.Series(~rolling).groupby([rows[name].to_numpy() for name in place]).transform("any")
    found: np.ndarray = ~rolling | ~own.to_numpy()
    return found


def ends_rolling(names: pd.Series) -> np.ndarray:
    """Which printed names end in ROLLING."""
    words = names.astype("category")
    ends = words.cat.categories.astype("str").str.endswith(ROLLING)
    found: np.ndarray = np.asarray(ends, dtype=bool)[words.cat.codes.to_numpy()]
    return found


def taken_up(frame: pd.DataFrame) -> Ints:
    """When each interval's source took its amount up under its name, in microseconds: an amount that a feed
    goes on printing when the name comes to mean another model is as old as before, and no news of that model.
    What a source's very first capture shows was taken up at an unknown day before it: it is older than every
    change that was seen.
    """
    taken = frame["start"].to_numpy(copy=True)
    opened = frame.groupby("source_id", observed=True)["first_seen"].transform("min").to_numpy()
    unknown = (frame["basis"] != "stated").to_numpy() & (frame["first_seen"].to_numpy() == opened)
    taken[unknown] -= LONG_AGO
    said = codes(frame, ("source_id", "provider_id", "listed_model", "offer", "time_band", "promo"))
    model = codes(frame, ("model_id", "revision"))
    start, end, amount = (frame[name].to_numpy() for name in ("start", "end", "amount"))
    order = np.lexsort((start, said))
    before, after = order[:-1], order[1:]
    goes_on = (
        (said[before] == said[after]) & (amount[before] == amount[after]) & (model[before] != model[after])
    )
    goes_on &= start[after] - end[before] <= GOES_ON
    for one, other in zip(before[goes_on], after[goes_on], strict=True):
        taken[other] = taken[one]
    return taken


def _by_rank(pairs: pd.DataFrame) -> pd.DataFrame:
    """`pairs` by segment, the most believed first."""
    order = np.lexsort(
        (
            pairs["amount"].to_numpy(),
            pairs["listed_model"].str.len().to_numpy(),
            pairs["source_id"].to_numpy(dtype="str"),
            -pairs["taken"].to_numpy(),
            -pairs["sources_agree"].to_numpy(),
            ~pairs["settled"].to_numpy(dtype=bool),
            ~pairs["own_page"].to_numpy(dtype=bool),
            pairs["segment"].to_numpy(),
        )
    )
    return pairs.iloc[order]


def _votes(pairs: pd.DataFrame) -> pd.DataFrame:
    """How many sources speak in each segment, and how many print this amount in this time band."""
    sources = pairs[["segment", "source"]].drop_duplicates().groupby("segment").size()
    place = ["segment", "time_band", "amount"]
    agree = pairs[[*place, "source"]].drop_duplicates().groupby(place).size().rename("sources_agree")
    out = pairs.join(agree, on=place)
    return out.assign(sources_seen=out["segment"].map(sources))


def _joined(truth: pd.DataFrame, place: np.ndarray) -> pd.DataFrame:
    """Neighbouring pieces of one amount become one interval; the last piece names the source, and the capture
    in which that source first printed the amount, and counts those that agree.
    """
    band = codes(truth, ("time_band", "price_kind"))
    order = np.lexsort((truth["start"].to_numpy(), band, place))
    truth, place, band = truth.iloc[order].reset_index(drop=True), place[order], band[order]
    start, end, amount = truth["start"].to_numpy(), truth["end"].to_numpy(), truth["amount"].to_numpy()
    new = np.ones(len(truth), dtype=bool)
    new[1:] = (np.diff(place) != 0) | (np.diff(band) != 0) | (np.diff(amount) != 0) | (start[1:] != end[:-1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(truth)) - 1 if len(truth) else first
    joined = truth.iloc[last].reset_index(drop=True)
    head = truth.iloc[first]
    own_start = head["start"].to_numpy() == head["began"].to_numpy()
    basis = np.where(own_start, head["basis"].to_numpy(dtype=object), "another source fell silent")
    return joined.assign(start=start[first], basis=basis).drop(columns="began")
