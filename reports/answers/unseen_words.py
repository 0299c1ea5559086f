"""What a number does not know, in a few words to stand beside it: how many flagships that were released since
the day it speaks until are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GROUPS = {
    "US": "US", "CN": "Chinese", "europe": "European", "closed_weights": "closed-weights",
    "open_weights": "open-weights", "other_US": "other US",
}  # fmt: skip


def in_words(row: Mapping[str, Any]) -> str:
    """`not in it: 8 US and 4 Chinese flagships released since 2026-08-22`, of a row of `coverage`."""
    since = row["speaks_until"] or row["content_on"]
    if since is None:
        return "it speaks of no day"
    leader, follower = (GROUPS.get(row[side], row[side]) for side in ("leader", "follower"))
    if not row["leader_missing"] + row["follower_missing"]:
        return f"no flagship released since {since:%Y-%m-%d} is missing from it"
    return (
        f"not in it: {row['leader_missing']:.0f} {leader} and {row['follower_missing']:.0f} {follower}"
        f" flagships released since {since:%Y-%m-%d}"
    )


def beside(words: str) -> str:
    """The words behind a sentence that has no full stop."""
    return f"; {words}" if words else ""


def alone(words: str) -> str:
    """The words as a sentence."""
    return f"{words[0].upper()}{words[1:]}." if words else ""
