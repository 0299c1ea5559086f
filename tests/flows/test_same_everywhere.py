"""Who runs a backfill, and where its home lies, changes nothing. `python -m studies.same_everywhere`
prints the times.
"""

from __future__ import annotations

from datetime import date

import pytest

from studies.same_everywhere import everywhere
from tests.flows.homes import golden_home


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_disk_processes_s3_and_dask_give_the_same_tables(tmp_path):
    golden_home(str(tmp_path / "base"))
    ways = everywhere(tmp_path / "base", tmp_path, date(2026, 3, 1), date(2026, 11, 1), "month")
    assert len(ways) == 5
    assert all(way.files > 20 for way in ways)
    assert {way.digest for way in ways} == {ways[0].digest}, [way[:3] for way in ways]
