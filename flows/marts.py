"""The derived tables as known on a date: which frame goes into which transform, and nothing else.

What does not depend on the as-of date is prepared once (rows numbered by their names, runs of prices,
captures of boards); what names meant on each date is looked up for that date (`flows.known`). What was not
yet captured, released or stated on it takes no part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from extractors.source import discover
from flows.each import Each, in_turn
from flows.frames import MODEL_FACTS, Frames
from flows.known import Identity, Known, withdrawn
from transforms import cadence
from transforms.boards import board_versions, lag_tables
from transforms.boards.forecast import forecast
from transforms.boards.frontier import Days, epoch_days
from transforms.boards.revisions import lag_revisions
from transforms.boards.trends import lag_trends
from transforms.capability.table import Index, capability_as_known, index_lags
from transforms.claims.audit import audit
from transforms.claims.measurement import MEASURED
from transforms.prices import capacity, hosting, premium, ratios, verdicts
from transforms.prices import cost_per_task as cost
from transforms.prices import flagship_pairs as pairs
from transforms.prices import panel as price_panel
from transforms.prices import table as price_table
from transforms.prices.at_capability import ratio_at_capability
from warehouse.claims_file import seed_claims
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts, in_files, stamped
from warehouse.reference import boards
from warehouse.republication import attributions, publishable
from warehouse.snapshots import Snapshots

# An as-of date asked for by itself carries every daily series whole; one of many in a backfill its last
# weeks.
WHOLE_DAYS, WHOLE_PRICE_DAYS, RECENT_DAYS = 1100, 550, 35
BASE_DAYS = 180  # what a backfill's first date costs, counted in days of later captures
REFITS = 100
DRAWS = 200
Z90 = 1.6448536
BASES = ("input", "output", "blend_3_1", "blend_agentic")
TREND_SINCE = ("2023-01-01", "2025-01-20")  # the whole record, and since DeepSeek R1
UNUSED = "not used for a lag"  # what boards.csv says of a board that measures something else
MEMBER = "epoch_"  # Epoch's archive: some sixty benchmarks; their daily lags are given by month


class MartJob(NamedTuple):
    """A share of the as-of dates, for one process."""

    location: Location
    dates: tuple[date, ...]
    until: date
    whole: bool
    previous: date | None


Built = dict[date, dict[str, bytes]]
# Tables to which both parts give rows: the lags of the boards, and those on our own index, which needs what
# the prices need.
OF_BOTH = ("lag", "lag_trend", "frontier")


class Part(NamedTuple):
    """What one part of a date gives: frames that the other part's are needed for (or that claims are measured
    on), and finished tables as Parquet bytes.
    """

    frames: dict[str, pd.DataFrame]
    files: dict[str, bytes]


class PartJob(NamedTuple):
    """One part of the tables of one date, for one process."""

    location: Location
    day: date
    part: Literal["lags", "prices"]
    previous: date | None


def build_all(
    location: Location, dates: Sequence[date], each: Each, progress: Callable[[str, int, int], None]
) -> Built:
    """The derived tables of each date as Parquet bytes; dates on which nothing was known are left out. Long
    lists are spread by `each`, and so are the two parts of a date that is asked for by itself.
    """
    whole = len(dates) == 1
    if whole and each is not in_turn:
        return _in_parts(location, dates[0], each)
    shares = [list(dates)] if len(dates) < 8 or each is in_turn else halves(dates)
    before = {
        day: dates[n - 1] if n else _published_before(location, day, whole) for n, day in enumerate(dates)
    }
    jobs = [MartJob(location, tuple(share), max(dates), whole, before[share[0]]) for share in shares if share]
    built: Built = {}
    progress("deriving", 0, len(dates))
    for _, part in each(build_share, jobs):
        built.update(part)
        progress("deriving", len(built), len(dates))
    return {day: built[day] for day in sorted(built)}


def halves(dates: Sequence[date]) -> list[list[date]]:
    """The dates as two runs of about the same work: a later date knows more captures. Over the 69 weeks of
    the recordings the last cost three to four times the first.
    """
    work = np.cumsum([(day - dates[0]).days + BASE_DAYS for day in dates])
    middle = int(np.abs(work - work[-1] / 2).argmin()) + 1
    return [list(dates[:middle]), list(dates[middle:])]


def _published_before(location: Location, day: date, alone: bool) -> date | None:
    """The newest published as-of date before `day`, for a date built by itself; a backfill compares only the
    dates it builds.
    """
    return max((d for d in Marts(location).as_ofs() if d < day), default=None) if alone else None


def _in_parts(location: Location, day: date, each: Each) -> Built:
    """A date by itself: the lags and the prices need nothing of each other until both are there."""
    before = _published_before(location, day, True)
    jobs: list[PartJob] = [PartJob(location, day, "lags", before), PartJob(location, day, "prices", before)]
    parts: dict[str, Part] = {}
    for job, part in each(build_part, jobs):
        parts[job.part] = part
        seed_claims()  # kept: read while the other part is still at work
    both = [parts.pop("lags"), parts.pop("prices")]
    files = {name: body for part in both for name, body in part.files.items()}
    files |= in_files(finished([part.frames for part in both], day, without=files.keys()))
    return {day: dict(sorted(files.items()))} if files else {}


def build_part(job: PartJob) -> Part:
    """One part of a date, its daily series whole; nothing where nothing was captured by then."""
    pa.default_memory_pool().release_unused()  # what a process took to check tables before
    builder = Builder(Frames(Snapshots(job.location), job.day, prices=job.part == "prices"))
    made = (
        builder.lags(job.day, True, job.previous)
        if job.part == "lags"
        else builder.prices_and_index(job.day, True)
    )
    kept = {name: frame for name, frame in made.items() if name in MEASURED or name in OF_BOTH}
    return Part(
        kept,
        in_files(published({name: frame for name, frame in made.items() if name not in OF_BOTH}, job.day)),
    )


def build_share(job: MartJob) -> Built:
    """One process's share of the dates, in order."""
    builder = Builder(Frames(Snapshots(job.location), job.until))
    done: Built = {}
    previous = job.previous
    for day in job.dates:
        tables = builder.at(day, whole=job.whole or day == job.until, previous=previous)
        previous = day
        done |= {day: in_files(tables)} if tables else {}
    return done


