"""The leftovers of a capture, settled: which known models they name, whether too much is unread to publish
the rest, and their text made safe to publish.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from extractors.accounting import accounted, folded
from extractors.errors import LayoutChanged
from extractors.source import Reader
from warehouse.capture import Capture
from warehouse.modalities import embeds
from warehouse.tables import ListPrice, Row, Score, Unread

MOST_AMOUNTS = 0.20
MOST_MODELS = 1 / 3
OTHERS_READ = 2  # beside one that is unread: no more than a third
LONGEST = 300
_NAME_CHARACTER = re.compile(r"[\w.+-]")


def settle(reader: Reader, capture: Capture, rows: list[Row], known: frozenset[str]) -> list[Row]:
    """The rows with every leftover, found ones too, bounded, escaped and with the known models that it names.

    LayoutChanged where too much is unread: more than a fifth of all amounts of the capture, those that no
    parser's rule names among them, or more than a third of the `known` models (those of the last good
    snapshot). Amounts of one model alone are no sign of another layout (`_one_model`).
    """
    account = accounted(reader, capture, rows)
    kept: list[Row] = [_of_its_kind(row) for row in rows if not isinstance(row, Unread)]
    leftovers = [row for row in rows if isinstance(row, Unread)] + account.found
    if not leftovers:
        return kept
    first = f"the first: {leftovers[0].leftover!r} ({leftovers[0].why_unread})"
    read = {row.listed_model for row in kept if isinstance(row, (ListPrice, Score))}
    if account.unread > MOST_AMOUNTS * account.total and not _one_model(leftovers, account.lines, read):
        found = f"{account.unread} of {account.total} unread; {first}"
        raise LayoutChanged(
            capture, expected=f"at most {MOST_AMOUNTS:.0%} of the amounts unread", found=found
        )
    named = known_in(leftovers, known)
    lost = {model for models in named for model in models} - read
    if len(lost) > MOST_MODELS * len(known):
        found = f"{len(lost)} of {len(known)}: {', '.join(sorted(lost)[:5])}; {first}"
        raise LayoutChanged(
            capture, expected="at most a third of the last good snapshot's models unread", found=found
        )
    return [*kept, *dict.fromkeys(_published(leftovers, named))]


def _of_its_kind(row: Row) -> Row:
    """An embedding model's price of text as one of the modality `embedding`, on every page and in every
    feed.
    """
    if type(row) is ListPrice and row.modality == "text" and embeds(row.listed_model):
        return row._replace(modality="embedding")
    return row


def _one_model(leftovers: Iterable[Unread], lines: list[str], read: set[str]) -> bool:
    """Whether all unread amounts stand in the lines of one model, on a page of which two others at least are
    read: what a page of a few lines leaves where one is odd.

    lines: the words of the page's lines, folded. A leftover that holds two of them is a table, not a line;
    where no lines are known (a feed, a board) one entry is one amount.
    """
    odd = [row for row in leftovers if row.amounts]
    if len({(row.place, row.leftover.split(" | ")[0]) for row in odd}) > 1 or len(read) < OTHERS_READ:
        return False
    held = [sum(line in folded(row.leftover) for line in lines) for row in odd]
    return max(held) <= 1 if lines else sum(row.amounts for row in odd) == 1


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
    for name, model in names:
        at = text.find(name) if name else -1
        while at >= 0:
            end = at + len(name)
            before, after = text[at - 1 : at] if at else "", text[end : end + 1]
            if not _NAME_CHARACTER.match(before) and not _NAME_CHARACTER.match(after):
                found.append(model)
                text = text[:at] + " " * len(name) + text[end:]
                break
            at = text.find(name, at + 1)
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
