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

from transforms.prices.captures import whole_captures
from transforms.prices.statements import ROUTERS, as_offered
from transforms.prices.unread import PLACE, passing_unread

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]

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
FOREVER = np.int64(2**62)
_SECOND = 1_000_000
_EPOCH = 1_577_836_800  # 2020-01-01, so that a moment in seconds fits 31 bits


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


def price_runs(prices: pd.DataFrame, unread: pd.DataFrame | None = None) -> History:
    """The history of `prices`: list_prices rows with address, model_id, revision, setting, and what
    `with_providers` adds; any order.

    A price vanishes only when its own address is captured again whole without it (`whole_captures`). Where
    one capture says two amounts for one statement, the lower one stands. `unread` names the models that
    captures left unread (source_id, address, listed_model, observed_at): these have not vanished there.
    """
    prices = as_offered(prices)
    statement, address = codes(prices, STATEMENT), codes(prices, ("source_id", "address"))
    at = micros(prices["observed_at"]) // _SECOND * _SECOND
    sizes = whole_captures(address, at, codes(prices, ("provider_id", "listed_model")))
    captures = _packed(*(sizes.loc[sizes["whole"], name].to_numpy() for name in ("address", "at")))
    amount = prices["amount"].to_numpy(dtype=np.float64)
    order = _least_of_each(statement, at, amount)
    ends_at = micros(prices["effective_to"])
    key, at, amount, ends_at = statement[order], at[order], amount[order], ends_at[order]
    next_capture, one_after = _next_captures(_packed(address[order], at), captures)
    if unread is not None and len(unread):
        seen = prices[PLACE].iloc[order].reset_index(drop=True)
        seen = seen.assign(address_code=address[order], at=at, next=next_capture, after=one_after)
        next_capture, one_after = _past_unread(seen, captures, unread)
    same = _goes_on(key, amount, ends_at) & (np.append(FOREVER, next_capture[:-1]) >= at)
    first = np.flatnonzero(~same)
    last = np.append(first[1:], len(order))[: len(first)] - 1
    run_of = np.cumsum(~same) - 1
    said, names = _statements(prices, order[first], key[first])
    runs = pd.DataFrame(
        {
            "statement": said,
            "amount": amount[first],
            "effective_to": ends_at[first],
            "first_seen": at[first],
            "last_seen": at[last],
            "gone_at": np.minimum(next_capture[last], _following(key, at)[last]),
            "gone_twice_at": one_after[last],
            "capture_sha256": prices["capture_sha256"].to_numpy()[order[first]],
        }
    )
    return History(names, runs, _packed(run_of, at), _of_sources(sizes, prices, address))


def _past_unread(seen: pd.DataFrame, captures: Ints, unread: pd.DataFrame) -> tuple[Ints, Ints]:
    """The next whole captures of `seen` and the ones after, without those that left its model unread."""
    held = unread.assign(at=micros(unread["observed_at"]) // _SECOND * _SECOND)
    seen = passing_unread(seen, _moments_by_address(captures), held)
    return seen["next"].to_numpy(), seen["after"].to_numpy()


def _goes_on(key: Ints, amount: np.ndarray, ends_at: Ints) -> np.ndarray:
    """Whether each row says what the row before it says; the first row does not."""
    same = np.zeros(len(key), dtype=bool)
    same[1:] = (np.diff(key) == 0) & (np.diff(amount) == 0) & (np.diff(ends_at) == 0)
    return same


def _moments_by_address(captures: Ints) -> dict[int, Ints]:
    """By address code, the microseconds of its captures, in order; `captures` packed and sorted."""
    at, codes_of = _moment(captures), captures >> 31
    cuts = np.flatnonzero(np.diff(codes_of)) + 1
    return {int(c[0]): m for c, m in zip(np.split(codes_of, cuts), np.split(at, cuts), strict=True) if len(c)}


def _following(key: Ints, at: Ints) -> Ints:
    """When each row's statement (`key`, sorted by moment) was printed next; FOREVER: not again."""
    found: Ints = np.full(len(key), FOREVER)
    if len(key):
        found[:-1] = np.where(np.diff(key) == 0, at[1:], FOREVER)
    return found


def _of_sources(sizes: pd.DataFrame, prices: pd.DataFrame, address: Ints) -> pd.DataFrame:
    """`whole_captures` with the source of each address."""
    first = np.unique(address, return_index=True)[1]
    return sizes.assign(source_id=prices["source_id"].astype("str").to_numpy()[first][sizes["address"]])


def _least_of_each(statement: Ints, at: Ints, amount: np.ndarray) -> Ints:
    """The rows by statement and moment, of several amounts at one moment the lowest."""
    order = np.lexsort((amount, at, statement))
    distinct = np.ones(len(order), dtype=bool)
    distinct[1:] = (np.diff(statement[order]) != 0) | (np.diff(at[order]) != 0)
    return np.asarray(order[distinct], dtype=np.int64)


def _next_captures(sighting: Ints, captures: Ints) -> tuple[Ints, Ints]:
    """When the address of each sighting was next captured whole, and when after that, in microseconds
    (FOREVER: not yet); both packed by `_packed`, `captures` sorted.
    """
    padded = np.append(captures, np.full(2, np.int64(-1)))
    after = np.searchsorted(captures, sighting, side="right")
    one, two = (
        np.where(padded[at] >> 31 == sighting >> 31, _moment(padded[at]), FOREVER)
        for at in (after, after + 1)
    )
    return one.astype(np.int64), two.astype(np.int64)


def _moment(packed: Ints) -> Ints:
    """The microsecond that `_packed` packed."""
    found: Ints = ((packed & np.int64(2**31 - 1)) + _EPOCH) * _SECOND
    return found


def _packed(number: Ints, at: Ints) -> Ints:
    """`number` and the second of `at` in one sortable integer; captures are dated to the second here."""
    return (number << np.int64(31)) + (at // _SECOND - _EPOCH)


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
            history.sightings, _packed(seen.astype(np.int64), np.full(len(seen), cutoff)), side="right"
        )
        - 1
    )
    runs["last_seen"] = _moment(history.sightings[position])
    for name in ("gone_at", "gone_twice_at"):
        runs[name] = np.where(runs[name].to_numpy() > cutoff, FOREVER, runs[name].to_numpy())
    named = history.statements.iloc[runs["statement"].to_numpy()].reset_index(drop=True)
    return pd.concat([runs.drop(columns="statement"), named], axis=1)
