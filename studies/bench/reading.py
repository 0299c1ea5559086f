"""Reading and publishing: the price recordings, an import, ten and a hundred times the rows."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from studies.bench.measured import Row, at_most, seconds, skipped, stopped_by, typical
from tests import recordings

FEEDS = (
    "genai_prices",
    "litellm",
    "llm_prices",
    "model_prices",
    "models_dev",
    "openrouter",
    "openrouter_endpoints",
)
END = date(2100, 1, 1)


def published(feeds: list[str]) -> Iterator[Any]:
    """Ours: the feeds' archived captures read, checked and published, one source after the other in one
    process.
    """
    import great_expectations  # noqa: F401

    import warehouse.checks.validation  # noqa: F401
    from extractors.capturing import import_files
    from extractors.source import discover
    from flows.ingest import SourceJob, publish, read_source
    from flows.pools import serial
    from warehouse.location import Location
    from warehouse.outcomes import Outcomes
    from warehouse.snapshots import Snapshots

    with tempfile.TemporaryDirectory() as folder:
        location = Location(folder)
        import_files(Snapshots(location), [recordings.ROOT / "prices" / f"{name}.warc.gz" for name in feeds])
        ids = sorted({s.split("/")[2] for s in location.names("snapshots", ".parquet")} & discover().keys())
        yield
        reads = [read_source(SourceJob(location, source_id, None, END, "bench")) for source_id in ids]
        done = publish(Snapshots(location), reads, Outcomes("bench"), serial)
        yield {"rows": sum(done.rows.values()), "days": sum(done.days.values()), "refused": len(done.refused)}


def decoded(feeds: list[str]) -> Iterator[Any]:
    """The floor: gunzip and orjson over the same bodies."""
    yield
    bodies = 0
    for name in feeds:
        for member in gzip.decompress((recordings.ROOT / "prices" / f"{name}.warc.gz").read_bytes()).split(
            b"WARC/1.1\r\n"
        )[1:]:
            body = member.partition(b"\r\n\r\n")[2].rstrip(b"\r\n")
            if body[:1] in (b"{", b"["):
                orjson.loads(body)
                bodies += 1
    yield bodies


def price_recordings(times: int) -> list[Row]:
    what, goal = "decode and row-build of the price recordings, with checks and Parquet", 5
    if not recordings.ROOT.is_dir():
        return [skipped(what, f"at most {goal} times", "no recordings beside the checkout")]
    ours, floor = typical(times, "reading:published", FEEDS), typical(times, "reading:decoded", FEEDS)
    note = (
        f"{ours.gave['rows']:,} rows of {ours.gave['days']} days, {floor.gave} bodies; peak"
        f" {ours.peak:.0f} MB"
    )
    return [at_most(what, ours.cpu, floor.cpu, goal, note)]


def made_warc(folder: str, records: int = 1000, days: int = 1000) -> Path:
    """A WARC file of that many records with bodies of some 30 kB that hardly compress, over so many days."""
    from warcio.warcwriter import WARCWriter

    rng, path = np.random.default_rng(11), Path(folder) / "made.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number in range(records):
            when = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number % days, minutes=number // days)
            body = json.dumps({"n": number, "made": rng.integers(0, 10**6, 4000).tolist()}).encode()
            writer.write_record(
                writer.create_warc_record(
                    "https://models.dev/api.json",
                    "resource",
                    io.BytesIO(body),
                    warc_content_type="application/json",
                    warc_headers_dict={"WARC-Date": when.strftime("%Y-%m-%dT%H:%M:%SZ")},
                )
            )
    return path


def imported(path: str) -> Iterator[Any]:
    """Ours: digests, sorting by source and day, the archive's own files, the index."""
    import pandas  # noqa: F401
    import pyarrow.compute  # noqa: F401
    import warcio.archiveiterator
    import warcio.warcwriter  # noqa: F401

    from extractors.capturing import import_files
    from extractors.source import discover
    from warehouse.location import Location
    from warehouse.snapshots import Snapshots

    discover()
    with tempfile.TemporaryDirectory() as home:
        yield
        yield sum(len(r.taken) for r in import_files(Snapshots(Location(home)), [Path(path)]))


