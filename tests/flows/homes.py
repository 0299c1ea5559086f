"""Homes for the tests of whole runs: filled from the golden captures (always there) or from the recordings
(where they are).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import timedelta

import pyarrow.parquet as pq

from extractors.capturing import import_files
from tests import recordings
from tests.extractors.golden import golden_files, load
from warehouse.archive.index import index_rows
from warehouse.archive.warc import Response
from warehouse.bookkeeping import CAPTURES
from warehouse.location import Location
from warehouse.snapshots import Snapshots

# Quick to read, and enough of everything: prices of vendors and a feed, releases, scores, exchange rates.
GOLDEN = ("deepseek_en", "deepseek_news", "metr_releases", "metr_time_horizon", "ecb", "aider_polyglot")
RECORDED = (
    "vendors/openai_pricing", "vendors/deepseek_pricing-en", "vendors/deepseek_news-en", "boards/epoch_eci",
    "boards/metr_time_horizon", "prices/fx",
)  # fmt: skip
# What differs from run to run by its nature: the record of the runs themselves.
OWN = ("snapshots/outcomes_v1/",)


def golden_home(root: str, sources: Sequence[str] = GOLDEN, days: int = 3) -> Location:
    """A home whose archive holds the golden captures of some sources, each again on the following days, as a
    nightly run would.
    """
    location = Location(root)
    snapshots = Snapshots(location)
    for file in golden_files():
        if file.parent.name not in sources:
            continue
        capture, _ = load(file)
        headers = (("Content-Type", capture.content_type),)
        whole: dict[str, object] = {}
        for later in range(days):
            when = capture.captured_at + timedelta(days=later)
            response = Response(
                capture.source_id, capture.address, when, 200, headers, capture.body, capture.body, "test"
            )
            kept = snapshots.archive.write([response], whole)
            whole.setdefault(kept[0].capture.sha256, kept[0].capture)
            snapshots.append(CAPTURES, index_rows(kept, {}), when.date())
    return location


def recorded_home(root: str, files: Sequence[str] = RECORDED) -> Location:
    """A home into which some recordings were imported."""
    location = Location(root)
    import_files(Snapshots(location), [recordings.ROOT / f"{name}.warc.gz" for name in files])
    return location


def whole_home(root: str) -> Location:
    """A home into which every recording was imported."""
    return recorded_home(
        root,
        sorted(
            f"{f.parent.name}/{f.name.removesuffix('.warc.gz')}" for f in recordings.ROOT.glob("*/*.warc.gz")
        ),
    )


def some_home(root: str) -> Location:
    """A home from the recordings where they are, else from the golden captures."""
    return recorded_home(root) if recordings.ROOT.is_dir() else golden_home(root)


def digests(location: Location) -> dict[str, str]:
    """Every Parquet file of snapshots, quarantine and derived tables with its digest; without the record of
    the runs themselves.
    """
    names = [
        n
        for folder in ("snapshots", "quarantine", "marts")
        for n in location.names(folder, ".parquet")
        if not n.startswith(OWN)
    ]
    return {
        n: hashlib.sha256(body).hexdigest() for n, body in zip(names, location.read_many(names), strict=True)
    }


def digest(location: Location) -> str:
    """One digest of all of them."""
    return hashlib.sha256(json.dumps(digests(location), sort_keys=True).encode()).hexdigest()


def check_published(location: Location) -> int:
    """That what a reader finds is one whole set: every table that the descriptor names is there with the
    digest it says, and readable.

    Gives the number of tables; 0 where nothing was published yet.
    """
    if not location.exists("datapackage.json"):
        assert not location.exists("marts"), "tables without their descriptor"
        return 0
    now, history = (
        json.loads(location.read(f"{folder}datapackage.json"))["resources"] for folder in ("", "marts/")
    )
    assert {r["name"] for r in now if "history" in r} == {r["name"] for r in history}
    resources = [r for r in now if isinstance(r["path"], str) and "history" not in r]
    resources += [{**r, "path": f"marts/{r['path']}"} for r in history]
    for resource in resources:
        body = location.read(resource["path"])
        assert "sha256:" + hashlib.sha256(body).hexdigest() == resource["hash"], (
            f"{resource['path']} is not of the set described"
        )
        assert pq.read_metadata(io.BytesIO(body)).num_rows == resource["row_count"]
    composed = {n for n in location.names("marts", ".parquet") if n.count("/") == 1}
    assert composed == {r["path"] for r in resources}
    for name in location.names("snapshots", ".parquet"):
        pq.read_metadata(io.BytesIO(location.read(name)))
    return len(resources)
