"""The Wayback Machine as a source of past captures: which there are (its CDX index), and their bytes as they
were served.

A memento is asked for in its raw form (`id_`: no banner, no rewritten links) and archived under the original
address with the memento's own time, so that parsers and as-of dates cannot tell it from a capture of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import orjson

from extractors.capturing import Captured, archive, fetcher
from extractors.errors import FetchError
from extractors.fetch import Fetcher
from extractors.source import Source
from warehouse.archive.index import CaptureIndex
from warehouse.archive.warc import Response
from warehouse.archive.wholeness import unfit
from warehouse.clock import utc_now
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

SERVICE = "https://web.archive.org"
NEAR = timedelta(days=3)


def mementos(
    fetcher: Fetcher, source: Source, address: str, dates: Sequence[date], service: str = SERVICE
) -> list[datetime]:
    """The times of the mementos of an address nearest at or before each date, none older than NEAR before it;
    FetchError where the index does not answer.
    """
    query = {
        "url": address,
        "output": "json",
        "fl": "timestamp,statuscode,digest",
        "filter": "statuscode:200",
        "collapse": "timestamp:8",
        "from": f"{min(dates) - NEAR:%Y%m%d}",
        "to": f"{max(dates):%Y%m%d}",
    }
    index = fetcher.get(source, f"{service}/cdx/search/cdx?{urlencode(query)}")
    try:
        rows = orjson.loads(index.body or b"[]")
        times = sorted(datetime.strptime(row[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC) for row in rows[1:])
    except (ValueError, IndexError, TypeError) as odd:
        raise FetchError(
            source.id,
            index.address,
            expected="a list of mementos",
            found=str(odd),
            next_step="ask again later",
            retryable=True,
        ) from odd
    wanted: dict[datetime, None] = {}
    for day in dates:
        before = [t for t in times if t.date() <= day and day - t.date() <= NEAR]
        if before:
            wanted[before[-1]] = None
    return list(wanted)


def past_captures(
    fetcher: Fetcher,
    source: Source,
    dates: Sequence[date],
    have: Mapping[str, Sequence[date]],
    service: str = SERVICE,
) -> list[Response]:
    """The mementos of a source's addresses nearest to each date; dates that `have` (by address) covers
    already are not asked for.
    """
    found: list[Response] = []
    for address in source.addresses:
        missing = [d for d in dates if not any(d - NEAR <= seen <= d for seen in have.get(address, ()))]
        if not missing:
            continue
        for when in mementos(fetcher, source, address, missing, service):
            got = fetcher.get(source, f"{service}/web/{when:%Y%m%d%H%M%S}id_/{address}")
            served = served_at(got, when)
            if served is not None and not unfit(got.status, served) and is_of(got, address):
                found.append(replace(got, address=address, captured_at=served, origin="wayback"))
    return list({(r.address, r.captured_at): r for r in found}.values())


def served_at(got: Response, asked: datetime) -> datetime | None:
    """When the memento that answered was captured: by its Memento-Datetime, else by its final address; the
    time asked for where neither says another. None where the two contradict each other.
    """
    header = next((v for k, v in got.headers if k.lower() == "memento-datetime"), "")
    found = re.search(r"/web/(\d{14})id_/", got.final_address)
    by_address = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    try:
        by_header = parsedate_to_datetime(header).astimezone(UTC) if header else None
    except ValueError:
        by_header = None
    if by_header and by_address and by_header != by_address:
        return None
    return by_header or by_address or asked


def is_of(got: Response, address: str) -> bool:
    """Whether the memento that answered is of the address asked for, and not of where it once redirected."""
    found = re.search(r"/web/\d{14}id_/(.+)$", got.final_address)
    return found is None or _bare(found[1]) == _bare(address)


def _bare(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|:(?:80|443)(?=/)|/$", "", address)


def capture_past(
    snapshots: Snapshots,
    sources: Sequence[Source],
    dates: Sequence[date],
    outcomes: Outcomes,
    progress: Callable[[str, int, int], None],
    service: str = SERVICE,
) -> None:
    """Archives the Wayback Machine's mementos of each source nearest to each date, one source after the
    other: the service asks for patience.
    """
    for number, source in enumerate(sources, 1):
        progress(f"asking for {source.id}", number, len(sources))
        index = CaptureIndex(snapshots, [source.id])
        have: dict[str, list[date]] = {}
        for row in index.rows:
            have.setdefault(row["address"], []).append(row["observed_on"])
        started = utc_now()
        try:
            responses, error = past_captures(fetcher(), source, dates, have, service), None
        except FetchError as failed:
            responses, error = [], str(failed)
        seconds = (utc_now() - started).total_seconds()
        captured = Captured(source.id, tuple(responses), error, False, seconds, started)
        archive(snapshots, index, captured, outcomes, dates[-1])
