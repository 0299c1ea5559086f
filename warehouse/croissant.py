"""`report/croissant.json`: the derived tables as a Croissant dataset (ML Commons, 1.0), for programs that
look for data: each table with its columns, each file of the newest date alone with its digest. Files of every
kept date grow with past dates; `marts/datapackage.json` states their digests (`isLiveDataset` says that a
file may have none here).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from warehouse.schema import Table

NAME = "report/croissant.json"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet",
    "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField",
    "path": "cr:path", "rai": "http://mlcommons.org/croissant/RAI/", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated",
    "replace": "cr:replace", "samplingRate": "cr:samplingRate", "sc": "https://schema.org/",
    "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
    "transform": "cr:transform",
}  # fmt: skip


def croissant(files: Mapping[str, bytes], tables: Mapping[str, Table], as_of: str) -> bytes:
    """The dataset as JSON-LD. files: of each table in `tables` that is published, its bytes by table name."""
    there = [name for name in sorted(files) if name in tables]
    said = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "gapledger",
        "description": "AI model releases, prices, and the gap between the Chinese and the US frontier.",
        "license": LICENCE,
        "url": "../index.html",
        "version": as_of.replace("-", "."),
        "datePublished": as_of,
        "creator": {"@type": "sc:Organization", "name": "gapledger"},
        "citeAs": f"gapledger, as known on {as_of}",
        "isLiveDataset": True,
        "distribution": [_file(tables[name], files[name]) for name in there],
        "recordSet": [_record_set(tables[name]) for name in there],
    }
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def _file(table: Table, body: bytes) -> dict[str, Any]:
    sized = {"contentSize": f"{len(body)} B", "sha256": hashlib.sha256(body).hexdigest()}
    return {
        "@type": "cr:FileObject",
        "@id": f"{table.name}.parquet",
        "name": f"{table.name}.parquet",
        "contentUrl": f"../marts/{table.name}.parquet",
        "encodingFormat": "application/x-parquet",
        **({} if table.history else sized),
    }


def _record_set(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "field": [_field(table.name, f) for f in table.arrow_schema()],
    }


def _field(table: str, f: pa.Field) -> dict[str, Any]:
    meta = {k.decode(): v.decode() for k, v in (f.metadata or {}).items()}
    unit = f" ({meta['unit']})" if "unit" in meta else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{f.name}",
        "name": f"{table}/{f.name}",
        "description": meta.get("description", "") + unit,
        "dataType": _type(f.type),
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": f.name}},
    }


def _type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "sc:Float"
    return "sc:Date" if pa.types.is_date(kind) or pa.types.is_timestamp(kind) else "sc:Text"
