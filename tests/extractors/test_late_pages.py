"""The vendors' pages as they were after the parsers were written are read, every cell of them rightly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests import recordings
from tests.extractors.late_pages import LATE, captures, read


@recordings.late_needed
@pytest.mark.recorded
@pytest.mark.parametrize("source_id", sorted(LATE))
def test_every_cell_of_a_late_page_is_read_as_it_is_printed(source_id: str) -> None:
    found = [read(capture) for capture in captures() if capture.source_id == source_id]
    want = LATE[source_id]
    assert len(found) == 1
    cells, left, total, refusal = found[0]
    if want.cut:
        assert refusal.startswith("Truncated")
    else:
        assert (refusal, cells, left, total) == ("", want.cells, want.left, Decimal(want.total))
