"""What an operator should hear of: a source that fails twice in a row or goes stale, and a headline number
that left its interval.

Each is told once, by the run in which it comes about: what this run knows is compared with what the run
before knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from warehouse.headlines import headlines, moved
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.source_facts import Sources
from warehouse.source_state import failed_twice, gone_stale, newest_outcomes

FAILING, STALE, MOVED = "gapledger.source.failing", "gapledger.source.stale", "gapledger.headline.moved"
EVENTS = (FAILING, STALE, MOVED)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to hear of: the event's name, what it is about (`source.openai`, `headline.lag.epoch_eci`),
    and a sentence.
    """

    event: str
    about: str
    message: str


def alerts(location: Location, as_of: date, failed: Iterable[str], today: date) -> list[Alert]:
    """The alerts of the run that published `as_of`; `failed` are the sources with an error in it. A backfill
    (`as_of` before `today`) raises only failure alerts.
    """
    found = [alert for source_id in sorted(failed) if (alert := _failing(location, source_id))]
    if as_of < today:
        return found
    marts = Marts(location)
    earlier = [day for day in marts.as_ofs() if day < as_of]
    return found + _compared(marts, earlier[-1], as_of) if earlier else found


def unread_alerts(newly: Iterable[str], unread: Mapping[str, int], sources: Sources) -> list[Alert]:
    """Alerts of required vendors whose page has more amounts that no rule reads than before.

    newly: the sources whose snapshot before had fewer; unread: amounts by source.
    """
    found = []
    for source_id in sorted(newly):
        if sources[source_id].required and sources[source_id].kind == "vendors":
            text = f"{source_id}: {unread[source_id]} amounts on its page that no rule reads"
            found.append(Alert(FAILING, f"source.{source_id}", f"{text}; see the table unread"))
    return found


def _failing(location: Location, source_id: str) -> Alert | None:
    error = failed_twice(newest_outcomes(location, source_id))
    if error is None:
        return None
    return Alert(FAILING, f"source.{source_id}", f"{source_id} failed twice in a row: {error}")


def _compared(marts: Marts, before: date, now: date) -> list[Alert]:
    found = []
    if marts.has("freshness", now) and marts.has("freshness", before):
        states = [
            marts.read("freshness", day, ["source_id", "state", "age_days"]).to_pylist()
            for day in (before, now)
        ]
        for row in gone_stale(*states):
            source_id = row["source_id"]
            text = f"{source_id} is stale: its last good snapshot is {row['age_days']} days old"
            found.append(Alert(STALE, f"source.{source_id}", text))
    old, new = headlines(marts, before), headlines(marts, now)
    for name in moved(old, new):
        was = old[name]
        interval = f"{was.value:.4g} ({was.low:.4g} to {was.high:.4g}) as of {before}"
        found.append(
            Alert(MOVED, f"headline.{name}", f"{name} moved from {interval} to {new[name].value:.4g}")
        )
    return found
