"""The `frontier` and `lag` tables as known on a date, from the full history of the boards' captures.

What a lag "as known on a" uses of a board version:
- a board that is *refitted* at each publication (Arena, ECI, our own index: known by its unit, `REFITTED`):
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
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from transforms.boards import lag
from transforms.boards.frontier import (
    CLOSED,
    KINDS,
    NEVER,
    OPEN,
    Days,
    Pair,
    Side,
    best_settings,
    epoch_days,
    frontier_rows,
    headline,
    in_group,
    models_of,
    split_entry,
)
from transforms.boards.lag_at_launch import launch_rows
from transforms.boards.lag_cache import LagCache
from transforms.boards.lag_rows import (
    Rows,
    Scores,
    Work,
    catchup_rows,
    event_rows,
    parity_rows,
    regression_rows,
    significant_rows,
    threshold_rows,
)

PAIRS = (("US", "CN"), (CLOSED, OPEN))
TOLERANCES = (0.0, lag.TOLERANCE_Z)
STALE_DAYS = 92  # a board says nothing about days that long after its newest capture
WHOLE_SHARE = (
    0.5  # a capture with fewer than half the models of an earlier one is a part (a top ten) and no frontier
)
ELO = "Elo points"
REFITTED = (
    ELO,
    "ECI points",
    "capability points",
)  # units of boards whose whole history is fitted again at each publication
FACTS = [
    "board_id",
    "board_version",
    "vintage",
    "model_id",
    "score",
    "merit",
    "se",
    "released_on",
    "withdrawn_on",
    "country",
    "lab_id",
    "open_weights",
]


class Tables(NamedTuple):
    """The two tables as known on one day."""

    frontier: pd.DataFrame
    lag: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Version:
    """All captures of one version of one board, one row a (vintage, model, setting), with the board's
    facts.
    """

    board_id: str
    board_version: str
    rows: pd.DataFrame
    refitted: bool
    higher: bool
    elo: bool
    low: float
    high: float
    started: int
    ended: int

    @cached_property
    def captured(self) -> Days:
        """The day of each row's capture."""
        return epoch_days(self.rows["vintage"])

    @cached_property
    def _days(self) -> Days:
        return np.unique(self.captured)

    def scale(self, as_of: int) -> tuple[float, float]:
        """The lowest and highest score that the board gives: as `boards` say, else as seen by `as_of`."""
        if np.isnan(self.low) or np.isnan(self.high):
            seen = self.rows.loc[self.captured <= as_of, "score"]
            return float(seen.min()), float(seen.max())
        return self.low, self.high

    def vintages(self, as_of: int) -> Days:
        """Days of the captures known on as_of, oldest first."""
        return self._days[: np.searchsorted(self._days, as_of, side="right")]


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """A refitted board's rows without the captures that show only a part of it."""
    size = rows.groupby("vintage")["model_id"].nunique().sort_index()
    whole = size.index[size >= WHOLE_SHARE * size.cummax()]
    return rows[rows["vintage"].isin(whole)]


def prepare(history: pd.DataFrame, models: pd.DataFrame, boards: pd.DataFrame) -> list[Version]:
    """Every board version's captures, ready for any as-of date; call again when the models' facts change.

    `history`: the scored rows of all captures (board_id, board_version, vintage, model_id, setting, score,
    score_low, score_high, interval_level, score_se, n, flagged; optional metric, source_id and observed_at,
    stated_on, revision and revision_on). Rows marked
    `delisted` were carried over by the caller and are left out. `models`: model_id, lab_id, country,
    released_on, withdrawn_on, open_weights. `boards`: board_id, higher_is_better, scale_min, scale_max, unit;
    optional metric and started_on.
    """
    if "delisted" in history:
        history = history[~history["delisted"].astype(bool)]
    best = best_settings(headline(history, boards), models, boards)[FACTS]
    best = best.astype(
        dict.fromkeys(("board_id", "board_version", "model_id", "country", "lab_id"), "category")
    )
    facts = boards.set_index("board_id")
    starts = best.groupby(["board_id", "board_version"])["vintage"].min().sort_values()
    out: list[Version] = []
    for (board, version), rows in best.groupby(["board_id", "board_version"], sort=True):
        fact: Any = facts.loc[str(board)]
        first = rows["vintage"].min()
        unit = str(fact.get("unit", ""))
        later = starts[(starts.index.get_level_values(0) == board) & (starts > first)]
        ended = int(epoch_days(later)[0]) if len(later) else 1 << 39
        stated = fact.get("started_on")
        started = pd.Timestamp(first if stated is None or pd.isna(stated) else stated)
        out.append(
            Version(
                str(board),
                str(version),
                _whole(rows) if unit in REFITTED else rows,
                unit in REFITTED,
                bool(fact["higher_is_better"]),
                unit == ELO,
                float(fact["scale_min"]),
                float(fact["scale_max"]),
                int(epoch_days(pd.Series([started]))[0]),
                ended,
            )
        )
    return out


