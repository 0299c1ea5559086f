"""What the price feeds share: JSON bodies and an account of every entry."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from extractors.bodies import json_of
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue, WrongPage
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row, Unread

log = logging.getLogger("gapledger.feeds")
# What an entry that no rule covers raises. These feeds are written by hundreds of hands: one new key in 4,500
# entries is one entry that is not understood; more than a fifth of them are another format.
UNREADABLE = (KeyError, AttributeError, TypeError, ValueError, ArithmeticError)
MOST_UNREADABLE = 0.20
Json = dict[str, Any]


@dataclass(slots=True)
class FeedAudit:
    """The rows of one capture and the account of its entries (one entry = one model of one provider).

    Every entry is `priced` (it gave at least one price row) or in `skipped` under exactly one reason;
    `ignored` counts the single prices of any entry that were left out, by reason. `unread` holds the entries
    that were set aside, with what each raised; `leftovers` the prices of other entries that no rule reads;
    `strangers` the keys that no rule knows and that cannot bear on a price, with the entries that have them.
    """

    rows: list[Row] = field(default_factory=list)
    entries: int = 0
    priced: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    unread: dict[str, Exception] = field(default_factory=dict)
    leftovers: list[Unread] = field(default_factory=list)
    strangers: dict[str, list[str]] = field(default_factory=dict)


def body(capture: Capture, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """The capture's JSON, which is a `kind` (dict or list) with members; a named error otherwise."""
    document = json_of(capture)
    if not isinstance(document, kind):
        raise WrongPage(capture, expected=f"a JSON {kind.__name__}", found=type(document).__name__)
    if not document:
        raise EmptyPage(capture, expected="at least one member", found="none")
    return document


def read_entries(capture: Capture, reader: Callable[[Capture, FeedAudit], None]) -> FeedAudit:
    """Runs `reader` over the capture. Raises an error that names the capture: LayoutChanged or UnknownValue
    for what is missing or malformed, EmptyPage where no entry has a price.
    """
    reading = FeedAudit()
    with _uncollected(), _named(capture, reading):
        reader(capture, reading)
        if len(reading.unread) > MOST_UNREADABLE * reading.entries:
            raise next(iter(reading.unread.values()))
    if not reading.priced:
        raise EmptyPage(
            capture, expected="at least one price", found=f"{reading.entries} entries, none priced"
        )
    reading.rows += _left(reading)
    if reading.unread:
        said = "; ".join(f"{name}: {error!r}" for name, error in [*reading.unread.items()][:5])
        message = "%s: %d of %d entries not understood and left out: %s"
        log.warning(message, capture, len(reading.unread), reading.entries, said)
    return reading


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pauses the cycle collector: a feed is some 100,000 objects without a cycle, and walking them again and
    again while they are made took more than half of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def _named(capture: Capture, reading: FeedAudit) -> Iterator[None]:
    """Turns what a reader raises into an error of the capture that says after which row it was raised."""
    try:
        yield
    except KeyError as error:
        found = f"none, after {_place(reading)}"
        raise LayoutChanged(capture, expected=f"the field {error}", found=found) from error
    except (AttributeError, TypeError) as error:
        found = f"{error}, after {_place(reading)}"
        raise LayoutChanged(capture, expected="fields of the known kinds", found=found) from error
    except ValueError as error:
        found = f"{error}, after {_place(reading)}"
        raise UnknownValue(capture, expected="known fields and finite numbers >= 0", found=found) from error


def _left(reading: FeedAudit) -> list[Unread]:
    """The capture's leftovers: entries set aside, prices that no rule reads, and keys that no rule knows,
    each of these once with the number of its entries.
    """
    strangers = [
        Unread(
            f"{len(names)} entries, the first {names[0]}",
            said,
            "a key that no rule knows and that names no price",
        )
        for said, names in reading.strangers.items()
    ]
    return [*reading.leftovers, *strangers]


def set_aside(reading: FeedAudit, before: int, name: str, error: Exception, model: str = "") -> None:
    """Takes back the rows since `before` of an entry that no rule covers: what is odd about it may change
    what its other prices mean. `model` is the entry's listed model.

    `read_entries` refuses the capture where more than MOST_UNREADABLE of the entries are so.
    """
    amounts = sum(type(row) is ListPrice for row in reading.rows[before:])
    del reading.rows[before:]
    reading.entries += 1
    reading.skipped["not understood"] += 1
    reading.unread.setdefault(name, error)
    why = f"expected or unknown: {error}" if isinstance(error, KeyError) else f"{error}"
    reading.leftovers.append(Unread(name, "the whole entry", why, max(amounts, 1), model))


def named_entries(reading: FeedAudit, group: Any, key: str) -> tuple[str, list[Any]]:
    """The lower-case id of a provider and the list of its entries under `key`; a provider without them is one
    entry set aside.
    """
    try:
        return group["id"].lower(), list(group[key])
    except UNREADABLE as error:
        set_aside(reading, len(reading.rows), name_in(group), error)
        return "", []


def name_in(entry: Any) -> str:
    """The id of an entry as far as it has one, for its leftover."""
    try:
        return str(entry["id"])
    except UNREADABLE:
        return "an entry without an id"


def account(reading: FeedAudit, before: int, reason: str) -> None:
    """Books one entry: priced when rows of prices came since `before` rows, else skipped for `reason`."""
    reading.entries += 1
    if any(type(row) is ListPrice for row in reading.rows[before:]):
        reading.priced += 1
    else:
        reading.skipped[reason] += 1


def _place(reading: FeedAudit) -> str:
    last = reading.rows[-1] if reading.rows else None
    return (
        "no row yet"
        if last is None
        else f"{getattr(last, 'provider_id', '')} {getattr(last, 'listed_model', '')}".strip()
    )
