"""What holds of any vendor's price list, whatever its layout: the last look of a parser at its rows before it
hands them out.

Columns found by their header words can still be read wrongly when the page swaps two headers, or when the
grid shifts by a cell. Both put a price in a place where prices of its kind never are: reading from a cache
costs no more than input, input no more than output, a longer context or a faster tier no less.
`check_price_order` checks these orders within each model, and that no key carries two prices. It holds of a
vendor's own list without exception; the clouds that sell many labs' models have exceptions, and are held to
the same orders for most models (extractors/vendors/_order.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from extractors.errors import LayoutChanged
from warehouse.capture import Capture
from warehouse.tables import ListPrice

LADDER = ("cache_read", "input", "cache_write_5m", "cache_write_1h", "output")
LADDER_ONE_WRITE = ("cache_read", "input", "cache_write", "output")
TIERS = ("batch", "standard", "priority")
OTHERS = 2  # models that keep an order, where one that breaks it is set aside alone
_FREE = "free"


def check_price_order(
    rows: Iterable[ListPrice],
    capture: Capture,
    *,
    ladders: Sequence[Sequence[str]] = (LADDER, LADDER_ONE_WRITE),
    tiers: Sequence[Sequence[str]] = (TIERS, ("flex", "standard", "fast")),
    rising_with_context: bool = True,
) -> list[ListPrice]:
    """The rows, each key once, in the order given; LayoutChanged where two rows of one key differ or an order
    is broken.

    ladders: components of one key whose amounts never fall from left to right.
    tiers: service tiers of one component whose amounts never fall from left to right.
    rising_with_context: whether a longer prompt never costs less per token.
    """
    unique: dict[tuple[object, ...], ListPrice] = {}
    for row in rows:
        same = unique.setdefault(
            (*_place(row), row.component, row.service_tier, row.context_from_tokens), row
        )
        if same.amount != row.amount:
            raise LayoutChanged(
                capture, expected=f"one price for {_name(row)}", found=f"{same.amount} and {row.amount}"
            )
    kept = list(unique.values())
    for ladder in ladders:
        _never_falls(kept, capture, ladder, "component", "service_tier", "context_from_tokens")
    for ladder in tiers:
        _never_falls(kept, capture, ladder, "service_tier", "component", "context_from_tokens")
    if rising_with_context:
        steps = sorted({row.context_from_tokens for row in kept})
        _never_falls(kept, capture, steps, "context_from_tokens", "component", "service_tier")
    return kept


def _never_falls(
    rows: Sequence[ListPrice], capture: Capture, ladder: Sequence[object], along: str, *fixed: str
) -> None:
    groups: dict[tuple[object, ...], dict[object, ListPrice]] = defaultdict(dict)
    for row in rows:
        if getattr(row, along) in ladder and row.price_kind != _FREE and row.per == "1e6 tokens":
            groups[(*_place(row), *(getattr(row, name) for name in fixed))][getattr(row, along)] = row
    for group in groups.values():
        present = [group[step] for step in ladder if step in group]
        for lower, upper in pairwise(present):
            if lower.amount > upper.amount:
                raise LayoutChanged(
                    capture,
                    expected=f"{_name(lower)} at most {_name(upper)}",
                    found=f"{lower.amount} > {upper.amount} ({lower.printed!r}, {upper.printed!r})",
                )


def alone_out_of_order(rows: Sequence[ListPrice], ladders: Sequence[Sequence[str]]) -> dict[str, str]:
    """The one model of a table whose prices break an order that two others at least keep, and how; empty
    where none does, or where more do: then it is the columns that are in doubt.
    """
    groups: dict[tuple[object, ...], dict[str, ListPrice]] = defaultdict(dict)
    for row in rows:
        if row.price_kind != _FREE and row.per == "1e6 tokens":
            groups[(*_place(row), row.service_tier, row.context_from_tokens)][row.component] = row
    keep, broken = defaultdict[tuple[str, str], set[str]](set), defaultdict[str, set[tuple[str, str]]](set)
    for group in groups.values():
        for ladder in ladders:
            for low, high in pairwise(group[step] for step in ladder if step in group):
                if low.amount < high.amount:
                    keep[low.component, high.component].add(low.listed_model)
                elif low.amount > high.amount:
                    broken[low.listed_model].add((low.component, high.component))
    if len(broken) != 1:
        return {}
    (model, pairs), *_ = broken.items()
    if any(len(keep[pair] - {model}) < OTHERS for pair in pairs):
        return {}
    lower, upper = min(pairs)
    return {model: f"expected {lower} at most {upper}, as of the other models"}


def _place(row: ListPrice) -> tuple[object, ...]:
    return (
        row.provider_id,
        row.listed_model,
        row.modality,
        row.thinking,
        row.output_from_tokens,
        row.region,
        row.time_band,
        row.price_kind,
        row.currency,
        row.per,
        row.effective_from,
        row.effective_to,
    )


def _name(row: ListPrice) -> str:
    parts = [row.listed_model, row.component, row.service_tier]
    if row.context_from_tokens:
        parts.append(f"from {row.context_from_tokens} tokens")
    return " ".join(parts)


def per_million(amount: Decimal, tokens: int) -> Decimal:
    """An amount printed per `tokens` (a power of ten), per 1e6 tokens, exactly; ValueError for another
    quantity.
    """
    factor = {1: 6, 1_000: 3, 1_000_000: 0}.get(tokens)
    if factor is None:
        raise ValueError(f"a price per {tokens} tokens is no power of ten")
    return amount.scaleb(factor)
