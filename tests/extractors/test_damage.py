"""Every vendor's page, damaged in nine ways, gives a named error or the right values, or what it gives is
seen before it is published.

Which gate sees what:
- *the parser*: columns are found by header words, so a whole column moved changes nothing, and a renamed
  header, an unknown unit or currency, an empty cell and another page are errors (LayoutChanged, UnknownValue,
  WrongPage, EmptyPage, Truncated);
- *the order of prices* (extractors/price_order.py): headers exchanged over their cells, or a grid shifted by
  a cell, put a price where such prices never are (cache read <= input <= output, batch <= standard <=
  priority), and two prices at one key;
- *`Expects`*: a whole page in another currency or another unit, the page of another vendor (none of the
  models it must have), amounts out of range, prices that jump by more than ten times at once;
- *the last good snapshot*: what is cut off or taken out is missing, and nothing else is different. So after a
  lost row or half a body the rows read must be among the right ones: the checks count what vanished, and
  within their limit the model's last good price stays, with its age.

A damage that only changes a model's name is not in the list: another name is another model, and is listed as
unmatched.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import ParseError
from extractors.leftovers import models_of
from extractors.reading import parsed
from extractors.source import discover
from tests.extractors import damage
from tests.extractors.golden import golden_files, load
from tests.extractors.page_tables import spread
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import ListPrice, Unread

VENDORS = {source_id for source_id, reader in discover().items() if reader.source.kind == "vendors"}
FILES = [f for f in golden_files() if f.parent.name in VENDORS]
LOSSES = ("a row lost", "half the body")
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt ="
    " {};</script></body></html>"
)
MISSING = "<!doctype html><html><head><title>404</title></head><body><h1>Page not found</h1></body></html>"


@cache
def _read(rows_file: Path) -> tuple[Capture, list[Any]]:
    """A golden capture and what is read of it."""
    capture, _ = load(rows_file)
    reader = discover()[capture.source_id]
    rows = parsed(reader, capture, models_of(reader.parse(capture)))
    return capture, [row for row in rows if not isinstance(row, Unread)]


def _name(rows_file: Path) -> str:
    return f"{rows_file.parent.name}/{rows_file.name.removesuffix('.rows.json')}"


def _key(row: Any) -> tuple[Any, ...]:
    values = row._asdict()
    return type(row).__name__, *(
        v for k, v in values.items() if k not in ("amount", "printed", "canonical_model")
    )


def _statement(row: Any) -> tuple[Any, ...]:
    return (*_key(row), getattr(row, "amount", None))


def _seen_by_expects(expects: Expects, right: list[Any], found: list[Any]) -> str:
    """Why the checks of the source's `Expects` would not publish these rows; empty where they would."""
    prices = [row for row in found if isinstance(row, ListPrice)]
    if any(row.currency not in expects.currencies for row in prices):
        return "currency"
    least, most = expects.amounts
    tokens = [
        r
        for r in prices
        if r.per == "1e6 tokens" and r.modality == "text" and r.component in ("input", "output")
    ]
    if any(not least <= row.amount <= most for row in tokens if row.price_kind != "free"):
        return "amounts"
    models, right_models = {row.listed_model for row in found}, {row.listed_model for row in right}
    if expects.models and right_models & set(expects.models) and not models & set(expects.models):
        return "models"
    if len(right_models - models) > expects.vanished_share * len(right_models):
        return "vanished"
    before = {_key(row): row.amount for row in right if isinstance(row, ListPrice)}
    common = [(row.amount, before[_key(row)]) for row in prices if _key(row) in before]
    jumped = sum(new != old and (not old or not new or not 0.1 <= new / old <= 10) for new, old in common)
    return "changed" if common and jumped > expects.changed_share * len(common) else ""


def _verdict(kind: str, rows_file: Path, text: str) -> str:
    """Empty where the damaged page is refused, harmless or seen; else what got through."""
    capture, right = _read(rows_file)
    reader = discover()[capture.source_id]
    body = text.encode()
    try:
        found = parsed(reader, replace(capture, body=body, sha256=""), models_of(right))
    except ParseError:
        return ""
    except Exception as error:
        return f"no named error: {type(error).__name__}: {error}"
    leftovers = [row for row in found if isinstance(row, Unread)]
    found = [row for row in found if not isinstance(row, Unread)]
    right = [row for row in right if not isinstance(row, Unread)]
    was, now = Counter(map(_statement, right)), Counter(map(_statement, found))
    if (
        was == now
        or ((kind in LOSSES or leftovers) and not now - was)
        or _seen_by_expects(reader.source.expects, right, found)
    ):
        return ""
    return (
        f"new {[(s[1:5], s[-1]) for s in (now - was)][:4]}, gone {[(s[1:5], s[-1]) for s in (was - now)][:4]}"
    )


def _models_touched(right: list[Any], damaged: damage.Damaged) -> bool:
    """Whether the damage is to a model's name: renamed, or exchanged with another model's."""
    names = {row.listed_model.casefold() for row in right}
    return any(name in damaged.where.casefold() for name in names)


@pytest.mark.parametrize("kind", damage.KINDS)
@pytest.mark.parametrize("rows_file", FILES, ids=_name)
def test_a_damaged_page_never_changes_a_price_silently(rows_file: Path, kind: str) -> None:
    capture, right = _read(rows_file)
    through = []
    for damaged in damage.KINDS[kind](capture.text()):
        if kind in ("a column swapped", "a header renamed") and _models_touched(right, damaged):
            continue
        if problem := _verdict(kind, rows_file, damaged.text):
            through.append(f"{damaged.where}: {problem}")
    assert through == []


@pytest.mark.parametrize("rows_file", FILES, ids=_name)
def test_another_page_is_never_read_as_this_one(rows_file: Path) -> None:
    others = [f for f in FILES if f.parent.name != rows_file.parent.name]
    texts = [
        ("challenge", CHALLENGE),
        ("missing", MISSING),
        ("empty", ""),
        ("json", "{}"),
        ("prose", "# Pricing\n\nContact sales.\n"),
    ]
    texts += [(_name(f), _read(f)[0].text()) for f in spread(others, 12)]
    through = [
        f"{name}: {problem}" for name, text in texts if (problem := _verdict("another page", rows_file, text))
    ]
    assert through == []
