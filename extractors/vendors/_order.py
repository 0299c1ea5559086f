"""Checks on the rows of a price table: one amount per key, and columns in the order that prices have nearly
everywhere.

A page whose two headers are swapped reads as cleanly as the right one; that cache hits cost more than input
for most models is what gives it away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from extractors.errors import LayoutChanged, UnknownValue
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row


def settled(rows: Sequence[ListPrice], capture: Capture) -> list[Row]:
    """The rows without exact repetitions; LayoutChanged where a key has two amounts or batch costs more than
    standard for most.
    """
    kept: dict[tuple[object, ...], ListPrice] = {}
    for row in rows:
        key = tuple(row._replace(amount=Decimal(0), printed=None))
        if key in kept and kept[key].amount != row.amount:
            found = f"{kept[key].amount}, {row.amount}"
            raise LayoutChanged(
                capture, expected=f"one amount for {row.listed_model} {row.component}", found=found
            )
        kept.setdefault(key, row)
    standard = {key: row.amount for key, row in kept.items() if row.service_tier == "standard"}
    pairs = [
        (
            row.amount,
            standard.get(tuple(row._replace(service_tier="standard", amount=Decimal(0), printed=None))),
        )
        for row in kept.values()
    ]
    batch = [
        (low, high)
        for (low, high), row in zip(pairs, kept.values(), strict=True)
        if row.service_tier == "batch" and high is not None
    ]
    _mostly(batch, "batch <= standard", capture)
    return list(kept.values())


# What holds between two columns of a table for nearly every model: what a swapped pair of headers breaks.
_RELATIONS: tuple[tuple[tuple[str, str, str], tuple[str, str, str]], ...] = (
    (("cache_read", "text", ""), ("input", "text", "")),
    (("cache_read", "audio", ""), ("input", "audio", "")),
    (("input", "text", ""), ("input", "audio", "")),
    (("input", "text", ""), ("input", "image", "")),
    (("cache_read", "text", ""), ("cache_read", "audio", "")),
    (("cache_read_explicit", "text", ""), ("cache_read", "text", "")),
    (("input", "text", ""), ("cache_write", "text", "")),
    (("cache_write", "text", ""), ("output", "text", "")),
    (("cache_storage", "text", ""), ("cache_read", "text", "")),
    (("input", "text", ""), ("output", "text", "")),
    (("output", "text", ""), ("output", "multimodal", "")),
    (("output", "text", ""), ("output", "audio", "")),
    (("output", "text", "off"), ("output", "text", "on")),
)


def ordered(rows: Sequence[ListPrice], capture: Capture, unordered: str = "$^") -> Sequence[ListPrice]:
    """The rows of one table, as they are; UnknownValue where a known relation of two columns fails for most
    models.

    unordered: a regular expression of the models to which `input <= output` does not apply (their input is
    audio or pictures).
    """
    groups: dict[tuple[object, ...], dict[tuple[str, str], list[ListPrice]]] = {}
    for row in rows:
        if row.price_kind == "list" and not re.search(unordered, row.listed_model):
            key = (
                row.listed_model,
                row.service_tier,
                row.context_from_tokens,
                row.output_from_tokens,
                row.region,
                row.time_band,
            )
            groups.setdefault(key, {}).setdefault((row.component, row.modality), []).append(row)
    for low, high in _RELATIONS:
        pairs = [
            (a.amount, b.amount)
            for group in groups.values()
            for a in group.get(low[:2], ())
            for b in group.get(high[:2], ())
            if low[2] in ("", a.thinking) and high[2] in ("", b.thinking)
        ]
        _mostly(pairs, f"{' '.join(low)} <= {' '.join(high)}", capture)
    _mostly(_by_length(rows), "a shorter prompt <= a longer one", capture)
    return rows


def _by_length(rows: Sequence[ListPrice]) -> list[tuple[Decimal, Decimal]]:
    """The amounts of one price at each length of the prompt and at the next one."""
    steps: dict[tuple[object, ...], dict[int, Decimal]] = {}
    for row in rows:
        key = tuple(row._replace(amount=Decimal(0), context_from_tokens=0, printed=None))
        steps.setdefault(key, {})[row.context_from_tokens] = row.amount
    return [
        (lengths[low], lengths[high]) for lengths in steps.values() for low, high in pairwise(sorted(lengths))
    ]


def _mostly(pairs: Sequence[tuple[Decimal, Decimal]], said: str, capture: Capture) -> None:
    """UnknownValue where as many pairs or more stand the other way round as stand right; equal ones say
    nothing.
    """
    right, wrong = sum(low < high for low, high in pairs), sum(low > high for low, high in pairs)
    if wrong and wrong >= right:
        raise UnknownValue(
            capture,
            expected=f"{said} for most models",
            found=f"the other way round for {wrong}, so for {right}",
        )
