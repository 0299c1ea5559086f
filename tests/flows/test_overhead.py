"""Prefect costs a run seconds and a task milliseconds. `python -m studies.overhead` prints them."""

from __future__ import annotations

import pytest

from extractors.source import discover
from studies.overhead import overhead


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_nightly_takes_at_most_twenty_seconds_more_than_its_sources(tmp_path):
    it = overhead(tmp_path, 40)
    assert it.run + len(discover()) * it.task <= 20, it
