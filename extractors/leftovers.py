"""The leftovers of a capture, settled: which known models they name, whether too much is unread to publish
the rest, and their text made safe to publish.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from extractors.accounting import accounted
from extractors.errors import LayoutChanged
from extractors.source import Reader
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row, Score, Unread

MOST_AMOUNTS = 0.20
FEW_AMOUNTS = 12  # a wide line, or two or three: on a page of a dozen lines no sign of another layout
MOST_MODELS = 1 / 3
LONGEST = 300
_NAME_CHARACTER = re.compile(r"[\w.+-]")


def settle(reader: Reader, capture: Capture, rows: list[Row], known: frozenset[str]) -> list[Row]:
    """The rows with every leftover, found ones too, bounded, escaped and with the known models that it names.

    LayoutChanged where more than a fifth of the amounts (and more than FEW_AMOUNTS), or more than a third of
    the `known` models (those of the last good snapshot), are unread.
    """
    account = accounted(reader, capture, rows)
    kept: list[Row] = [row for row in rows if not isinstance(row, Unread)]
    left = [row for row in rows if isinstance(row, Unread)]
    leftovers = left + account.found
    if not leftovers:
        return kept
    first = f"the first: {leftovers[0].leftover!r} ({leftovers[0].why_unread})"
    unread = sum(row.amounts for row in left)
    if unread > max(MOST_AMOUNTS * account.total, FEW_AMOUNTS):
        found = f"{unread} of {account.total} unread; {first}"
        raise LayoutChanged(
            capture, expected=f"at most {MOST_AMOUNTS:.0%} of the amounts unread", found=found
        )
    named = known_in(leftovers, known)
    read = {row.listed_model for row in kept if isinstance(row, (ListPrice, Score))}
    lost = {model for models in named for model in models} - read
    if len(lost) > MOST_MODELS * len(known):
        found = f"{len(lost)} of {len(known)}: {', '.join(sorted(lost)[:5])}; {first}"
        raise LayoutChanged(
            capture, expected="at most a third of the last good snapshot's models unread", found=found
        )
    return [*kept, *dict.fromkeys(_published(leftovers, named))]


def models_of(rows: Iterable[Row]) -> frozenset[str]:
    """The models that a capture lists: those read, and the known ones that it leaves unread."""
    read = (row.listed_model for row in rows if isinstance(row, (ListPrice, Score)))
    unread = (row.known_model for row in rows if isinstance(row, Unread) and row.known_model)
    return frozenset((*read, *unread))


def known_in(leftovers: Iterable[Unread], known: frozenset[str]) -> list[list[str]]:
    """For each leftover the known models that its place or text names, longest names first; a name counts
    where no longer name stands: `gpt-5` is not in `gpt-5-mini`.
    """
    names = sorted(((_fold(model), model) for model in known), key=lambda n: (-len(n[0]), n[1]))
    return [_names_in(_fold(f"{row.place} / {row.leftover}"), names) for row in leftovers]


def _names_in(text: str, names: list[tuple[str, str]]) -> list[str]:
    found = []
    for folded, model in names:
        at = text.find(folded) if folded else -1
        while at >= 0:
            end = at + len(folded)
            before, after = text[at - 1 : at] if at else "", text[end : end + 1]
            if not _NAME_CHARACTER.match(before) and not _NAME_CHARACTER.match(after):
                found.append(model)
                text = text[:at] + " " * len(folded) + text[end:]
                break
            at = text.find(folded, at + 1)
    return found


def _published(leftovers: Iterable[Unread], named: Iterable[list[str]]) -> Iterable[Unread]:
    for row, models in zip(leftovers, named, strict=True):
        safe = Unread(safe_text(row.place), safe_text(row.leftover), safe_text(row.why_unread), row.amounts)
        yield safe._replace(known_model=models[0] if models else "")
        for model in models[1:]:  # the amounts are counted once
            yield safe._replace(amounts=0, known_model=model)


def safe_text(text: str) -> str:
    """A page's text for a table: white space folded, control and invisible characters written as escapes, at
    most LONGEST characters.
    """
    flat = " ".join(text.split())
    shown = "".join(
        c if not unicodedata.category(c).startswith("C") else f"\\u{ord(c):04x}" for c in flat[: LONGEST + 1]
    )
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