def frame_at(version: Version, vintage: int) -> pd.DataFrame:
    """One row a model, as a reader of `vintage` knew the board: see the module's docstring."""
    if version.refitted:
        return version.rows[version.captured == vintage]
    rows = (
        version.rows[version.captured <= vintage]
        .sort_values("vintage", kind="stable")
        .drop_duplicates("model_id", keep="last")
    )
    return rows.assign(vintage=pd.Timestamp(vintage, unit="D"))


def pair_at(version: Version, vintage: int, leader: str, follower: str, cache: LagCache) -> Pair:
    """The pair of two groups on the capture of a day."""
    kept, key = cache.of(version), (vintage, leader, follower)
    if key not in kept:
        of = (version.board_id, version.board_version, pd.Timestamp(vintage, unit="D"), leader, follower)
        sides = side_at(version, vintage, leader, cache), side_at(version, vintage, follower, cache)
        kept[key] = Pair(*of, *sides, 1.0 if version.higher else -1.0, version.started)
    found: Pair = kept[key]
    return found


def side_at(version: Version, vintage: int, group: str, cache: LagCache) -> Side:
    """The models of a group on the capture of a day."""
    kept, key = cache.of(version), (vintage, group)
    if key not in kept:
        if vintage not in kept:
            kept[vintage] = models_of(frame_at(version, vintage))
        kept[key] = kept[vintage].of(group)
    found: Side = kept[key]
    return found


def first_captures(version: Version, group: str, as_of: int, cache: LagCache) -> dict[str, int]:
    """The day of the first capture, up to as_of, that shows each model of a group."""
    kept, key = cache.of(version), (group, "first captures")
    if key not in kept:
        rows = in_group(version.rows, group)
        model = version.rows["model_id"].cat
        first = np.full(len(model.categories), NEVER)
        np.minimum.at(first, model.codes.to_numpy()[rows], version.captured[rows])
        kept[key] = first[first < NEVER], model.categories.to_numpy(dtype=object)[first < NEVER]
    days, names = kept[key]
    return dict(zip(names[days <= as_of].tolist(), days[days <= as_of].tolist(), strict=True))


def work_on(pair: Pair, kind: str, z: float, cache: LagCache, intervals: bool = True) -> Work:
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


def _of_capture(version: Version, vintage: int, work: Work, cache: LagCache) -> list[Rows]:
    """What depends on the capture alone: `event`, `catchup` (censored at the capture: it cannot know more)
    and `threshold`.
    """
    scale = version.scale(vintage)
    key = (work, vintage, scale)
    if key not in cache.work:
        cache.work[key] = [event_rows(work, vintage), *catchup_rows(work, vintage)]
        if work.z == 0:
            cache.work[key].append(threshold_rows(work, vintage, *scale))
    found: list[Rows] = cache.work[key]
    return found


def _daily_rows(work: Work, days: Days, as_of: int, elo: bool, cache: LagCache) -> list[Rows]:
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
    version: Version, leader: str, follower: str, as_of: int, days: Days, cache: LagCache, intervals: bool
) -> Iterator[tuple[Rows, int, str]]:
    vintage = int(version.vintages(as_of)[-1])
    pair = pair_at(version, vintage, leader, follower, cache)
    if not (len(pair.leader) and len(pair.follower)):
        return
    days = days[days <= min(as_of, vintage + STALE_DAYS, version.ended)]
    has_errors = lag.has_errors(pair)
    gone = (pair.leader.gone <= as_of).any() or (pair.follower.gone <= as_of).any()
    current: set[Work] = set()
    for z in TOLERANCES if has_errors else TOLERANCES[:1]:
        work = work_on(lag.filled(pair) if z else pair, "released", z, cache, intervals)
        current.add(work)
        for rows in _of_capture(version, vintage, work, cache):
            yield rows, vintage, "as_of"
        if not len(days):
            continue
        if z == 0:
            yield regression_rows(work, days[-1:]), vintage, "as_of"
        for kind in KINDS:
            # Where nothing has been withdrawn the two frontiers are one: computed once, published under both
            # names.
            if kind == "released" or gone:
                used = work_on(work.pair, kind, z, cache, intervals)
                current.add(used)
                daily = _daily_rows(used, days, as_of, version.elo, cache)
            for rows in daily:
                yield (
                    rows | {"kind": np.broadcast_to(np.asarray(kind), len(rows["valid_on"]))},
                    vintage,
                    "as_of",
                )
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
    key = (version.board_id, version.board_version, leader, follower, "current")
    for old in cache.work.get(key, current) - current:
        old.forget_draws()  # a newer capture has taken its place
    cache.work[key] = current


