"""Every source reads its golden captures to exactly the rows beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.source import discover
from tests.extractors.golden import as_json, golden_files, load


@pytest.mark.parametrize(
    "rows_file", golden_files(), ids=lambda p: f"{p.parent.name}/{p.name.removesuffix('.rows.json')}"
)
def test_a_golden_capture_gives_its_rows(rows_file: Path) -> None:
    capture, rows = load(rows_file)
    assert [as_json(row) for row in discover()[capture.source_id].parse(capture)] == rows


@pytest.mark.parametrize("source_id", sorted(discover()))
def test_every_source_has_a_golden_capture_it_claims(source_id: str) -> None:
    mine = [load(f)[0] for f in golden_files() if f.parent.name == source_id]
    assert mine, f"write tests/extractors/captures/{source_id}/<day>.<ext> and its .rows.json"
    assert all(discover()[source_id].source.reads(c.address) for c in mine)
