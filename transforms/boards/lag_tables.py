"""The `frontier` and `lag` tables as known on a date, from the full history of the boards' captures.

What a lag "as known on a" uses of a board version:
- a board that is *refitted* at each publication (Arena, ECI, our own index: `refitted` in boards.csv):
  the newest whole capture at or before a, alone. Two captures are two rulers and never meet in one frontier.
- any other board: for every model the newest row at or before a, rows the board has dropped since included:
  their scores stand.

A refitted board that drops old rows (Arena dropped ChatGPT-4o rows in 2025-02, and DeepSeek R1 went from 61
days behind to "ahead") would rewrite the past. So `event` is also given at launch (`vintage_basis` launch):
from the first capture that shows the model, where the models it has to be compared with are still listed; and
on refitted boards the daily lag of basis `launch` takes, for the model that holds the frontier, the day from
that model's own first capture. The basis `as_of` reads the newest capture only.

Work is kept in `cache` by what it depends on (`Pair.digest`), so a backfill pays for a capture once, whatever
number of as-of dates it serves: the lag on day t needs only models dated at or before t, and a capture's
arrays do not depend on the as-of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.boards import lag, speaks
from transforms.boards.board_versions import Version, first_captures, frame_at, pair_at, side_at
from transforms.boards.frontier import CLOSED, KINDS, OPEN, Days, Pair, epoch_days, frontier_rows, split_entry
from transforms.boards.lag_at_launch import launch_rows
from transforms.boards.lag_cache import Cache
from transforms.boards.lag_columns import Rows, Scores, Work
from transforms.boards.lag_rows import (
    catchup_rows,
    event_rows,
    parity_rows,
    regression_rows,
    significant_rows,
    silent_rows,
    threshold_rows,
)
from transforms.boards.stacking import Part, stacked
from warehouse.conventions import TOLERANCE_Z

PAIRS = (("US", "CN"), (CLOSED, OPEN))
TOLERANCES = (0.0, TOLERANCE_Z)


class Tables(NamedTuple):
    """The two tables as known on one day."""

    frontier: pd.DataFrame
    lag: pd.DataFrame


def speaks_of(
    version: Version, groups: tuple[str, ...], as_of: int, flagships: speaks.Flagships, cache: Cache
) -> speaks.Speaks:
    """What a version says of some groups as known on as_of, which is not before its first capture."""
    vintage = int(version.vintages(as_of)[-1])
    kept, key = cache.of(version), (vintage, "ids")
    if key not in kept:
        kept[key] = frozenset(frame_at(version, vintage)["model_id"].astype(str))
    content = speaks.newest(version.content, as_of)
    assert content is not None  # the first capture shows models that none had before
    return speaks.speaks(as_of, content, flagships, kept[key], groups)


def speaks_table(
    versions: list[Version],
    as_of: pd.Timestamp,
    models: pd.DataFrame | None,
    pairs: Iterable[tuple[str, str]] = PAIRS,
    cache: Cache | None = None,
) -> pd.DataFrame:
    """One row a board version and pair of groups that it shows: board_id, board_version, leader, follower,
    content_on, speaks_until (NaT where it covers no day), speaks_state, and the model ids it lists.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    cache = Cache() if cache is None else cache
    flagships, rows = speaks.flagships_of(models, today), []
    for version in versions:
        if not len(version.vintages(today)):
            continue
        vintage = int(version.vintages(today)[-1])
        for leader, follower in pairs:
            sides = [side_at(version, vintage, group, cache) for group in (leader, follower)]
            if all(len(side) for side in sides):
                found = speaks_of(version, (leader, follower), today, flagships, cache)
                names = {"board_id": version.board_id, "board_version": version.board_version}
                listed = frozenset(str(name) for side in sides for name in side.ids)
                rows.append(speaks.row_of(found, **names, leader=leader, follower=follower, listed=listed))
    return speaks.table_of(rows)


