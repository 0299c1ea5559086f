"""Dated Parquet snapshots: one file a table, source and day, whole or not there, never edited, only
superseded.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.archive.warc import RawArchive
from warehouse.checks.jump_guard import HELD, STALE_DAYS
from warehouse.history_pack import HistoryPack, captures
from warehouse.licences import licence
from warehouse.location import Location
from warehouse.schema import Table
from warehouse.tables import BOOKKEEPING_TABLES, CAPTURES, SNAPSHOT_TABLES

if TYPE_CHECKING:  # the checks bring pandas, which `gapledger status` does without
    from warehouse.checks.validation import Verdict
    from warehouse.source_rows import Reading

READERS = 8
MONTHLY = (
    CAPTURES,
)  # a file a day would be as many small files as the archive has; no reader wants one day of it


class SnapshotError(Exception):
    """A snapshot that cannot be read; the message names the file and what to do."""


def parquet_bytes(table: pa.Table, row_group_size: int = 200_000) -> bytes:
    """A table as one Parquet file: zstd, dictionary pages, the same bytes for the same rows."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=row_group_size, write_statistics=True)
    return sink.getvalue()


def coded(schema: pa.Schema) -> pa.Schema:
    """The schema with its text as numbers of a dictionary."""
    words = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [f.with_type(words) if pa.types.is_string(f.type) else f for f in schema], schema.metadata
    )


