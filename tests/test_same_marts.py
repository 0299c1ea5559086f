"""The comparison of two homes' derived tables sees what differs, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from studies.same_marts import BYTES, DIFFERENT, ONE_HOME, VALUES, compare, main

ROWS = {"model_id": ["a", "b"], "value": [1.0, float("nan")]}


def written(home: Path, rows: dict, said: str = "") -> Path:
    file = home / "marts/as_of/2026-11-15/lag.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(rows).replace_schema_metadata({"said": said}), file)
    return home


@pytest.mark.parametrize(
    ("rows", "said", "how"),
    [
        (ROWS, "", BYTES),
        (ROWS, "described in other words", VALUES),
        ({**ROWS, "value": [1.0, 2.0]}, "", DIFFERENT),
        ({"model_id": ["a"], "value": [1.0]}, "", DIFFERENT),
        ({"model_id": ["a", "b"], "amount": ROWS["value"]}, "", DIFFERENT),
    ],
)
def test_a_file_is_equal_by_bytes_or_values_or_not(tmp_path: Path, rows: dict, said: str, how: str) -> None:
    before, after = written(tmp_path / "before", ROWS), written(tmp_path / "after", rows, said)
    [(found, _)] = compare(before, after, {}).values()
    assert found == how
    assert main([str(before), str(after)]) == (how == DIFFERENT)


def test_a_column_renamed_on_purpose_is_compared_under_its_new_name(tmp_path: Path, capsys) -> None:
    before = written(tmp_path / "before", ROWS)
    after = written(tmp_path / "after", {"model_id": ["a", "b"], "amount": ROWS["value"]})
    assert main([str(before), str(after), "--renamed", "lag.value=amount"]) == 0
    assert "1 files of 1 dates: 0 equal byte by byte, 1 equal value by value" in capsys.readouterr().out


def test_a_file_of_one_home_only_is_told_and_nothing_at_all_is_no_success(tmp_path: Path) -> None:
    before = written(tmp_path / "before", ROWS)
    [(found, _)] = compare(before, tmp_path / "none", {}).values()
    assert found == ONE_HOME
    assert main([str(before), str(tmp_path / "none")]) == 1
    assert main([str(tmp_path / "none"), str(tmp_path / "none")]) == 1
