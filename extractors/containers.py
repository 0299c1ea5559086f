"""Bodies that hold others: zip and Parquet, read under one budget of decoded bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from extractors.budgets import DECODED_BYTES, values_within
from extractors.errors import EmptyPage, Truncated, WrongPage
from warehouse.capture import Capture

if TYPE_CHECKING:
    import pyarrow as pa

MOST_MEMBERS = 2_000
MOST_ROWS, MOST_GROUPS, MOST_COLUMNS = 2_000_000, 2_000, 500
BATCH_ROWS = 4_096
PACKED_AS = frozenset(
    {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
)  # the others take memory as their headers say


def zip_members(
    capture: Capture, wanted: Callable[[str], bool] = lambda _: True, budget: int = DECODED_BYTES
) -> dict[str, bytes]:
    """The wanted files of a zip by name, all of them within `budget` bytes. WrongPage without a zip's magic
    bytes or over the budget, Truncated where the directory or a member is torn.
    """
    if not capture.body:
        raise EmptyPage(capture, expected="a zip", found="nothing")
    if not capture.body.startswith(b"PK"):
        raise WrongPage(capture, expected="a zip", found=repr(capture.body[:60]))
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(capture.body)) as archive:
            inside = archive.infolist()
            if len(inside) > MOST_MEMBERS:
                raise WrongPage(capture, expected=f"at most {MOST_MEMBERS} members", found=str(len(inside)))
            for member in inside:
                if member.is_dir() or not wanted(member.filename):
                    continue
                left = budget - sum(map(len, found.values()))
                found[member.filename] = _member(archive, member, left, capture)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise Truncated(capture, expected="a whole zip", found=str(error)) from error
    return found


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, capture: Capture) -> bytes:
    if member.compress_type not in PACKED_AS or member.flag_bits & 0x1:
        found = f"{member.filename} packed as {member.compress_type}, flags {member.flag_bits}"
        raise WrongPage(capture, expected="members stored or deflated", found=found)
    with archive.open(member) as stream:
        body = stream.read(left + 1)
    if len(body) > left:
        raise WrongPage(capture, expected="a zip of a page's size", found="members over the budget of bytes")
    values_within(body, capture)
    return body


def parquet_rows(
    capture: Capture, needed: Collection[str], budget: int = DECODED_BYTES
) -> tuple[list[str], list[dict[str, Any]]]:
    """The names of all columns of a Parquet body, and its rows in the `needed` ones, read in batches within
    `budget` bytes. WrongPage without Parquet's magic bytes or over a limit, Truncated where the footer or a
    page is missing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not capture.body:
        raise EmptyPage(capture, expected="a Parquet file", found="nothing")
    if not capture.body.startswith(b"PAR1"):
        raise WrongPage(capture, expected="a Parquet file", found=repr(capture.body[:60]))
    try:
        source = pa.BufferReader(capture.body)
        kept = pq.ParquetFile(source, page_checksum_verification=True, thrift_string_size_limit=2**24)
        names = list(kept.schema_arrow.names)
        _footer(kept.metadata, capture)
        texts = [f.name for f in kept.schema_arrow if pa.types.is_string(f.type) and f.name in needed]
        kept = pq.ParquetFile(source, read_dictionary=texts, page_checksum_verification=True)
        rows: list[dict[str, Any]] = []
        columns = [n for n in names if n in needed]
        for batch in kept.iter_batches(BATCH_ROWS, columns=columns, use_threads=False):
            budget -= _spelt_out(batch)
            if budget < 0:
                raise WrongPage(capture, expected="rows of a page's size", found="over the budget of bytes")
            rows.extend(batch.to_pylist())
        return names, rows
    except pa.ArrowMemoryError as large:
        raise WrongPage(capture, expected="rows of a page's size", found=str(large)) from large
    except (pa.ArrowException, OSError) as error:
        raise Truncated(capture, expected="a whole Parquet file", found=str(error)) from error


def _footer(said: Any, capture: Capture) -> None:
    size = sum(said.row_group(n).total_byte_size for n in range(min(said.num_row_groups, MOST_GROUPS)))
    for what, found, most in (
        ("rows", said.num_rows, MOST_ROWS),
        ("row groups", said.num_row_groups, MOST_GROUPS),
        ("columns", said.num_columns, MOST_COLUMNS),
        ("bytes decoded", size, 4 * DECODED_BYTES),
    ):
        if not 0 <= found <= most:
            raise WrongPage(capture, expected=f"a Parquet file of at most {most} {what}", found=str(found))


def _spelt_out(batch: pa.RecordBatch) -> int:
    """The bytes of a batch with every text of a dictionary written in full, as Python will hold it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    total = 64 * batch.num_rows * max(1, batch.num_columns)
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            lengths = pc.binary_length(column.dictionary).take(column.indices)
            total += pc.sum(lengths).as_py() or 0
        else:
            total += column.nbytes
    return int(total)
