"""Nights of the live path over a web that moves: asked, archived, read, checked and published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from extractors.capturing import fetched_by
from extractors.fetch import Fetcher, Manners
from extractors.source import discover
from flows.nightly import FETCHERS, PROCESSES, night_without_tables, warm_up
from flows.pools import Pool, processes, threads
from studies.replayed_web.server import Web
from warehouse.clock import clock_is
from warehouse.location import Location

HOUR = time(2, 30)


@dataclass(frozen=True)
class Night:
    """One night: requests, the most of one host, bytes of bodies sent, seconds, the sources whose captures
    were read, and those that failed.
    """

    day: date
    requests: int
    most_of_a_host: int
    sent: int
    seconds: float
    read: frozenset[str]
    failed: Mapping[str, str]


def moment(day: date) -> datetime:
    """When the night of a day begins."""
    return datetime.combine(day, HOUR, UTC)


@contextmanager
def sources_know(known: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Sources as a copy of the code of another day has them: with these addresses of their own."""
    readers: Any = discover()
    with ExitStack() as stack:
        for source_id, addresses in known.items():
            before = readers[source_id]
            stack.callback(readers.__setitem__, source_id, before)
            source = replace(before.source, addresses=tuple(addresses))
            readers[source_id] = replace(before, source=source)
        yield


def nights(
    web: Web, location: Location, days: Sequence[date], then: Callable[[Night, Pool], None]
) -> list[Night]:
    """Runs a night a day; `then` is called after each, within the night's clock."""
    done = []
    with threads(FETCHERS) as fetching, processes(PROCESSES, warm_up) as computing:
        for day in days:
            web.now = moment(day)
            with clock_is(_running(web.now)):
                night = _night(web, location, fetching, computing)
                then(night, computing)
            done.append(night)
    return done


def _running(since: datetime) -> Callable[[], datetime]:
    began = monotonic()
    return lambda: since + timedelta(seconds=monotonic() - began)


def _night(web: Web, location: Location, fetching: Pool, computing: Pool) -> Night:
    web.forget()
    began = monotonic()
    client = Fetcher(Manners(pause=0.0, attempts=1, transport=web.transport()))
    with fetched_by(client):
        _, outcomes = night_without_tables(location, fetching, computing)
    client.close()
    hosts: dict[str, int] = {}
    for address, count in web.asked.items():
        host = urlsplit(address).netloc or address
        hosts[host] = hosts.get(host, 0) + count
    return Night(
        web.now.date(),
        sum(hosts.values()),
        max(hosts.values()),
        web.sent,
        monotonic() - began,
        frozenset(row["source_id"] for row in outcomes.rows if row["step"] == "parse"),
        dict(outcomes.failed),
    )
