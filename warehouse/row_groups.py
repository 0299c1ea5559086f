"""Row groups of Parquet files put together as they lie, without being decoded: their bytes are copied, and
the footer says where they lie now.

A footer is a Thrift struct in the compact protocol. It is read into plain values (a struct as {field number:
(type, value)}), so that what this code does not know of is written as it was read.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

MAGIC = b"PAR1"
TRUE, FALSE, BYTE, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
INTEGERS = (4, 5, 6)
# Field numbers of parquet.thrift.
ROWS, GROUPS = 3, 4  # of FileMetaData
COLUMNS, GROUP_ROWS, GROUP_AT, GROUP_SIZE, ORDINAL = 1, 3, 5, 6, 7  # of RowGroup
META, INDEXES = 3, (4, 5, 6, 7)  # of ColumnChunk
PLACES = (9, 10, 11, 14)  # of ColumnMetaData: pages of data, index, dictionary; the Bloom filter
LONG, SHORT = 6, 4
Struct = dict[int, tuple[int, Any]]


class _Reader:
    """Reads compact Thrift from `body`."""

    def __init__(self, body: bytes) -> None:
        self.body, self.at = body, 0

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.body[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def integer(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def take(self, count: int) -> bytes:
        self.at += count
        return self.body[self.at - count : self.at]

    def struct(self) -> Struct:
        found: Struct = {}
        number = 0
        while (head := self.take(1)[0]) != 0:
            number = number + (head >> 4) if head >> 4 else self.integer()
            kind = head & 0x0F
            found[number] = (kind, None if kind in (TRUE, FALSE) else self.value(kind))
        return found

    def value(self, kind: int) -> Any:
        if kind in INTEGERS:
            return self.integer()
        if kind == BINARY:
            return self.take(self.varint())
        if kind == STRUCT:
            return self.struct()
        if kind in (LIST, SET):
            head = self.take(1)[0]
            size = head >> 4 if head >> 4 != 15 else self.varint()
            return head & 0x0F, [self.value(head & 0x0F) for _ in range(size)]
        if kind in (TRUE, FALSE, BYTE):
            return self.take(1)
        if kind == DOUBLE:
            return self.take(8)
        raise ValueError(f"a footer with a value of kind {kind}")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _integer(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _struct(fields: Struct) -> bytes:
    out, before = bytearray(), 0
    for number, (kind, value) in fields.items():
        step = number - before
        out += bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + _integer(number)
        out += b"" if kind in (TRUE, FALSE) else _value(kind, value)
        before = number
    return bytes(out) + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if kind in INTEGERS:
        return _integer(value)
    if kind == BINARY:
        return _varint(len(value)) + value
    if kind == STRUCT:
        return _struct(value)
    if kind in (LIST, SET):
        of, items = value
        head = bytes([len(items) << 4 | of]) if len(items) < 15 else bytes([0xF0 | of]) + _varint(len(items))
        return head + b"".join(_value(of, item) for item in items)
    return bytes(value)


def footer_of(body: bytes) -> Struct:
    """The footer of a Parquet file; ValueError where it has none."""
    if len(body) < 12 or body[:4] != MAGIC or body[-4:] != MAGIC:
        raise ValueError("no Parquet file")
    (size,) = struct.unpack("<I", body[-8:-4])
    return _Reader(body[-8 - size : -8]).struct()


def file_of(data: Sequence[bytes], footer: Struct) -> bytes:
    """The Parquet file of these bytes and this footer."""
    said = _struct(footer)
    return b"".join([MAGIC, *data, said, struct.pack("<I", len(said)), MAGIC])


def joined(described: bytes, groups: Sequence[tuple[bytes, int]]) -> bytes:
    """A Parquet file of row groups (a file, and the number of the group in it) in this order, with the schema
    and metadata of the file `described`. All files have the same schema.
    """
    footers = {id(file): footer_of(file) for file in {id(file): file for file, _ in groups}.values()}
    data: list[bytes] = []
    made: list[Struct] = []
    at, rows = len(MAGIC), 0
    for file, number in groups:
        group = footers[id(file)][GROUPS][1][1][number]
        start = min(_starts(group), default=at)
        size = int(group[GROUP_SIZE][1])
        data.append(file[start : start + size])
        made.append(_moved(group, at - start, len(made)))
        rows += int(group[GROUP_ROWS][1])
        at += size
    whole = footer_of(described)
    whole[ROWS], whole[GROUPS] = (LONG, rows), (LIST, (STRUCT, made))
    return file_of(data, whole)


def _starts(group: Struct) -> list[int]:
    """Where each column's first page lies."""
    columns = [column[META][1] for column in group[COLUMNS][1][1]]
    return [min(int(meta[place][1]) for place in PLACES if place in meta) for meta in columns]


def _moved(group: Struct, by: int, number: int) -> Struct:
    """A row group whose bytes lie so much later, as the `number`th of its file."""
    columns = []
    for column in group[COLUMNS][1][1]:
        meta = {
            n: (kind, value + by if n in PLACES else value) for n, (kind, value) in column[META][1].items()
        }
        columns.append(
            {
                n: (kind, meta if n == META else value)
                for n, (kind, value) in column.items()
                if n not in INDEXES
            }
        )
    moved = {**group, COLUMNS: (LIST, (STRUCT, columns))}
    if GROUP_AT in moved:
        moved[GROUP_AT] = (LONG, group[GROUP_AT][1] + by)
    if ORDINAL in moved:
        moved[ORDINAL] = (SHORT, number)
    return moved
