"""The descriptor for readers: `datapackage.json` (Frictionless Data Package), every published table with its
fields, files and licences.

A derived table is one file. A snapshot table is many files, one a source and day, of old days one a source
and month: its resource lists them all, with the digest and rows of each, and leaves out those of sources
whose licence forbids republication.
`byte_count` and `row_count` are our words: the validator holds the standard's `bytes` and `rows` against what
it read itself, which is nothing for Parquet, and less than all with --limit-rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.atomic_publish import DESCRIPTOR
from warehouse.clock import utc_now
from warehouse.folded import FOLDER as FOLDED_IN
from warehouse.folded import Month, files_of
from warehouse.history_pack import FOLDER, HistoryPack
from warehouse.licences import LICENCES, Licence, licence
from warehouse.location import Location
from warehouse.parquet import read
from warehouse.schema import Table
from warehouse.seals import sealed_json
from warehouse.snapshot_digests import SnapshotDigests
from warehouse.tables import SNAPSHOT_TABLES

FRICTIONLESS_TYPES = {
    "string": "string",
    "date32[day]": "date",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
}
PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
OWN_LICENCE = LICENCES["cc_by_4_0"]
# The Open Definition's ids, which Frictionless asks for.
LICENCE_NAMES = {
    "cc_by_4_0": "CC-BY-4.0",
    "cc_by_nc_4_0": "CC-BY-NC-4.0",
    "mit": "MIT",
    "apache_2_0": "Apache-2.0",
    "mpl_2_0": "MPL-2.0",
    "ecb": "other-at",
    "facts": "notspecified",
    "none_stated": "notspecified",
}


def descriptor(location: Location, fresh: Mapping[str, bytes], tables: Mapping[str, Table]) -> bytes:
    """The data package of a home, as JSON bytes; `fresh` are the files about to be published, which override
    those that are there.
    """
    marts = {
        n
        for n in (*location.names("marts", ".parquet"), *fresh)
        if n.startswith("marts/") and n.count("/") == 1
    }
    bodies = {
        name.split("/")[1].removesuffix(".parquet"): fresh.get(name) or location.read(name)
        for name in sorted(marts)
    }
    terms = _terms(bodies.get("attributions"))
    resources = [_mart(tables[name], body, terms) for name, body in bodies.items() if name in tables]
    digests = SnapshotDigests(location)
    resources += [
        r for r in (_snapshots(digests, table, terms) for table in SNAPSHOT_TABLES) if r is not None
    ]
    digests.keep()
    resources += _packed(location)
    package = {
        "profile": "data-package",
        "name": "gapledger",
        "title": "gapledger: AI model releases, prices, and the gap between the Chinese and the US frontier",
        "version": max((r["as_of"] for r in resources if "as_of" in r), default="").replace("-", "."),
        "created": _created(location, fresh),
        "licenses": [_licence(OWN_LICENCE)],
        "resources": resources,
        "report": _report(location, fresh),
    }
    return sealed_json(package)


def _created(location: Location, fresh: Mapping[str, bytes]) -> str:
    """When the newest date's set was made: past dates, which leave what it says as it was, leave this too."""
    there, built = (
        {n.split("/")[2] for n in names if n.startswith("marts/as_of/")}
        for names in (location.names("marts/as_of", ".parquet"), fresh)
    )
    past = built and there and max(built) < max(there) and location.exists(DESCRIPTOR)
    before = json.loads(location.read(DESCRIPTOR)).get("created", "") if past else ""
    return before or utc_now().isoformat(timespec="seconds")


def _report(location: Location, fresh: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The page's files with their digests."""
    names = sorted({*location.names("report"), *(n for n in fresh if n.startswith("report/"))})
    bodies = ((name, fresh[name] if name in fresh else location.read(name)) for name in names)
    return [
        {"path": name, "byte_count": len(body), "hash": "sha256:" + hashlib.sha256(body).hexdigest()}
        for name, body in bodies
    ]


def _mart(table: Table, body: bytes, terms: Mapping[tuple[str, str], tuple[str, str]]) -> dict[str, Any]:
    there = [n for n in ("as_of", "board_id", "source_id") if n in table.column_names]
    rows = read(body, f"marts/{table.name}.parquet", there)
    subjects = {
        (kind, str(value))
        for kind, column in (("board", "board_id"), ("source", "source_id"))
        if column in there
        for value in pc.unique(rows.column(column)).to_pylist()
    }
    return {
        "name": table.name,
        "path": f"marts/{table.name}.parquet",
        **PARQUET,
        "description": table.description,
        "byte_count": len(body),
        "hash": "sha256:" + hashlib.sha256(body).hexdigest(),
        "row_count": rows.num_rows,
        **({"as_of": str(pc.max(rows.column("as_of")).as_py())} if rows.num_rows else {}),
        **_attributed(terms[s] for s in sorted(subjects) if s in terms),
        "schema": _schema(table),
    }


def _snapshots(
    digests: SnapshotDigests, table: Table, terms: Mapping[tuple[str, str], tuple[str, str]]
) -> dict[str, Any] | None:
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
        **_attributed(terms[("source", source)] for source in sources if ("source", source) in terms),
        "schema": _schema(table),
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


def _terms(attributions: bytes | None) -> dict[tuple[str, str], tuple[str, str]]:
    """(source or board, its id) -> (licence key, attribution), from the `attributions` table."""
    if attributions is None:
        return {}
    rows = read(attributions, "marts/attributions.parquet").to_pylist()
    return {(row["subject"], row["subject_id"]): (row["licence_id"], row["attribution"]) for row in rows}


def _attributed(terms: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`licenses` (ours, then those of what the rows rest on) and `sources` (what has to be shown) of a
    resource.
    """
    found = list(dict.fromkeys(terms))
    keys = [
        OWN_LICENCE.id,
        *sorted({key for key, _ in found if LICENCES[key].may_republish} - {OWN_LICENCE.id}),
    ]
    sources = [
        {"title": text, **({"path": LICENCES[key].url} if LICENCES[key].url else {})} for key, text in found
    ]
    return {
        "licenses": [_licence(LICENCES[key]) for key in keys],
        **({"sources": sources} if sources else {}),
    }


def _licence(terms: Licence) -> dict[str, str]:
    return {
        "name": LICENCE_NAMES[terms.id],
        "title": terms.name,
        **({"path": terms.url} if terms.url else {}),
    }


def _schema(table: Table) -> dict[str, Any]:
    return {
        "fields": [_field(f) for f in table.arrow_schema()],
        "primaryKey": list(table.key),
        "missingValues": [],
    }


def _field(f: pa.Field) -> dict[str, Any]:
    meta = {k.decode(): v.decode() for k, v in (f.metadata or {}).items()}
    kind = (
        "datetime"
        if pa.types.is_timestamp(f.type)
        else "number"
        if pa.types.is_decimal(f.type)
        else FRICTIONLESS_TYPES[str(f.type)]
    )
    if kind == "integer" and f.nullable:
        kind = "number"  # pandas, through which the validator reads Parquet, has no integer column with gaps
    field: dict[str, Any] = {
        "name": f.name,
        "type": kind,
        "arrow_type": str(f.type),
        "description": meta.get("description", ""),
    }
    if "unit" in meta:
        field["unit"] = meta["unit"]
    if not f.nullable:
        field["constraints"] = {"required": True}
    return field
