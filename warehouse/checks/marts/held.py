"""What the gates hold back, told without the gates themselves: `gapledger status` needs no pandas for it."""

from __future__ import annotations

from warehouse.marts import Marts


def held_notes(marts: Marts) -> list[str]:
    """What the gates held back on the newest derived date, one line a rule."""
    days = marts.as_ofs()
    if not days or not marts.has("gates", days[-1]):
        return []
    rows = marts.read("gates", days[-1]).to_pylist()
    return [
        f"held back on {days[-1]} by rule {r['rule']} ({r['rows_failed']} of {r['judged_table']}:"
        f" {r['says']}): {r['held']}; the last good tables stay"
        for r in rows
        if r["held"]
    ]
