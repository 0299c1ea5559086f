"""Ratios that must not be lost again, with slack for a busy machine; `make bench` measures them all. No
absolute time is asserted.
"""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from studies.bench.measured import alone


def test_the_status_command_loads_neither_pandas_nor_the_checks_nor_prefect():
    modules = "flows.commands, extractors.source, warehouse.source_state"
    code = f"import sys, {modules}; sys.stdout.write(' '.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pandas", "great_expectations", "prefect", "duckdb", "scipy", "httpx", "bs4", "altair"} & set(
        loaded
    )


@pytest.mark.slow
def test_ten_times_the_rows_take_at_most_ten_times_the_time_and_the_same_memory():
    one, ten = alone("reading:made_history", 10), alone("reading:made_history", 100)
    assert ten.gave == 10 * one.gave
    assert ten.cpu < 1.5 * 10 * one.cpu
    assert ten.peak < 2 * one.peak


def test_rows_that_repeat_from_day_to_day_are_kept_once():
    from studies.bench.reading import made_history

    def cost(captures: int) -> float:
        steps = made_history(captures, models=50)
        next(steps)
        began = time.process_time()
        next(steps)
        return time.process_time() - began

    cost(5)
    assert cost(40) < 3 * 4 * cost(10)
