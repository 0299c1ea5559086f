"""Vertex: the expected files take the global price where a cell has two."""

from __future__ import annotations

from typing import Any


def adjust(line: dict[str, str], column: str, wants: dict[str, Any]) -> dict[str, Any]:
    return wants | {"modality": "text", "region": lambda region: region in ("", "Global")}
