"""The prices in force at labs' own shops on the as-of day, one record a model and offer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from reports.selectors import Tables, picked, records

KINDS = ("list", "promotional", "introductory", "free")
# What tells one offer of a model from another; the fields are left out of a record where they say nothing.
CONDITIONS = {
    "service_tier": "standard", "modality": "text", "thinking": "any", "context_from_tokens": 0,
    "output_from_tokens": 0, "region": "", "time_band": "always", "per": "1e6 tokens", "setting": "",
    "revision": "", "price_kind": "list",
}  # fmt: skip


def first_party(tables: Tables) -> pd.DataFrame:
    """Every first-party price that ever held, as rows of price_intervals."""
    rows = picked(tables, "price_intervals", first_party=True)
    return rows[rows["price_kind"].isin(KINDS)]


def in_force(rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Those that hold at the end of the as-of day."""
    end = pd.Timestamp(as_of + timedelta(days=1), tz="UTC")
    return rows[(rows["valid_from"] < end) & (rows["valid_to"].isna() | (rows["valid_to"] > end))]


def price_record(row: dict[str, Any]) -> dict[str, Any]:
    """One price as a JSON object: what it is of, how much, since when, by which source and capture."""
    conditions = {name: row[name] for name, plain in CONDITIONS.items() if row[name] != plain}
    until = row["valid_to"]
    return {
        "component": row["component"],
        "amount": row["amount"],
        "currency": row["currency"],
        "amount_usd": row["amount_usd"],
        "provider": row["provider_id"],
        **conditions,
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": None if until is None or pd.isna(until) else until.isoformat(),
        "last_seen": row["last_seen_at"].isoformat(),
        "source": row["source_id"],
        "capture_sha256": row["capture_sha256"],
    }


def model_facts(tables: Tables) -> dict[str, dict[str, Any]]:
    """By model_id its name, lab, country, day of release, openness and context."""
    facts = {}
    for r in records(picked(tables, "models")):
        facts[r["model_id"]] = {
            "id": r["model_id"],
            "name": r["name"],
            "lab": r["lab_id"],
            "country": r["country"],
            "released_on": None if r["released_on"] is None else f"{r['released_on']:%Y-%m-%d}",
            "open_weights": r["open_weights"],
            "context_tokens": r["context_tokens"],
        }
    return facts