@dataclass
class Builder:
    """Everything that several as-of dates share."""

    frames: Frames
    cache: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def known(self) -> Known:
        """What was known on each date."""
        return Known(self.frames)

    def versions(self, day: date) -> list[board_versions.Version]:
        """The boards' captures under the identity of `day`."""
        return self.known.boards.at(day, self.cache)

    def at(self, day: date, *, whole: bool, previous: date | None) -> dict[str, pa.Table]:
        """The derived tables as known on `day`; empty where nothing was captured by then."""
        prices = self.prices_and_index(day, whole)
        return finished([self.lags(day, whole, previous), prices], day)

    def lags(self, day: date, whole: bool, previous: date | None) -> dict[str, pd.DataFrame]:
        """The frontiers and lags of every board as known on `day`, their trends and what they revise."""
        return self._boards(day, whole, previous) if self.knows(day) else {}

    def prices_and_index(self, day: date, whole: bool) -> dict[str, pd.DataFrame]:
        """Models, capability with the lags on our own index, prices, cadence and freshness as known on
        `day`.
        """
        if not self.knows(day):
            return {}
        as_of = pd.Timestamp(day)
        made: dict[str, pd.DataFrame] = {}
        made |= shown_identity(self.known.identity(day))
        models = withdrawn(made)
        versions = self.versions(day)
        index = capability_as_known(versions, boards(), as_of, REFITS)
        made["capability"] = index.table if index is not None else _epochs_index(versions, as_of)
        if index is not None:
            made |= _index_lags(index, withdrawn(self.known.identity(day)), as_of, whole)
        made |= self._prices(day, whole, models, made["capability"])
        made["cadence"] = cadence.cadence(models, as_of)
        from flows.freshness import freshness

        made["freshness"] = freshness(self.frames.snapshots, day)
        return made

    def knows(self, day: date) -> bool:
        """Whether anything was captured by `day`."""
        return bool((self.frames.names["first_seen"] <= pd.Timestamp(day)).any())

    def _boards(self, day: date, whole: bool, previous: date | None) -> dict[str, pd.DataFrame]:
        as_of = pd.Timestamp(day)
        today = int(as_of.to_datetime64().astype("datetime64[D]").astype(np.int64))
        ranked = _ranked(self.versions(day))
        main, members = _main_and_members(ranked)
        days = _daily(today) if whole else None  # None: month ends of thirteen months, and the day itself
        parts = []
        for versions, on in ((main, days), (members, None)):
            # Of a date by itself nobody asks for its hundreds of MB of draws and rows again.
            cache = self.cache if self.cache or not whole else {}
            parts.append(self._lags_of(versions, as_of, on, cache, withdrawn(self.known.identity(day))))
        revisions = self._revisions(ranked, previous, as_of)
        if whole:
            self.cache.clear()  # the last date of all
        out = _in_one(parts) | {"lag_revisions": revisions}
        return {name: frame for name, frame in out.items() if len(frame)}

    def _lags_of(
        self,
        versions: list[board_versions.Version],
        as_of: pd.Timestamp,
        days: Days | None,
        cache: board_versions.Cache,
        models: pd.DataFrame,
    ) -> dict[str, pd.DataFrame]:
        """`frontier`, `lag` and `lag_trend` of some boards."""
        frontier, lags = lag_tables.lag_tables(versions, as_of, days=days, cache=cache, models=models)
        trends = [lag_trends(lags, pd.Timestamp(since)) for since in TREND_SINCE] if len(lags) else []
        return {"frontier": frontier, "lag": lags, "lag_trend": _joined(trends)}

    def _revisions(
        self, ranked: list[board_versions.Version], previous: date | None, as_of: pd.Timestamp
    ) -> pd.DataFrame:
        if previous is None:
            return pd.DataFrame()
        return lag_revisions(ranked, pd.Timestamp(previous), as_of, lag_tables.PAIRS, self.cache)

    def _prices(
        self, day: date, whole: bool, models: pd.DataFrame, index: pd.DataFrame
    ) -> dict[str, pd.DataFrame]:
        as_of = pd.Timestamp(day)
        rates = self.frames.rates[self.frames.rates["rate_on"] <= as_of]
        said = price_table.said_prices(self.known.prices(day), as_of, models)
        if not len(said):
            return {}
        believed = price_table.believed_prices(said)
        days = pd.date_range(
            as_of - timedelta(days=(WHOLE_PRICE_DAYS if whole else RECENT_DAYS) - 1),
            as_of,
            freq="D",
            unit="us",
        )
        panel = price_panel.price_panel(believed, days, rates)
        listed = price_panel.price_panel(
            pairs.own_prices(believed, models, as_of), days, rates, charged=False
        )
        offers = ratios.offers_for(panel, models)
        made = {
            "price_intervals": price_table.price_intervals(believed, rates, as_of),
            "source_price_intervals": price_table.price_intervals(said, rates, as_of),
            "price_verdicts": verdicts.price_verdicts(said, believed, as_of, rates, as_of),
            "hosting_footprint": hosting.hosting_footprint(said, models, as_of),
            "host_premium": hosting.host_premium(panel, models, hosting.host_countries(said), as_of),
            "capacity": capacity.capacity(self.known.offers(day), believed, as_of),
            "frontier_premium": premium.frontier_premium(offers, index, as_of, as_of),
            "model_prices": premium.model_prices(offers, index, as_of, as_of),
            "cost_per_task": self._costs(as_of, models, offers),
        }
        draws = (
            DRAWS if index["se"].notna().any() else 0
        )  # without errors there is no interval, and none is made up
        at_level = (
            [ratio_at_capability(offers, index, days, as_of, basis=b, draws=draws) for b in BASES]
            if len(index)
            else []
        )
        flags = [ratios.flagship_ratio(offers, models, days, as_of, basis) for basis in BASES]
        paired = pairs.flagship_pairs(
            ratios.offers_for(listed, models), models, as_of, BASES, changes_only=not whole
        )
        made["price_ratio"] = _joined([*at_level, *flags, paired])
        levels = _joined(at_level)
        if len(levels):
            made["price_decline"] = premium.price_decline(premium.cheapest_daily(levels), as_of)
        return made

    def _costs(self, as_of: pd.Timestamp, models: pd.DataFrame, offers: pd.DataFrame) -> pd.DataFrame:
        facts = models.drop_duplicates("model_id").set_index("model_id")[["lab_id", "country"]]
        costs = self.known.boards.costs
        if not len(costs):
            return costs
        stated = costs.rename(columns={"vintage": "observed_on"}).join(facts, on="model_id")
        return cost.cost_per_task(stated, as_of, offers[offers["day"] == as_of])


