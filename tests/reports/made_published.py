"""Rows of derived tables, made for tests of what is published from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pyarrow as pa

from warehouse.mart_tables import mart_tables

DAY = date(2026, 8, 20)


def instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def price_row(model: str, component: str, amount: float, since: date, **other: Any) -> dict[str, Any]:
    fixed = {
        "as_of": DAY, "provider_id": "acme", "market": "", "model_id": model, "revision": "", "setting": "",
        "component": component, "service_tier": "standard", "modality": "text", "thinking": "any",
        "context_from_tokens": 0, "output_from_tokens": 0, "region": "", "currency": "USD",
        "per": "1e6 tokens", "time_band": "always", "price_kind": "list", "amount": amount,
        "amount_usd": amount, "valid_from": instant(since), "valid_to": None,
        "valid_from_basis": "first sighting", "last_seen_at": instant(DAY), "source_id": "acme",
        "listed_model": model, "own_page": True, "first_party": True, "sources_seen": 1, "sources_agree": 1,
        "capture_sha256": "0" * 64,
    }  # fmt: skip
    return {**fixed, **other}


def table_rows(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = mart_tables()[name].arrow_schema()
    filled = [{f.name: row.get(f.name, _nothing(f)) for f in schema} for row in rows]
    return pa.Table.from_pylist(filled, schema=schema)


def _nothing(field: pa.Field) -> Any:
    if field.nullable:
        return None
    if pa.types.is_boolean(field.type):
        return False
    return "" if pa.types.is_string(field.type) else 0
