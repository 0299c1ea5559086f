"""The late feeds and boards, row by row, say what their raw bodies say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractors.reading import parsed
from extractors.source import discover
from tests import recordings
from tests.extractors.late_cells import CHECKS, captures, cells, litellm
from warehouse.tables import ListPrice

pytestmark = [recordings.late_needed, pytest.mark.recorded]
LEAST = {
    "litellm": 70_000, "genai_prices": 10_000, "model_prices": 5_000, "livebench": 368,
    "lmarena_hf_mirror": 10_099, "vectara_hallucination": 192, "epoch_benchmarks": 2,
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_row_of_a_late_feed_or_board_stands_in_its_raw_body(check):
    right, checked, wrong = cells(check)
    assert wrong == []
    assert right == checked >= LEAST[check.__name__]


def test_the_check_sees_one_amount_that_its_body_does_not_say():
    capture = next(captures("litellm"))
    rows = parsed(discover()["litellm"], capture)
    at = next(i for i, row in enumerate(rows) if isinstance(row, ListPrice) and row.listed_model == "gpt-4o")
    rows[at] = rows[at]._replace(amount=Decimal("2.4999"))
    assert not all(right for right, _ in litellm(capture, rows))
