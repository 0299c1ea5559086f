"""A table's licences and fields in the words of a Frictionless Data Package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from warehouse.licences import LICENCES, Licence
from warehouse.parquet import read
from warehouse.schema import Table

FRICTIONLESS_TYPES = {
    "string": "string",
    "date32[day]": "date",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
}
PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
Terms = Mapping[tuple[str, str], tuple[str, str]]  # (source or board, its id) -> (licence key, attribution)
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


def terms_of(attributions: bytes | None) -> dict[tuple[str, str], tuple[str, str]]:
    """(source or board, its id) -> (licence key, attribution), from the `attributions` table."""
    if attributions is None:
        return {}
    rows = read(attributions, "marts/attributions.parquet").to_pylist()
    return {(row["subject"], row["subject_id"]): (row["licence_id"], row["attribution"]) for row in rows}


def attributed(terms: Iterable[tuple[str, str]]) -> dict[str, Any]:
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
        "licenses": [licence_of(LICENCES[key]) for key in keys],
        **({"sources": sources} if sources else {}),
    }


def licence_of(terms: Licence) -> dict[str, str]:
    """A licence as an entry of `licenses`."""
    return {
        "name": LICENCE_NAMES[terms.id],
        "title": terms.name,
        **({"path": terms.url} if terms.url else {}),
    }


def schema_of(table: Table) -> dict[str, Any]:
    """The fields of a table with types, units and descriptions, and its key."""
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
