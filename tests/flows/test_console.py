"""What a person sees of a command."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("more", [["--csv"], []])
def test_a_reader_that_has_read_enough_is_no_error(tmp_path, more):
    query = ["query", *more, "--home", str(tmp_path), "SELECT repeat('x', 90) AS a, * FROM range(100000)"]
    command = [sys.executable, "-m", "flows.cli", *query]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(5)
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
