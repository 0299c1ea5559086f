"""The real recordings, where they are: beside the checkout, or where GAPLEDGER_RECORDINGS says. Tests skip
without them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.errors import ParseError
from warehouse.archive.warc import read_warc
from warehouse.capture import Capture
from warehouse.tables import Row

ROOT = Path(os.environ.get("GAPLEDGER_RECORDINGS", Path(__file__).parents[2] / "shared" / "recordings"))
LATE = ROOT.parent / "recordings-late"  # captures of after the parsers were written
needed = pytest.mark.skipif(
    not ROOT.is_dir(), reason="the recordings are not beside this checkout (GAPLEDGER_RECORDINGS)"
)
late_needed = pytest.mark.skipif(
    not LATE.is_dir(), reason="the late recordings are not beside this checkout (GAPLEDGER_RECORDINGS)"
)


def captures(kind: str, folder: str) -> Iterator[Capture]:
    """The captures of one recorded file (`vendors`, `openai_pricing`), each with the source that claims its
    address.
    """
    from extractors.source import source_of

    for capture in read_warc(ROOT / kind / f"{folder}.warc.gz"):
        source = source_of(capture.address)
        yield replace(capture, source_id=source.id if source else "")


def with_companions(kind: str, folder: str) -> Iterator[Capture]:
    """The captures of one recorded file that a source reads, each with those that accompany it: of every
    address the nearest in time.
    """
    from extractors.source import source_of

    found = list(captures(kind, folder))
    for capture in found:
        source = source_of(capture.address)
        if source is not None and source.reads(capture.address):
            beside = [other for other in found if source.accompanies(other.address)]
            yield replace(capture, companions=_nearest(capture, beside))


def rows_of(kind: str, folder: str) -> Iterator[tuple[Capture, list[Row] | ParseError]]:
    """Those captures with their rows by today's parsers, or with the error that refused them."""
    from extractors.source import discover

    for capture in with_companions(kind, folder):
        try:
            yield capture, discover()[capture.source_id].parse(capture)
        except ParseError as error:
            yield capture, error


def _nearest(capture: Capture, others: Sequence[Capture]) -> dict[str, Capture]:
    far_to_near = sorted(others, key=lambda other: abs(other.captured_at - capture.captured_at), reverse=True)
    return {other.address: other for other in far_to_near}


def expected(folder: str, capture: Capture) -> Path:
    """Where the expected prices of a vendor's capture lie (the file may be absent)."""
    return ROOT / "vendors" / "expected" / folder / f"{capture.captured_at:%Y-%m-%dT%H%M%SZ}.csv"
