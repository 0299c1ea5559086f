"""One capture read again, to compare a published row with what its bytes say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from extractors.errors import ExtractError
from extractors.isolation import ReaderEndedError, in_child
from extractors.reading import loaded_companions, parsed, with_companions
from extractors.source import discover
from extractors.source_read import code_digest
from warehouse.archive.index import CaptureIndex
from warehouse.archive.records import ArchiveError
from warehouse.location import Location
from warehouse.parquet import SnapshotError
from warehouse.snapshots import Snapshots
from warehouse.source_rows import content_columns
from warehouse.tables import TABLE_OF_ROW


class RereadJob(NamedTuple):
    """A capture of a source, by the digest of its body."""

    location: Location
    source_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser gives for one capture: rows by table, as mappings of content columns; or why none."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    problem: str = ""


@dataclass
class Rereading:
    """Reads captures of a home again, each once, and compares published rows with them."""

    location: Location
    parsed: dict[tuple[str, str], Parsed] = field(default_factory=dict)

    def __call__(self, table: str, row: Mapping[str, Any]) -> tuple[str, bool]:
        """What reading the bytes again says of a row, and whether that contradicts it."""
        key = (str(row["source_id"]), str(row["capture_sha256"]))
        if key not in self.parsed:
            self.parsed[key] = read_again(self.location, *key)
        return compared(Snapshots(self.location), table, row, self.parsed[key])


def read_again(location: Location, source_id: str, sha256: str) -> Parsed:
    """The rows of a capture as today's parser reads it, in a child."""
    if source_id not in discover():
        return Parsed({}, f"no parser is called {source_id} any more")
    try:
        return in_child(read_one, RereadJob(location, source_id, sha256), discover()[source_id])
    except ReaderEndedError as ended:
        return Parsed({}, ended.why)


def read_one(job: RereadJob) -> Parsed:
    """The same, in this process."""
    reader = discover()[job.source_id]
    try:
        index = CaptureIndex(Snapshots(job.location), [job.source_id])
        light = next(c for c in index.of(job.source_id) if c.sha256 == job.sha256)
        beside = [c for c in index.of(job.source_id) if reader.source.accompanies(c.address)]
        companions, _ = loaded_companions(beside, index.load)
        rows: dict[str, list[Mapping[str, Any]]] = {}
        for row in parsed(reader, with_companions(index.load(light), companions)):
            rows.setdefault(TABLE_OF_ROW[type(row)].name, []).append(row._asdict())
        return Parsed(rows)
    except (ExtractError, ArchiveError, SnapshotError, StopIteration) as bad:
        return Parsed({}, str(bad) or "the index has no such capture")


def compared(snapshots: Snapshots, table: str, row: Mapping[str, Any], parse: Parsed) -> tuple[str, bool]:
    """What reading the bytes again says of a published row, and whether it contradicts it: another row, read
    by the very code that published this one. Other code may read a page otherwise; `gapledger reparse` shows
    how.
    """
    declared = next(t for t in TABLE_OF_ROW.values() if t.name == table)
    names = content_columns(declared)
    if any(all(one.get(n) == row.get(n) for n in names) for one in parse.rows.get(table, ())):
        return "read again from those bytes: the same row", False
    day = row["observed_on"]
    same_code = _code_of(snapshots, snapshots.name(declared, str(row["source_id"]), day)) == code_digest()
    what = parse.problem or "they give no such row"
    if same_code:
        return f"read again from those bytes, {what}", True
    return f"today's parser reads those bytes otherwise ({what}); gapledger reparse shows how", False


def _code_of(snapshots: Snapshots, name: str) -> str:
    try:
        said = snapshots.read(name).schema.metadata or {}
    except SnapshotError:
        return ""
    return said.get(b"code", b"").decode()