Part = tuple[Rows, int, str, tuple[str, str], tuple[str, str]]


def stacked(parts: list[Part]) -> pd.DataFrame:
    """The `lag` table of parts: rows, vintage, vintage basis, (board, version), (leader, follower). Its text
    is categories: half a million rows hold a few hundred words.
    """
    parts = [p for p in parts if len(p[0]["valid_on"])]
    if not parts:
        return pd.DataFrame()
    lengths = np.array([len(p[0]["valid_on"]) for p in parts])

    def spread(values: Iterable[Any]) -> Any:
        code, known = pd.factorize(np.array(list(values), dtype=object))
        return pd.Categorical(known).take(np.repeat(code, lengths))

    columns: dict[str, Any] = {
        "board_id": spread(p[3][0] for p in parts), "board_version": spread(p[3][1] for p in parts),
        "leader": spread(p[4][0] for p in parts), "follower": spread(p[4][1] for p in parts),
    }  # fmt: skip
    for name, some in parts[0][0].items():
        text = some.dtype.kind in "OU"
        values = np.concatenate([_words(p[0][name]) if text else p[0][name] for p in parts])
        if name in ("leader_model_id", "follower_model_id"):
            columns[name], columns[name.replace("model_id", "revision")] = split_entry(pd.Series(values))
        else:
            columns[name] = pd.Categorical(values) if text else values
    columns["vintage"] = np.repeat(np.array([p[1] for p in parts]), lengths)
    columns["vintage_basis"] = spread(p[2] for p in parts)
    for name in ("valid_on", "vintage"):
        columns[name] = columns[name].astype("datetime64[D]").astype("datetime64[us]")
    return pd.DataFrame(columns, copy=False)  # column by column: half a million rows need not be there twice


def _words(values: np.ndarray) -> np.ndarray:
    """Text as objects: one object where one word was spread over all rows."""
    return (
        np.full(len(values), values[0].item(), dtype=object)
        if values.dtype.kind == "U" and values.strides == (0,)
        else values.astype(object)
    )


def frontiers(version: Version, groups: Iterable[str], as_of: int, cache: LagCache) -> pd.DataFrame:
    """The change points of both kinds of frontier of each group, as known on as_of."""
    vintage = int(version.vintages(as_of)[-1])
    kept, key = cache.of(version), (vintage, "frontiers", tuple(groups))
    if key not in kept:
        kept[key] = _frontiers(version, groups, vintage, cache)
    found: pd.DataFrame = kept[key]
    return found


def _frontiers(version: Version, groups: Iterable[str], vintage: int, cache: LagCache) -> pd.DataFrame:
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
    cache: LagCache | None = None,
    intervals: bool = True,
) -> Tables:
    """The `frontier` and `lag` tables as known on `as_of`, for all boards.

    `versions` from `prepare`; `days` are the valid days of the daily definitions (default: month ends of 13
    months, and as_of); pass one `cache` to all calls of a backfill.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    days = month_ends(today) if days is None else np.unique(days[days <= today])
    cache = LagCache() if cache is None else cache
    pairs = list(pairs)
    groups = list(dict.fromkeys(name for pair in pairs for name in pair))
    parts: list[Part] = []
    tops = []
    for version in versions:
        if not len(version.vintages(today)):
            continue
        tops.append(frontiers(version, groups, today, cache))
        for pair in pairs:
            for rows, vintage, basis in _version_rows(version, *pair, today, days, cache, intervals):
                parts.append((rows, vintage, basis, (version.board_id, version.board_version), pair))
    frontier = (
        pd.concat([t for t in tops if len(t)], ignore_index=True)
        if any(len(t) for t in tops)
        else pd.DataFrame()
    )
    return Tables(frontier.assign(as_of=as_of), stacked(parts).assign(as_of=as_of))