def _ranked(versions: list[board_versions.Version]) -> list[board_versions.Version]:
    """The boards that measure capability well enough for a lag (boards.csv says which do not: a rate of
    errors, a word game).
    """
    seed = boards()
    unused = set(seed.loc[seed["min_us_models_note"] == UNUSED, "board_id"])
    return [v for v in versions if v.board_id not in unused]


def _main_and_members(
    ranked: list[board_versions.Version],
) -> tuple[list[board_versions.Version], list[board_versions.Version]]:
    """The boards by themselves, and the single benchmarks of Epoch's archive."""
    members = [v for v in ranked if v.board_id.startswith(MEMBER) and v.board_id != "epoch_eci"]
    return [v for v in ranked if v not in members], members


def _in_one(parts: Sequence[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The frames of several boards, by table; a table without rows is left out."""
    joined = {
        name: _joined(part[name] for part in parts if name in part)
        for name in ("frontier", "lag", "lag_trend")
    }
    return {name: frame for name, frame in joined.items() if len(frame)}


def _index_lags(
    index: Index, models: pd.DataFrame, as_of: pd.Timestamp, whole: bool
) -> dict[str, pd.DataFrame]:
    """`lag` and `lag_trend` of our own index, one more board."""
    today = int(as_of.to_datetime64().astype("datetime64[D]").astype(np.int64))
    found = index_lags(index, models[MODEL_FACTS], as_of, days=_daily(today) if whole else None)
    if not len(found):
        return {}
    return {
        "lag": found,
        "lag_trend": _joined(lag_trends(found, pd.Timestamp(since)) for since in TREND_SINCE),
    }


def _epochs_index(versions: list[board_versions.Version], as_of: pd.Timestamp) -> pd.DataFrame:
    """Epoch's index, which has the same anchors as ours, for days on which our own boards do not suffice."""
    today = int(epoch_days(pd.Series([as_of]))[0])
    eci = [v for v in versions if v.board_id == "epoch_eci" and len(v.vintages(today))]
    if not eci:
        return pd.DataFrame(columns=["model_id", "capability", "se", "lo90", "hi90", "boards"])
    rows = board_versions.frame_at(eci[0], int(eci[0].vintages(today)[-1])).drop_duplicates("model_id")
    rows = rows[~rows["model_id"].astype("str").str.contains("@", regex=False)]
    value, se = rows["score"].astype("float64"), rows["se"].astype("float64")
    ends = {"lo90": value - Z90 * se, "hi90": value + Z90 * se}
    return pd.DataFrame(
        {"model_id": rows["model_id"].astype("str"), "capability": value, "se": se, "boards": 1, **ends}
    )


def finished(
    parts: Sequence[dict[str, pd.DataFrame]], day: date, without: Collection[str] = ()
) -> dict[str, pa.Table]:
    """The parts of a date as the declared tables, with what needs them all; empty where nothing was known.
    Tables in `without` are there already. Takes the frames out of `parts`.
    """
    names = dict.fromkeys(name for part in parts for name in part)
    made = {name: _joined(part.pop(name) for part in parts if name in part) for name in names}
    if not made:
        return {}
    as_of = pd.Timestamp(day)
    made["claim_verdicts"] = audit(seed_claims(), made, as_of)
    if "lag" in made:
        made["forecast"] = forecast(made["models"], made["lag"], as_of)
    rest = {name: made.pop(name, pd.DataFrame()) for name in mart_tables() if name not in without}
    made.clear()
    return published(rest, day)


def published(made: dict[str, pd.DataFrame], day: date) -> dict[str, pa.Table]:
    """The frames as the declared tables. Takes them out of `made`: a year of daily lags need not be there
    twice.
    """
    metadata = {"as_of": day.isoformat(), "licence": "cc_by_4_0"}
    readers = discover().values()
    licences = {r.source.id: r.source.licence for r in readers}
    out = {}
    for name in sorted(made):
        table, frame = mart_tables()[name], made.pop(name)
        if name == "attributions":
            rows = attributions(licences, {r.source.id: r.source.title for r in readers})
        elif len(frame):
            rows = pa.Table.from_pandas(frame.drop(columns="as_of", errors="ignore"), preserve_index=False)
        else:
            rows = table.arrow_schema().empty_table().drop_columns(["as_of"])
        del frame
        out[name] = publishable(table, stamped(table, rows, day, metadata), licences)
    return out


def shown_identity(identity: Identity) -> Identity:
    """The identity tables of a date as they are published: models kept by hand once released, and every model
    that a printed name means.
    """
    models = identity["models"]
    shown = models["model_id"].isin(identity["model_aliases"]["model_id"].unique())
    models = models[((models["method"] == "seed") & models["released_on"].notna()) | shown]
    dates = identity["model_dates"]
    return identity | {"models": models, "model_dates": dates[dates["model_id"].isin(models["model_id"])]}


def _daily(today: int) -> np.ndarray:
    return np.arange(today - WHOLE_DAYS + 1, today + 1)


def _joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    some = [frame for frame in frames if len(frame)]
    if len(some) < 2:
        return some[0] if some else pd.DataFrame()
    for name in dict.fromkeys(str(name) for frame in some for name in frame.select_dtypes("category")):
        words = [
            frame[name].astype("category") for frame in some
        ]  # of the same categories, or they would be written out as text
        every = pd.Index(sorted(set().union(*(word.cat.categories for word in words))))
        some = [
            frame.assign(**{name: word.cat.set_categories(every)})
            for frame, word in zip(some, words, strict=True)
        ]
    return pd.concat(some, ignore_index=True)
