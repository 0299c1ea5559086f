"""Whole runs: the weekly backfill beside the sum of its parts, a nightly on a local server, prices at a date,
the start of a command.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from studies.bench.measured import Row, alone, at_most, command, seconds, skipped, typical
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
        return [skipped(what, "at most 1.3 times", "no recordings beside the checkout")]
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
    return [at_most(what, ours.cpu, floor.cpu, 1.3, note)]


def served_bodies() -> dict[str, tuple[bytes, str]]:
    """A body for every address of every source: the newest recorded one, else a golden one."""
    from extractors.source import discover
    from tests.extractors.golden import golden_files, load

    found: dict[str, tuple[bytes, str, datetime]] = {}
    golden = [load(file)[0] for file in golden_files()]
    newest = {c.source_id: c for c in sorted(golden, key=lambda c: c.captured_at)}
    exact = {c.address: c for c in golden}
    for path in sorted(recordings.ROOT.glob("*/*.warc.gz")) if recordings.ROOT.is_dir() else []:
        for c in recordings.captures(path.parent.name, path.name.removesuffix(".warc.gz")):
            if c.address not in found or found[c.address][2] < c.captured_at:
                found[c.address] = (c.body, c.content_type, c.captured_at)
    bodies = {}
    for source_id, reader in discover().items():
        for address in reader.source.addresses:
            c = exact.get(address) or newest.get(source_id)
            if address in found:
                bodies[address] = found[address][:2]
            elif c is not None:
                bodies[address] = (c.body, c.content_type)
    return bodies


def serve(pipe: Any) -> None:
    """A server on loopback that answers for every host, until its process is ended; robots.txt is absent
    everywhere. Sends its port.
    """
    bodies = served_bodies()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = bodies.get(self.headers["X-Address"], (b"", ""))
            self.send_response(200 if kind or body else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    pipe.send(server.server_address[1])
    server.serve_forever()


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """The port of `serve` in a process of its own: its bodies and its time are not the nightly's."""
    from multiprocessing import get_context

    context = get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=serve, args=(its,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


class ToLoopback(httpx.BaseTransport):
    """Sends every request to `serve`, which learns from a header whom it was meant for."""

    def __init__(self, port: int) -> None:
        self.port, self.plain = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["X-Address"] = str(request.url)
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return self.plain.handle_request(request)


@contextlib.contextmanager
def captured_from_loopback() -> Iterator[None]:
    """Captures of this process reach `serve` instead of the vendors; pauses and everything else are as
    ever.
    """
    from extractors.fetch import Fetcher, Manners
    from flows import ingest

    before = ingest.fetcher
    with serving() as port:
        client = Fetcher(Manners(transport=ToLoopback(port)))
        ingest.fetcher = lambda: client  # type: ignore[assignment]
        try:
            yield
        finally:
            ingest.fetcher = before


def night(folder: str) -> Iterator[Any]:
    """One nightly of all sources as `gapledger run` has it; gives the slowest source's seconds, its requests
    and pauses included.
    """
    from flows.ingest import run_source
    from flows.nightly import nightly
    from warehouse.location import Location

    took: dict[str, float] = {}

    def one(job: Any) -> Any:
        began = time.perf_counter()
        read = run_source(job)
        took[job.source_id] = time.perf_counter() - began
        return read

    def timed(pool: Any) -> Any:
        return lambda work, jobs: pool(one if work is run_source else work, jobs)

    with captured_from_loopback():
        yield
        done = nightly(Location(folder), watched=timed)
        slowest = max(took, key=lambda s: took[s])
        yield {
            "slowest": took[slowest],
            "who": slowest,
            "sources": len(took),
            "failed": sorted(done.failed),
            "parts": dict(done.seconds),
            "rows": sum(done.published.rows.values()),
        }


def one_night(times: int) -> list[Row]:
    runs = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(alone("whole:night", folder))
    cost = sorted(runs, key=lambda c: c.wall - c.gave["slowest"])[len(runs) // 2]
    more = cost.wall - cost.gave["slowest"]
    g = cost.gave
    note = (
        f"{g['sources']} sources, slowest {g['who']}, {g['rows']:,} rows, {len(g['failed'])} with nothing to"
        " serve or no key"
    )
    note += (
        f"; wall seconds; {len(runs)} runs; {seconds(cost.cpu)} of processor; parts (wall, s):"
        f" {json.dumps(g['parts'])}"
    )
    return [
        Row(
            "one nightly against a local server, all sources",
            seconds(cost.wall),
            f"{seconds(g['slowest'])} (slowest source)",
            f"+{more:.1f} s",
            "at most +20 s",
            more <= 20,
            note,
        ),
        Row(
            "the same, peak memory",
            f"{cost.peak:.0f} MB",
            "-",
            "-",
            "at most 1,000 MB",
            cost.peak <= 1000,
            "",
        ),
    ]


def questions() -> list[str]:
    """Ten common questions about a price at a date."""
    moment = "TIMESTAMPTZ '{0} 00:00:00+00'"
    at = f"valid_from < {moment} AND coalesce(valid_to, TIMESTAMPTZ '9999-01-01 00:00:00+00') >= {moment}"
    models = (
        "deepseek/deepseek-v4-pro",
        "openai/gpt-5.5",
        "anthropic/claude-opus-4.7",
        "google/gemini-3-pro",
        "deepseek/deepseek-chat",
    )
    one = (
        "SELECT component, amount, currency, per, time_band, price_kind FROM price_intervals WHERE model_id ="
        " '{1}' AND first_party AND " + at
    )
    cheapest = (
        "SELECT model_id, provider_id, min(amount_usd) AS usd FROM price_intervals "
        "WHERE component = '{1}' AND service_tier = 'standard' AND "
        + at
        + " GROUP BY ALL ORDER BY usd, model_id, provider_id LIMIT 20"
    )
    asked = [
        one.format(day, model)
        for model, day in zip(
            models, ("2026-05-15", "2026-06-01", "2026-04-20", "2026-01-10", "2025-09-01"), strict=True
        )
    ]
    asked += [
        cheapest.format(day, part)
        for day, part in (("2026-06-01", "input"), ("2026-06-01", "output"), ("2025-12-01", "output"))
    ]
    asked.append(
        "SELECT valid_from, valid_to, amount FROM price_intervals "
        "WHERE model_id = 'deepseek/deepseek-chat' AND component = 'output' ORDER BY ALL"
    )
    asked.append(
        "SELECT provider_id, count(DISTINCT model_id) FROM price_intervals WHERE "
        + at.format("2026-03-01")
        + " GROUP BY ALL ORDER BY ALL"
    )
    return asked


def asked_of_us(folder: str) -> Iterator[Any]:
    """Ours: the ten questions through `gapledger query`'s door, views and all, over a home."""
    import duckdb  # noqa: F401

    from warehouse.location import Location
    from warehouse.query import query

    location = Location(folder)
    query(location, "SELECT 1")
    yield
    yield sum(query(location, sql).num_rows for sql in questions())


def asked_of_a_file(folder: str) -> Iterator[Any]:
    """The floor: DuckDB, a connection a question as above, on one sorted file."""
    import duckdb

    path = f"{folder}/sorted.parquet"
    whole = f"{folder}/marts/price_intervals.parquet"
    duckdb.sql(
        f"COPY (SELECT * FROM read_parquet('{whole}') ORDER BY model_id, component, valid_from) TO '{path}'"
        " (COMPRESSION zstd)"
    )
    yield
    count = 0
    for sql in questions():
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        count += (
            connection.sql(sql.replace("FROM price_intervals", f"FROM read_parquet('{path}')"))
            .to_arrow_table()
            .num_rows
        )
    yield count


def price_at_a_date(times: int, folder: str) -> list[Row]:
    what, goal = "price at a date, ten common queries", 2
    if not Path(folder, "marts", "price_intervals.parquet").exists():
        return [skipped(what, "at most 2 times", "no derived tables (the backfill's row makes them)")]
    ours, floor = typical(times, "whole:asked_of_us", folder), typical(times, "whole:asked_of_a_file", folder)
    assert ours.gave == floor.gave, "both give the same rows"
    return [
        at_most(
            what,
            ours.cpu,
            floor.cpu,
            goal,
            f"{ours.gave} rows; wall {seconds(ours.wall)} and {seconds(floor.wall)}",
        )
    ]


def starting(times: int, folder: str) -> list[Row]:
    ours = command(times, sys.executable, "-m", "flows.cli", "status", "--home", folder)
    floor = command(times, sys.executable, "-c", "import pyarrow, pandas")
    return [
        at_most(
            "command line, gapledger status",
            ours.cpu,
            floor.cpu,
            1.5,
            f"wall {seconds(ours.wall)} and {seconds(floor.wall)}",
        )
    ]
