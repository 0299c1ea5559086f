"""MiniMax's lines give the charged price; where the note says that a list price is struck out, the charged
one is promotional.
"""

from typing import Any


def adjust(line: dict[str, str], column: str, wants: dict[str, Any]) -> dict[str, Any]:
    """Lines with a struck-out list price want promotional rows."""
    return wants | {"price_kind": "promotional"} if "list" in line["note"] else wants
