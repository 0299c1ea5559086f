"""The history of one feed: ours, and the peers dlt and git-history, over the same ten captures."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from studies.bench.measured import TOP, Row, at_least, seconds, skipped, typical
from tests import recordings

PEERS = TOP / ".venv-bench"
END = date(2100, 1, 1)


def ten_captures(folder: Path) -> Path:
    """A WARC file with the last ten captures of models.dev, one a day, and beside it the rows of each as flat
    JSON for the peers.
    """
    from extractors.source import discover
    from tests.extractors.golden import as_json
    from warehouse.archive.warc import RawArchive, Response
    from warehouse.location import Location

    by_day = {
        c.observed_on: c for c in recordings.captures("prices", "models_dev") if c.source_id == "models_dev"
    }
    captures = [by_day[d] for d in sorted(by_day)[-10:]]
    for number, capture in enumerate(captures):
        rows = [as_json(row) for row in discover()["models_dev"].parse(capture)]
        (folder / f"{number}.json").write_bytes(orjson.dumps(rows))
    source = RawArchive(Location(str(folder / "archive")))
    for c in captures:
        source.write(
            [
                Response(
                    c.source_id,
                    c.address,
                    c.captured_at,
                    200,
                    (("Content-Type", c.content_type),),
                    c.body,
                    c.body,
                    "bench",
                )
            ],
            {},
        )
    return folder


def history(folder: str) -> Iterator[Any]:
    """Ours: the ten captures read, checked and published."""
    import great_expectations  # noqa: F401
    import pandas  # noqa: F401

    from extractors.capturing import import_files
    from flows.ingest import SourceJob, publish, read_source
    from flows.pools import serial
    from warehouse.location import Location
    from warehouse.outcomes import Outcomes
    from warehouse.snapshots import Snapshots

    with tempfile.TemporaryDirectory() as home:
        location = Location(home)
        import_files(Snapshots(location), sorted(Path(folder, "archive").rglob("*.warc.gz")))
        yield
        read = read_source(SourceJob(location, "models_dev", None, END, "bench"))
        yield sum(publish(Snapshots(location), [read], Outcomes("bench"), serial).rows.values())


def plain_rows(folder: str) -> Iterator[Any]:
    """The floor: the same rows, already flat, to ten Parquet files."""
    import pyarrow.json as _  # noqa: F401

    yield
    count = 0
    for number in range(10):
        rows = orjson.loads(Path(folder, f"{number}.json").read_bytes())
        pq.write_table(pa.Table.from_pylist(rows), io.BytesIO(), compression="zstd")
        count += len(rows)
    yield count


DLT = """
import json, sys
import dlt
def rows():
    for number in range(10):
        yield from json.load(open(f"{number}.json"))
there = dlt.destinations.filesystem("file://" + sys.argv[1])
p = dlt.pipeline("bench", pipelines_dir="dlt", destination=there, dataset_name="prices")
p.run(dlt.resource(rows, name="list_prices"), loader_file_format="parquet")
"""


def dlt(folder: str) -> Iterator[Any]:
    """A peer: dlt from the flat rows to Parquet files (its start is counted, some two seconds)."""
    Path(folder, "load.py").write_text(DLT)
    shutil.rmtree(Path(folder, "dlt"), ignore_errors=True)
    yield
    subprocess.run(
        [PEERS / "bin" / "python", "load.py", f"{folder}/dlt/out"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    yield None


def git_history(folder: str) -> Iterator[Any]:
    """A peer: git-history over a repository of ten commits of the flat rows."""
    repository = Path(folder, "repository")
    shutil.rmtree(repository, ignore_errors=True)
    repository.mkdir()
    who = {
        "GIT_AUTHOR_NAME": "b",
        "GIT_AUTHOR_EMAIL": "b@b",
        "GIT_COMMITTER_NAME": "b",
        "GIT_COMMITTER_EMAIL": "b@b",
    }
    git = lambda *words: subprocess.run(  # noqa: E731
        ["git", *words], cwd=repository, check=True, capture_output=True, env={**os.environ, **who}
    )
    git("init", "-q")
    key = (
        "provider_id",
        "listed_model",
        "component",
        "context_from_tokens",
        "modality",
        "region",
        "service_tier",
        "thinking",
        "price_kind",
    )
    for number in range(10):
        rows = orjson.loads(Path(folder, f"{number}.json").read_bytes())
        named = {tuple(str(r.get(k, "")) for k in key): r for r in rows}
        (repository / "rows.json").write_text(
            json.dumps([{**r, "key": "/".join(k)} for k, r in named.items()])
        )
        git("add", "rows.json")
        git("commit", "-qm", str(number))
    database = Path(folder, "history.db")
    database.unlink(missing_ok=True)
    yield
    words = [
        PEERS / "bin" / "git-history",
        "file",
        str(database),
        "rows.json",
        "--repo",
        ".",
        "--id",
        "key",
        "--branch",
        "HEAD",
        "--silent",
    ]
    subprocess.run(words, cwd=repository, check=True, capture_output=True)
    yield None


def peers() -> str:
    """Installs dlt and git-history into an environment of their own, once; gives why not, where that
    fails.
    """
    if (PEERS / "bin" / "git-history").exists():
        return ""
    uv = TOP / ".venv" / "bin" / "uv"
    try:
        subprocess.run([uv, "venv", "-q", PEERS], check=True, capture_output=True, text=True)
        words = [
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            PEERS / "bin" / "python",
            "dlt[parquet]>=1.5",
            "git-history>=0.7",
        ]
        subprocess.run(words, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as failed:
        return f"dlt and git-history could not be installed ({getattr(failed, 'stderr', failed)[-200:]})"
    return ""


def history_load(times: int) -> list[Row]:
    what = "history load of models.dev, 10 captures"
    if not recordings.ROOT.is_dir():
        return [skipped(what, "3 and 50 times faster", "no recordings beside the checkout")]
    with tempfile.TemporaryDirectory() as name:
        folder = str(ten_captures(Path(name)))
        ours, floor = typical(times, "history:history", folder), typical(times, "history:plain_rows", folder)
        plain = (
            f"{floor.gave:,} flat rows to Parquet with no key, type or check: {seconds(floor.cpu)}, 1 :"
            f" {ours.cpu / floor.cpu:.1f}"
        )
        lacking = peers()
        if lacking:
            return [skipped(what, "at least 3 and 50 times faster", lacking)]
        rows = []
        for peer, goal in (("dlt", 3), ("git_history", 50)):
            cost = typical(times if peer == "dlt" else 1, f"history:{peer}", folder)
            rows.append(
                at_least(
                    f"{what}, vs {peer}",
                    ours.cpu,
                    cost.cpu,
                    goal,
                    f"floor: {plain}; peer 1 : {cost.cpu / floor.cpu:.0f}",
                )
            )
        return rows
