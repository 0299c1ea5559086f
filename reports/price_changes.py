"""Changes of prices for readers, from `price_changes` and its verdicts: the page's list of flagships' changes
(without what is an artefact of reading), and the offers that changed for the feeds and the files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

import pandas as pd

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
# What the feeds and changes.json tell: `one source` is one feed's word alone, and stands in the tables only.
CONFIRMED = ("own page", "stated", "agreed")
# What is one offer, whose components change together.
OFFER = [
    "provider_id", "market", "model_id", "revision", "setting", "service_tier", "modality", "thinking",
    "context_from_tokens", "output_from_tokens", "region", "currency", "per", "time_band", "price_kind",
]  # fmt: skip
USUAL = {"service_tier": "standard", "modality": "text", "thinking": "any", "price_kind": "list"}
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


def confirmed(tables: Tables) -> pd.DataFrame:
    """The rows of `price_changes` that more than one feed's word stands behind, the newest first."""
    rows = picked(tables, "price_changes", change_verdict=list(CONFIRMED))
    return rows.sort_values(
        ["valid_from", "model_id", "component"], ascending=[False, True, True], kind="stable"
    )


def offers_changed(tables: Tables, since: pd.Timestamp) -> Iterator[list[dict[str, Any]]]:
    """The confirmed changes from `since` (a UTC moment) on, as lists of the rows of one offer that changed at
    one moment: its input, its cached input and its output together.
    """
    rows = confirmed(tables)
    rows = rows[rows["valid_from"] >= since]
    by = ["valid_from", *OFFER]
    ordered = records(rows.sort_values([*by, "component"], kind="stable"))
    for _, together in groupby(ordered, key=lambda r: tuple(str(r[c]) for c in by)):
        yield list(together)


def change_title(together: list[dict[str, Any]]) -> str:
    """What happened to an offer, in two words."""
    kinds = {str(r["change"]) for r in together}
    if len(kinds) > 1:
        return "Price change"
    kind = next(iter(kinds))
    return {"cut": "Price cut", "rise": "Price rise"}.get(kind, f"{kind.capitalize()} price")


def change_words(together: list[dict[str, Any]]) -> str:
    """The change of an offer in two sentences: amounts before and after with the terms, and what it rests
    on.
    """
    first = together[0]
    amounts = ", ".join(
        f"{str(r['component']).replace('_', ' ')} {number(r['amount_before'], 6)} to {number(r['amount'], 6)}"
        for r in together
    )
    per = str(first["per"]).replace("1e6", "1M")
    known = ", ".join(dict.fromkeys(f"{r['change_verdict']} ({r['source_id']})" for r in together))
    terms = "".join(f"; {words}" for words in _terms(first))
    return f"{first['provider_id']}: {amounts} {first['currency']} per {per}{terms}. Known by: {known}."


def _terms(row: dict[str, Any]) -> Iterator[str]:
    """What is not plain about an offer."""
    if row["market"]:
        yield f"site {row['market']}"
    yield from (f"build {row['revision']}",) if row["revision"] else ()
    yield from (str(row[c]) for c in ("setting", "region") if row[c])
    yield from (f"{c.replace('_', ' ')} {row[c]}" for c, usual in USUAL.items() if row[c] and row[c] != usual)
    for name, words in (("context_from_tokens", "prompts"), ("output_from_tokens", "answers")):
        if row[name]:
            yield f"{words} from {number(row[name], 7)} tokens"
    if row["time_band"] != "always":
        yield band_words(row["time_band"])
