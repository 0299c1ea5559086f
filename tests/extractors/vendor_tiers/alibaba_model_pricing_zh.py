"""Alibaba Model Studio: the input price holds with thinking on and off where only the output is split."""

from __future__ import annotations

from tests.extractors.vendor_tiers import Wants

WORDS: dict[str, Wants] = {"cn-beijing": {"region": "华北2（北京）"}}


def adjust(line: dict[str, str], column: str, wants: Wants) -> Wants:
    split = column == "input" and {"thinking", "non-thinking"} & {
        part.strip() for part in line["tier"].split(";")
    }
    return wants | {"thinking": "any"} if split else wants
