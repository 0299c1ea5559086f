"""What the descriptor says of each snapshot file, kept with the stamp of the file that it was read from: a
publication reads and digests the files that are new or changed, not every one ever written.

The stamp is what the disk says of a file without reading it (size, time of change, inode), or the store's
tag. Whether a file still has its digest is `gapledger verify`'s question: the descriptor states what was
written.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa

from warehouse.location import Location
from warehouse.parquet import SnapshotError, footer, leave_out, parquet_bytes, read

KEPT = "kept/snapshot_digests.parquet"
READERS = 8
SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("stamp", pa.string()),
        ("byte_count", pa.int64()),
        ("row_count", pa.int64()),
        ("hash", pa.string()),
        ("licence", pa.string()),
    ]
)


class SnapshotDigests:
    """The kept digests of a home: `of` some files, and `keep` what was asked for."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self._before = self._kept()
        self._now: dict[str, dict[str, Any]] = {}

    def _kept(self) -> dict[str, dict[str, Any]]:
        """By path; empty where nothing was kept, or what was is damaged: then every file is read again."""
        try:
            body = self.location.read(KEPT)
            return {row["path"]: row for row in read(body, KEPT, SCHEMA.names).to_pylist()}
        except (FileNotFoundError, SnapshotError, KeyError):
            return {}

    def of(self, folder: str) -> list[dict[str, Any]]:
        """path, byte_count, row_count, hash and licence of each whole Parquet file below a folder; a damaged
        one is left out with a warning.
        """
        stamps = self.location.stamps(folder, ".parquet")
        new = [name for name, stamp in stamps.items() if self._before.get(name, {}).get("stamp") != stamp]
        with ThreadPoolExecutor(READERS) as pool:
            found = dict(zip(new, pool.map(self._read, new), strict=True))
        for name, stamp in stamps.items():
            said = found[name] if name in found else self._before[name]
            if said is not None:
                self._now[name] = {**said, "path": name, "stamp": stamp}
        return [self._now[name] for name in sorted(stamps) if name in self._now]

    def _read(self, name: str) -> dict[str, Any] | None:
        """What the file itself says; None of a damaged one, which the descriptor does not vouch for."""
        body = self.location.read(name)
        try:
            said = footer(body, name)
        except SnapshotError as damaged:
            leave_out(damaged)
            return None
        return {
            "byte_count": len(body),
            "row_count": said.num_rows,
            "hash": "sha256:" + hashlib.sha256(body).hexdigest(),
            "licence": said.metadata[b"licence"].decode(),
        }

    def keep(self) -> None:
        """Writes what was asked for, where it differs from what was kept."""
        if self._now != self._before:
            rows = [self._now[name] for name in sorted(self._now)]
            self.location.write(KEPT, parquet_bytes(pa.Table.from_pylist(rows, schema=SCHEMA)))
