"""Promotions that a page announces in a sentence below its tables, not in their cells.

`GPT-5.6 Sol's promotional pricing is available at least through November 21, 2026.`: the prices printed for
that model are the promotion's, and end with that day where it is not over yet. A sentence about a promotion
that names no model of the page is left over: what it is about would be a guess.
"""

from __future__ import annotations

import re
from datetime import datetime

from extractors.authoring import Page
from extractors.vendors._cells import day
from warehouse.tables import ListPrice

_SENTENCE = re.compile(r"[^.\n|]*(?:\.\d[^.\n|]*)*(?:[.\n]|$)")
_SAID = re.compile(
    r"\b(?:promotional|introductory|discounted|launch|limited[- ]time) (?:pric(?:e|es|ing)|rates?|offer)\b",
    re.I,
)
_UNTIL = re.compile(r"\b(?:through|until|till|ends?(?: on)?) (?P<day>[A-Z][a-z]+ \d{1,2}, \d{4})")


def promotions(page: Page, text: str) -> None:
    """Makes the list prices of the models that a sentence of `text` says to be promotional so."""
    for sentence in (found[0].strip() for found in _SENTENCE.finditer(text) if _SAID.search(found[0])):
        said = _slug(sentence)
        models = {row.listed_model for row in page.rows if isinstance(row, ListPrice)}
        named = {
            model
            for model in models
            if re.search(rf"(?<![a-z0-9.]){re.escape(_slug(model))}(?:-s)?(?=-(?!mini|nano|pro)|$)", said)
        }
        named = {name for name in named if not any(o != name and o.startswith(name) for o in named)}
        if not named:
            page.leave("below the tables", sentence, "a promotion of no model on this page", 0)
            continue
        match = _UNTIL.search(sentence)
        end = day(match["day"], page.capture, next_day=True) if match else None
        page.rows = [_promotional(row, named, end, page) for row in page.rows]


def _slug(text: str) -> str:
    """Text as an API id spells it: lower case, dashes between words (`GPT-5.6 Sol's` as gpt-5.6-sol-s)."""
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold())


def _promotional(row: object, named: set[str], end: datetime | None, page: Page) -> ListPrice:
    assert isinstance(row, ListPrice)
    # A badge in the table may have said "promotional" already; the sentence says until when.
    badged = row.price_kind == "promotional" and row.effective_to is None
    if row.listed_model not in named or not (row.price_kind == "list" or badged):
        return row
    # "at least through" a day that is over: the promotion goes on while the page prints its price.
    over = end is not None and end <= page.capture.captured_at
    return row._replace(price_kind="promotional", effective_to=None if over else end)
