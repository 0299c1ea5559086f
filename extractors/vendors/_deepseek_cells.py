"""DeepSeek's price cells and what the prose says of them: discounts, dates, the hours of the bands."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from extractors.errors import UnknownValue
from extractors.html import Cell
from extractors.printed import money
from extractors.vendors._deepseek_bands import moment, peak_bands, sentences_with
from extractors.vendors._deepseek_page import Page as Parts
from extractors.vendors._deepseek_page import Words
from extractors.vendors._wording import plain
from warehouse.capture import Capture
from warehouse.tables import ListPrice
from warehouse.time_bands import ALWAYS, band


def cell_rows(cell: Cell, base: ListPrice, parts: Parts, words: Words, capture: Capture) -> list[ListPrice]:
    """The rows of one price cell: `$0.14`, or `$0.435 (75% off)` beside the struck-out list price."""
    charged, share = _charged(cell, base, words, capture)
    text = charged.printed or ""
    if (share is None) != (not cell.struck):
        raise UnknownValue(
            capture,
            expected="a discount together with its struck-out list price",
            found=f"{text!r} {cell.struck}",
        )
    if share is None:
        return [_since(charged, parts)]
    struck = money(cell.struck[0])
    if (
        len(cell.struck) != 1
        or len(struck) != 1
        or struck[0].currency != words.currency
        or struck[0].amount * share != charged.amount
    ):
        raise UnknownValue(
            capture, expected=f"a list price of which {charged.amount} is {share}", found=str(cell.struck)
        )
    whole = base._replace(amount=struck[0].amount, printed=f"{text} ~~{cell.struck[0]}~~")
    return [
        charged._replace(price_kind="promotional", effective_to=_until(base.listed_model, parts)),
        _since(whole, parts),
    ]


def _charged(cell: Cell, base: ListPrice, words: Words, capture: Capture) -> tuple[ListPrice, Decimal | None]:
    """The charged price of a cell, and the share of the list price that it says it is; None: none."""
    text = " ".join(plain(cell.text).split())
    match = re.fullmatch(
        r"(?P<price>[^()（）]+?)\s*(?:[(（]\s*(?:(?P<off>\d+)% off|(?P<fold>[\d.]+) ?折)\s*[)）])?", text
    )
    found = money(match["price"]) if match else []
    if (
        match is None
        or len(found) != 1
        or found[0].before
        or found[0].after
        or found[0].currency != words.currency
        or not found[0].amount
    ):
        raise UnknownValue(
            capture,
            expected=f"one amount in {words.currency} for {base.listed_model} {base.component}",
            found=repr(text),
        )
    share = Decimal(100 - int(match["off"])) / 100 if match["off"] else None
    if match["fold"]:
        share = Decimal(match["fold"]) / 10
    return base._replace(amount=found[0].amount, printed=text), share


def _until(model: str, parts: Parts) -> datetime | None:
    said = [s for s in sentences_with(parts.prose, "discount", "折") if model in s]
    return moment(said[0]) if len(said) == 1 else None


def _since(row: ListPrice, parts: Parts) -> ListPrice:
    """Dates a list price of cached input where the prose dates its cut ("For all models ... takes effect from
    2026/4/26 12:15 UTC").
    """
    for line in parts.prose.split("\n"):
        if row.component == "cache_read" and re.search(
            r"For all models, the input cache hit price|所有模型的?.{0,6}缓存命中", line
        ):
            return row._replace(effective_from=moment(line))
    return row


def with_bands(rows: list[ListPrice], parts: Parts, words: Words, capture: Capture) -> list[ListPrice]:
    if all(row.time_band == ALWAYS for row in rows):
        return rows
    peak, off_peak = _excerpt_bands(capture) if parts.excerpt else peak_bands(parts.prose, capture)
    at_peak = {(r.listed_model, r.component): r.amount for r in rows if r.time_band == "peak"}
    ratios = {
        at_peak[row.listed_model, row.component] / row.amount for row in rows if row.time_band == "off_peak"
    }
    if (
        len(ratios) != 1 or min(ratios) <= 1
    ):  # twice since 2026-08; were a price read from another cell, the ratios would differ
        raise UnknownValue(
            capture,
            expected="peak prices of one and the same multiple of the off-peak ones",
            found=str(sorted(ratios)),
        )
    return [row._replace(time_band={"peak": peak, "off_peak": off_peak}[row.time_band]) for row in rows]


def _excerpt_bands(capture: Capture) -> tuple[str, str]:
    """The bands for a body that is the table alone, its footnotes cut off: what the whole pages of those
    weeks state.

    The windows are the same on every page since 2026-08-16; Monday to Friday since about 2026-08-23.
    """
    windows, days = (
        "01:00-04:00,06:00-10:00",
        "mon-fri" if f"{capture.observed_on}" >= "2026-08-23" else "daily",
    )
    return band("peak", windows, days=days), band("off_peak", windows, days=days, complement=True)
