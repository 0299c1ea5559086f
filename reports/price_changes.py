"""The list of changes of flagships' prices: `price_changes` without what is an artefact of reading."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from reports.board_data import Names
from reports.components import Grid
from reports.selectors import Tables, picked, records
from reports.wording import NOTHING, band_words, day, number

PLAIN = {
    "service_tier": "standard",
    "modality": "text",
    "context_from_tokens": 0,
    "region": "",
    "per": "1e6 tokens",
}
HEADER = (
    "from", "provider", "model", "price of", "before", "after", "currency", "what", "when", "known by",
    "source",
)  # fmt: skip


def changes_grid(tables: Tables, models: Collection[str], names: Names) -> Grid:
    """Each change of the input and output prices of these models, newest first, with what it rests on; the
    caption counts the artefacts that are left out.
    """
    rows = picked(tables, "price_changes", **PLAIN, component=["input", "output"])
    rows = rows[rows["model_id"].isin(list(models))]
    artefacts = rows["change_verdict"] == "artefact"
    kept = rows[~artefacts].sort_values(["valid_from", "provider_id", "model_id", "component"], kind="stable")
    caption = "Every change of a flagship's price, as listed per 1M tokens, newest first"
    if artefacts.any():
        caption += f"; {artefacts.sum()} artefacts of reading are left out (price_changes names them)"
    body = tuple(_line(r, names) for r in reversed(records(kept)))
    return Grid(caption, HEADER, body, frozenset({4, 5}), marked=7)


def _line(r: dict[str, Any], names: Names) -> tuple[str, ...]:
    return (
        day(r["valid_from"]),
        str(r["provider_id"]) + (f", {r['market']}" if r["market"] else ""),
        names(r["model_id"], r["revision"]),
        str(r["component"]),
        NOTHING if r["amount_before"] is None else number(r["amount_before"], 6),
        number(r["amount"], 6),
        str(r["currency"]),
        str(r["change"]),
        band_words(r["time_band"]),
        str(r["change_verdict"]),
        str(r["source_id"]),
    )
