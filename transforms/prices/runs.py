"""Observations of prices, run-length compressed once over the whole history and cut exactly at any as-of
date.

A run is a maximal stretch of consecutive captures in which one source said one price. Whether two
observations belong to one run depends on nothing that was captured after the later of them, so that cutting
the runs of the full history at a day gives what a build from that day's prefix gives (a test holds it to
that). The cut costs milliseconds, the build seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from transforms.prices.captures import whole_of
from transforms.prices.seen import Seen
from transforms.prices.sightings import (
    FOREVER,
    SECOND,
    Ints,
    following,
    least_of_each,
    next_captures,
    packed,
    unpacked,
)
from transforms.prices.statements import ROUTERS, as_offered
from transforms.prices.unread import passing_unread

OFFER = (
    "component",
    "service_tier",
    "modality",
    "thinking",
    "context_from_tokens",
    "output_from_tokens",
    "region",
    "currency",
    "per",
)
MODEL = ("model_id", "revision", "setting")
GROUP = ("our_provider_id", "market", *MODEL, *OFFER)
SAID_BY = ("source_id", "provider_id", "listed_model")
STATEMENT = (
    *SAID_BY,
    *GROUP,
    "time_band",
    "price_kind",
    "effective_from",
    "own_page",
    "post",
    "first_party",
    "provider_country",
    "provider_kind",
)


@dataclass(frozen=True, slots=True)
class History:
    """Every run of every statement.

    statements: one row a statement: STATEMENT, and the integer ids `group` and `sibling`; a model_id that is
    empty: a name without a model, never shown. runs: statement, amount, effective_to, first_seen, last_seen,
    gone_at, gone_twice_at (the address's whole capture after gone_at; int64 microseconds UTC, FOREVER where
    there is none), capture_sha256 of the first sighting. sightings: run number and second of every
    observation, packed and sorted. captures: `whole_captures` with source_id.
    """

    statements: pd.DataFrame
    runs: pd.DataFrame
    sightings: Ints
    captures: pd.DataFrame


def micros(values: pd.Series, missing: np.int64 = FOREVER) -> Ints:
    """Instants as int64 microseconds since 1970 (UTC); `missing` where there is none."""
    stamps = pd.to_datetime(values, utc=True).dt.as_unit("us")
    out = np.asarray(stamps.astype("int64"), dtype=np.int64).copy()
    out[stamps.isna().to_numpy()] = missing
    return out


def instants(values: Ints) -> pd.Series:
    """The inverse of `micros`: FOREVER becomes NaT."""
    found = values.astype(np.int64)
    found[values == FOREVER] = np.iinfo(np.int64).min
    return pd.Series(pd.DatetimeIndex(found.astype("datetime64[us]"), tz="UTC"))


def codes(frame: pd.DataFrame, columns: tuple[str, ...]) -> Ints:
    """One integer per distinct combination of `columns`, numbered by first appearance."""
    total: Ints = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            code, size = column.cat.codes.to_numpy().astype(np.int64) + 1, len(column.cat.categories) + 1
        else:
            found, uniques = pd.factorize(column, use_na_sentinel=False)
            code, size = found.astype(np.int64), len(uniques)
        if size > 1:
            total = pd.factorize(total * size + code)[0].astype(np.int64)
    return total


def price_runs(prices: pd.DataFrame, unread: pd.DataFrame | None = None, seen: Seen | None = None) -> History:
    """The history of `prices`: list_prices rows with model_id, revision, setting, and what `with_providers`
    adds; any order. seen: where each was seen; None: each row is one sighting, with the columns CAPTURE.

    A price vanishes only when its own address is captured again whole without it (`whole_captures`). Where
    one capture says two amounts for one statement, the lower one stands. `unread` names the models that
    captures left unread (source_id, address, listed_model, observed_at): these have not vanished there.
    """
    seen = Seen.each_row(prices) if seen is None else seen
    prices = as_offered(prices)
    statement, place = codes(prices, STATEMENT), _places(seen)
    moment = micros(seen.captures["observed_at"]) // SECOND * SECOND
    sizes = _sizes(seen, place, moment, codes(prices, ("provider_id", "listed_model")))
    captures = packed(*(sizes.loc[sizes["whole"], name].to_numpy() for name in ("address", "at")))
    amount = prices["amount"].to_numpy(dtype=np.float64)
    order = least_of_each(statement, amount, seen.row, moment[seen.capture])
    row, capture = seen.row[order], seen.capture[order]
    after = [some[capture] for some in next_captures(packed(place, moment), captures)]
    if unread is not None and len(unread):
        _pass_unread(after, prices, Seen(row, capture, seen.captures), (place, moment), captures, unread)
    next_capture, one_after = after
    key, at = statement[row], moment[capture]
    ends_at = micros(prices["effective_to"])
    same = _goes_on(key, amount[row], ends_at[row]) & (np.append(FOREVER, next_capture[:-1]) >= at)
    first = np.flatnonzero(~same)
    last = np.append(first[1:], len(order))[: len(first)] - 1
    said, names = _statements(prices, row[first].astype(np.int64), key[first])
    runs = pd.DataFrame(
        {
            "statement": said,
            "amount": amount[row[first]],
            "effective_to": ends_at[row[first]],
            "first_seen": at[first],
            "last_seen": at[last],
            "gone_at": np.minimum(next_capture[last], following(key, at)[last]),
            "gone_twice_at": one_after[last],
            "capture_sha256": seen.captures["capture_sha256"].to_numpy()[capture[first]],
        }
    )
    return History(names, runs, packed(np.cumsum(~same) - 1, at), _of_sources(sizes, seen.captures, place))


def _places(seen: Seen) -> Ints:
    """Of each capture the number of its address, by first sighting; -1 where nothing was seen in it."""
    code, there = codes(seen.captures, ("source_id", "address")), pd.unique(seen.capture)
    number: Ints = np.full(len(code), np.int64(-1))
    number[there] = pd.factorize(code[there])[0]
    return number


def _sizes(seen: Seen, place: Ints, moment: Ints, offer: Ints) -> pd.DataFrame:
    """`whole_captures` of all sightings; `place` and `moment` a number a capture, `offer` one a row."""
    spots, spot = np.unique(packed(place, moment), return_inverse=True)
    count = np.int64(offer.max(initial=0) + 1)
    offers = np.unique(spot[seen.capture] * count + offer[seen.row]) // count
    there, found = np.unique(offers, return_counts=True)
    at = spots[there]
    return whole_of(pd.DataFrame({"address": at >> 31, "at": unpacked(at), "offers": found}))


def _pass_unread(
    after: list[Ints],
    prices: pd.DataFrame,
    seen: Seen,
    where: tuple[Ints, Ints],
    captures: Ints,
    unread: pd.DataFrame,
) -> None:
    """Moves the next whole captures of sightings, and the ones after (`after`), past those that left their
    model unread. `where`: of each capture its address's number and its moment.
    """
    held = unread.assign(at=micros(unread["observed_at"]) // SECOND * SECOND)
    said_by = ["source_id", "listed_model"]
    left = set(held[said_by].astype("str").itertuples(index=False, name=None))
    theirs = pd.MultiIndex.from_frame(prices[said_by].astype("str")).isin(list(left))
    some = np.flatnonzero(theirs[seen.row])
    row, capture = seen.row[some], seen.capture[some]
    place, moment = where
    sightings = prices[said_by].iloc[row].reset_index(drop=True)
    sightings = sightings.assign(
        address=seen.captures["address"].iloc[capture].to_numpy(),
        address_code=place[capture],
        at=moment[capture],
        next=after[0][some],
        after=after[1][some],
    )
    moved = passing_unread(sightings, _moments_by_address(captures), held)
    after[0][some], after[1][some] = moved["next"].to_numpy(), moved["after"].to_numpy()


def _goes_on(key: Ints, amount: np.ndarray, ends_at: Ints) -> np.ndarray:
    """Whether each row says what the row before it says; the first row does not."""
    same = np.zeros(len(key), dtype=bool)
    same[1:] = (np.diff(key) == 0) & (np.diff(amount) == 0) & (np.diff(ends_at) == 0)
    return same


def _moments_by_address(captures: Ints) -> dict[int, Ints]:
    """By address code, the microseconds of its captures, in order; `captures` packed and sorted."""
    at, codes_of = unpacked(captures), captures >> 31
    cuts = np.flatnonzero(np.diff(codes_of)) + 1
    return {int(c[0]): m for c, m in zip(np.split(codes_of, cuts), np.split(at, cuts), strict=True) if len(c)}


def _of_sources(sizes: pd.DataFrame, captures: pd.DataFrame, place: Ints) -> pd.DataFrame:
    """`whole_captures` with the source of each address."""
    there = np.flatnonzero(place >= 0)
    first = there[np.unique(place[there], return_index=True)[1]]
    return sizes.assign(source_id=captures["source_id"].astype("str").to_numpy()[first][sizes["address"]])


def _statements(prices: pd.DataFrame, rows: Ints, key: Ints) -> tuple[Ints, pd.DataFrame]:
    """The statement number of each run, and the table of statements in the order of first use."""
    number, uniques = pd.factorize(key)
    first_row = rows[np.unique(number, return_index=True)[1]] if len(uniques) else rows
    names = prices[list(STATEMENT)].iloc[first_row].reset_index(drop=True)
    for name in STATEMENT:
        if isinstance(names[name].dtype, pd.CategoricalDtype):
            names[name] = names[name].astype("str")
    names["offer"] = codes(names, ("our_provider_id", "market", *OFFER))
    names["said"] = codes(names, SAID_BY)
    names["from_us"] = micros(names["effective_from"], np.int64(-1))
    return number.astype(np.int64), _grouped(names)


def _grouped(statements: pd.DataFrame) -> pd.DataFrame:
    """The statements with the ids of their `group` (GROUP) and `sibling` (SAID_BY, GROUP)."""
    statements["group"] = codes(statements, ("offer", *MODEL))
    statements["sibling"] = codes(statements, ("said", "group"))
    return statements


def with_identity(history: History, resolved: pd.DataFrame) -> History:
    """The history with its names resolved as on another date. `resolved`: model_id (empty: none), revision,
    setting and first_party, one row a statement of `history`, which was built with a name's statements parted
    wherever its meaning ever changes.
    """
    said = history.statements.assign(**resolved)
    said["first_party"] = said["first_party"].to_numpy(dtype=bool) & ~said["our_provider_id"].isin(ROUTERS)
    return replace(history, statements=_grouped(said))


def runs_as_of(history: History, as_of: pd.Timestamp) -> pd.DataFrame:
    """The runs as known at the end of the UTC day `as_of`: rows seen later do not matter. Columns of `runs`
    and of `statements`.
    """
    cutoff = np.int64((as_of + pd.Timedelta(days=1)).value // 1000 - 1)
    has_model = (history.statements["model_id"] != "").to_numpy()
    seen = np.flatnonzero(
        (history.runs["first_seen"].to_numpy() <= cutoff) & has_model[history.runs["statement"].to_numpy()]
    )
    runs = history.runs.iloc[seen].reset_index(drop=True)
    position = (
        np.searchsorted(
            history.sightings, packed(seen.astype(np.int64), np.full(len(seen), cutoff)), side="right"
        )
        - 1
    )
    runs["last_seen"] = unpacked(history.sightings[position])
    for name in ("gone_at", "gone_twice_at"):
        runs[name] = np.where(runs[name].to_numpy() > cutoff, FOREVER, runs[name].to_numpy())
    named = history.statements.iloc[runs["statement"].to_numpy()].reset_index(drop=True)
    return pd.concat([runs.drop(columns="statement"), named], axis=1)
