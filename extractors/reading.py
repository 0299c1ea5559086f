"""Reading a source's captures: each through the source's parser, failures apart, companions beside the
captures that need them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from extractors.budgets import PARSE_BYTES, in_bounds
from extractors.errors import ExtractError, LayoutChanged, WrongPage
from extractors.leftovers import models_of, settle
from extractors.source import Reader
from extractors.watching import watched
from warehouse.archive.records import ArchiveError
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
    load: Callable[[Capture], Capture] = lambda capture: capture,
    passed_over: Mapping[str, str] = MappingProxyType({}),
) -> Read:
    """Parses captures in time order. A parser's error, any other exception in it, and a body that the
    archive has lost become a Failure with its capture named.

    Another form of a page (Source.forms) stands for the page: what it says is the page's, and where it was
    read, the page's own failure of that day is mended. `known` holds, by address, the listed models of the
    last good snapshot before these captures. `load` gives a capture its body. `passed_over` says of digests
    why their captures are not parsed: they ended their reader.
    """
    models = dict(known or {})
    failures: dict[tuple[str, date], Failure] = {}
    count = 0

    def each() -> Iterable[tuple[Capture, list[Row]]]:
        nonlocal count
        for light in (capture for capture in captures if reader.source.reads(capture.address)):
            count += 1
            page = reader.source.page_of(light.address)
            where = (page, light.observed_on)
            try:
                _not_passed_over(light, passed_over)
                capture = load(light)
                beside = with_companions(capture, companions)
                rows = parsed(reader, beside, models.get(page, frozenset()))
            except (ExtractError, ArchiveError) as error:
                failures[where] = Failure(light.address, light.observed_on, light.sha256, str(error))
            else:
                failures.pop(where, None)
                models[page] = models_of(rows)
                yield replace(capture, address=page), rows

    rows = gather(reader.source.id, each(), reader.source.snapshot_tables)
    return Read(reader.source.id, rows, tuple(failures.values()), count)


def _not_passed_over(capture: Capture, passed_over: Mapping[str, str]) -> None:
    if (why := passed_over.get(capture.sha256)) is not None:
        step = "it is passed over until the code that reads it changes; report it with its digest"
        raise WrongPage(
            capture, expected="a page that its reader survives", found=f"one that {why}", next_step=step
        )


def loaded_companions(
    captures: Iterable[Capture], load: Callable[[Capture], Capture]
) -> tuple[list[Capture], list[Failure]]:
    """Companions with their bodies, and those that the archive has lost."""
    there, lost = [], []
    for light in captures:
        try:
            there.append(load(light))
        except ArchiveError as error:
            lost.append(Failure(light.address, light.observed_on, light.sha256, str(error)))
    return there, lost


def parsed(reader: Reader, capture: Capture, known: frozenset[str] = frozenset()) -> list[Row]:
    """The rows and leftovers of one capture, or an ExtractError and nothing else: a parser that stumbles is
    news about the page, and must not stop the other sources. Memory is bounded (extractors/watching.py).

    `known` are the listed models of the last good snapshot of this address.
    """
    try:
        with watched(capture):
            in_bounds(capture)
            return settle(reader, capture, reader.parse(capture), known)
    except ExtractError:
        raise
    except UnicodeDecodeError as odd:
        found = f"byte {odd.object[odd.start : odd.start + 1].hex()} at {odd.start} ({capture.content_type})"
        raise WrongPage(capture, expected="UTF-8 text", found=found) from odd
    except RecursionError as deep:
        raise WrongPage(
            capture, expected="a page nested as pages are", found="one nested too deep to read"
        ) from deep
    except SystemExit as left:
        found = f"one at which its reader left ({left.code})"
        raise WrongPage(capture, expected="a page that its reader survives", found=found) from left
    except MemoryError as large:
        most = f"a page that is read in {PARSE_BYTES // 2**20} MB"
        raise WrongPage(capture, expected=most, found=f"more ({large})") from large
    except Exception as defect:
        found = f"{type(defect).__name__}: {defect}"
        raise LayoutChanged(capture, expected="a page that the parser knows", found=found) from defect


def with_companions(capture: Capture, companions: Sequence[Capture]) -> Capture:
    """The capture with, of each companion's address, the one nearest in time."""
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
