"""What the vendors' parsers make of the late pages: `python -m tests.extractors.late_pages`.

Every amount in the price tables of a late capture was compared with the row that the parser gives, by eye and
by a count of the amounts in the raw page (2026-11-30). `LATE` holds what a right parser gives of each: cells
(the rows' amounts), leftovers, and the sum of all amounts, which no misread amount leaves as it is. The
recordings lie beside the checkout and are not part of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.errors import ExtractError
from extractors.reading import parsed
from extractors.source import discover, source_of
from tests import recordings
from warehouse.archive.warc import read_warc
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Unread


@dataclass(frozen=True)
class Late:
    """What a late page says: cells (amounts of rows), leftovers of its tables, the sum of the amounts.
    `cut`: the copy is a part, and refused as one.
    """

    cells: int = 0
    left: int = 0
    total: str = "0"
    cut: bool = False


LATE = {
    "alibaba_intl": Late(154, 0, "570.0045"),
    "amazon_bedrock": Late(16, 0, "14.20125"),
    "anthropic": Late(66, 0, "767.58"),
    "minimax_en": Late(54, 0, "57.495"),
    "mistral": Late(18, 0, "12.91"),
    "moonshot_en": Late(14, 0, "47.83"),
    "openai": Late(cut=True),  # ends under the title Flex
    "stepfun": Late(30, 0, "65.95"),
    "volcengine": Late(15, 2, "146.751"),  # the copy lacks the sentence on when peak hours are
    "xai": Late(30, 0, "83.7"),
    "xiaomi": Late(15, 0, "5.3856"),
}


def captures() -> Iterator[Capture]:
    """The vendors' late captures, each with its companions."""
    for file in sorted(recordings.LATE.glob("*.warc.gz")):
        every = list(read_warc(file))
        for capture in every:
            source = source_of(capture.address)
            if source is not None and source.kind == "vendors" and source.reads(capture.address):
                beside = {other.address: other for other in every if other is not capture}
                yield replace(capture, source_id=source.id, companions=beside)


def read(capture: Capture) -> tuple[int, int, Decimal, str]:
    """(cells, leftovers with amounts, the sum of the amounts, the refusal) of one capture."""
    try:
        rows = parsed(discover()[capture.source_id], capture)
    except ExtractError as error:
        return 0, 0, Decimal(0), f"{type(error).__name__}: {error}"
    prices = [row for row in rows if isinstance(row, ListPrice)]
    left = sum(isinstance(row, Unread) and row.amounts > 0 for row in rows)
    return len(prices), left, sum((row.amount for row in prices), Decimal(0)), ""


def main() -> int:
    """Prints cells right of cells checked by source; 1 where a source falls short."""
    short = 0
    for capture in captures():
        cells, left, total, refusal = read(capture)
        want = LATE.get(capture.source_id, Late())
        right = (cells, left, total) == (want.cells, want.left, Decimal(want.total))
        fine = bool(refusal) and "Truncated" in refusal if want.cut else right
        short += not fine
        said = refusal[:100] or f"{cells} of {want.cells} cells, {left} left; sum {total}"
        verdict = "right" if fine else "WRONG"
        sys.stdout.write(f"{capture.source_id:16} {capture.observed_on}  {verdict}  {said}\n")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
