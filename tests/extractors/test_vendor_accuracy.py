"""The vendors' parsers give the values that the expected files beside the recordings ask for."""

from __future__ import annotations

import pytest

from tests import recordings
from tests.extractors.vendor_accuracy import folders, tally


@recordings.needed
@pytest.mark.recorded
@pytest.mark.parametrize("folder", folders())
def test_every_expected_cell_of_a_vendor_is_read(folder: str) -> None:
    result = tally(folder)
    assert result.wrong == []
    assert result.right == result.expected > 0
