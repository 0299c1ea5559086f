"""What a run did, and how long each part of it took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from warehouse.clock import utc_now, utc_today

if TYPE_CHECKING:
    from flows.pools import Progress
    from warehouse.alerts import Alert
    from warehouse.location import Location
    from warehouse.publishing import Published


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: rows by source, what was refused and why, rows by derived table, the headline figures,
    and seconds by part.
    """

    run_id: str
    as_of: date
    published: Published
    failed: Mapping[str, str]
    marts: Mapping[str, int]
    headline: Sequence[str] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Clock:
    """Seconds by part of a run; a part that comes several times is summed."""

    laps: dict[str, float] = field(default_factory=dict)
    _last: datetime = field(default_factory=utc_now)

    def lap(self, name: str) -> None:
        """Ends the part `name`."""
        now = utc_now()
        self.laps[name] = round(self.laps.get(name, 0.0) + (now - self._last).total_seconds(), 3)
        self._last = now


def quiet(_what: str, _done: int, _of: int) -> None:
    """Discards progress."""


def checked(progress: Progress) -> Callable[[str], None]:
    """Tells of each table once it is checked."""
    return lambda table: progress(f"checked {table}", 0, 0)


def run_alerts(location: Location, summary: Summary) -> list[Alert]:
    """What an operator should hear of a run. A source that lacks its key has not failed."""
    from extractors.source import discover
    from warehouse.alerts import alerts, unread_alerts

    sources = {source_id: reader.source for source_id, reader in discover().items()}
    failed = [source_id for source_id in summary.failed if not sources[source_id].lacks_key]
    found = alerts(location, summary.as_of, failed, utc_today())
    return found + unread_alerts(summary.published.newly, summary.published.unread, sources)
