"""`gapledger export`: the published set for a static host, and scores in the field's shared form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from extractors.source import discover
from warehouse.bookkeeping import CAPTURES
from warehouse.history_pack import group_of
from warehouse.location import DESCRIPTOR, HISTORY, HomeError, Location
from warehouse.marts import Marts
from warehouse.seals import read_json, sealed_json
from warehouse.seeds import boards
from warehouse.snapshots import Snapshots
from warehouse.tables import SCORES

REDIRECT = (
    b'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=report/index.html">'
)
NO_JEKYLL = ".nojekyll"  # GitHub's static host would leave out names that begin with an underscore


def write_site(location: Location, out: Path) -> dict[str, int]:
    """Writes the current set (page, files for programs, derived tables and their descriptors) below the
    folder `out`, as a static host serves it and `gapledger pull` reads it; gives bytes by file.

    HomeError where nothing is published, ValueError where the folder holds something that is no such site.
    """
    _empty_or(out, DESCRIPTOR)
    if not location.exists(DESCRIPTOR):
        raise HomeError(f"{location.root}: nothing is published yet; run: gapledger run")
    package = read_json(location.read(DESCRIPTOR))
    package["resources"] = [r for r in package["resources"] if str(r["path"]).startswith("marts/")]
    names = [str(f["path"]) for f in (*package["resources"], *package["report"])]
    names += [HISTORY] * location.exists(HISTORY)
    files = dict(zip(names, location.read_many(names), strict=True))
    files |= {"index.html": REDIRECT, NO_JEKYLL: b"", DESCRIPTOR: sealed_json(package)}
    return _written(out, files)


def write_eee(location: Location, out: Path) -> dict[str, int]:
    """Writes the newest scores of every board whose licence lets them be given on, one JSON file a board and
    model, below `out`; gives bytes by file. Names that mean no model are left out.
    """
    from reports.eee import aggregates

    _empty_or(out, "data")
    snapshots, marts = Snapshots(location), Marts(location)
    licences = {reader.source.id: reader.source.licence for reader in discover().values()}
    seed = [b for b in boards().to_dict("records") if group_of(str(b["licence"])) is not None]
    allowed = [s for s, key in licences.items() if group_of(key) is not None]
    scores = snapshots.table(SCORES, sources=allowed, newest_only=True)
    addresses = snapshots.table(CAPTURES, sources=allowed, columns=["capture_sha256", "address"])
    made = aggregates(scores, marts.read("model_aliases"), addresses, seed)
    if not made:
        raise HomeError(
            f"{location.root} has no score of a known model that may be given on; run: gapledger run"
        )
    return _written(out, {name: _json(body) for name, body in made.items()})


def _json(body: Any) -> bytes:
    return (json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _empty_or(out: Path, sign: str) -> None:
    if out.exists() and any(out.iterdir()) and not (out / sign).exists():
        raise ValueError(f"{out} holds something else; give an empty folder")


def _written(out: Path, files: dict[str, bytes]) -> dict[str, int]:
    for name, body in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(body)
    return {name: len(body) for name, body in files.items()}
