"""Kind 20 of what attacks broke: whatever stands on the command line, the answer is a line and a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import main

NO_TEXT = "\udcff"  # how Python shows a byte that is no UTF-8
LINES = [
    ["query", f"SELECT '{NO_TEXT}'"],
    ["explain", "models", f"model_id={NO_TEXT}"],
    ["explain", NO_TEXT, "model_id=x"],
    ["find", NO_TEXT],
    ["price", NO_TEXT],
    ["import", "x" * 5000],
    ["import", "a\0b"],
    ["import", "/"],
    ["import", f"{NO_TEXT}.warc.gz"],
    ["claims", NO_TEXT],
    ["marts", "--as-of", "9999-12-31"],
    ["marts", "--as-of", "10000-01-01"],
    ["report", "--as-of", NO_TEXT],
    ["reparse", "--accept", f"openai:{NO_TEXT}"],
    ["pull", NO_TEXT],
    ["pull", "gopher://x/"],
]


@pytest.mark.parametrize("given", LINES, ids=lambda given: ascii(" ".join(given))[:60])
def test_any_command_line_is_answered_in_lines_that_can_be_read(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*given, "--home", str(tmp_path / "home")]) in {1, 2}
    said = capsys.readouterr()
    assert (said.err or said.out).strip()
    assert len(said.err) < 8000
    assert "Traceback" not in said.err
