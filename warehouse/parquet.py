"""Parquet, written and read: the one door to it in this room. A file states its digest and its pages their
checksums; what is read is compared with them, and an error names the file and what to do.
"""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.seals import KEY, PLACE, DamagedError, is_whole, sealed

log = logging.getLogger("gapledger.home")
_told: set[str] = set()
READ_ERRORS = (pa.ArrowException, OSError, KeyError, ValueError, DamagedError)


class SnapshotError(Exception):
    """A file of the home that cannot be read; the message names it and says what to do."""


def advice(name: str) -> str:
    """What to do about a damaged file of the home."""
    parts = name.split("/")
    top, day = parts[0], parts[-1].split(".")[0]
    if top == "snapshots" and len(parts) == 4:
        if parts[1].startswith("captures_"):
            return "run: gapledger reindex (it rebuilds the index from the raw archive; nothing is lost)"
        if parts[1].startswith("outcomes_"):
            return "delete it: what earlier runs of that day told is lost, and nothing else"
        return f"delete it and run: gapledger reparse --sources {parts[2]} --since {day} --replace"
    if top == "folded" and len(parts) == 4:
        return f"delete it and run: gapledger reparse --sources {parts[2]} --since {day[:7]}-01 --replace"
    if top == "quarantine" and len(parts) == 4:
        return f"delete it and run: gapledger reparse --sources {parts[2]} --since {day} --replace"
    if name.startswith("marts/as_of/"):
        return f"run: gapledger marts --as-of {parts[2]}"
    if top in {"marts", "report", "datapackage.json"}:
        return "run: gapledger report (it composes the set again)"
    if top == "accepted":
        return f"delete it and accept the day again: gapledger reparse --accept {parts[1]}:{day} --reason ..."
    if top == "passed_over":
        return "delete it: its capture is tried once more"
    if top == "kept":
        return "delete it: the next run makes it again"
    if top == "raw":
        return "restore the file from a copy, then run: gapledger reindex"
    if top == "pack":
        return "remove the folder pack/ of the home and run again, or pull the pack anew"
    return "restore it from a copy"


def leave_out(problem: SnapshotError) -> None:
    """Warns, once a process, of a damaged file without which the run goes on."""
    if str(problem) not in _told:
        _told.add(str(problem))
        log.warning("%s. It is left out", problem)


def unreadable(name: str, why: object) -> SnapshotError:
    """The error of a file that cannot be read."""
    return SnapshotError(f"{name} cannot be read ({str(why)[:300]}); {advice(name)}")


def is_of_index(problem: SnapshotError) -> bool:
    """Whether the file that cannot be read is one of the archive's index."""
    return str(problem).startswith("snapshots/captures_")


def parquet_bytes(table: pa.Table, row_group_size: int = 200_000) -> bytes:
    """A table as one Parquet file: zstd, dictionary pages, checksums, the same bytes for the same rows."""
    sink = io.BytesIO()
    with pq.ParquetWriter(
        sink, table.schema, compression="zstd", write_statistics=True, write_page_checksum=True
    ) as writer:
        writer.write_table(table, row_group_size)
        writer.add_key_value_metadata({KEY: PLACE})
    return sealed(sink.getvalue())


def coded(schema: pa.Schema) -> pa.Schema:
    """The schema with its text as numbers of a dictionary."""
    words = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [f.with_type(words) if pa.types.is_string(f.type) else f for f in schema], schema.metadata
    )


@contextmanager
def writing_coded(
    sink: io.BytesIO, schema: pa.Schema, also: Mapping[str, str] | None = None
) -> Iterator[pq.ParquetWriter]:
    """A writer of a file that says `schema` (and `also`), for tables of `coded(schema)`: text that was read
    as numbers is written without ever being spelt out, in half of the time. Rows, statistics and the schema
    with its metadata are those of a file written from plain text. When the block ends, `sink` holds the whole
    file, with a place for its digest that is still empty.
    """
    with pq.ParquetWriter(
        sink, coded(schema), compression="zstd", store_schema=False, write_page_checksum=True
    ) as writer:
        yield writer
        # Where Arrow looks for the schema that a file was written with (its documentation of the Parquet
        # format).
        said = {b"ARROW:schema": base64.b64encode(schema.serialize().to_pybytes())}
        writer.add_key_value_metadata({**(schema.metadata or {}), **said, **(also or {}), KEY: PLACE})


def opened(body: bytes, name: str, read_dictionary: Sequence[str] | None = None) -> pq.ParquetFile:
    """A Parquet file of the home, its bytes compared with the digest that it states; SnapshotError names it
    where they differ, or where it is none.
    """
    try:
        whole = is_whole(body)
        # A column added since the file was written cannot be asked for as a dictionary.
        there = set(pq.read_schema(pa.BufferReader(body)).names) if read_dictionary else set()
        # Of bytes that were compared as a whole the pages need not be compared one by one.
        return pq.ParquetFile(
            pa.BufferReader(body),
            read_dictionary=[n for n in read_dictionary if n in there] if read_dictionary else None,
            page_checksum_verification=not whole,
        )
    except READ_ERRORS as bad:
        raise unreadable(name, bad) from bad


def read(
    body: bytes,
    name: str,
    columns: Sequence[str] | None = None,
    read_dictionary: Sequence[str] | None = None,
    only: Sequence[str] | None = None,
    use_threads: bool = True,
) -> pa.Table:
    """The rows of a Parquet file of the home, in the order of `columns`, or with those of `only` that it
    has, in its own; SnapshotError as `opened`.
    """
    kept = opened(body, name, read_dictionary)
    try:
        wanted = columns or only
        rows = kept.read(columns=list(wanted) if wanted else None, use_threads=use_threads)
        return without_seal(rows.select(list(columns)) if columns else rows)
    except READ_ERRORS as bad:
        raise unreadable(name, bad) from bad


def filtered(body: bytes, name: str, keep: Any) -> pa.Table:
    """The rows of a Parquet file of the home for which an expression holds (None: all)."""
    if keep is None:
        return read(body, name)
    try:
        is_whole(body)
        return pq.read_table(pa.BufferReader(body), filters=keep)
    except READ_ERRORS as bad:
        raise unreadable(name, bad) from bad


def footer(body: bytes, name: str) -> pq.FileMetaData:
    """The footer of a Parquet file of the home."""
    return opened(body, name).metadata


def without_seal(rows: pa.Table) -> pa.Table:
    """The rows without the digest of the file that they were read from: another file of them has another."""
    said = dict(rows.schema.metadata or {})
    if KEY.encode() not in said:
        return rows
    del said[KEY.encode()]
    return rows.replace_schema_metadata(said or None)
