"""The recipe: which derived table is which function of what, in order.

A date is built in two parts that need nothing of each other (`lag_part`, `price_part`) and a last step that
needs both (`combined`). Everything here is a function of the inputs, cut at the as-of date (`AsOf`): what was
not yet captured, released or stated on it takes no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms import evidence
from transforms.as_of import AsOf
from transforms.boards import roles
from transforms.boards.board_versions import Version
from transforms.boards.forecast import forecast
from transforms.boards.frontier import Days
from transforms.boards.lab_lags import lab_lags
from transforms.boards.lag_cache import Cache
from transforms.boards.lag_tables import PAIRS, lag_tables
from transforms.boards.revisions import lag_revisions
from transforms.boards.trends import lag_trends
from transforms.cadence import cadence
from transforms.capability.epochs_index import epochs_index
from transforms.capability.table import Index, capability_as_known, index_lags, well_placed
from transforms.claims.audit import audit
from transforms.claims.measurement import MEASURED
from transforms.coverage import coverage
from transforms.coverage_subjects import of_models, subjects
from transforms.identity.shown import MODEL_FACTS, OPENNESS, shown_identity, with_withdrawals
from transforms.pooled.completed import completed_lag
from transforms.pooled.policy import policy_effects
from transforms.pooled.tables import Pooled, means_of, pooled_as_known, pooled_tables, tested_points
from transforms.prices import capacity, hosting, premium, ratios, table, verdicts
from transforms.prices import cost_per_task as cost
from transforms.prices import flagship_pairs as pairs
from transforms.prices.at_capability import cheapest_at_levels, ratio_at_capability
from transforms.prices.changes import price_changes
from transforms.prices.decline import price_decline
from transforms.prices.panel import price_panel
from transforms.prices.price_index import price_index
from warehouse.checks.marts.gated import OF_BOTH_PARTS, PART_OF_LAGS, PART_OF_PRICES, gated, held_tables
from warehouse.claims_file import seed_claims
from warehouse.mart_tables import mart_tables
from warehouse.seeds import boards, seed

# An as-of date asked for by itself carries every daily series whole; one of many in a backfill its last
# weeks.
WHOLE_DAYS, WHOLE_PRICE_DAYS, RECENT_DAYS = 1100, 550, 35
REFITS = 100
DRAWS = 200
BASES = ("input", "output", "blend_3_1", "blend_agentic")
TREND_SINCE = ("2023-01-01", "2025-01-20")  # the whole record, and since DeepSeek R1
# Tables to which both parts give rows: the lags of the boards, and those on our own index, which needs what
# the prices need.
OF_BOTH = ("lag", "lag_trend", "frontier")

GATED = ("gates", "set_aside")  # and every part has its own gates

Frames = dict[str, pd.DataFrame]  # by the name of the derived table


class Wanted(NamedTuple):
    """An as-of date to build.

    whole: every daily series in full, else its last weeks (or month ends). previous: the date whose lags
    `lag_revisions` compares; None: there is none to compare.
    """

    day: date
    whole: bool
    previous: date | None

    @property
    def as_of(self) -> pd.Timestamp:
        """The day as the transforms take it."""
        return pd.Timestamp(self.day)

    @property
    def lag_days(self) -> Days | None:
        """The days of the daily lags, as days since 1970; None: thirteen month ends, and the day."""
        today = int(self.as_of.to_datetime64().astype("datetime64[D]").astype(np.int64))
        return np.arange(today - WHOLE_DAYS + 1, today + 1) if self.whole else None

    @property
    def price_days(self) -> pd.DatetimeIndex:
        """The days of the daily prices."""
        count = WHOLE_PRICE_DAYS if self.whole else RECENT_DAYS
        return pd.date_range(self.as_of - timedelta(days=count - 1), self.as_of, freq="D", unit="us")


def build(known: AsOf, wanted: Wanted) -> Frames:
    """Every derived table of a date; empty where nothing was captured by then."""
    prices = price_part(known, wanted)
    return combined([lag_part(known, wanted), prices], wanted.day)


def lag_part(known: AsOf, wanted: Wanted) -> Frames:
    """frontier, lag, lag_trend and lag_revisions of the boards."""
    if not known.inputs.known_on(wanted.day):
        return {}
    captures = known.boards(wanted.day)
    ranked = roles.ranked(captures.versions)
    main, members = roles.main_and_members(ranked)
    models = with_withdrawals(known.identity(wanted.day))
    parts = []
    for versions, on in ((main, wanted.lag_days), (members, None)):
        # A date by itself is not asked for again: its draws and rows, hundreds of MB, are not kept.
        cache = captures.cache if captures.cache or not wanted.whole else Cache()
        parts.append(_lags(versions, wanted.as_of, on, cache, models))
    parts.append({"lag": lab_lags(main, wanted.as_of, models, captures.cache)})
    made = {name: _stacked(part[name] for part in parts if name in part) for name in OF_BOTH}
    if wanted.previous is not None:
        previous = pd.Timestamp(wanted.previous)
        made["lag_revisions"] = lag_revisions(ranked, previous, wanted.as_of, PAIRS, captures.cache)
    if wanted.whole:
        captures.cache.clear()  # the last date of all
    seen = evidence.of_boards(ranked, wanted.as_of)
    known_models = shown_identity(known.identity(wanted.day))
    told = gated(made, PART_OF_LAGS, wanted.as_of, known_models | seen) | {
        evidence.LISTED: seen[evidence.LISTED]
    }
    return {name: frame for name, frame in told.items() if len(frame)}


def _lags(
    versions: list[Version], as_of: pd.Timestamp, days: Days | None, cache: Cache, models: pd.DataFrame
) -> Frames:
    frontier, lags = lag_tables(versions, as_of, days=days, cache=cache, models=models)
    return {"frontier": frontier, "lag": lags, "lag_trend": _trends(lags)}


def _trends(lags: pd.DataFrame) -> pd.DataFrame:
    return _stacked(lag_trends(lags, pd.Timestamp(since)) for since in TREND_SINCE if len(lags))


def price_part(known: AsOf, wanted: Wanted) -> Frames:
    """Models, capability with the lags on our own index, prices, cadence and freshness."""
    if not known.inputs.known_on(wanted.day):
        return {}
    made = shown_identity(known.identity(wanted.day))
    said_open = {OPENNESS: made.pop(OPENNESS)}
    models = with_withdrawals(made)
    versions = known.boards(wanted.day).versions
    index = capability_as_known(versions, boards(), wanted.as_of, REFITS)
    # Before both anchors are scored there is no index on that scale: Epoch's, or none.
    scaled = index if index is not None and index.anchored else None
    made["capability"] = scaled.table if scaled is not None else epochs_index(versions, wanted.as_of)
    if index is not None:
        made |= _index_lags(index, with_withdrawals(known.identity(wanted.day)), wanted)
    fit = pooled_as_known(versions, models[MODEL_FACTS], boards(), wanted.as_of, known.draws)
    made |= pooled_tables(fit, made["capability"], wanted.whole)
    made["completed_lag"] = completed_lag(fit)
    made["policy_effects"] = policy_effects(fit, seed("policy_events"))
    made |= _prices(known, wanted, models, made["capability"], fit)
    on_sale = made["model_prices"]["model_id"].astype(str) if "model_prices" in made else ()
    known_models = [
        *subjects(versions, models, index, fit, wanted.as_of),
        *of_models(made, models, wanted.as_of),
    ]
    made["coverage"] = coverage(known_models, models, set(on_sale), wanted.as_of)
    made["cadence"] = cadence(models, wanted.as_of)
    made["freshness"] = known.inputs.freshness(wanted.day)
    made["address_freshness"] = known.inputs.address_freshness(wanted.day)
    seen = said_open | evidence.of_prices(known.prices(wanted.day), known.inputs.names, wanted.as_of)
    if index is not None:
        seen |= evidence.of_index(index.content_on)
    return gated(made, PART_OF_PRICES, wanted.as_of, seen)


def _index_lags(index: Index, models: pd.DataFrame, wanted: Wanted) -> Frames:
    """`lag` and `lag_trend` of our own index, one more board."""
    found = index_lags(index, models[MODEL_FACTS], wanted.as_of, days=wanted.lag_days)
    return {"lag": found, "lag_trend": _trends(found)} if len(found) else {}


def _prices(
    known: AsOf, wanted: Wanted, models: pd.DataFrame, index: pd.DataFrame, fit: Pooled | None
) -> Frames:
    as_of = wanted.as_of
    rates = known.inputs.rates[known.inputs.rates["rate_on"] <= as_of]
    dates = known.identity(wanted.day)["model_dates"]
    said = table.source_intervals(known.prices(wanted.day), as_of, models, dates)
    if not len(said):
        return {}
    believed = table.reconciled_intervals(said)
    panel = price_panel(believed, wanted.price_days, rates)
    offers = ratios.offers_for(panel, models)
    premium_of_hosts = hosting.host_premium(panel, models, hosting.host_countries(said), as_of)
    del panel  # 1.7 million rows, which nothing asks for any more
    held, stated = (table.price_intervals(rows, rates, as_of) for rows in (believed, said))
    costs = cost.stated_costs(known.boards(wanted.day).costs, models)
    return {
        "price_intervals": held,
        "source_price_intervals": stated,
        "price_changes": price_changes(held, models, stated).assign(as_of=as_of),
        "price_verdicts": verdicts.price_verdicts(said, believed, as_of, rates, as_of),
        "hosting_footprint": hosting.hosting_footprint(said, models, as_of),
        "host_premium": premium_of_hosts,
        "capacity": capacity.capacity(known.offers(wanted.day), believed, as_of),
        "frontier_premium": premium.frontier_premium(offers, means_of(fit, index), as_of, as_of),
        "model_prices": premium.model_prices(offers, index, as_of, as_of),
        "cost_per_task": cost.cost_per_task(costs, as_of, offers[offers["day"] == as_of])
        if len(costs)
        else costs,
        **_ratios(offers, index, models, wanted, _list_offers(believed, models, rates, wanted)),
        **_price_index(believed, models, rates, as_of, index, fit),
    }


def _price_index(
    believed: pd.DataFrame,
    models: pd.DataFrame,
    rates: pd.DataFrame,
    as_of: pd.Timestamp,
    index: pd.DataFrame,
    fit: Pooled | None,
) -> Frames:
    """The tables of prices at equal capability; none where no index says what its levels are."""
    if fit is None or not len(index):
        return {}
    return price_index(believed, models, rates, as_of, *tested_points(fit, index))


def _list_offers(
    believed: pd.DataFrame, models: pd.DataFrame, rates: pd.DataFrame, wanted: Wanted
) -> pd.DataFrame:
    """Offers at the list prices of what each lab sells itself."""
    own = pairs.own_prices(believed, models, wanted.as_of)
    return ratios.offers_for(price_panel(own, wanted.price_days, rates, charged=False), models)


def _ratios(
    offers: pd.DataFrame, index: pd.DataFrame, models: pd.DataFrame, wanted: Wanted, listed: pd.DataFrame
) -> Frames:
    """price_ratio (at equal capability, of flagships, of flagship pairs) and price_decline."""
    as_of, days = wanted.as_of, wanted.price_days
    draws = DRAWS if index["se"].notna().any() else 0  # without errors there is no interval to draw
    bases, index = BASES if len(index) else (), well_placed(index)
    at_level = [ratio_at_capability(offers, index, days, as_of, basis=b, draws=draws) for b in bases]
    flags = [ratios.flagship_ratio(offers, models, days, as_of, basis) for basis in BASES]
    paired = pairs.flagship_pairs(listed, models, as_of, BASES, changes_only=not wanted.whole)
    made = {"price_ratio": _stacked([*at_level, *flags, paired])}
    if bases:
        made["price_decline"] = price_decline(cheapest_at_levels(offers, index, days, bases), as_of)
    return made


def needed_by_both(made: Frames) -> Frames:
    """What `combined` needs of a part: the tables that claims are measured on, and those of both parts."""
    needed = {*MEASURED, *OF_BOTH, *GATED, evidence.LISTED}
    return {name: frame for name, frame in made.items() if name in needed}


def own_tables(made: Frames) -> Frames:
    """The tables of a part to which the other gives no row: they can be written at once."""
    later = {*OF_BOTH, *GATED, evidence.LISTED}
    return {name: frame for name, frame in made.items() if name not in later}


def combined(parts: Sequence[Frames], day: date, without: Iterable[str] = ()) -> Frames:
    """The parts of a date together, with claim_verdicts and forecast: a frame for every declared table but
    those in `without`; nothing where nothing was known. Takes the frames out of `parts`.
    """
    names = dict.fromkeys(name for part in parts for name in part)
    made = {name: _stacked(part.pop(name) for part in parts if name in part) for name in names}
    if not made:
        return {}
    made["claim_verdicts"] = audit(seed_claims(), made, pd.Timestamp(day))
    if "lag" in made:
        made["forecast"] = forecast(made["models"], made["lag"], pd.Timestamp(day))
    listed = {name: made.pop(name) for name in (evidence.LISTED,) if name in made}
    found = gated({"claim_verdicts": made["claim_verdicts"]}, OF_BOTH_PARTS, pd.Timestamp(day), listed)
    made["claim_verdicts"] = found.pop("claim_verdicts")
    made |= {name: _stacked([made.get(name, pd.DataFrame()), frame]) for name, frame in found.items()}
    left_out = {*without, *held_tables(made["gates"])}
    return {name: made.pop(name, pd.DataFrame()) for name in mart_tables() if name not in left_out}


def _stacked(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all frames; columns of categories stay categories, over the words of all of them."""
    some = [frame for frame in frames if len(frame)]
    if len(some) < 2:
        return some[0] if some else pd.DataFrame()
    for name in dict.fromkeys(str(name) for frame in some for name in frame.select_dtypes("category")):
        words = [frame[name].astype("category") for frame in some]
        every = pd.Index(sorted(set().union(*(word.cat.categories for word in words))))
        some = [
            frame.assign(**{name: word.cat.set_categories(every)})
            for frame, word in zip(some, words, strict=True)
        ]
    return pd.concat(some, ignore_index=True)
