"""The weekly backfill beside the sum of its parts, and the start of a command."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from typing import Any

from studies.bench.measured import Row, alone, at_most, seconds, skipped
from tests import recordings

WEEKS = ("2025-06-08", "2026-09-30", "week")
QUICK = ("2026-03-01", "2026-06-01", "month")
FEW = (
    "vendors/openai_pricing",
    "vendors/deepseek_pricing-en",
    "vendors/deepseek_news-en",
    "boards/epoch_eci",
    "boards/metr_time_horizon",
    "prices/fx",
)


def filled(folder: str, quick: bool) -> None:
    """Imports the recordings (a few of them where quick) into a home."""
    from extractors.capturing import import_files
    from warehouse.location import Location
    from warehouse.snapshots import Snapshots

    files = (
        [recordings.ROOT / f"{n}.warc.gz" for n in FEW]
        if quick
        else sorted(recordings.ROOT.glob("*/*.warc.gz"))
    )
    import_files(Snapshots(Location(folder)), files)


def backfilled(folder: str, start: str, end: str, every: Any) -> Iterator[Any]:
    """Ours: the backfill as the command runs it, over processes."""
    from flows.backfill import backfill, pool_of
    from warehouse.location import Location

    yield
    done = backfill(
        Location(folder),
        date.fromisoformat(start),
        date.fromisoformat(end),
        every,
        open_pool=pool_of(2, None),
    )
    yield {"rows": sum(done.published.rows.values()), "parts": dict(done.seconds)}


def in_parts(folder: str, start: str, end: str, every: Any) -> Iterator[Any]:
    """The floor: the same parts called one after the other in one process, with nothing around them."""
    from extractors.source import discover
    from flows.backfill import dates_between
    from flows.derive import ShareJob, build_share
    from flows.ingest import SourceJob, publish, read_source
    from flows.pools import serial
    from reports.page import render
    from warehouse.location import Location
    from warehouse.mart_tables import mart_tables
    from warehouse.marts import Marts
    from warehouse.outcomes import Outcomes
    from warehouse.snapshots import Snapshots

    yield
    import pyarrow as pa
    import pyarrow.parquet as pq

    location, first, last = Location(folder), date.fromisoformat(start), date.fromisoformat(end)
    reads = [
        read_source(SourceJob(location, source_id, None, last, "bench")) for source_id in sorted(discover())
    ]
    publish(Snapshots(location), reads, Outcomes("bench"), serial)
    built = build_share(ShareJob(location, tuple(dates_between(first, last, every)), last, None))
    newest = max(built)
    page = render(
        {name: pq.read_table(pa.BufferReader(body)) for name, body in built[newest].items()}, newest
    )
    Marts(location).publish(built, page, mart_tables())
    yield len(built)


def weekly_backfill(folder: str, quick: bool) -> list[Row]:
    """Leaves the home in `folder`, with its derived tables, for the rows that need one."""
    what = (
        f"{'monthly' if quick else 'weekly'} backfill of {'some sources' if quick else 'everything'}, marts"
        " included"
    )
    if not recordings.ROOT.is_dir():
        return [skipped(what, "at most 1.2 times", "no recordings beside the checkout")]
    dates = QUICK if quick else WEEKS
    with tempfile.TemporaryDirectory() as other:
        filled(other, quick)
        floor = alone("whole:in_parts", other, *dates)
    filled(folder, quick)
    ours = alone("whole:backfilled", folder, *dates)
    note = (
        f"one run each; {floor.gave} dates, {ours.gave['rows']:,} rows; wall {seconds(ours.wall)} and"
        f" {seconds(floor.wall)}; "
    )
    note += f"peak {ours.peak:.0f} MB a process; parts (wall, s): {json.dumps(ours.gave['parts'])}"
    goal = "at most 5 min"
    whole = Row("the same, wall", seconds(ours.wall), "-", "-", goal, ours.wall <= 300)
    return [at_most(what, ours.cpu, floor.cpu, 1.2, note), whole]