def read_by_warcio(path: str) -> Iterator[Any]:
    """The floor: warcio reads every record and checks its digests."""
    from warcio.archiveiterator import ArchiveIterator

    yield
    with Path(path).open("rb") as stream:
        yield sum(
            1 for record in ArchiveIterator(stream, check_digests=True) if record.content_stream().read()
        )


def warc_import(times: int) -> list[Row]:
    rows = []
    for days, goal in ((20, 2), (1000, 4)):
        with tempfile.TemporaryDirectory() as folder:
            path = str(made_warc(folder, days=days))
            ours = typical(times, "reading:imported", path)
            floor = typical(times, "reading:read_by_warcio", path)
            filed = typical(times, "floors:read_and_filed", path)
        note = f"wall {seconds(ours.wall)} and {seconds(floor.wall)}; floor: warcio, digests checked"
        what = f"import of a WARC of {ours.gave:,} records over {days:,} days"
        rows.append(at_most(what, ours.cpu, floor.cpu, goal, note))
        made = f"warcio reads, and {filed.gave:,} folders and files are made, nothing else"
        rows.append(stopped_by(made, filed.cpu, floor.cpu, f"wall {seconds(filed.wall)}"))
    return rows


def made_history(captures: int, models: int = 500) -> Iterator[Any]:
    """Ours over made rows: captures of 1,000 price rows each, one a day; each day 1 % of the prices
    change.
    """
    import great_expectations  # noqa: F401

    from warehouse.capture import Capture
    from warehouse.checks.validation import validate
    from warehouse.expects import Expects
    from warehouse.location import Location
    from warehouse.snapshots import Snapshots
    from warehouse.source_rows import RowSet
    from warehouse.tables import LIST_PRICES, ListPrice

    with tempfile.TemporaryDirectory() as home:
        yield
        rng, prices = np.random.default_rng(3), np.full((models, 2), 100)
        rows, snapshots = RowSet("models_dev", LIST_PRICES), Snapshots(Location(home))
        for number in range(captures):
            prices[rng.integers(0, models, models // 100), 0] += 1
            when = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number)
            capture = Capture("models_dev", "https://made.example/", when, b"", sha256=f"{number:064x}")
            said = [
                ListPrice(
                    provider_id="made",
                    listed_model=f"model-{m}",
                    component=part,
                    amount=Decimal(int(prices[m, p])) / 100,
                    currency="USD",
                    per="1e6 tokens",
                )
                for m in range(models)
                for p, part in enumerate(("input", "output"))
            ]
            rows.add(capture, said)
        reading = rows.reading()
        verdicts = validate(LIST_PRICES, [reading], {"models_dev": Expects()})
        yield sum(
            snapshots.publish(reading, verdicts["models_dev", day], "mit", "bench")
            for day in reading.days
            if verdicts["models_dev", day].good
        )


def growing(times: int) -> list[Row]:
    one, ten, hundred = (typical(times, "reading:made_history", n) for n in (10, 100, 1000))
    each = [c.cpu / c.gave for c in (one, ten, hundred)]
    linear, flat = each[2] / each[1], hundred.peak / one.peak
    told = ", ".join(f"{c.gave:,} rows {seconds(c.cpu)} {c.peak:.0f} MB" for c in (one, ten, hundred))
    return [
        Row(
            "ten and a hundred times the rows: time a row",
            seconds(hundred.cpu),
            f"{seconds(ten.cpu)} x 10",
            f"{linear:.2f}",
            "linear within 20 %",
            linear <= 1.2,
            told,
        ),
        Row(
            "ten and a hundred times the rows: peak memory",
            f"{hundred.peak:.0f} MB",
            f"{one.peak:.0f} MB",
            f"{flat:.2f}",
            "flat within 2 times",
            flat <= 2,
            told,
        ),
    ]
