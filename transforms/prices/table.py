"""The mart of price intervals, as known on a day: reconciled, or source by source."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.in_force import InForce, in_force
from transforms.prices.intervals import builds_succeed, observed_intervals
from transforms.prices.moments import date_changes
from transforms.prices.rates import usd_and_age
from transforms.prices.reconcile import reconcile
from transforms.prices.runs import History, instants, runs_as_of
from transforms.prices.sightings import FOREVER, Ints

NO_MODELS = pd.DataFrame({"model_id": pd.Series([], dtype="object"), "released_on": pd.to_datetime([])})
LAUNCH = np.int64(30 * 86_400_000_000)
COLUMNS = (
    "as_of",
    "provider_id",
    "market",
    "model_id",
    "revision",
    "setting",
    "component",
    "service_tier",
    "modality",
    "thinking",
    "context_from_tokens",
    "output_from_tokens",
    "region",
    "time_band",
    "price_kind",
    "currency",
    "per",
    "amount",
    "amount_usd",
    "rate_age_days",
    "valid_from",
    "valid_to",
    "valid_from_basis",
    "valid_to_basis",
    "last_seen_at",
    "source_id",
    "listed_model",
    "own_page",
    "first_party",
    "sources_seen",
    "sources_agree",
    "capture_sha256",
)


def source_intervals(
    history: History,
    as_of: pd.Timestamp,
    models: pd.DataFrame | None = None,
    dates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What every source says held when, as known at the end of `as_of`, as far as it counts: the `said` of
    `prices_in_force`.
    """
    return prices_in_force(history, as_of, models, dates).said


def prices_in_force(
    history: History,
    as_of: pd.Timestamp,
    models: pd.DataFrame | None = None,
    dates: pd.DataFrame | None = None,
) -> InForce:
    """`observed_intervals`, changes dated by each other, ended by `in_force`, launch prices carried back
    to the model's release. models: model_id, released_on, open_weights; dates: `model_dates`.
    """
    said = date_changes(observed_intervals(runs_as_of(history, as_of)))
    known = NO_MODELS if models is None else models
    found = in_force(said, as_of, known, dates, history.captures)
    return found._replace(said=from_release(found.said, known))


def reconciled_intervals(said: pd.DataFrame) -> pd.DataFrame:
    """The reconciled intervals of `source_intervals`, a build's cut where the provider's own page went on to
    the next.
    """
    return reconcile(builds_succeed(said))


def from_release(said: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """A first-party price first sighted within 30 days after the model's release held from the release on:
    what is sold has a price.

    Only the earliest list intervals of a provider and model that start together, and only where their start
    is a sighting.
    """
    released = (
        models.dropna(subset=["released_on"]).drop_duplicates("model_id").set_index("model_id")["released_on"]
    )
    day = released.astype("datetime64[us]").reindex(said["model_id"].astype("object")).reset_index(drop=True)
    release = np.where(day.isna(), FOREVER, day.astype("int64").to_numpy())
    start = said["start"].to_numpy(copy=True)
    candidate = (
        said["first_party"].to_numpy(dtype=bool)
        & ~said["promo"].to_numpy()
        & (said["basis"] == "first sighting").to_numpy()
    )
    earliest = said["start"].groupby(said["group"]).transform("min").to_numpy()
    launch = candidate & (start == earliest) & (release < start) & (start - release <= LAUNCH)
    start[launch] = release[launch]
    return said.assign(start=start, basis=np.where(launch, "release", said["basis"].to_numpy(dtype=object)))


def price_intervals(intervals: pd.DataFrame, rates: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The mart: `COLUMNS` of `reconciled_intervals` (or of `source_intervals`, where each source stands for
    itself).

    valid_to is empty where no end is known: last_seen_at then says how old the statement is. amount_usd: at
    the reference rate of the interval's last day, or of `as_of` while it lasts. A price that starts after
    `as_of` is `announced`.
    """
    known = np.int64((as_of + pd.Timedelta(days=1)).value // 1000 - 1)
    start, end = intervals["start"].to_numpy(), intervals["end"].to_numpy()
    day = pd.Series(
        (np.minimum(np.maximum(end - 1, start), known) // 86_400_000_000)
        .astype("datetime64[D]")
        .astype("datetime64[us]")
    )
    out = intervals.reset_index(drop=True).assign(
        as_of=as_of,
        provider_id=intervals["our_provider_id"].to_numpy(),
        valid_from=instants(start),
        valid_to=instants(end),
        valid_from_basis=intervals["basis"].to_numpy(),
        valid_to_basis=_why_ended(intervals),
        last_seen_at=instants(intervals["last_seen"].to_numpy()),
        price_kind=np.where(start > known, "announced", intervals["price_kind"].to_numpy(dtype=object)),
    )
    if "sources_seen" not in out:
        out = out.assign(sources_seen=1, sources_agree=1)
    rate, age = usd_and_age(out["currency"], day, rates)
    out = out.assign(amount_usd=out["amount"] * rate, rate_age_days=age)
    return out[list(COLUMNS)]


def _why_ended(intervals: pd.DataFrame) -> np.ndarray:
    """Why each interval ends; "" while it lasts; another source's price where its own had not ended."""
    end, said = intervals["end"].to_numpy(), intervals["ended"].to_numpy(dtype=object)
    own_end = intervals["said_end"].to_numpy() if "said_end" in intervals else end
    return np.where(end == FOREVER, "", np.where(end == own_end, said, "another source"))


def end_of_days(days: pd.DatetimeIndex) -> Ints:
    """The last microsecond of each UTC day: a price holds on a day when it is in force as the day ends."""
    found: Ints = (days.as_unit("us").asi8 + 86_400_000_000 - 1).astype(np.int64)
    return found