def work_on(pair: Pair, kind: str, z: float, cache: Cache, intervals: bool = True) -> Work:
    """The pair's memoised work for one kind of frontier and one tolerance; draws of the scores are shared by
    all of them.
    """
    key = (pair.digest, kind, z, intervals)
    if key not in cache.work:
        scores = cache.work.setdefault((pair.digest, "scores"), Scores(pair)) if intervals else None
        cache.work[key] = Work(pair, kind, z, scores)
    found: Work = cache.work[key]
    return found


def month_ends(as_of: int, months: int = 13) -> Days:
    """The last days of the months before as_of, and as_of itself."""
    last = pd.Timestamp(as_of, unit="D").to_period("M")
    ends = [(last - i).to_timestamp(how="end").normalize() for i in range(months, 0, -1)]
    return np.unique(np.append(epoch_days(pd.Series(ends)), as_of))


def _of_capture(version: Version, vintage: int, work: Work, cache: Cache) -> list[Rows]:
    """What depends on the capture alone: `event`, `catchup` (censored at the newest content: a board that is
    captured again and shows no new model does not know that a wait goes on) and `threshold`.
    """
    scale, content = version.scale(vintage), speaks.newest(version.content, vintage)
    key = (work, vintage, scale, content)
    if key not in cache.work:
        assert content is not None  # the first capture shows models that none had before
        cache.work[key] = [event_rows(work, vintage), *catchup_rows(work, content)]
        if work.z == 0:
            cache.work[key].append(threshold_rows(work, vintage, *scale))
    found: list[Rows] = cache.work[key]
    return found


def _of_last_day(work: Work, days: Days, found: speaks.Speaks) -> list[Rows]:
    """Without tolerance: `regression` on the last of the days, or that the board speaks of none."""
    if work.z > 0:
        return []
    if found.until is None:
        return silent_rows(work, found.content_on)
    return [regression_rows(work, days[-1:])] if len(days) else []


def _daily_rows(work: Work, days: Days, as_of: int, elo: bool, cache: Cache) -> list[Rows]:
    """The daily definitions on the given days. Earlier days of a backfill are the same month ends for weeks,
    on captures that stay the newest for months: kept, and only as_of itself is new.
    """
    past, today = days[days < as_of], days[days == as_of]
    key = (work, past.tobytes(), "daily")
    if key not in cache.work:
        cache.work[key] = _on_days(work, past, elo)
    return [*cache.work[key], *_on_days(work, today, elo)]


def _on_days(work: Work, days: Days, elo: bool) -> list[Rows]:
    if not len(days):
        return []
    return parity_rows(work, days, elo) + ([significant_rows(work, days)] if work.z > 0 else [])


def _version_rows(
    version: Version,
    leader: str,
    follower: str,
    as_of: int,
    days: Days,
    flagships: speaks.Flagships,
    cache: Cache,
    intervals: bool,
) -> Iterator[tuple[Rows, int, str]]:
    vintage = int(version.vintages(as_of)[-1])
    pair = pair_at(version, vintage, leader, follower, cache)
    if not (len(pair.leader) and len(pair.follower)):
        return
    found = speaks_of(version, (leader, follower), as_of, flagships, cache)
    days = speaks.daily_days(days, found, version.ended)
    gone = (pair.leader.gone <= as_of).any() or (pair.follower.gone <= as_of).any()
    current: set[Work] = set()
    for z in TOLERANCES if lag.has_errors(pair) else TOLERANCES[:1]:
        work = work_on(lag.filled(pair) if z else pair, "released", z, cache, intervals)
        current.add(work)
        for rows in [*_of_capture(version, vintage, work, cache), *_of_last_day(work, days, found)]:
            yield rows, vintage, "as_of"
        for kind in KINDS if len(days) else ():
            # Where nothing has been withdrawn the two frontiers are one: computed once, published twice.
            if kind == "released" or gone:
                used = work_on(work.pair, kind, z, cache, intervals)
                current.add(used)
                daily = _daily_rows(used, days, as_of, version.elo, cache)
            for rows in daily:
                of_kind = np.broadcast_to(np.asarray(kind), len(rows["valid_on"]))
                yield rows | {"kind": of_kind}, vintage, "as_of"
    yield from _at_launch(version, (leader, follower), as_of, days, cache, intervals)
    key = (version.board_id, version.board_version, leader, follower, "current")
    for old in cache.work.get(key, current) - current:
        old.forget_draws()  # a newer capture has taken its place
    cache.work[key] = current


