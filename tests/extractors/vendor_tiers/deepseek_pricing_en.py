"""DeepSeek's lines say ANNOUNCED in their note where the price is not in force yet."""

from typing import Any


def adjust(line: dict[str, str], column: str, wants: dict[str, Any]) -> dict[str, Any]:
    """Announced lines want announced rows."""
    return wants | {"price_kind": "announced"} if line["note"].startswith("ANNOUNCED") else wants
