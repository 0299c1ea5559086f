"""Reading a source's captures: each through the source's parser, failures apart, companions beside the
captures that need them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from extractors.errors import ExtractError, LayoutChanged, WrongPage
from extractors.leftovers import models_of, settle
from extractors.source import Reader
from warehouse.capture import Capture
from warehouse.source_rows import RowSet, gather
from warehouse.tables import Row


@dataclass(frozen=True, slots=True)
class Failure:
    """A capture that could not be read."""

    address: str
    day: date
    sha256: str
    error: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a source's captures said: row sets by table, captures that could not be read, and how many
    captures and rows there were.
    """

    source_id: str
    rows: dict[str, RowSet]
    failures: tuple[Failure, ...]
    captures: int

    @property
    def failed_days(self) -> dict[date, str]:
        """The days on which some address could not be read and no later capture of that day mended it, with
        the first error.
        """
        days: dict[date, str] = {}
        for failure in self.failures:
            days.setdefault(failure.day, failure.error)
        return days


def read_captures(
    reader: Reader,
    captures: Iterable[Capture],
    companions: Sequence[Capture] = (),
    known: Mapping[str, frozenset[str]] | None = None,
) -> Read:
    """Parses captures in time order. A parser's error, and any other exception in it, becomes a Failure with
    its capture named.

    `known` holds, by address, the listed models of the last good snapshot before these captures.
    """
    models = dict(known or {})
    failures: dict[tuple[str, date], Failure] = {}
    count = 0

    def each() -> Iterable[tuple[Capture, list[Row]]]:
        nonlocal count
        for capture in captures:
            if not reader.source.reads(capture.address):
                continue
            count += 1
            where = (capture.address, capture.observed_on)
            try:
                rows = parsed(
                    reader, _with_companions(capture, companions), models.get(capture.address, frozenset())
                )
            except ExtractError as error:
                failures[where] = Failure(capture.address, capture.observed_on, capture.sha256, str(error))
            else:
                failures.pop(where, None)
                models[capture.address] = models_of(rows)
                yield capture, rows

    rows = gather(reader.source.id, each(), reader.source.snapshot_tables)
    return Read(reader.source.id, rows, tuple(failures.values()), count)


def parsed(reader: Reader, capture: Capture, known: frozenset[str] = frozenset()) -> list[Row]:
    """The rows and leftovers of one capture, or an ExtractError and nothing else: a parser that stumbles is
    news about the page, and must not stop the other sources.

    `known` are the listed models of the last good snapshot of this address.
    """
    return settle(reader, capture, _stumbling(reader, capture), known)


def _stumbling(reader: Reader, capture: Capture) -> list[Row]:
    try:
        return reader.parse(capture)
    except ExtractError:
        raise
    except UnicodeDecodeError as odd:
        found = f"byte {odd.object[odd.start : odd.start + 1].hex()} at {odd.start} ({capture.content_type})"
        raise WrongPage(capture, expected="UTF-8 text", found=found) from odd
    except RecursionError as deep:
        raise WrongPage(
            capture, expected="a page nested as pages are", found="one nested too deep to read"
        ) from deep
    except Exception as defect:
        found = f"{type(defect).__name__}: {defect}"
        raise LayoutChanged(capture, expected="a page that the parser knows", found=found) from defect


def _with_companions(capture: Capture, companions: Sequence[Capture]) -> Capture:
    if not companions:
        return capture
    nearest: dict[str, Capture] = {}
    for other in companions:
        held = nearest.get(other.address)
        if held is None or abs(other.captured_at - capture.captured_at) < abs(
            held.captured_at - capture.captured_at
        ):
            nearest[other.address] = other
    return replace(capture, companions=nearest)
