"""What a model costs on a day: at its own lab, or at everybody who sells it; and what a workload costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from reports.answers.names import Called, called
from reports.answers.published import as_day, as_of_dates, rows, units
from warehouse.location import Location, home
from warehouse.time_bands import parse_band

if TYPE_CHECKING:
    import pandas as pd

SHOWN = (
    "model_id", "provider_id", "market", "first_party", "component", "amount", "currency", "amount_usd",
    "per", "service_tier", "price_kind", "time_band", "modality", "thinking", "context_from_tokens",
    "output_from_tokens", "region", "revision", "setting", "valid_from", "valid_to", "last_seen_at",
    "source_id", "sources_seen", "sources_agree", "capture_sha256",
)  # fmt: skip
ORDER = ("first_party", "provider_id", "service_tier", "modality", "context_from_tokens", "component")
PLAIN = {"service_tier": "standard", "modality": "text", "per": "1e6 tokens", "region": "", "setting": ""}
FEW = 8
# What is paid where several kinds of a price hold at once: the promotion, not the list price behind it.
PAID_FIRST = ("free", "promotional", "introductory", "list")


def in_force(
    location: Location, model_id: str, begin: datetime, end: datetime, as_of: date | None = None
) -> pa.Table:
    """The rows of price_intervals of a model that held at some moment of [begin, end), UTC."""
    found = rows(location, "price_intervals", as_of, None, ("model_id", lambda c: pc.equal(c, model_id)))
    started = pc.less(found.column("valid_from"), pa.scalar(end, pa.timestamp("us", "UTC")))
    lasting = pc.or_kleene(
        pc.is_null(found.column("valid_to")),
        pc.greater(found.column("valid_to"), pa.scalar(begin, pa.timestamp("us", "UTC"))),
    )
    there = [n for n in SHOWN if n in found.column_names]
    found = found.filter(pc.and_(started, lasting)).select(there)
    return found.sort_by([(n, "descending" if n == "first_party" else "ascending") for n in ORDER])


def moments(on: date | None, at: time | None, newest: date) -> tuple[datetime, datetime]:
    """The span that a question is about: a minute where a time is given, else the whole day."""
    day = on or newest
    if at is None:
        begin = datetime.combine(day, time(), UTC)
        return begin, begin + timedelta(days=1)
    begin = datetime.combine(day, at.replace(tzinfo=None), UTC)
    return begin, begin + timedelta(minutes=1)


def priced_days(location: Location, model_id: str) -> tuple[date, date] | None:
    """The first and the last day of which a price of the model is known; None where there is none."""
    found = rows(location, "price_intervals", None, None, ("model_id", lambda c: pc.equal(c, model_id)))
    if not found.num_rows:
        return None
    days = pc.min(found.column("valid_from")).as_py(), pc.max(found.column("last_seen_at")).as_py()
    return days[0].date(), days[1].date()


class Terms(NamedTuple):
    """What of a model's prices is asked for. provider: an id, or None for the lab's own price and, where
    there is none, every provider's. tier, region, currency: None for the standard tier, the plain region and
    every currency. everything: all tiers, modalities, regions and builds.
    """

    provider: str | None = None
    tier: str | None = None
    region: str | None = None
    currency: str | None = None
    everything: bool = False


def priced(
    location: Location,
    name: str,
    on: date | None = None,
    at: time | None = None,
    terms: Terms = Terms(),  # noqa: B008 - a tuple
) -> tuple[Called, pa.Table]:
    """What the name means on a day (default: the newest known), and that model's prices then, one row a
    price; of a build where the name says one that has prices of its own.

    at: a time of that day (UTC); prices of a time band that does not hold then are left out.
    UnknownNameError where no model is called so; ValueError, which names what there is, where no price has
    the provider, tier, region or currency asked for.
    """
    newest = as_of_dates(location)[-1:] or [date.min]
    meant = called(location, name, None, on)
    begin, end = moments(on, at, newest[0])
    found = in_force(location, meant.model_id, begin, end)
    if at is not None:
        bands = found.column("time_band").to_pylist()
        found = found.filter(pa.array([parse_band(b).contains(begin) for b in bands], pa.bool_()))
    asked = {"provider_id": terms.provider, "service_tier": terms.tier, "region": terms.region,
             "currency": terms.currency}  # fmt: skip
    for column, value in asked.items():
        found = _with(found, column, value) if value is not None and found.num_rows else found
    if terms.provider is None and not terms.everything and pc.any(found.column("first_party")).as_py():
        found = found.filter(found.column("first_party"))
    for column, value in {} if terms.everything else {**PLAIN, "revision": meant.revision}.items():
        if asked.get(column) is None:
            plain = pc.equal(found.column(column), value)
            found = found.filter(plain) if pc.any(plain).as_py() else found
    return meant, found


def _with(found: pa.Table, column: str, value: str) -> pa.Table:
    """The rows with a value; ValueError names the values that there are."""
    kept = found.filter(pc.equal(pc.utf8_lower(found.column(column).cast(pa.string())), value.lower()))
    if not kept.num_rows:
        there = {str(v) for v in found.column(column).to_pylist()} - {""}
        words = column.removesuffix("_id").replace("_", " ")
        raise ValueError(f"no price with {words} {value!r} then; there are {some_of(there, value)}")
    return kept


def some_of(names: Collection[str], wanted: str) -> str:
    """The names in words; where they are many, those most like what was wanted, and how many there are."""
    if len(names) <= FEW:
        return ", ".join(sorted(names)) or "none"
    from difflib import get_close_matches

    near = get_close_matches(wanted.lower(), sorted(names), FEW, 0.5) or sorted(names)[:FEW]
    return f"{', '.join(near)} and others, {len(names)} in all"


def price(
    name: str,
    on: date | str | None = None,
    at: time | str | None = None,
    provider: str | None = None,
    everything: bool = False,
    home_at: str | None = None,
) -> pd.DataFrame:
    """The same as a frame, with its units in `frame.attrs["units"]`; `home_at` is a home's address, `on` and
    `at` may be ISO text. ValueError for an argument that is none of this.
    """
    moment = time.fromisoformat(at.removesuffix("Z")) if isinstance(at, str) else at
    terms = Terms(provider, everything=everything)
    _, found = priced(home(home_at), name, as_day(on, "on"), moment, terms)
    frame = found.to_pandas()
    frame.attrs["units"] = {k: v for k, v in units("price_intervals").items() if k in found.column_names}
    return frame


def cost(
    location: Location,
    name: str,
    tokens: dict[str, float],
    on: date | None = None,
    at: time | None = None,
    provider: str | None = None,
) -> list[dict[str, Any]]:
    """What a workload costs at each provider and time band, in US dollars, the cheapest first.

    tokens: numbers of tokens by component (input, cache_read, output). What is paid counts: a promotion
    before the list price. A provider without a price for a component that is asked for is left out; without a
    price for cached input, cached tokens cost what input costs.
    """
    found = priced(location, name, on, at, Terms(provider))[1].to_pylist()
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in found:
        if row["amount_usd"] is not None and row["context_from_tokens"] == 0:
            groups.setdefault((row["provider_id"], row["time_band"], row["currency"]), []).append(row)
    answers = []
    for (provider_id, band, currency), some in groups.items():
        paid = _paid(some)
        paid.setdefault("cache_read", paid.get("input", float("nan")))
        if all(c in paid for c, count in tokens.items() if count):
            total = sum(paid[c] * count / 1e6 for c, count in tokens.items() if count)
            answers.append(
                {
                    "provider_id": provider_id,
                    "time_band": band,
                    "currency": currency,
                    "cost_usd": total,
                    **paid,
                }
            )
    return sorted(answers, key=lambda a: a["cost_usd"])


def _paid(some: Sequence[dict[str, Any]]) -> dict[str, float]:
    ranked = [row for row in some if row["price_kind"] in PAID_FIRST]
    ranked.sort(key=lambda row: PAID_FIRST.index(row["price_kind"]))
    paid: dict[str, float] = {}
    for row in ranked:
        paid.setdefault(row["component"], row["amount_usd"])
    return paid


def changed(
    location: Location,
    since: date | None = None,
    lab: str | None = None,
    artefacts: bool = False,
    as_of: date | None = None,
) -> list[dict[str, Any]]:
    """The rows of price_changes from a day on (of one lab's models), the newest first; artefacts only where
    asked for.
    """
    found = rows(location, "price_changes", as_of)
    if not artefacts:
        found = found.filter(pc.not_equal(found.column("change_verdict"), "artefact"))
    if since is not None:
        first = pa.scalar(datetime.combine(since, time(), UTC), pa.timestamp("us", "UTC"))
        found = found.filter(pc.greater_equal(found.column("valid_from"), first))
    if lab is not None:
        labs = {
            str(m).partition("/")[0] for m in rows(location, "models", as_of, ["model_id"])[0].to_pylist()
        }
        if lab not in labs:
            raise ValueError(f"no lab is called {lab!r}; there are {some_of(labs, lab)}")
        found = found.filter(pc.starts_with(found.column("model_id"), f"{lab}/"))
    order = [("valid_from", "descending"), ("model_id", "ascending"), ("component", "ascending")]
    return found.sort_by(order).to_pylist() if found.num_rows else []
