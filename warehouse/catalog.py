"""The descriptors for readers (Frictionless Data Packages): every published table with its fields, files and
licences.

`datapackage.json` says what is published now: the page's files, the snapshots, and the derived tables, with
the digests of those that hold the newest date alone. `marts/datapackage.json` states the digests and rows of
those that hold every kept date: a run for past dates changes their files, and so this descriptor alone.

A derived table is one file. A snapshot table is many files, one a source and day, of old days one a source
and month: its resource lists them all, with the digest and rows of each, and leaves out those of sources
whose licence forbids republication.
`byte_count` and `row_count` are our words: the validator holds the standard's `bytes` and `rows` against what
it read itself, which is nothing for Parquet, and less than all with --limit-rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.atomic_publish import DESCRIPTOR, HISTORY
from warehouse.catalog_words import OWN_LICENCE, PARQUET, Terms, attributed, licence_of, schema_of, terms_of
from warehouse.clock import utc_now
from warehouse.folded import FOLDER as FOLDED_IN
from warehouse.folded import Month, files_of
from warehouse.history_pack import FOLDER, HistoryPack
from warehouse.licences import licence
from warehouse.location import Location
from warehouse.parquet import read
from warehouse.schema import Table
from warehouse.seals import DamagedError, is_whole, sealed_json
from warehouse.snapshot_digests import SnapshotDigests
from warehouse.tables import SNAPSHOT_TABLES

PACKAGE = {"profile": "data-package", "name": "gapledger"}


class Mart(NamedTuple):
    """A derived table as published: its declaration, its file, and its rows' dates, boards and sources."""

    table: Table
    body: bytes
    rows: pa.Table


def descriptors(
    location: Location, fresh: Mapping[str, bytes], tables: Mapping[str, Table]
) -> dict[str, bytes]:
    """The descriptors of a home by name, as JSON bytes; `fresh` are the files about to be published, which
    override those that are there. A run for past dates leaves `datapackage.json` as it is, byte for byte, as
    long as all that it states of files is still so.
    """
    names = {
        n
        for n in (*location.names("marts", ".parquet"), *fresh)
        if n.startswith("marts/") and n.count("/") == 1 and n.endswith(".parquet")
    }
    bodies = {
        name.split("/")[1].removesuffix(".parquet"): fresh.get(name) or location.read(name)
        for name in sorted(names)
    }
    marts = [_mart(tables[name], body) for name, body in bodies.items() if name in tables]
    terms = terms_of(bodies.get("attributions"))
    newest = max((day for mart in marts if (day := _newest(mart.rows))), default="")
    package = {
        **PACKAGE,
        "title": "gapledger: AI model releases, prices, and the gap between the Chinese and the US frontier",
        "licenses": [licence_of(OWN_LICENCE)],
        "resources": [
            *(_now(m, terms, newest) if m.table.history else _stated(m, terms, "marts/") for m in marts),
            *_all_snapshots(location, terms),
            *_packed(location),
        ],
        "report": _report(location, fresh),
    }
    before = _before(location) if _is_past(location, fresh) else b""
    return {
        HISTORY: _history([m for m in marts if m.table.history], terms, newest),
        DESCRIPTOR: before if before and _still_so(json.loads(before), package) else _dated(package, before),
    }


def _history(marts: Sequence[Mart], terms: Terms, newest: str) -> bytes:
    """The descriptor of the tables that hold every kept date; its paths are relative to its own folder."""
    return sealed_json(
        {
            **PACKAGE,
            "title": "gapledger: derived tables with every date that is kept",
            "version": newest.replace("-", "."),
            "licenses": [licence_of(OWN_LICENCE)],
            "resources": [_stated(mart, terms, "") for mart in marts],
        }
    )


def _dated(package: Mapping[str, Any], before: bytes) -> bytes:
    """The package with its version and when it was made: with past dates, when `before` was."""
    return sealed_json(
        {
            **package,
            "version": max((r["as_of"] for r in package["resources"] if "as_of" in r), default="").replace(
                "-", "."
            ),
            "created": (json.loads(before).get("created", "") if before else "")
            or utc_now().isoformat(timespec="seconds"),
        }
    )


def _is_past(location: Location, fresh: Mapping[str, bytes]) -> bool:
    """Whether only dates before the newest one that is kept are about to be published."""
    there, built = (
        {n.split("/")[2] for n in names if n.startswith("marts/as_of/")}
        for names in (location.names("marts/as_of", ".parquet"), fresh)
    )
    return bool(built and there and max(built) < max(there))


def _before(location: Location) -> bytes:
    """The descriptor that is published; empty where there is none, or a damaged one."""
    body = location.read(DESCRIPTOR) if location.exists(DESCRIPTOR) else b""
    with suppress(DamagedError):
        is_whole(body)
        return body
    return b""


