"""What the gates hold back, told without the gates themselves: `gapledger status` needs no pandas for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warehouse.marts import Marts


def held_notes(marts: Marts) -> list[str]:
    """What the gates held back on the newest derived date, one line a rule."""
    days = marts.as_ofs()
    if not days or not marts.has("gates", days[-1]):
        return []
    return [held_line(r, f" on {days[-1]}") for r in marts.read("gates", days[-1]).to_pylist() if r["held"]]


def held_line(row: Mapping[str, Any], when: str = "") -> str:
    """What one row of `gates` holds back, and the last good values of it with their day."""
    found = (
        f"held back by a gate{when}: {row['held']}, rule {row['rule']}, {row['rows_failed']} of"
        f" {row['judged_table']}: {row['says']}"
    )
    if not row.get("last_good_on"):
        return f"{found}; no earlier date has them"
    told = f": {row['last_good']}" if row["last_good"] else ""
    return f"{found}; last good, as known on {row['last_good_on']:%Y-%m-%d}{told}"