@contextmanager
def writing_coded(sink: io.BytesIO, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer of a file that says `schema`, for tables of `coded(schema)`: text that was read as numbers is
    written without ever being spelt out, in half of the time. Rows, statistics and the schema with its
    metadata are those of a file written from plain text.
    """
    with pq.ParquetWriter(sink, coded(schema), compression="zstd", store_schema=False) as writer:
        yield writer
        # Where Arrow looks for the schema that a file was written with (its documentation of the Parquet
        # format).
        said = {b"ARROW:schema": base64.b64encode(schema.serialize().to_pybytes())}
        writer.add_key_value_metadata({**(schema.metadata or {}), **said})


class Snapshots:
    """The snapshots of a home."""

    def __init__(self, location: Location) -> None:
        self.location = location

    @cached_property
    def archive(self) -> RawArchive:
        """The raw archive of the same home."""
        return RawArchive(self.location)

    @cached_property
    def pack(self) -> HistoryPack:
        """The history pack that the home began with, if any. A day with a snapshot of its own is the
        home's.
        """
        return HistoryPack(self.location)

    def name(self, table: Table, source_id: str, day: date) -> str:
        """The file's name: `snapshots/<table>_v<N>/<source_id>/<YYYY-MM-DD>.parquet`."""
        return f"snapshots/{table.directory}/{source_id}/{day.isoformat()}.parquet"

    def days(self, table: Table, source_id: str) -> list[date]:
        """The days of which there is a snapshot, in order; those of the history pack among them."""
        return sorted(
            {*self.own_days(table, source_id), *self.pack.days(table, source_id).get(source_id, ())}
        )

    def own_days(self, table: Table, source_id: str) -> list[date]:
        """The days of which there is a file of the home's own, in order."""
        names = self.location.names(f"snapshots/{table.directory}/{source_id}", ".parquet")
        return [date.fromisoformat(name.rsplit("/", 1)[-1].removesuffix(".parquet")) for name in names]

    def publish(self, reading: Reading, verdict: Verdict, licence_key: str, code: str) -> int:
        """Writes a good day's snapshot and its quarantined rows; gives the number of rows published.

        The file's metadata name the licence, the captures (digest, address, time) and the digest of the code
        that read them.
        """
        rows = reading.rows_on(verdict.day, without=verdict.numbers)
        captures = {p.sha256: [p.address, p.observed_at.isoformat()] for p in reading.parts_on(verdict.day)}
        terms = licence(licence_key)
        metadata = {
            "source": reading.source_id,
            "observed_on": verdict.day.isoformat(),
            "licence": terms.id,
            "licence_name": terms.name,
            "attribution": terms.attribution,
            "captures": json.dumps(captures, sort_keys=True),
            "code": code,
        }
        schema = reading.table.arrow_schema(metadata)
        self.location.write(
            self.name(reading.table, reading.source_id, verdict.day),
            parquet_bytes(rows.replace_schema_metadata(schema.metadata)),
        )
        self._quarantine(reading, verdict)
        return rows.num_rows

    def _quarantine(self, reading: Reading, verdict: Verdict) -> None:
        name = f"quarantine/{reading.table.name}/{reading.source_id}/{verdict.day.isoformat()}.parquet"
        if not verdict.quarantined:
            self.location.remove(name)
            return
        numbers = sorted(verdict.quarantined)
        rows = reading.distinct.take(pa.array(numbers))
        self.location.write(
            name,
            parquet_bytes(
                rows.append_column("reason", pa.array([verdict.quarantined[n] for n in numbers], pa.string()))
            ),
        )

    def latest(self, table: Table, source_id: str, before: date) -> tuple[pa.Table, dict[str, str]] | None:
        """The last good snapshot older than `before`, and the addresses of its captures by digest; None where
        there is none.
        """
        days = [day for day in self.days(table, source_id) if day < before]
        if not days:
            return None
        if days[-1] not in self.own_days(table, source_id):
            return self._latest_in_pack(table, source_id, days[-1])
        rows = self.read(self.name(table, source_id, days[-1]))
        captures = json.loads((rows.schema.metadata or {}).get(b"captures", b"{}"))
        return rows, {sha: address for sha, (address, _) in captures.items()}

    def _latest_in_pack(self, table: Table, source_id: str, day: date) -> tuple[pa.Table, dict[str, str]]:
        rows = self.pack.rows(table, {source_id: {day}})
        known = captures(self.pack, [source_id], day).select(["capture_sha256", "address"]).to_pylist()
        return rows.cast(table.arrow_schema()), {c["capture_sha256"]: c["address"] for c in known}

    def held(self, table: Table, source_id: str, before: date) -> list[tuple[datetime, pa.Table]]:
        """The rows that the checks held back in the weeks before a day (not those that were simply wrong), by
        day.
        """
        found = []
        for name in self.location.names(f"quarantine/{table.name}/{source_id}", ".parquet"):
            day = date.fromisoformat(name.rsplit("/", 1)[-1].removesuffix(".parquet"))
            if day < before and (before - day).days <= STALE_DAYS:
                rows = self.read(name)
                held = rows.filter(pc.starts_with(rows.column("reason"), HELD))
                if held.num_rows:
                    found.append((datetime.combine(day, time(), UTC), held))
        return found

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One snapshot; SnapshotError where it cannot be read."""
        try:
            # Not pq.read_table: it brings the data set reader and with it pandas, half of what `gapledger
            # status` takes to start.
            rows = pq.ParquetFile(pa.BufferReader(self.location.read(name))).read(
                columns=list(columns) if columns else None
            )
            return rows.select(list(columns)) if columns else rows
        except (pa.ArrowInvalid, OSError) as bad:
            raise SnapshotError(
                f"{name} cannot be read ({bad}); delete it and run: gapledger reparse"
            ) from bad

    def table(
        self,
        table: Table,
        until: date | None = None,
        sources: Iterable[str] | None = None,
        columns: Sequence[str] | None = None,
        newest_only: bool = False,
    ) -> pa.Table:
        """All rows of a table observed up to and including `until`, text columns dictionary-encoded; with
        `newest_only` of each source only its newest day.
        """
        wanted = None if sources is None else set(sources)
        by_source: dict[str, list[str]] = {}
        for name in self.location.names(f"snapshots/{table.directory}", ".parquet"):
            *_, source_id, file = name.split("/")
            if (wanted is None or source_id in wanted) and (
                until is None or date.fromisoformat(file[:10]) <= until
            ):
                by_source.setdefault(source_id, []).append(name)
        names = [n for files in by_source.values() for n in (files[-1:] if newest_only else files)]
        fields = [f for f in table.arrow_schema() if columns is None or f.name in columns]
        texts = [f.name for f in fields if pa.types.is_string(f.type)]
        schema = pa.schema(
            [
                pa.field(f.name, pa.dictionary(pa.int32(), pa.string()) if f.name in texts else f.type)
                for f in fields
            ]
        )
        packed = self.packed(table, until, wanted, newest_only).select(schema.names).cast(schema)
        if not names:
            return packed

        # A store far away answers many requests in the time of one; of a disk, each thread reads and decodes
        # its own files.
        bodies = dict(zip(names, self.location.read_many(names), strict=True)) if self.location.remote else {}

        def load(name: str) -> pa.Table:
            try:
                body = pa.BufferReader(bodies.pop(name) if bodies else self.location.read(name))
                rows = pq.read_table(
                    body, columns=[f.name for f in fields], read_dictionary=texts, use_threads=False
                )
            except (pa.ArrowInvalid, OSError) as bad:
                raise SnapshotError(
                    f"{name} cannot be read ({bad}); delete it and run: gapledger reparse"
                ) from bad
            return rows.cast(schema)

        with ThreadPoolExecutor(READERS) as pool:
            return pa.concat_tables([*pool.map(load, names), packed]).unify_dictionaries()

    def packed(
        self,
        table: Table,
        until: date | None = None,
        sources: Collection[str] | None = None,
        newest_only: bool = False,
    ) -> pa.Table:
        """What the history pack has of a table on days of which the home has no snapshot of its own."""
        if not self.pack.there:
            return table.arrow_schema().empty_table()
        if table is CAPTURES:
            return captures(self.pack, sources, until)
        days: dict[str, set[date]] = {}
        for source_id, packed in self.pack.days(table).items():
            if sources is None or source_id in sources:
                mine = set(self.own_days(table, source_id))
                there = [d for d in packed if (until is None or d <= until) and d not in mine]
                days[source_id] = (
                    {d for d in there[-1:] if d > max(mine, default=date.min)} if newest_only else {*there}
                )
        return self.pack.rows(table, days)

    def append(self, table: Table, rows: Sequence[Mapping[str, object]], file_day: date) -> None:
        """Adds bookkeeping rows (captures, outcomes) to the files of their sources; a row with a key that is
        there is replaced.
        """
        if table not in BOOKKEEPING_TABLES:
            raise ValueError(f"{table.name} is a snapshot of {[t.name for t in SNAPSHOT_TABLES]}: publish it")
        self.append_days(table, {file_day: rows})

    def append_days(self, table: Table, days: Mapping[date, Sequence[Mapping[str, object]]]) -> None:
        """The same for rows of many days at once, written together; the files of `MONTHLY` tables hold a
        month, under its first day.
        """
        files: dict[str, list[Mapping[str, object]]] = {}
        for day, rows in days.items():
            file_day = day.replace(day=1) if table in MONTHLY else day
            for row in rows:
                files.setdefault(self.name(table, str(row["source_id"]), file_day), []).append(row)
        ordered: list[Mapping[str, object]] = []
        cuts: dict[str, tuple[int, int]] = {}
        for name, mine in files.items():
            before = self.read(name).to_pylist() if self.location.exists(name) else []
            merged = {tuple(str(row.get(k)) for k in table.key): row for row in (*before, *mine)}
            cuts[name] = (len(ordered), len(merged))
            ordered.extend(merged[k] for k in sorted(merged))
        whole = pa.Table.from_pylist(ordered, schema=table.arrow_schema())
        self.location.write_many(
            {name: parquet_bytes(whole.slice(start, length)) for name, (start, length) in cuts.items()}
        )