def _still_so(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether all digests that a descriptor states are those of a new one, which may state more files."""
    return _digests(before).items() <= _digests(now).items()


def _digests(package: Mapping[str, Any]) -> dict[str, str]:
    stated = [f for r in package["resources"] for f in r.get("files", (r,)) if "hash" in f]
    return {f["path"]: f["hash"] for f in (*stated, *package["report"])}


def _report(location: Location, fresh: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The page's files with their digests."""
    names = sorted({*location.names("report"), *(n for n in fresh if n.startswith("report/"))})
    bodies = ((name, fresh[name] if name in fresh else location.read(name)) for name in names)
    return [
        {"path": name, "byte_count": len(body), "hash": "sha256:" + hashlib.sha256(body).hexdigest()}
        for name, body in bodies
    ]


def _mart(table: Table, body: bytes) -> Mart:
    columns = [n for n in ("as_of", "board_id", "source_id") if n in table.column_names]
    return Mart(table, body, read(body, f"marts/{table.name}.parquet", columns))


def _newest(rows: pa.Table) -> str:
    """The newest as-of date of some rows; empty where there are none."""
    return str(pc.max(rows.column("as_of")).as_py()) if rows.num_rows else ""


def _now(mart: Mart, terms: Terms, newest: str) -> dict[str, Any]:
    """The resource of a table of every kept date, with what holds of its newest date; its file's digest and
    rows stand in the history's descriptor.
    """
    rows = mart.rows.filter(pc.equal(mart.rows.column("as_of").cast(pa.string()), newest))
    return {**_said(mart.table, rows, terms, "marts/"), "as_of": newest, "history": HISTORY}


def _stated(mart: Mart, terms: Terms, folder: str) -> dict[str, Any]:
    """The resource of a file with its digest and rows."""
    newest = _newest(mart.rows)
    return {
        **_said(mart.table, mart.rows, terms, folder),
        "byte_count": len(mart.body),
        "hash": "sha256:" + hashlib.sha256(mart.body).hexdigest(),
        "row_count": mart.rows.num_rows,
        **({"as_of": newest} if newest else {}),
    }


def _said(table: Table, rows: pa.Table, terms: Terms, folder: str) -> dict[str, Any]:
    """What a resource says of a table and of the licences of these rows."""
    subjects = {
        (kind, str(value))
        for kind, column in (("board", "board_id"), ("source", "source_id"))
        if column in rows.column_names
        for value in pc.unique(rows.column(column)).to_pylist()
    }
    return {
        "name": table.name,
        "path": f"{folder}{table.name}.parquet",
        **PARQUET,
        "description": table.description,
        **attributed(terms[s] for s in sorted(subjects) if s in terms),
        "schema": schema_of(table),
    }


def _all_snapshots(location: Location, terms: Terms) -> list[dict[str, Any]]:
    digests = SnapshotDigests(location)
    found = [r for r in (_snapshots(digests, table, terms) for table in SNAPSHOT_TABLES) if r is not None]
    digests.keep()
    return found


def _snapshots(digests: SnapshotDigests, table: Table, terms: Terms) -> dict[str, Any] | None:
    """The resource of a snapshot table; None where nothing of it may be published or nothing is there."""
    wanted = set(files_of(digests.location, table.directory))
    kept = [*digests.of(f"folded/{table.directory}"), *digests.of(f"snapshots/{table.directory}")]
    there = [_placed(said) for said in kept if said["path"] in wanted]
    files = [f for f in there if licence(f["licence"]).may_republish]
    if not files:
        return None
    sources = sorted({f["source_id"] for f in files})
    return {
        "name": table.name,
        "path": [f["path"] for f in files],
        **PARQUET,
        "description": table.description,
        "pattern": f"snapshots/{table.directory}/<source_id>/<YYYY-MM-DD>.parquet",
        "as_of": max(f["observed_on"] for f in files),
        "row_count": sum(f["row_count"] for f in files),
        "files": [{k: f[k] for k in ("path", "byte_count", "hash", "row_count", "licence")} for f in files],
        "withheld": sorted({f["source_id"] for f in there}.difference(sources)),
        **attributed(terms[("source", source)] for source in sources if ("source", source) in terms),
        "schema": schema_of(table),
    }


def _packed(location: Location) -> list[dict[str, Any]]:
    """The resources of the history pack that the home began with: its files, with the digests it states."""
    return [
        {
            "name": "history-pack-" + name.removesuffix(".parquet").replace("/", "-").replace("_", "-"),
            "path": f"{FOLDER}/{name}",
            **PARQUET,
            "description": "Spells of the history pack: first_slot to last_slot of slots.parquet beside it.",
            "byte_count": said["bytes"],
            "hash": f"sha256:{said['sha256']}",
        }
        for name, said in HistoryPack(location).manifest.get("files", {}).items()
    ]


def _placed(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a snapshot, with the source and the day that its name states."""
    folder, _, source_id, file = said["path"].split("/")
    day = (
        file.removesuffix(".parquet") if folder != FOLDED_IN else Month.at(said["path"]).days[-1].isoformat()
    )
    return {**said, "source_id": source_id, "observed_on": day}
