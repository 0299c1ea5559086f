"""The start of commands beside what they cannot do without, and the first page of a fresh clone."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from studies.bench.measured import TIMER, TOP, Row, at_most, command, quiet, seconds, skipped

CLI = (sys.executable, "-m", "flows.cli")
NAME, DAY = "deepseek-v4-pro", "2026-06-01"


def _within(what: str, ours: float, most: float, note: str = "") -> Row:
    """A row whose goal is a time."""
    return Row(what, seconds(ours), "-", "-", f"at most {most:g} s", ours <= most, note)


def starting(times: int, folder: str) -> list[Row]:
    """`gapledger status` beside pyarrow alone, `--help` and a completion of a command's name."""
    floor = command(times, sys.executable, "-c", "import pyarrow")
    helped = command(times, *CLI, "--help")
    words = ("_GAPLEDGER_COMPLETE=complete_bash", "COMP_WORDS=gapledger st", "COMP_CWORD=1")
    completed = command(times, "env", *words, *CLI)
    rows = [
        _within("`gapledger --help`", helped.cpu, 0.15, f"wall {seconds(helped.wall)}"),
        _within("completion of a command", completed.cpu, 0.15, f"wall {seconds(completed.wall)}"),
    ]
    if not Path(folder, "snapshots").is_dir():
        return [skipped("`gapledger status`", "at most 1.5 times", "no home: --home"), *rows]
    ours = command(times, *CLI, "status", "--home", folder)
    note = f"floor: python importing pyarrow; wall {seconds(ours.wall)} and {seconds(floor.wall)}"
    return [at_most("`gapledger status`", ours.cpu, floor.cpu, 1.5, note), *rows]


def price_of_a_name(times: int, folder: str) -> list[Row]:
    """`gapledger price NAME --on D` beside python importing duckdb."""
    what = f"`gapledger price {NAME} --on {DAY}`"
    if not Path(folder, "marts", "price_intervals.parquet").exists():
        return [skipped(what, "at most 2 times", "no home with derived tables: --home")]
    ours = command(times, *CLI, "price", NAME, "--on", DAY, "--home", folder)
    floor = command(times, sys.executable, "-c", "import duckdb")
    note = f"floor: python importing duckdb; wall {seconds(ours.wall)} and {seconds(floor.wall)}"
    return [at_most(what, ours.cpu, floor.cpu, 2, note)]


def first_page(times: int) -> list[Row]:
    """`gapledger run --offline` of a clone of this commit, in an empty home with the history pack that comes
    with it; wall seconds.
    """
    runs = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(TOP):
            clone = str(Path(folder, "clone"))
            subprocess.run(["git", "clone", "-q", str(TOP), clone], check=True, capture_output=True)
            words = [*CLI, "run", "--offline", "--home", f"{folder}/home"]
            # As a person's: the home begins with the pack, and Python keeps what it compiled.
            unset = {"GAPLEDGER_HISTORY", "PYTHONDONTWRITEBYTECODE"}
            given = {k: v for k, v in quiet().items() if k not in unset} | {"PYTHONPATH": clone}
            done = subprocess.run(
                [sys.executable, "-c", TIMER, *words],
                cwd=clone,
                capture_output=True,
                text=True,
                env=given,
                check=True,
            )
            runs.append(tuple(map(float, done.stdout.split())))
            assert Path(folder, "home", "report", "index.html").exists(), "the run wrote no page"
            shutil.rmtree(folder, ignore_errors=True)
    cpu, wall, peak, _ = sorted(runs, key=lambda run: run[1])[len(runs) // 2]
    return [
        _within("first page of a fresh clone, offline", wall, 20, f"wall; {seconds(cpu)} of processor"),
        Row("the same, peak memory", f"{peak:.0f} MB", "-", "-", "at most 1,000 MB", peak <= 1000),
    ]
