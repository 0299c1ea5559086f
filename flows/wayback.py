"""The backfill's mode `wayback`: what the Wayback Machine has of the dates goes into the raw archive before
it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from extractors.errors import FetchError
from extractors.source import Source
from extractors.wayback import SERVICE, past_captures
from flows.capturing import Captured, archive, fetcher
from warehouse.archive.index import CaptureIndex
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots


def capture_past(
    snapshots: Snapshots,
    sources: Sequence[Source],
    dates: Sequence[date],
    outcomes: Outcomes,
    progress: Callable[[str, int, int], None],
    service: str = SERVICE,
) -> None:
    """Archives the mementos of each source nearest to each date, one source after the other: the service asks
    for patience.
    """
    for number, source in enumerate(sources, 1):
        progress(f"asking for {source.id}", number, len(sources))
        index = CaptureIndex(snapshots, [source.id])
        have: dict[str, list[date]] = {}
        for row in index.rows:
            have.setdefault(row["address"], []).append(row["observed_on"])
        started = datetime.now(UTC)
        try:
            responses, error = past_captures(fetcher(), source, dates, have, service), None
        except FetchError as failed:
            responses, error = [], str(failed)
        seconds = (datetime.now(UTC) - started).total_seconds()
        archive(
            snapshots,
            index,
            Captured(source.id, tuple(responses), error, False, seconds, started),
            outcomes,
            dates[-1],
        )
