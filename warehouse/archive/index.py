"""The archive's index: which capture of which source lies where. The `captures` table, read and written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from warehouse.archive.warc import Archived, ArchiveError
from warehouse.bookkeeping import CAPTURES
from warehouse.capture import Capture
from warehouse.history_pack import RECORD_TYPE as PACKED
from warehouse.snapshots import Snapshots


class CaptureIndex:
    """The captures of a home, read once."""

    def __init__(self, snapshots: Snapshots, sources: Iterable[str] | None = None) -> None:
        self.snapshots = snapshots
        rows = sorted(
            snapshots.table(CAPTURES, sources=sources).to_pylist(),
            key=lambda r: (r["source_id"], r["captured_at"], r["address"]),
        )
        self.rows: list[dict[str, Any]] = [r for r in rows if r["record_type"] != PACKED]
        # What the history pack knows of, and whose bytes are not here: for `explain`, and never read again.
        self.packed = {(r["source_id"], r["capture_sha256"]): r for r in rows if r["record_type"] == PACKED}
        self._keys = {
            (r["source_id"], r["address"], r["captured_at"], r["capture_sha256"]) for r in self.rows
        }
        self._whole = {r["capture_sha256"]: r for r in self.rows if r["record_type"] != "revisit"}

    def __contains__(self, capture: Capture) -> bool:
        return (capture.source_id, capture.address, capture.captured_at, capture.sha256) in self._keys

    def whole(self) -> dict[str, Capture]:
        """By body digest, the capture (without its body) whose record holds the body."""
        return {sha: self._light(row) for sha, row in self._whole.items()}

    def of(self, source_id: str, until: date | None = None, since: date | None = None) -> list[Capture]:
        """A source's captures in time order, bodies not loaded, from `since` up to and including `until`."""
        return [
            self._light(row)
            for row in self.rows
            if row["source_id"] == source_id
            and (until is None or row["observed_on"] <= until)
            and (since is None or row["observed_on"] >= since)
        ]

    def newest(self, source_id: str) -> dict[str, dict[str, Any]]:
        """By address, the index row of a source's newest capture."""
        return {row["address"]: row for row in self.rows if row["source_id"] == source_id}

    def load(self, capture: Capture) -> Capture:
        """The capture with its body, a revisit's from the record it refers to; ArchiveError where the archive
        has lost it, or holds other bytes than those whose digest the index states.
        """
        holder = self._whole.get(capture.sha256)
        if holder is None:
            raise ArchiveError(f"{capture}: no record of the archive holds this body; run: gapledger reindex")
        place = holder["warc"], holder["warc_offset"], holder["warc_length"]
        try:
            body = self.snapshots.archive.body(*place)
        except OSError as lost:
            raise ArchiveError(
                f"{capture}: {holder['warc']} cannot be read ({lost}); restore the file"
            ) from lost
        found = hashlib.sha256(body).hexdigest()
        if found != capture.sha256:
            raise ArchiveError(
                f"{capture}: the record at {place[1]} of {place[0]} holds a body with sha256 {found[:12]};"
                " restore the file, or run: gapledger reindex"
            )
        return replace(capture, body=body)

    def loaded(self, captures: Sequence[Capture]) -> Iterator[Capture]:
        """The captures with their bodies, one in memory at a time."""
        for capture in captures:
            yield self.load(capture)

    @staticmethod
    def _light(row: dict[str, Any]) -> Capture:
        return Capture(
            row["source_id"],
            row["address"],
            row["captured_at"],
            b"",
            row["content_type"],
            row["http_status"],
            row["capture_sha256"],
            row["warc"],
            row["warc_offset"],
            row["warc_length"],
        )


def index_rows(
    archived: Iterable[Archived], headers: dict[str, tuple[str | None, str | None]]
) -> list[dict[str, Any]]:
    """Rows of the `captures` table; `headers` gives (ETag, Last-Modified) by address."""
    rows = []
    for item in archived:
        capture = item.capture
        etag, last_modified = headers.get(capture.address, (None, None))
        rows.append(
            {
                "source_id": capture.source_id,
                "observed_on": capture.observed_on,
                "captured_at": capture.captured_at,
                "address": capture.address,
                "http_status": capture.status,
                "content_type": capture.content_type,
                "body_bytes": item.size,
                "capture_sha256": capture.sha256,
                "warc": capture.warc,
                "warc_offset": capture.offset,
                "warc_length": capture.length,
                "record_type": item.record_type,
                "origin": item.origin,
                "etag": etag,
                "last_modified": last_modified,
            }
        )
    return rows


def by_day(rows: Iterable[dict[str, Any]]) -> dict[date, list[dict[str, Any]]]:
    """Rows of the `captures` table by the day of their file."""
    days: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        days.setdefault(row["observed_on"], []).append(row)
    return days
