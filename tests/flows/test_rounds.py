"""A nightly checks what was read in rounds, while its last sources are waited for."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from flows import nightly
from warehouse.location import Location


def rows_of(home):
    """What the sources said, by file, without the moment of its capture."""
    files = sorted(
        f for f in (home / "snapshots").rglob("*.parquet") if not {"outcomes_v1", "captures_v1"} & {*f.parts}
    )
    return {str(f.relative_to(home)): pq.ParquetFile(f).read().drop_columns("observed_at") for f in files}


def test_a_night_in_rounds_publishes_what_a_night_in_one_does(small_home, tmp_path, monkeypatch):
    rounds = []

    def publish(snapshots, reads, *more):
        rounds.append([read.source_id for read in reads])
        return kept(snapshots, reads, *more)

    kept = nightly.publish
    monkeypatch.setattr(nightly, "publish", publish)
    monkeypatch.setattr(nightly, "FIRST_ROUND", 1 / 3)
    monkeypatch.setattr(nightly, "LEAST_IN_ROUNDS", 1)
    monkeypatch.setattr(nightly, "derive", lambda *_: ({}, []))  # from what was published, in rounds or not
    summary = nightly.nightly(Location(str(tmp_path)), offline=True)
    assert [bool(some) for some in rounds] == [True, True]
    assert sorted(summary.published.rows) == sorted(source_id for some in rounds for source_id in some)
    assert rows_of(tmp_path) == rows_of(small_home)


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (23, [23]), (24, [21, 3]), (79, [69, 10])])
def test_few_sources_make_one_round(count, sizes):
    assert [len(some) for some in nightly._in_rounds(iter(range(count)), count)] == sizes
