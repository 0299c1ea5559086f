"""Whose data a chart rests on, and under which licence: the line below it."""

from __future__ import annotations

from collections.abc import Sequence

from reports.selectors import Tables, board_names, picked
from reports.wording import named
from warehouse.licences import LICENCES
from warehouse.seeds import boards

MOST_NAMED = 6


def source_line(
    tables: Tables, boards: Sequence[str] = (), sources: Sequence[str] = (), derived: str = ""
) -> str:
    """'Source: Epoch Capabilities Index (CC BY 4.0 ...). Derived by gapledger, CC BY 4.0.'"""
    said = [_said(tables, "board", board) for board in boards] + [
        _said(tables, "source", source) for source in sources[:MOST_NAMED]
    ]
    more = (
        f"; and {len(sources) - MOST_NAMED} more sources, all in the list at the end"
        if len(sources) > MOST_NAMED
        else ""
    )
    own = derived or "Dates of release: vendors, registries and seeds of gapledger"
    return f"Sources: {'; '.join(said) or 'gapledger'}{more}. {own}. Derived numbers: gapledger, CC BY 4.0."


def price_source_line(tables: Tables) -> str:
    """Whose prices: the sources of prices in force, those with the most first."""
    prices = tables.get("price_intervals")
    counted = [] if prices is None else prices.column("source_id").value_counts().to_pylist()
    order = [str(c["values"]) for c in sorted(counted, key=lambda c: (-c["counts"], c["values"]))]
    return source_line(tables, sources=order, derived="USD at the ECB's reference rates")


def _said(tables: Tables, subject: str, subject_id: str) -> str:
    rows = picked(tables, "attributions", subject=subject, subject_id=subject_id)
    if len(rows):
        row = rows.iloc[0]
        return f"{named(row['title'])} ({named(row['licence_name'])})"
    if subject == "board":
        seed = boards().set_index("board_id")["licence"]
        licence = LICENCES.get(str(seed.get(subject_id, "")))
        return (
            f"{board_names().get(subject_id, subject_id)}"
            f" ({licence.name if licence else 'licence not stated'})"
        )
    return subject_id
