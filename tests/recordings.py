"""The real recordings, where they are: beside the checkout, or where GAPLEDGER_RECORDINGS says. Tests skip
without them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from warehouse.archive.warc import read_warc
from warehouse.capture import Capture

ROOT = Path(os.environ.get("GAPLEDGER_RECORDINGS", Path(__file__).parents[2] / "shared" / "recordings"))
needed = pytest.mark.skipif(
    not ROOT.is_dir(), reason="the recordings are not beside this checkout (GAPLEDGER_RECORDINGS)"
)


def captures(kind: str, folder: str) -> Iterator[Capture]:
    """The captures of one recorded file (`vendors`, `openai_pricing`), each with the source that claims its
    address.
    """
    from extractors.source import source_of

    for capture in read_warc(ROOT / kind / f"{folder}.warc.gz"):
        source = source_of(capture.address)
        yield replace(capture, source_id=source.id if source else "")


def expected(folder: str, capture: Capture) -> Path:
    """Where the expected prices of a vendor's capture lie (the file may be absent)."""
    return ROOT / "vendors" / "expected" / folder / f"{capture.captured_at:%Y-%m-%dT%H%M%SZ}.csv"
