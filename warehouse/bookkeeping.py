"""The tables that the ledger keeps of itself: what was captured, and what each step of a run did."""

from __future__ import annotations

from warehouse import columns as c
from warehouse.schema import Table
from warehouse.tables import fields

CAPTURES = Table(
    "captures",
    1,
    "One row per archived response.",
    fields(
        c.source_id,
        c.observed_on,
        c.captured_at,
        c.address,
        c.http_status,
        c.content_type,
        c.body_bytes,
        c.capture_sha256,
        c.warc,
        c.warc_offset,
        c.warc_length,
        c.record_type,
        c.origin,
        c.etag,
        c.last_modified,
        nullable=(c.etag, c.last_modified),
    ),
    key=("source_id", "address", "captured_at", "capture_sha256"),
)

OUTCOMES = Table(
    "outcomes",
    1,
    "One row per step per source per run.",
    fields(
        c.run_id,
        c.source_id,
        c.observed_on,
        c.step,
        c.started_at,
        c.seconds,
        c.success,
        c.rows_in,
        c.rows_out,
        c.rows_quarantined,
        c.error,
        c.capture_sha256,
        nullable=(c.error, c.capture_sha256),
    ),
    key=("run_id", "source_id", "observed_on", "step", "started_at"),
)

BOOKKEEPING_TABLES = (CAPTURES, OUTCOMES)
