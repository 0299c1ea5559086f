"""One nightly of all sources against a server on loopback that answers for every host."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from studies.bench.measured import Cost, Row, alone, at_most, seconds, skipped
from tests import recordings


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


def one_night(times: int, home: str = "", longer: str = "") -> list[Row]:
    """A nightly into a new home, into a copy of `home` and into one of `longer`, a home of ten times that
    history; without those only the first.
    """
    new = _median(times, "")
    rows = _rows("one nightly against a local server, all sources, into a new home", new, 15, 1000)
    if not home:
        return [*rows, skipped("the same into a home of all recordings", "at most +25 s", "--home")]
    grown = _median(times, home)
    rows += _rows("the same into a home of all recordings", grown, 25, 1200)
    what = "the same into a home of ten times that history"
    if not longer:
        return [*rows, skipped(what, "at most 1.3 times", "--long")]
    long = _median(times, longer)
    laps = json.dumps(long.gave["parts"])
    note = f"wall {seconds(long.wall)} and {seconds(grown.wall)}; parts (wall, s): {laps}"
    return [
        *rows,
        at_most(f"{what}, processor seconds", long.cpu, grown.cpu, 1.3, note),
        at_most(f"{what}, peak memory", long.peak, grown.peak, 1.3, show=lambda mb: f"{mb:,.0f} MB"),
    ]


def _median(times: int, home: str) -> Cost:
    """The middle run by what it took beyond its slowest source; each into a home of its own."""
    runs = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            place = str(shutil.copytree(home, f"{folder}/home", symlinks=True)) if home else folder
            runs.append(alone("night:night", place))
    return sorted(runs, key=lambda c: c.wall - c.gave["slowest"])[len(runs) // 2]


def _rows(what: str, cost: Cost, most: float, memory: float) -> list[Row]:
    """The time beyond the slowest source, and the peak of the largest process."""
    g, more = cost.gave, cost.wall - cost.gave["slowest"]
    note = (
        f"{g['sources']} sources, slowest {g['who']}, {g['rows']:,} rows, {len(g['failed'])} with nothing to"
        f" serve or no key; wall; {seconds(cost.cpu)} of processor; parts (wall, s): {json.dumps(g['parts'])}"
    )
    slowest = f"{seconds(g['slowest'])} (slowest source)"
    peak = f"{cost.peak:,.0f} MB"
    return [
        Row(what, seconds(cost.wall), slowest, f"+{more:.1f} s", f"at most +{most:g} s", more <= most, note),
        Row("the same, peak memory", peak, "-", "-", f"at most {memory:,.0f} MB", cost.peak <= memory),
    ]