def _at_launch(
    version: Version, pair: tuple[str, str], as_of: int, days: Days, cache: Cache, intervals: bool
) -> Iterator[tuple[Rows, int, str]]:
    """The rows of basis `launch` of a (leader, follower)."""
    leader, follower = pair
    seen = first_captures(version, leader, as_of, cache), first_captures(version, follower, as_of, cache)
    yield from launch_rows(
        version.vintages(as_of),
        version.refitted,
        days,
        seen,
        lambda day: work_on(
            pair_at(version, day, leader, follower, cache), "released", 0.0, cache, intervals
        ),
        cache.of(version),
        cache.work,
    )


def frontiers(version: Version, groups: Iterable[str], as_of: int, cache: Cache) -> pd.DataFrame:
    """The change points of both kinds of frontier of each group, as known on as_of."""
    vintage = int(version.vintages(as_of)[-1])
    kept, key = cache.of(version), (vintage, "frontiers", tuple(groups))
    if key not in kept:
        kept[key] = _frontiers(version, groups, vintage, cache)
    found: pd.DataFrame = kept[key]
    return found


def _frontiers(version: Version, groups: Iterable[str], vintage: int, cache: Cache) -> pd.DataFrame:
    parts = []
    for group in groups:
        side = side_at(version, vintage, group, cache)
        if not len(side):
            continue
        for kind in KINDS:
            part = frontier_rows(side, 1.0 if version.higher else -1.0, kind, vintage)
            parts.append(
                part
                | {"group": np.full(len(part["score"]), group), "kind": np.full(len(part["score"]), kind)}
            )
    if not parts:
        return pd.DataFrame()
    out = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    out["model_id"], out["revision"] = (half.astype("str") for half in split_entry(out["model_id"]))
    return out.assign(
        board_id=version.board_id,
        board_version=version.board_version,
        vintage=pd.Timestamp(vintage, unit="D"),
    )


def lag_tables(
    versions: list[Version],
    as_of: pd.Timestamp,
    pairs: Iterable[tuple[str, str]] = PAIRS,
    days: Days | None = None,
    cache: Cache | None = None,
    intervals: bool = True,
    models: pd.DataFrame | None = None,
) -> Tables:
    """The `frontier` and `lag` tables as known on `as_of`, for all boards.

    `versions` from `prepare`; `days` are the valid days of the daily definitions (default: month ends of 13
    months, and as_of), of which each board gives those up to the last day that it speaks of, and that day;
    `models` (model_id, country, lab_id, open_weights, flagship, released_on) says which flagships it has to
    cover: without them it speaks up to its newest content. Pass one `cache` to all calls of a backfill,
    together with the same `versions`.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    days = month_ends(today) if days is None else np.unique(days[days <= today])
    cache = Cache() if cache is None else cache
    pairs = list(pairs)
    groups = list(dict.fromkeys(name for pair in pairs for name in pair))
    flagships = speaks.flagships_of(models, today)
    parts: list[Part] = []
    tops = []
    for version in versions:
        if not len(version.vintages(today)):
            continue
        tops.append(frontiers(version, groups, today, cache))
        for pair in pairs:
            for rows, vintage, basis in _version_rows(
                version, *pair, today, days, flagships, cache, intervals
            ):
                parts.append((rows, vintage, basis, (version.board_id, version.board_version), pair))
    frontier = (
        pd.concat([t for t in tops if len(t)], ignore_index=True)
        if any(len(t) for t in tops)
        else pd.DataFrame()
    )
    return Tables(frontier.assign(as_of=as_of), stacked(parts).assign(as_of=as_of))
